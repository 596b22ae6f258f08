"""Who will read it, told before anything is sent; at a terminal, asked whether that is meant.

Owns these lines on standard error and the question. Without a terminal nothing is asked: a script
has said what it wants.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime

from clients.cli.asking import confirm
from clients.cli.desk import Desk
from clients.cli.language import ENGLISH, chosen, t
from clients.cli.rendering import written
from clients.cli.words import word
from clients.sdk.answers.rights import Audience, ProvisionPlan
from clients.sdk.calls import rights


def before_sharing(desk: Desk, council: str, yes: bool) -> None:
    """Say who reads a paper of the council. Raises Mistake when the person says no."""
    audience = desk.run(rights.read_council_audience(council))
    for line in lines(audience):
        desk.say(line)
    _ask(yes)


def before_providing(
    desk: Desk, council: str, recipients: Sequence[str], until: datetime, yes: bool
) -> None:
    """Say whom a secret would reach, and what is missing. Raises Mistake if the person says no."""
    plan = desk.run(rights.preview_provision(council, recipients, until))
    for line in plan_lines(plan):
        desk.say(line)
    _ask(yes)


def _ask(yes: bool) -> None:
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
        lacks = [lack.en if chosen() == ENGLISH else lack.ja for lack in each.missing]
        yield t(
            f"  × {who}：満たさない条件「{'」「'.join(lacks)}」", f"  no {who}: {'; '.join(lacks)}"
        )
