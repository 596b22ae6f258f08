"""Councils: preparing, establishing, inviting, the duty, safe management."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Council, Yes, choices
from clients.cli.parsing import moment
from clients.cli.prompting import confirm
from clients.sdk.answers.councils import Membership
from clients.sdk.calls import councils

app = noun("協議会", "Councils")
SHOWN = (
    "id concept_id title state representative_mode ministers requirements "
    "establishment.missing established_at closes_at seat acknowledged may"
)

CATEGORIES = (
    "program_director",
    "program_officer",
    "rd_implementer",
    "funding_agency",
    "establishing_ministry",
    "programme_ministry",
    "implementer_government",
    "implementer_private",
    "knowledge_holder",
    "think_tank",
)


@command(app, "prepare", "構想の協議会を準備します。", "Prepare the council of a concept.")
def prepare(
    desk: Desk,
    concept: Annotated[str, typer.Argument(help=t("構想の ID", "the concept's id"))],
    representative: Annotated[
        str, typer.Option(help=t("PD・PO の人の ID", "the PD's or PO's person id"))
    ],
    mode: Annotated[str, typer.Option(help=choices("pd", "po", "po_deemed_sole"))],
) -> None:
    """Prepare a council: expected organs become invitations, never members."""
    call = councils.prepare_council(concept, representative, mode)
    desk.did(call, "準備しました。", "Prepared.", SHOWN)


@command(app, "list", "自分の協議会の一覧。", "List your councils.")
def list_(desk: Desk) -> None:
    """List the councils the caller is told of."""
    desk.pages(councils.list_councils(), "id concept_id state title")


@command(app, "show", "協議会を表示します。", "Show a council.")
def show(desk: Desk, council: Council) -> None:
    """Show a council: requirements, ministers, what is missing."""
    desk.show(councils.read_council(council), SHOWN, council)


@command(app, "require", "設置要件の充足を記録します。", "Record a requirement as met or not.")
def require(
    desk: Desk,
    council: Council,
    requirement: Annotated[
        str,
        typer.Argument(
            help=choices(
                "designated_fund",
                "representative_consent",
                "support_appropriate",
                "safe_management",
            )
        ),
    ],
    basis: Annotated[str, typer.Option(help=t("根拠", "on what basis"))],
    met: Annotated[
        bool, typer.Option("--met/--not-met", help=t("満たすか", "whether it is met"))
    ] = True,
) -> None:
    """Record a finding about a requirement (BR-03)."""
    call = councils.record_requirement(council, requirement, met, basis)
    desk.did(call, "記録しました。", "Recorded.", "id requirement met basis", council)


@command(app, "name-official", "署名者を指名します（二人）。", "Name who signs (two persons).")
def name_official(
    desk: Desk,
    council: Council,
    minister: Annotated[str, typer.Argument(help=t("設置大臣の組織の ID", "organisation's id"))],
    person: Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))],
) -> None:
    """Name who signs for an establishing minister; another person confirms by doing the same."""
    call = councils.name_official(council, minister, person)
    desk.did(call, "指名しました。", "Named.", "minister person", council)


@command(app, "sign", "大臣のために設置に署名します。", "Sign the establishment for a minister.")
def sign(
    desk: Desk,
    council: Council,
    digest: Annotated[
        str | None, typer.Option(help=t("読んだ文のダイジェスト", "digest of what you have read"))
    ] = None,
    yes: Yes = False,
) -> None:
    """Sign what the council's statement says now, after showing it."""
    digest = digest or _read_and_signed(desk, council, yes)
    call = councils.sign_establishment(council, digest)
    desk.did(call, "署名しました。", "Signed.", "id state ministers established_at", council)


def _read_and_signed(desk: Desk, council: str, yes: bool) -> str:
    """Show what is to be signed, and that it is exactly that; its digest once it is confirmed."""
    now = desk.run(councils.read_council(council))
    if now.establishment is None:
        return "0" * 64  # the server says why there is nothing to sign
    from clients.sdk import verify  # brings the cryptography

    verify.statement(now.establishment.statement, now.establishment.digest)
    desk.present(now, "id concept_id title representative_mode ministers requirements", council)
    for invited in desk.runner().each(councils.list_admissions(council)):
        if invited.source == "founding":
            desk.present(invited, "category organisation person nominee consented", council)
    desk.present(now, "establishment.missing establishment.statement establishment.digest")
    confirm(t("この内容に署名しますか。", "Sign this?"), yes)
    return now.establishment.digest


