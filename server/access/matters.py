"""What waits for a person, and what a person is to be told: values that the domains declare.

Owns the two shapes and the question whether somebody may know of a thing, put to the very table
the guard asks. Stores and sends nothing: that is `server/notices`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select

from server.access.deciding import facts_of, held_to
from server.access.kind import Kind
from server.access.policy import Policy
from server.access.vocabulary import Action
from server.audit.models import SYSTEM, Evidence
from server.clock import Instant
from server.database import Tx
from server.ids import Id


class Topic(StrEnum):
    """What a notice is about."""

    CONSENT_WANTED = "consent_wanted"
    JOINER_ANNOUNCED = "joiner_announced"
    DECISION_WANTED = "decision_wanted"
    SIGNATURE_WANTED = "signature_wanted"
    SEAT_NAMED = "seat_named"
    SEAT_ENDED = "seat_ended"
    SEAT_ENDING = "seat_ending"
    REVIEW_DUE = "review_due"
    OFFICE_NAMED = "office_named"
    CONFIRMATION_ENDING = "confirmation_ending"
    ROUND_OPENED = "round_opened"
    ROUND_CLOSING = "round_closing"
    ROUND_CLOSED = "round_closed"
    SECRET_NAMED = "secret_named"  # noqa: S105  a topic
    SECRET_CHANGED = "secret_changed"  # noqa: S105
    SECRET_REMOVED = "secret_removed"  # noqa: S105
    SECRET_ENDING = "secret_ending"  # noqa: S105
    SECRET_ENDED = "secret_ended"  # noqa: S105
    EXCEPTION_REQUESTED = "exception_requested"
    INFORMATION_ASKED = "information_asked"
    INFORMATION_ANSWERED = "information_answered"
    COOPERATION_ASKED = "cooperation_asked"
    COOPERATION_DUE = "cooperation_due"
    COOPERATION_REPLIED = "cooperation_replied"
    INCIDENT_OPENED = "incident_opened"
    INCIDENT_CLOSED = "incident_closed"
    SECOND_PERSON_WANTED = "second_person_wanted"
    TOKEN_ENDING = "token_ending"  # noqa: S105
    CREDENTIAL_CHANGED = "credential_changed"
    CLOSING_ANNOUNCED = "closing_announced"
    CLOSING_TAKEN_BACK = "closing_taken_back"
    COUNCIL_CLOSED = "council_closed"
    INVITATION_ENDED = "invitation_ended"
    DISPOSITION_DUE = "disposition_due"
    CONTENT_KEPT = "content_kept"
    CONTENT_HELD = "content_held"
    CONTENT_DESTROYED = "content_destroyed"
    TEXT_CHANGED = "text_changed"
    CONFIRMATION_LAPSED = "confirmation_lapsed"
    DELIVERY_HELD = "delivery_held"
    RETURN_OWED = "return_owed"
    VERSION_QUARANTINED = "version_quarantined"
    MASS_READING = "mass_reading"
    CONTENT_DAMAGED = "content_damaged"


class Task(StrEnum):
    """What a person is waited for to do."""

    ANSWER_ROUND = "answer_round"
    ACKNOWLEDGE_DUTY = "acknowledge_duty"
    ACKNOWLEDGE_SECRET = "acknowledge_secret"  # noqa: S105
    CONSENT_TO_JOIN = "consent_to_join"
    DECIDE_ADMISSION = "decide_admission"
    COMMENT_ON_JOINER = "comment_on_joiner"
    SIGN_COUNCIL = "sign_council"
    RENEW_CONFIRMATION = "renew_confirmation"
    RENEW_TERM = "renew_term"
    CONFIRM_SEATS = "confirm_seats"
    CERTIFY_RETURN = "certify_return"
    RECORD_RETURN = "record_return"
    NAME_REPRESENTATIVE = "name_representative"
    OPEN_REQUESTED_ROUND = "open_requested_round"
    ANSWER_INFORMATION_REQUEST = "answer_information_request"
    REPLY_TO_COOPERATION = "reply_to_cooperation"
    DEAL_WITH_INCIDENT = "deal_with_incident"
    CONFIRM_PROPOSAL = "confirm_proposal"
    DISPOSE_CONTENT = "dispose_content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something a person may do and has not done.

    `matter` is the id of what it is about, where that is not the thing itself; `council_id` is
    None for what belongs to the installation.
    """

    task: Task
    kind: Kind
    id: Id
    action: Action
    council_id: Id | None
    matter: Id
    deadline: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A person is to be told something, once for each (topic, person, source, stage).

    `source` is the id of the fact that is the reason; `stage` the days left, for what is told
    again as a deadline comes near. `done`: what had a deadline has none any more. `action`: told
    only to who may do it; otherwise to who may know of the thing.
    """

    topic: Topic
    person_id: Id
    kind: Kind
    id: Id
    council_id: Id | None
    source: Id
    at: Instant
    deadline: Instant | None = None
    stage: int = 0
    done: bool = False
    action: Action | None = None


WaitingFor = Callable[[Tx, Id], Iterable[Waiting]]
Reminder = Callable[[Tx], Iterator[Telling]]


@dataclass(frozen=True, slots=True)
class Tells:
    """Whom to tell of each new row of one table of evidence."""

    model: type[Evidence]
    whom: Callable[[Tx, Any], Iterator[Telling]]


def because_of(
    why: Evidence,
    topic: Topic,
    person_id: Id,
    kind: Kind,
    id: Id,
    *,
    deadline: Instant | None = None,
    done: bool = False,
    action: Action | None = None,
) -> Telling:
    """A person is told of a thing because of a new fact of its council: once, as of its entry."""
    return Telling(
        topic=topic,
        person_id=person_id,
        kind=kind,
        id=id,
        council_id=None if why.log_id == SYSTEM else why.log_id,
        source=why.id,
        at=why.recorded_at,
        deadline=deadline,
        done=done,
        action=action,
    )


def waiting_rows(query: Select[Any], task: Task, kind: Kind, action: Action) -> WaitingFor:
    """Each thing of `kind` that a query finds for a person (`person`, `now`) waits for that act;
    its rows have `id` and `council_id`.
    """

    def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
        for row in tx.connection.execute(query, {"person": person_id, "now": tx.now}):
            yield Waiting(
                task=task,
                kind=kind,
                id=row.id,
                action=action,
                council_id=row.council_id,
                matter=row.id,
            )

    return waiting_for


_KINDS: dict[str, Kind] = {}


def declare(kinds: Iterable[Kind]) -> None:
    """Say, once and in `app.py`, which kinds there are, so that rows can name them by a word."""
    _KINDS.update({kind.name.value: kind for kind in kinds})


def kind_called(name: str) -> Kind:
    """The kind of this name. Raises KeyError, a mistake in our code."""
    return _KINDS[name]


def may_do(policy: Policy, tx: Tx, person_id: Id, kind: Kind, id: Id, action: Action) -> bool:
    """Whether the person's relations allow the act now, as the guard would find (a step-up aside).

    A thing that is not there allows nothing.
    """
    row, _ = facts_of(tx, kind, id, person_id)
    return row is not None and shows(policy, kind, row, action)


def shows(policy: Policy, kind: Kind, row: Any, action: Action) -> bool:
    """Whether a row of facts, found by `facts_of`, shows that the act is allowed."""
    return bool(policy.allows(held_to(kind, row), row.category, action, kind.name, row.state))


def may_know(policy: Policy, tx: Tx, person_id: Id, kind: Kind, id: Id) -> bool:
    """Whether the guard would answer the person anything but 404 about this thing, now."""
    row, _ = facts_of(tx, kind, id, person_id)
    return row is not None and bool(
        policy.may(held_to(kind, row), row.category, kind.name, row.state)
    )


def number_of(matter: Id) -> str:
    """The matter number people see: the last eight of an id, as `9f3c-12ab`.

    They are random (RFC 9562, 5.7), so that a number in a mail tells nobody how much a council
    does, and they are part of the id that a command takes.
    """
    return f"{matter[-8:-4]}-{matter[-4:]}"


def stage_of(now: Instant, deadline: Instant, stages: Iterable[int], day: Instant) -> int | None:
    """The nearest of `stages` (days) whose time has come; None before all, and once it is over."""
    left = deadline - now
    due = [stage for stage in stages if 0 < left <= stage * day]
    return min(due) if due else None
