"""What crosses the API about conflicts of interest."""

from server.schemas import Asked, Shown, Text, Time, Uuid


class ConflictIn(Asked):
    """Whose conflict of interest, and what it is."""

    person: Uuid
    reason: Text


class ConflictEndIn(Asked):
    """Whose conflict is over, and why."""

    person: Uuid
    reason: Text


class ConflictOut(Shown):
    """A conflict on record; `reason` is shown to who judges such things."""

    id: Uuid
    person: Uuid
    name: str
    since: Time
    recorded_by: Uuid
    reason: str | None


class ConflictsOut(Shown):
    """The conflicts about a document."""

    items: list[ConflictOut]
