"""A member's people: reviewing seats, inviting colleagues; leaving a council, removing a member."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Reason, choices
from clients.sdk.calls import councils, people

app = noun("構成員の席の点検・招待・脱退・除名", "A member's people, leaving and removal")
Membership = Annotated[str, typer.Argument(help=t("構成員の ID", "the membership's id"))]
Seats = Annotated[list[str], typer.Option(help=t("席の ID（複数可）", "a seat's id (repeat)"))]
REVIEW = "membership interval_days due_at seats lapsed"


@command(
    app,
    "review",
    "代理・従事者の席を点検し、続けるか終えるかを記録します。",
    "Review who acts for a member, and confirm or end their seats.",
)
def review(
    desk: Desk,
    membership: Membership,
    confirm: Seats = [],  # noqa: B006  read only
    end: Seats = [],  # noqa: B006
    all_: Annotated[
        bool, typer.Option("--all", help=t("残りの全ての席を続ける", "confirm all the others"))
    ] = False,
) -> None:
    """Show until when each seat is confirmed; with options, confirm or end seats.

    What nobody confirms lapses at its time.
    """
    shown = people.read_review(membership)
    if not (confirm or end or all_):
        desk.show(shown, REVIEW)
        return
    every = [each.seat for each in desk.run(shown).seats] if all_ else []
    keeping = [*confirm, *(seat for seat in every if seat not in {*confirm, *end})]
    call = people.confirm_seats(membership, keeping, end)
    desk.did(call, "点検を記録しました。", "Review recorded.", REVIEW)


@command(app, "invite", "自分の組織の人を招待します。", "Invite a colleague.")
def invite(
    desk: Desk,
    membership: Membership,
    name: Annotated[str, typer.Option(help=t("氏名", "name"))],
    kana: Annotated[str, typer.Option(help=t("フリガナ", "name in kana"))],
    email: Annotated[str, typer.Option(help=t("メール", "e-mail address"))],
    title: Annotated[str, typer.Option(help=t("肩書", "title"))],
    organisation: Annotated[
        str | None,
        typer.Option(help=t("複数に所属する個人構成員のとき", "of a member in person, if several")),
    ] = None,
) -> None:
    """Register a colleague of one's own organisation; seats are named with `seat name`."""
    desk.did(
        people.invite_handler(membership, name, kana, email, title, organisation),
        "招待しました。リンクは一度だけ表示されます。本人にだけ渡してください。"
        "リンクのない人は、既に登録されています。",
        "Invited. The link is shown once; hand it to that person and nobody else. "
        "Without a link, the person is registered already.",
        "person link hours",
    )


@command(
    app,
    "represent",
    "代表のいない構成員の代表を指名します（立場の異なる二人）。",
    "Name who speaks for a member nobody represents (two persons of two parts).",
)
def represent(
    desk: Desk,
    membership: Membership,
    person: Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))],
    basis: Annotated[str, typer.Option(help=t("組織からの届出など", "the organisation's word"))],
) -> None:
    """Name a representative; the second person does the same act."""
    call = people.name_representative(membership, person, basis)
    desk.did(call, "指名しました。", "Named.", "id person role valid_from")


@command(app, "leave", "協議会を脱退します。", "Leave the council.")
def leave(
    desk: Desk,
    membership: Membership,
    outcome: Annotated[
        str | None, typer.Option(help=choices("returned", "destroyed", "nothing_held"))
    ] = None,
    statement: Annotated[
        str | None, typer.Option(help=t("返却・廃棄の証明の文", "what is certified, in words"))
    ] = None,
) -> None:
    """Leave with everybody who acts for one's member, certifying in the same act, if given, what
    became of the secrets it received; the duty continues (BR-37).
    """
    desk.did(
        councils.leave_council(membership, outcome, statement),
        "脱退しました。守秘義務は続きます。",
        "Left. The duty of confidentiality continues.",
    )


@command(app, "remove", "構成員を除名します（両大臣）。", "Remove a member (both ministers).")
def remove(desk: Desk, membership: Membership, reason: Reason) -> None:
    """Remove a member; the other ministry's person confirms with the same reason."""
    desk.did(councils.remove_member(membership, reason), "除名しました。", "Removed.")
