"""What every request needs, built once by `app.py` and never changed.

Owns nothing: it holds. A test builds it with its own clock and folders.
"""

from dataclasses import dataclass

from fastapi import Request

from server.access.kind import Kind
from server.access.policy import Policy
from server.access.sharing import Sharing
from server.audit.recorder import Recorder
from server.audit.tally import Tally
from server.clock import Clock
from server.database import Database
from server.identity.oidc import Providers
from server.rendering.renderer import Renderer
from server.settings import Settings
from server.vault import Vault


@dataclass(frozen=True, slots=True)
class Parts:
    """The server's parts, in one frozen place on the application's state."""

    settings: Settings
    clock: Clock
    database: Database
    recorder: Recorder
    sharing: Sharing
    tally: Tally
    policy: Policy
    vault: Vault
    providers: Providers
    renderer: Renderer
    kinds: tuple[Kind, ...]


def parts_of(request: Request) -> Parts:
    """The parts of the application this request came to."""
    parts: Parts = request.app.state.parts
    return parts
