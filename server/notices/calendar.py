"""Calendar files of deadlines (RFC 5545): council, what is due, number; nothing else.

Owns the entries' stable identity: the same thing has the same UID in every mail and in one's whole
calendar, and its SEQUENCE is raised when its deadline moves or it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

from server.clock import Instant
from server.ids import Id

PRODUCT = "-//Kyogikai//Notices//JA"
MEDIA_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline: of what, until when, and whether it has been lifted."""

    kind: str
    thing_id: Id
    summary: str
    description: str
    deadline: Instant
    sequence: int
    stamped_at: Instant
    lifted: bool = False


def calendar(host: str, dues: Sequence[Due], *, method: str = "PUBLISH") -> bytes:
    """The calendar file; its method is PUBLISH or CANCEL (RFC 5546, 3.2.1 and 3.2.5)."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    for due in dues:
        made.add_component(_event(host, due))
    content: bytes = made.to_ical()
    return content


def _event(host: str, due: Due) -> Event:
    event = Event()
    event.add("uid", f"{due.kind}-{due.thing_id}@{host}")
    event.add("sequence", due.sequence)
    event.add("dtstamp", _utc(due.stamped_at))
    # A moment without length: the deadline itself (RFC 5545, 3.6.1).
    event.add("dtstart", _utc(due.deadline))
    event.add("summary", due.summary)
    event.add("description", due.description)
    event.add("status", "CANCELLED" if due.lifted else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "CONFIDENTIAL")
    return event


def _utc(instant: Instant) -> datetime:
    return datetime.fromtimestamp(instant // 1000, UTC)
