"""The programme's research and development concepts."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import DOMAINS, Yes, choices
from clients.cli.parsing import json_file, moment
from clients.cli.prompting import confirm
from clients.sdk.calls import programme

app = noun("研究開発構想", "Research and development concepts")
Concept = Annotated[str, typer.Argument(help=t("構想の ID（例 C-2212A-02）", "the concept's id"))]
Day = Annotated[str, typer.Option(help=t("日付（例 2026-12-31）", "the day, as 2026-12-31"))]
Project = Annotated[str, typer.Argument(help=t("採択課題の ID", "the project's id"))]
Person = Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))]
PEOPLE = "id title people joining_later former_people"
SHOWN = (
    "id title_ja state funding_agency.name_ja vision_id representative technologies "
    "establishing_ministers expected_organs adoptions withdrawn_adoptions revisions "
    "source.document readings may"
)


@command(app, "list", "構想の一覧。", "List the concepts.")
def list_(
    desk: Desk,
    domain: Annotated[str | None, typer.Option(help=DOMAINS)] = None,
    vision: Annotated[str | None, typer.Option(help=t("ビジョンの ID", "a vision's id"))] = None,
    funding_agency: Annotated[
        str | None, typer.Option(help=t("資金配分機関の ID（jst, nedo）", "jst or nedo"))
    ] = None,
    state: Annotated[str | None, typer.Option(help=choices("in_call", "adopted"))] = None,
) -> None:
    """List concepts by domain, vision, funding agency and state."""
    call = programme.list_concepts(domain, vision, funding_agency, state, limit=200)
    desk.pages(call, "id state funding_agency.abbr title_ja")


@command(app, "show", "構想を表示します。", "Show a concept.")
def show(desk: Desk, concept: Concept) -> None:
    """Show one concept with its expected members; these are not yet members."""
    desk.show(programme.read_concept(concept), SHOWN)


@command(app, "adopt", "公表された採択を記録します。", "Record a published adoption.")
def adopt(
    desk: Desk,
    concept: Concept,
    on: Day,
    project: Annotated[str | None, typer.Option(help=t("課題名", "project title"))] = None,
    source: Annotated[str | None, typer.Option(help=t("出典", "where published"))] = None,
) -> None:
    """Record that the funding agency published an adoption (BR-02)."""
    call = programme.publish_adoption(concept, on, project, source)
    desk.did(call, "記録しました。", "Recorded.", "id title_ja state adoptions")


@command(app, "withdraw-adoption", "採択の取消しを記録します。", "Record an adoption's withdrawal.")
def withdraw_adoption(
    desk: Desk,
    concept: Concept,
    adoption: Annotated[str, typer.Argument(help=t("採択の ID", "the adoption's id"))],
    ground: Annotated[str, typer.Option(help=choices("withdrawn_by_agency", "recorded_in_error"))],
    yes: Yes = False,
) -> None:
    """Record that an adoption no longer stands; its projects end with it."""
    question = t(
        f"採択 {adoption} を取り消します。この採択に基づく課題も終わります。",
        f"Adoption {adoption} will be withdrawn, and its projects end.",
    )
    confirm(question, yes)
    call = programme.withdraw_adoption(concept, adoption, ground)
    shown = "id title_ja state adoptions withdrawn_adoptions"
    desk.did(call, "取消しを記録しました。", "Withdrawn.", shown)


@command(app, "revise", "決定された構想の改定を記録します。", "Record a decided revision.")
def revise(
    desk: Desk,
    concept: Concept,
    on: Day,
    changes: Annotated[str, typer.Option(help=t("変更点", "what changed"))],
    reason: Annotated[str, typer.Option(help=t("理由", "why"))],
    title: Annotated[str | None, typer.Option(help=t("新しい題名", "new title"))] = None,
) -> None:
    """Record a revision of a concept."""
    call = programme.revise_concept(concept, on, changes, reason, title)
    desk.did(call, "記録しました。", "Recorded.", "id title_ja state revisions")


@command(app, "add-project", "採択課題と研究者を記録します。", "Record a project and its people.")
def add_project(
    desk: Desk,
    concept: Concept,
    adoption: Annotated[str, typer.Option(help=t("採択の ID", "the adoption's id"))],
    title: Annotated[str, typer.Option(help=t("課題名", "project title"))],
    people: Annotated[
        str,
        typer.Option(
            help=t(
                "研究者の JSON ファイル（- は標準入力）: [{person_id, organisation_id, role}]",
                "JSON file of people (- for standard input): [{person_id, organisation_id, role}]",
            )
        ),
    ],
) -> None:
    """Record an adopted project: it says who the researchers are."""
    call = programme.add_project(concept, adoption, title, json_file(people))
    desk.did(call, "記録しました。", "Recorded.", PEOPLE)


@command(app, "add-person", "採択課題に研究者を加えます。", "Add a researcher to a project.")
def add_person(
    desk: Desk,
    concept: Concept,
    project: Project,
    person: Person,
    role: Annotated[str, typer.Option(help=choices("principal_investigator", "rd_implementer"))],
    organisation: Annotated[
        str, typer.Option(help=t("所属組織の ID", "the organisation the person works for"))
    ],
    from_: Annotated[
        str | None,
        typer.Option("--from", help=t("始期（省略すると今）", "from when on; now if left out")),
    ] = None,
) -> None:
    """Let a registered person join a project; roles are changed by ending the part first."""
    begins = moment(from_, "--from")
    call = programme.add_project_person(concept, project, person, organisation, role, begins)
    desk.did(call, "記録しました。", "Recorded.", PEOPLE)


@command(app, "end-person", "研究者の参加の終了を記録します。", "End a researcher's part.")
def end_person(
    desk: Desk,
    concept: Concept,
    project: Project,
    person: Person,
    at: Annotated[
        str | None, typer.Option(help=t("終了日時（省略すると今）", "when; now if left out"))
    ] = None,
) -> None:
    """End a person's part in a project, now or later; that it was stays on record."""
    call = programme.end_project_person(concept, project, person, moment(at, "--at"))
    desk.did(call, "記録しました。", "Recorded.", PEOPLE)


@command(app, "projects", "採択課題の一覧。", "List a concept's adopted projects.")
def projects(desk: Desk, concept: Concept) -> None:
    """List the adopted projects: who their researchers are, will be and were, by id."""
    desk.pages(programme.list_projects(concept), PEOPLE)
