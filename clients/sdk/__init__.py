"""The Python SDK of Kyogikai.

Begin with `Kyogikai` (or `AsyncKyogikai`): one method for each operation of the API, the same in
both. What they answer stands in `clients.sdk.answers`, what they raise in `clients.sdk.problems`;
`clients.sdk.verify` checks checkpoints and proofs without trusting the server.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clients.sdk.client import AsyncKyogikai, Kyogikai

__all__ = ["AsyncKyogikai", "Kyogikai"]


def __getattr__(name: str) -> Any:
    """Load the two faces when first asked for: the CLI starts without most of what they hold."""
    if name not in __all__:
        raise AttributeError(name)
    from clients.sdk import client

    return getattr(client, name)
