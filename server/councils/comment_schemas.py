"""What crosses the API about comments on who is to join."""

from server.councils.schemas import NamedOut
from server.schemas import Asked, Shown, Text, Time, Uuid


class CommentIn(Asked):
    """What the member wants the establishing ministers to consider."""

    text: Text


class CommentOut(Shown):
    """A member's comment: for which member, by whom, of which organisation."""

    id: Uuid
    admission: Uuid
    membership: Uuid
    person: NamedOut
    organisation: str | None
    text: str
    made_at: Time


class CommentsOut(Shown):
    """All comments on one admission, oldest first; `until`: when the period ends or ended, null
    where there is none.
    """

    items: list[CommentOut]
    until: Time | None
    open: bool
