"""Leaving a council, and removing a member."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Reason
from clients.sdk.calls import councils

app = noun("構成員の脱退・除名", "Leaving and removal")
Membership = Annotated[str, typer.Argument(help=t("構成員の ID", "the membership's id"))]


@command(app, "leave", "協議会を脱退します。", "Leave the council.")
def leave(desk: Desk, membership: Membership) -> None:
    """Leave with everybody who acts for one's member; the duty continues (BR-37)."""
    desk.did(
        councils.leave_council(membership),
        "脱退しました。守秘義務は続きます。",
        "Left. The duty of confidentiality continues.",
    )


@command(app, "remove", "構成員を除名します（両大臣）。", "Remove a member (both ministers).")
def remove(desk: Desk, membership: Membership, reason: Reason) -> None:
    """Remove a member; the other ministry's person confirms with the same reason."""
    desk.did(councils.remove_member(membership, reason), "除名しました。", "Removed.")
