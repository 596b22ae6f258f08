"""What a round has come to: one pure function of the question, the roster, what happened, and now.

Owns unanimity (SIG-6) and nothing else: no database, no clock. What happened is given as events of
one council's log; times and entry numbers put them in order, whatever order they come in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from crypto.statements import Verdict
from server.clock import Instant


class State(StrEnum):
    """`void`: the round decides nothing and may be asked again; it neither agreed nor refused."""

    OPEN = "open"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    WITHDRAWN = "withdrawn"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was put to whom, until when. The two digests are those of the canonical statements."""

    round: str
    question: bytes
    roster_digest: bytes
    roster: frozenset[str]
    closes_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at`; `seq`, its entry's number in the log, orders one moment."""

    seq: int
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Event):
    """A membership answered, through whoever may speak for it, as the attested statement says."""

    round: str
    question: bytes
    roster_digest: bytes
    membership: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """A membership ended by its own notice: it is no longer asked, and is named in the outcome."""

    membership: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Event):
    """The round was ended otherwise: withdrawn, or made void; `why` is a word of ours."""

    state: State
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """`at` is when it took effect (for an open round: the moment asked about)."""

    state: State
    at: Instant
    missing: frozenset[str]
    dropped: frozenset[str]
    why: str | None = None


def outcome(asked: Asked, events: Iterable[Event], now: Instant) -> Outcome:
    """The outcome at `now` (BR-28 to BR-31, BR-33).

    Agreed exactly when, before the closing time, every membership of the roster that has not left
    has consented to this very question as its latest word. Silence is not consent. Answers to
    another question, by others, or at the closing time or later do not count.
    """
    counted, latest = set(asked.roster), dict[str, Verdict]()
    counting = [event for event in events if event.at <= now and event.at < asked.closes_at]
    for event in sorted(counting, key=lambda event: (event.at, event.seq)):
        match event:
            case Stopped():
                return _result(asked, event.state, event.at, counted, latest, event.why)
            case Left():
                counted.discard(event.membership)
            case Answered() if _is_to(asked, event) and event.membership in counted:
                latest[event.membership] = event.verdict
        if counted and not _missing(counted, latest):
            return _result(asked, State.AGREED, event.at, counted, latest)
    if now >= asked.closes_at:
        return _result(asked, State.NOT_AGREED, asked.closes_at, counted, latest)
    return _result(asked, State.OPEN, now, counted, latest)


def _is_to(asked: Asked, answer: Answered) -> bool:
    same_question = (
        answer.question == asked.question and answer.roster_digest == asked.roster_digest
    )
    return same_question and answer.round == asked.round


def _missing(counted: set[str], latest: dict[str, Verdict]) -> frozenset[str]:
    return frozenset(m for m in counted if latest.get(m) is not Verdict.CONSENT)


def _result(
    asked: Asked,
    state: State,
    at: Instant,
    counted: set[str],
    latest: dict[str, Verdict],
    why: str | None = None,
) -> Outcome:
    dropped = asked.roster - counted
    return Outcome(state, at, _missing(counted, latest), frozenset(dropped), why)
