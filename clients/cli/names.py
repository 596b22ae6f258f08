"""Names for ids: who the persons, members and organisations of a council are.

Owns asking the council for its members where an answer names some by id alone. Who may not read
them sees ids; names are kept nowhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

from clients.cli.rendering import found
from clients.sdk.answers.councils import Membership
from clients.sdk.calls import councils
from clients.sdk.problems import Problem
from clients.sdk.runners import Runner

# Fields that name a person, a member or an organisation by id.
NAMED = {
    "answered_by", "asked_by", "authorised", "closed_by", "co_owners", "confirmed_by",
    "created_by", "dropped", "holder", "replied_by", "reported_by",
    "holder_membership", "membership", "missing", "official", "on_behalf_of", "opened_by",
    "organisation", "owner", "owner_membership", "person", "persons", "provider", "recorded_by",
    "registered_by",
    "requester", "requester_membership",
}  # fmt: skip


def names_for(
    runner: Runner, things: Iterable[Any], shown: Iterable[str], council: str | None = None
) -> Mapping[str, str]:
    """The names, by id, of whom these fields of these things mention; asks only where they do."""
    shown = list(shown)
    asked = {
        council or getattr(thing, "council", None)
        for thing in things
        if any(_mentions(found(thing, name), name.rsplit(".", 1)[-1]) for name in shown)
    }
    names: dict[str, str] = {}
    for each in sorted(filter(None, asked)):
        names |= names_in(runner, each)
    return names


def names_in(runner: Runner, council: str) -> Mapping[str, str]:
    """The names of a council's members, of who acts for them, and of their organisations."""
    names: dict[str, str] = {}
    with suppress(Problem):
        for member in runner.each(councils.list_memberships(council)):
            names |= dict(_names(member))
    return names


def _names(member: Membership) -> Iterator[tuple[str, str]]:
    if member.organisation is not None:
        yield member.organisation.id, member.organisation.name_ja
        yield member.id, member.organisation.name_ja
    if member.person is not None:
        yield member.person.id, member.person.name
        yield member.id, member.person.name
    for seat in member.seats:
        yield seat.person.id, seat.person.name


def _mentions(value: Any, name: str) -> bool:
    if isinstance(value, str):
        return name in NAMED
    if isinstance(value, tuple):
        return any(_mentions(each, name) for each in value)
    if isinstance(value, Mapping):
        return any(_mentions(value[each], each) for each in value)
    if isinstance(value, list):
        return any(_mentions(each, name) for each in value)
    if is_dataclass(value):
        return any(_mentions(getattr(value, each.name), each.name) for each in fields(value))
    return False
