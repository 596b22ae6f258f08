"""The people of an adopted project, and its adoption's withdrawal, by command alone."""

import json
from pathlib import Path

from server.clock import DAY, to_text
from tests.clients.conftest import Terminal, signed_in
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import load_registry

CONCEPT = "C-2212A-02"


def test_people_join_and_leave_a_project_and_its_adoption_is_withdrawn_by_command(
    terminal: Terminal, world: World, clock: TestClock, tmp_path: Path
) -> None:
    load_registry(world)
    signed_in(terminal, world.officer("secretariat"))
    lead, other = (world.person(name, "a-university").person_id for name in ("甲", "乙"))
    team = tmp_path / "people.json"
    part = {"organisation_id": "a-university", "role": "principal_investigator"}
    team.write_text(json.dumps([{"person_id": lead, **part}]), "utf-8")
    adoption = world.client.get(f"/api/v1/concepts/{CONCEPT}").json()["adoptions"][0]["id"]
    asked = ("--adoption", adoption, "--title", "架空の課題", "--people", str(team))
    made = terminal("concept", "add-project", CONCEPT, *asked, "--json")
    project = json.loads(made.out)
    joining = ("concept", "add-person", CONCEPT, project["id"], other)
    works = ("--role", "rd_implementer", "--organisation", "a-university")

    joined = terminal(*joining, *works, "--from", to_text(clock.now + DAY))
    twice = terminal(*joining, *works)

    assert joined.code == 0, joined.err
    assert "参加予定の研究者" in joined.out
    assert "既にこの課題の研究者です" in twice.err
    assert lead in terminal("concept", "projects", CONCEPT).out
    for person in (lead, other):
        ran = terminal("concept", "end-person", CONCEPT, project["id"], person)
        assert (ran.code, "記録しました。" in ran.err) == (0, True), ran.err
    assert "終了した研究者" in ran.out

    withdrawing = ("concept", "withdraw-adoption", CONCEPT, adoption)
    ground = ("--ground", "recorded_in_error")
    unsure = terminal(*withdrawing, *ground)
    withdrawn = terminal(*withdrawing, *ground, "--yes")

    assert (unsure.code, "--yes" in unsure.err) == (2, True)
    assert withdrawn.code == 0, withdrawn.err
    assert "公募・審査中" in withdrawn.out
    assert "記録の誤り" in terminal("concept", "show", CONCEPT).out
