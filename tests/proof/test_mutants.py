"""No mistake in the decision stays unnoticed (ACC-T6).

Every mutant that mutants.py makes of the code that decides is put in its place, and the questions
of rights.py, or of decisions.py, callers.py and proofs_of_identity.py, are asked until one is
answered wrongly. Those that no question can tell
from the code stand in `EQUIVALENT`, each with the reason; one that is not needed there fails.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from server.access import bounds, credentials, deciding, entries, grant, policy, thing_ids
from tests.factories import World
from tests.proof import callers, decisions, proofs_of_identity, rights, scene
from tests.proof.mutants import Mutant, of_constant, of_function

RIGHTS = (
    *((policy, f"Policy.{name}") for name in ("may", "allows", "suffices", "_category_fits")),
    *((policy, name) for name in ("subtract", "_categories", "_check_lists", "_check_bounds")),
    (bounds, "crossed"),
    *((bounds, name) for name in ("OFFICES", "OWNER_PUBLISHES", "CONTENT", "CLOSED_TO_OFFICES")),
)
CALLERS = (
    *((deciding, name) for name in ("decide", "held_to", "_refusal", "begin")),
    *((thing_ids, name) for name in ("thing_id", "asked_id", "is_plain")),
    *((entries, name) for name in ("act_draft", "refusal_draft", "draft_of")),
    *((grant, f"Grant.{name}") for name in ("council_id", "may", "note")),
    *((credentials, name) for name in ("check_address", "check_credential", "_proofs")),
    *((credentials, name) for name in ("READ", "BY_PASSWORD", "FROM_ANYWHERE")),
)
ASKED = (callers, decisions, proofs_of_identity)
# What no question can tell from the code, and why.
EQUIVALENT = {
    "server.access.deciding.decide: row.networks is not None and policy.may(held, row.category,"
    " kind.name, row.state) -> policy.may(held, row.category, kind.name, row.state)": (
        "A council without a list of networks admits every address (check_address): the comparison"
        " only saves looking up what one may, on every request to such a council."
    ),
}


def mutants(of: tuple[tuple[object, str], ...]) -> Iterator[Mutant]:
    """All of these functions and constants."""
    for module, name in of:
        make = of_constant if name.isupper() else of_function
        yield from make(module, name)  # type: ignore[arg-type]


def noticed(asked: list[Callable[[], None]]) -> Callable[[], None] | None:
    """The first question that is answered wrongly, or that finds no answer."""
    for asks in asked:
        try:
            asks()
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  whatever goes wrong is what is looked for
            return asks
    return None


def unnoticed(of: tuple[tuple[object, str], ...], asked: list[Callable[[], None]]) -> list[str]:
    """The mutants that get past every question. Those that noticed one are asked first next."""
    assert noticed(asked) is None
    survivors, order = [], list(asked)
    for mutant in mutants(of):
        with mutant.in_place():
            by = noticed(order)
        if by is None:
            survivors.append(str(mutant))
        else:
            order.remove(by)
            order.insert(0, by)
    assert noticed(asked) is None  # every mutant was taken out again
    return survivors


def named(of: tuple[tuple[object, str], ...]) -> list[str]:
    """Those of `EQUIVALENT` that belong to these."""
    places = tuple(f"{module.__name__}.{name}: " for module, name in of)  # type: ignore[attr-defined]
    return [mutant for mutant in EQUIVALENT if mutant.startswith(places)]


@pytest.mark.parametrize("asks", rights.QUESTIONS, ids=lambda asks: asks.__name__)
def test_of_rights(asks: rights.Question) -> None:
    asks()


def test_no_mutant_of_the_policy_and_its_bounds_gets_past_the_questions() -> None:
    assert sorted(unnoticed(RIGHTS, list(rights.QUESTIONS))) == sorted(named(RIGHTS))


def test_of_callers(world: World) -> None:
    assert {asks.__module__ for asks in scene.QUESTIONS} == {m.__name__ for m in ASKED}
    made = scene.made(world)
    for asks in scene.QUESTIONS:
        asks(made)


def test_no_mutant_of_the_decision_gets_past_the_questions(world: World) -> None:
    made = scene.made(world)
    asked = [partial(asks, made) for asks in scene.QUESTIONS]
    assert sorted(unnoticed(CALLERS, asked)) == sorted(named(CALLERS))


def test_without_a_question_every_mutant_would_get_past() -> None:
    assert unnoticed(RIGHTS, []) == [str(mutant) for mutant in mutants(RIGHTS)]


def test_there_are_enough_mutants_for_their_noticing_to_mean_something() -> None:
    assert len(list(mutants(RIGHTS))) > 100
    assert len(list(mutants(CALLERS))) > 250