@command(app, "invite", "構成員を招請します。", "Invite a member.")
def invite(
    desk: Desk,
    council: Council,
    category: Annotated[str, typer.Argument(help=choices(*CATEGORIES))],
    organisation: Annotated[
        str | None, typer.Option(help=t("組織の ID", "the organisation's id"))
    ] = None,
    person: Annotated[
        str | None, typer.Option(help=t("PD・PO の人の ID", "the PD's or PO's person id"))
    ] = None,
    nominee: Annotated[
        str | None, typer.Option(help=t("同意する担当者の人の ID", "who is to consent for it"))
    ] = None,
) -> None:
    """Invite, or nominate who consents for one already invited (same category, --nominee)."""
    call = councils.invite_member(council, category, organisation, person, nominee)
    desk.did(call, "招請しました。", "Invited.", "id category organisation person nominee state")


@command(app, "members", "構成員と席の一覧。", "List members and their seats.")
def members(
    desk: Desk,
    council: Council,
    at: Annotated[str | None, typer.Option(help=t("いつの時点か", "as of when"))] = None,
) -> None:
    """List who is a member and who acts for each, a line for each seat, now or as of a moment."""
    names = (
        "id person_id seat category member role name represents scope valid_from valid_to lapses_at"
        " state safe_until acknowledged"
    )
    desk.pages(councils.list_memberships(council, at=moment(at, "--at")), names, spread=_seats)


@dataclass(frozen=True)
class SeatLine:
    """A member and one who acts for it, in a list."""

    id: str
    category: str
    member: str
    state: str
    safe_until: datetime | None
    person_id: str | None = None
    name: str | None = None
    role: str | None = None
    seat: str | None = None
    acknowledged: bool | None = None
    represents: str | None = None
    scope: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    lapses_at: datetime | None = None


def _seats(of: Membership) -> Iterator[SeatLine]:
    name = of.organisation.name_ja if of.organisation else of.person.name if of.person else "—"
    line = SeatLine(of.id, of.category, name, of.state, of.safe_until)
    spoken = next((s.person.name for s in of.seats if s.role == "seat_representative"), None)
    for each in of.seats:
        yield replace(
            line,
            person_id=each.person.id,
            name=each.person.name,
            role=each.role,
            seat=each.id,
            acknowledged=each.acknowledged,
            represents=spoken if each.role == "deputy" else None,
            scope=each.scope,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
            lapses_at=each.lapses_at,
        )
    if not of.seats:
        yield line


@command(app, "acknowledge", "守秘義務を確認します。", "Acknowledge the duty of confidentiality.")
def acknowledge(
    desk: Desk,
    council: Council,
    text: Annotated[
        str | None, typer.Option(help=t("読んだ文の ID", "id of the text you have read"))
    ] = None,
    yes: Yes = False,
) -> None:
    """Show the duty in force, then acknowledge it; before that nothing non-public opens."""
    if text is None:
        duty = desk.run(councils.read_duty(council))
        from clients.sdk import verify  # brings the cryptography

        verify.text(duty)
        desk.present(duty, f"id effective_on {t('ja', 'en')} citations counsel_note digest")
        confirm(t("確認しましたか。", "Do you acknowledge this?"), yes)
        text = duty.id
    call = councils.acknowledge_duty(council, text)
    desk.did(call, "確認を記録しました。", "Acknowledged.", "text digest acknowledged_at")


@command(app, "duty", "守秘義務の文を表示します。", "Show the duty of confidentiality.")
def duty_(desk: Desk, council: Council) -> None:
    """Show the duty in force, and whether the caller has acknowledged it."""
    names = f"id version effective_on {t('ja', 'en')} citations counsel_note digest acknowledged_at"
    desk.show(councils.read_duty(council), names)
