"""The named conditions a relation is made of, for whoever asks why it holds or does not.

Owns the words and what a condition is. The guard never looks at one: it asks a kind's relation as
one expression; a test holds that the conditions of a relation and that expression agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, FromClause, and_, exists

from server.audit.facts import holds


class Condition(StrEnum):
    """One thing that must be so. What each is called is in server/access/words.py."""

    IS_SELF = "is_self"
    IS_ANOTHER = "is_another"
    SPEAKS_FOR_THEIRS = "speaks_for_theirs"
    COLLEAGUES_ANSWER = "colleagues_answer"
    OFFICERS_ANSWER = "officers_answer"
    HAS_SEAT = "has_seat"
    SPEAKS = "speaks"
    REPRESENTS = "represents"
    DEPUTISES = "deputises"
    HANDLES = "handles"
    OF_CATEGORY = "of_category"
    DUTY_ACKNOWLEDGED = "duty_acknowledged"
    DUTY_OPEN = "duty_open"
    HOLDS_OFFICE = "holds_office"
    IS_OFFICIAL = "is_official"
    IS_NOMINATED = "is_nominated"
    REPRESENTS_THIS = "represents_this"
    REPRESENTED_LAST = "represented_last"
    MEMBERSHIP_ENDED = "membership_ended"
    SPEAKS_FOR_SOURCE = "speaks_for_source"
    SITS_FOR_SOURCE = "sits_for_source"
    MADE_IT = "made_it"
    NOT_PROVIDED = "not_provided"
    MEANT_AS_SECRET = "meant_as_secret"  # noqa: S105  a condition, not a password
    IS_NAMED = "is_named"
    SAFE_MANAGEMENT = "safe_management_confirmed"
    SCOPE_ACKNOWLEDGED = "scope_acknowledged"
    SCOPE_OPEN = "scope_open"
    MAY_BE_PRINTED = "may_be_printed"
    MAY_BE_COPIED = "may_be_copied"
    IS_OWNER = "is_owner"
    IS_CO_OWNER = "is_co_owner"
    IS_CHOSEN = "is_chosen"
    OPEN_TO_MEMBERS = "open_to_members"
    ASKED_FOR_IT = "asked_for_it"
    IS_ASKED = "is_asked"
    IS_ASKER = "is_asker"
    SPEAKS_FOR_ASKED = "speaks_for_asked"
    BELONGS_TO_ASKED = "belongs_to_asked"
    IS_REPORTER = "is_reporter"
    HOLDS_KNOW_HOW = "holds_know_how"
    IS_SERVICE = "is_service"
    IS_SERVICE_OF_SOURCE = "is_service_of_source"
    NEVER_SECRET = "never_secret"  # noqa: S105  a condition, not a password


@dataclass(frozen=True, eq=False)
class Part:
    """A condition as SQL over the kind's table, with the bind parameters `person` and `now`.

    Where it rests on recorded facts, `fact` is their table and `about` says which of its rows
    speak of this person and thing, whether or not they hold: from them it is told since when a
    condition holds, and when it ceased to.
    """

    condition: Condition
    clause: ColumnElement[bool]
    fact: FromClause | None = None
    about: ColumnElement[bool] | None = None


# All parts of one way must hold; a relation holds in any of its ways.
Way = tuple[Part, ...]
Ways = tuple[Way, ...]


def resting(condition: Condition, fact: FromClause, *about: ColumnElement[bool]) -> Part:
    """A condition that holds while some row of `fact` does that is about this person and thing."""
    found = exists().where(*about, holds(fact)).correlate_except(fact)
    return Part(condition, found, fact, and_(*about))


def way(*parts: Part) -> Ways:
    """The only way in which a relation holds."""
    return (parts,)


def either(*ways: Iterable[Part]) -> Ways:
    """Several ways, each of which is enough."""
    return tuple(tuple(each) for each in ways)
