"""Answers about rights: why somebody may do something, or may not, and who may."""

from collections.abc import Iterator
from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.faults import Mistake
from clients.cli.language import ENGLISH, chosen, t
from clients.cli.options import InCouncil
from clients.cli.parsing import moment
from clients.cli.rendering import clean, written
from clients.cli.terms import word
from clients.sdk.answers.rights import Condition, EntitledList, Explanation
from clients.sdk.call import Call
from clients.sdk.calls import rights

app = noun("権限の説明", "Answers about rights")
KINDS = (
    "installation person account concept council admission membership document round result"
    " exception know_how information_request incident cooperation_request"
).split()
Action = Annotated[str, typer.Argument(help=t("操作（read など）", "the action, such as read"))]
Thing = Annotated[
    str,
    typer.Argument(
        help=t(
            "対象：種類/ID（例 council/…）。資料は ID だけで可。設置環境は installation、自分は me",
            "the thing: kind/id, such as council/…; a document's id alone; installation; me",
        )
    ),
]
At = Annotated[str | None, typer.Option(help=t("過去の時点", "a past moment"))]


@command(app, "explain", "できる理由、できない理由を説明します。", "Explain why, or why not.")
def explain(
    desk: Desk,
    action: Action,
    thing: Thing,
    person: Annotated[
        str | None, typer.Option(help=t("人の ID（なければ自分）", "a person's id; else yourself"))
    ] = None,
    at: At = None,
    council: InCouncil = None,
) -> None:
    """Say whether and why, which condition is missing, and who can grant it."""
    call = _question(desk, action, thing, person, at, council)
    document = desk.runner().run_plain(call)
    if desk.as_json:
        desk.print_json(document)
        return
    for line in explained(call.read(document)):
        print(clean(line))


def _question(
    desk: Desk, action: str, thing: str, person: str | None, at: str | None, council: str | None
) -> Call[Explanation]:
    kind, id = _kind_and_id(thing)
    when = moment(at, "--at")
    if person is None:
        return rights.explain_own_rights(kind, id, action, when)
    if kind == "installation":
        return rights.explain_system_rights(action, person, when)
    of = id if kind == "council" else desk.council(council)
    return rights.explain_rights(of, kind, id, action, person, when)


def _kind_and_id(thing: str) -> tuple[str, str]:
    if thing in ("installation", "me"):
        return {"me": "person"}.get(thing, thing), thing
    kind, slash, id = thing.partition("/")
    kind = kind.replace("-", "_")
    if not slash:
        return "document", thing
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise Mistake(
            t(f"対象の種類は次のいずれかです：{known}", f"The kind of a thing is one of: {known}")
        )
    return kind, id


def explained(answer: Explanation) -> Iterator[str]:
    """The sentences, then each relation that would suffice with its conditions."""
    yield from answer.en if chosen() == ENGLISH else answer.ja
    for relation in answer.relations:
        for way in relation.ways:
            holds = all(condition.holds for condition in way)
            yield f"{_mark(holds)} {word(relation.relation)}"
            yield from (f"    {_mark(each.holds)} {_condition(each)}" for each in way)
    yield t(f"規則：{answer.policy}", f"Policy: {answer.policy}")


def _mark(holds: bool) -> str:
    return t("○", "+") if holds else t("×", "-")


def _condition(each: Condition) -> str:
    times = [
        t(f"{written(at, 'at')} {ja}", f"{en} {written(at, 'at')}")
        for at, ja, en in (
            (each.since, "から", "from"),
            (each.until, "まで", "until"),
            (each.ended, "に終了", "ended"),
        )
        if at is not None
    ]
    said = each.en if chosen() == ENGLISH else each.ja
    return f"{said} ({', '.join(times)})" if times else said


@command(app, "who", "誰ができるか、できたかを表示します。", "List who may, or could have.")
def who(desk: Desk, thing: Thing, action: Action, at: At = None, council: InCouncil = None) -> None:
    """List everybody who may do it; at a past moment, who could have. Who did is in the log."""
    kind, id = _kind_and_id(thing)
    when = moment(at, "--at")
    if kind == "installation":
        call: Call[EntitledList] = rights.list_system_entitled(action, when)
    else:
        of = id if kind == "council" else desk.council(council)
        call = rights.list_entitled(of, kind, id, action, when)
    document = desk.runner().run_plain(call)
    if desk.as_json:
        desk.print_json(document)
        return
    found = call.read(document)
    for each in found.items:
        by = t("、", ", ").join(word(relation) for relation in each.by)
        print(clean(f"{each.person.id}  {each.person.name}  {by}"))
    when_said = written(found.at, "at")
    count = len(found.items)
    desk.say(t(f"{when_said} の時点で {count} 人。", f"{count} persons at {when_said}."))
