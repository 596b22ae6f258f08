"""Acts that wait for a second person."""

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.sdk.calls import identity

app = noun("二人目の承認", "Acts that take two persons")


@command(
    app, "list", "二人目を待っている操作の一覧。", "List the acts that wait for a second person."
)
def list_(desk: Desk) -> None:
    """List proposals; doing the same act confirms one."""
    desk.pages(
        identity.list_approvals(), "id proposer action thing proposer_name expires_at arguments"
    )
