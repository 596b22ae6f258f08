"""Who will read it, told before anything is sent; at a terminal, asked whether that is meant.

Owns these lines on standard error and the question. Without a terminal nothing is asked: a script
has said what it wants.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime

from clients.cli.desk import Desk
from clients.cli.language import ENGLISH, chosen, t
from clients.cli.prompting import confirm
from clients.cli.rendering import written
from clients.cli.terms import word
from clients.sdk.answers.documents import Document
from clients.sdk.answers.rights import Audience, Lack, ProvisionPlan
from clients.sdk.calls import rights

FILES = ("file", "viewable_file")


def before_sharing(desk: Desk, council: str, yes: bool) -> None:
    """Say who reads a paper of the council. Raises Mistake when the person says no."""
    audience = desk.run(rights.read_council_audience(council))
    for line in lines(audience):
        desk.say(line)
    ask_whether_meant(yes)


def before_providing(
    desk: Desk, council: str, recipients: Sequence[str], until: datetime, yes: bool
) -> None:
    """Say whom a secret would reach, and what is missing. Raises Mistake if the person says no."""
    plan = desk.run(rights.preview_provision(council, recipients, until))
    for line in plan_lines(plan):
        desk.say(line)
    ask_whether_meant(yes)


def say_draft(desk: Desk, draft: Document, *, with_file: bool = False) -> None:
    """Say whom a draft would reach, what each lacks, and what is missing before it is provided;
    `with_file`: the file is about to be sent.
    """
    for line in draft_lines(draft, with_file=with_file):
        desk.say(line)


def ask_whether_meant(yes: bool) -> None:
    """At a terminal, have the person say so. Raises Mistake when they do not."""
    if sys.stdin.isatty():
        confirm(t("この人たちに見せますか。", "Let these persons read it?"), yes)


def lines(audience: Audience) -> Iterator[str]:
    """An audience, in lines: how many, of which members and offices, until when."""
    yield t(f"読む人：{audience.persons} 人", f"Readers: {audience.persons} persons")
    for member in audience.organisations:
        yield t(f"  {member.name}：{member.persons} 人", f"  {member.name}: {member.persons}")
    for office in audience.offices:
        called = word(office.role)
        yield t(f"  {called}：{office.persons} 人", f"  {called}: {office.persons}")
    if audience.until is not None:
        until = written(audience.until, "until")
        yield t(
            f"期間の終わり：{until}（以後は協議会限り）", f"Until {until}; then council-internal"
        )
    for person in audience.people or ():
        by = "、".join(word(each) for each in person.by)
        yield f"    {person.id} {person.name} ({by})"


def plan_lines(plan: ProvisionPlan) -> Iterator[str]:
    """What providing would come to, in lines: for each person, what is missing."""
    until = written(plan.until, "until")
    yield t(
        f"提供先：{plan.persons} 人のうち、届くのは {plan.reached} 人（{until} まで）",
        f"Recipients: {plan.persons}, of whom it reaches {plan.reached} (until {until})",
    )
    for each in plan.recipients:
        who = " ".join(filter(None, (each.organisation, each.name or each.person)))
        if not each.missing:
            yield t(f"  ○ {who}（範囲の確認の後に開きます）", f"  ok {who} (once acknowledged)")
            continue
        yield _lacking(who, each.missing)


def draft_lines(draft: Document, *, with_file: bool = False) -> Iterator[str]:
    """A draft, in lines: for each recipient what is missing, then what providing still wants."""
    named = draft.recipients or ()
    reached = sum(not each.missing for each in named)
    yield t(
        f"提供先：{len(named)} 人のうち、届くのは {reached} 人",
        f"Recipients: {len(named)}, of whom it reaches {reached}",
    )
    for each in named:
        who = f"{each.name} {each.person}"
        yield _lacking(who, each.missing) if each.missing else f"  {t('○', 'ok')} {who}"
    wanting = [each for each in draft.missing or () if not (with_file and each in FILES)]
    if wanting:
        words = t("、", ", ").join(word(each, "missing") for each in wanting)
        yield t(f"提供する前に必要なもの：{words}", f"Still needed: {words}")


def _lacking(who: str, missing: Sequence[Lack]) -> str:
    lacks = [lack.en if chosen() == ENGLISH else lack.ja for lack in missing]
    return t(
        f"  × {who}：満たさない条件「{'」「'.join(lacks)}」", f"  no {who}: {'; '.join(lacks)}"
    )
