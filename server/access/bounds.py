"""What no policy file may take away or give (docs/rules.md, promise 6, BR-25, BR-32, BR-52).

Owns the few decisions that stand in code although they read like policy. `policy.load` refuses a
folder that crosses them, so that an edit of a file can neither keep a result from being published
nor let who administers read.
"""

from collections.abc import Iterator, Mapping

from server.access.vocabulary import Action, Category, KindName, Relation

Table = Mapping[tuple[KindName, str], Mapping[Action, frozenset[Relation]]]

OFFICES = frozenset(
    {
        Relation.SECRETARIAT,
        Relation.COMPLIANCE_OFFICER,
        Relation.AUDITOR,
        Relation.KEY_CUSTODIAN,
        Relation.SYSTEM_ADMINISTRATOR,
    }
)
# A result's owner publishes it in every state but the published one, alone (BR-25).
OWNER_PUBLISHES = ("publishable", "held", "know_how")
# Offices never get these: content of what a scope protects, and a participant's voice.
CONTENT = (
    Action.READ,
    Action.VIEW,
    Action.OPEN,
    Action.PRINT,
    Action.DOWNLOAD,
    Action.HAND_OVER,
    Action.UPLOAD,
)
SCOPED = ("provision_draft", "provided_secret", "retained")
CLOSED_TO_OFFICES = (
    *((KindName.DOCUMENT, state, action) for state in SCOPED for action in CONTENT),
    *((KindName.RESULT, state, Action.READ) for state in OWNER_PUBLISHES),
    (KindName.KNOW_HOW, "in_force", Action.READ),
    (KindName.ROUND, "open", Action.ANSWER),
)


def crossed(
    table: Table, persons: Mapping[Action, int], categories: Mapping[Action, frozenset[Category]]
) -> Iterator[str]:
    """What a policy takes away or gives that none may, in words."""
    for state in OWNER_PUBLISHES:
        allowed = table.get((KindName.RESULT, state), {}).get(Action.PUBLISH, frozenset())
        if (KindName.RESULT, state) in table and Relation.RESULT_OWNER not in allowed:
            yield f"result_owner must be able to publish a result that is {state} (BR-25)"
        if others := allowed - {Relation.RESULT_OWNER}:
            yield f"only result_owner publishes a result, not {', '.join(sorted(others))} (BR-25)"
    if persons.get(Action.PUBLISH, 1) != 1:
        yield "publishing takes one person: no approval by anyone is required (BR-25)"
    if categories.get(Action.PUBLISH, frozenset(Category)) != frozenset(Category):
        yield "publishing is open to every category of member (BR-25)"
    for kind, state, action in CLOSED_TO_OFFICES:
        allowed = table.get((kind, state), {}).get(action, frozenset())
        if held := allowed & OFFICES:
            yield f"{', '.join(sorted(held))} may never {action} a {kind} that is {state} (BR-52)"
