"""The decision table says what Casbin says: of every relation, action, kind and state there is."""

import casbin

from server.access.policy import Policy, What, Who
from server.access.vocabulary import Action, Relation
from server.app import KINDS
from server.settings import HERE

FOLDER = HERE / "policies"


def asked_anew() -> casbin.Enforcer:
    """Casbin over the files themselves, sharing nothing with the server's loading."""
    return casbin.Enforcer(str(FOLDER / "model.conf"), str(FOLDER / "grants.csv"))


def test_whom_casbin_lets_do_something_it_lets_with_more_relations_too() -> None:
    """By the shape of the question, whatever the grants: relations are asked for once, by
    membership, and some grant is enough. So a no to many at once is a no to each, to any few of
    them, and to none.
    """
    model = asked_anew().model
    asked, _, rest = model["m"]["m"].value.partition(" && ")
    assert asked == "p_relation in r_who.relations"
    assert "r_who" not in rest
    assert model["e"]["e"].value == "some(where (p_eft == allow))"


def test_the_table_is_casbins_answer_over_the_whole_space(shipped: Policy) -> None:
    """Every relation of which the table says yes, each alone; all others there are, together."""
    enforcer, wrong = asked_anew(), []
    for kind in KINDS:
        for state in kind.states:
            for action in Action:
                suffices = shipped.table[kind.name, state].get(action, frozenset())
                for held in (frozenset(Relation) - suffices, *(frozenset({r}) for r in suffices)):
                    says = enforcer.enforce(Who(held), action, What(kind.name, state))
                    if says != bool(held & suffices):
                        wrong.append((held, action, kind.name, state))
    assert not wrong


def test_casbin_asked_with_everything_somebody_can_be_at_once_says_the_same(
    shipped: Policy,
) -> None:
    enforcer = asked_anew()
    for kind in KINDS:
        everything = frozenset(kind.relations)
        for state in kind.states:
            for action, suffices in shipped.table[kind.name, state].items():
                says = enforcer.enforce(Who(everything), action, What(kind.name, state))
                assert says == bool(suffices)


def test_the_table_knows_exactly_the_kinds_and_states_that_are_declared(shipped: Policy) -> None:
    assert set(shipped.table) == {(kind.name, state) for kind in KINDS for state in kind.states}


def test_every_grant_is_in_the_table_and_nothing_else(shipped: Policy) -> None:
    states = {kind.name: kind.states for kind in KINDS}
    written = {
        (grant.relation, grant.action, grant.kind, state)
        for grant in shipped.grants
        for state in (states[grant.kind] if grant.state == "*" else (grant.state,))
    }
    tabled = {
        (relation, action, kind, state)
        for (kind, state), actions in shipped.table.items()
        for action, relations in actions.items()
        for relation in relations
    }
    assert tabled == written
