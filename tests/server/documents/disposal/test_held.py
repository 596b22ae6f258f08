"""Content an incident holds as its council closes: kept, told, then done with as was decided."""

from typing import Any

import pytest

from tests.factories import Caller, World
from tests.making.asking import reported
from tests.making.closing import announced, disposed, over, told
from tests.making.councils import MadeCouncil
from tests.making.documents import CONTENT, MadeDocument, provided_secret

on_both = pytest.mark.on_both_databases


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """A secret of the funding agency for sixty days, with a recipient of organ_a."""
    return provided_secret(world, council, council.fa, [council.organ_a], days=60)


def ended(officer: Caller, incident: str, outcome: str = "released") -> None:
    said = {"outcome": outcome, "done": "確認した（架空）"}
    answer = officer.post(f"/incidents/{incident}/closing", said)
    assert answer.status_code == 201, answer.text


def content(caller: Caller, document: str) -> Any:
    return caller.get(f"/documents/{document}/content")


def held(world: World, council: MadeCouncil, secret: MadeDocument, choice: str | None) -> str:
    """The council is about to close, its provider decides, and somebody reports: the incident."""
    announced(world, council)
    if choice is not None:
        assert disposed(council.fa, secret.id, choice).status_code == 201
    return reported(council.organ_a, secret.id)


@on_both
def test_what_was_to_be_destroyed_is_destroyed_once_the_incident_has_ended(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """BR-50 first: no decision takes the evidence away; but what is given back opens to nobody."""
    incident = held(world, council, secret, "destroyed")
    closed = over(world, council)
    assert content(closed.compliance, secret.id).status_code == 403, "it is there, and not theirs"
    world.clock.days(40)  # its period is over: given back as it is, it would be everybody's
    council = over(world, council, 0)
    ended(council.compliance, incident)
    for who in (council.fa, council.organ_a, council.organ_b):
        assert content(who, secret.id).json()["code"] == "content_destroyed"
    shown = council.fa.get(f"/documents/{secret.id}/destruction").json()["destruction"]
    assert (shown["ground"], shown["decided_by"]) == ("closing", council.fa.person_id)


def test_its_provider_is_told_at_the_closing_and_when_the_incident_has_ended(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    incident = held(world, council, secret, "destroyed")
    council = over(world, council)
    topics = told(world, council.fa)
    assert "content_held" in topics
    assert not {"content_kept", "content_destroyed"} & set(topics)
    notices = council.fa.get("/me/notices?limit=200").json()["items"]
    [notice] = [each for each in notices if each["topic"] == "content_held"]
    assert (notice["kind"], notice["thing"]) == ("incident", incident)
    assert "content_held" not in told(world, council.organ_a)

    ended(council.compliance, incident)
    assert "content_destroyed" in told(world, council.fa), "also who decided it, weeks ago"


@pytest.mark.parametrize("choice", [None, "returned", "kept"])
def test_nothing_is_destroyed_that_its_provider_has_not_decided_to_the_end(
    world: World, council: MadeCouncil, secret: MadeDocument, choice: str | None
) -> None:
    incident = held(world, council, secret, choice)
    council = over(world, council)
    assert "content_held" in told(world, council.fa)
    ended(council.compliance, incident)
    assert content(council.fa, secret.id).content == CONTENT
    assert content(council.organ_a, secret.id).status_code == 404
    assert ("content_kept" in told(world, council.fa)) is (choice != "kept")
    assert disposed(council.fa, secret.id, "destroyed").status_code == 201
    assert content(council.fa, secret.id).status_code == 410


def test_given_back_before_the_closing_it_waits_for_it(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    ended(council.compliance, held(world, council, secret, "destroyed"))
    assert content(council.fa, secret.id).content == CONTENT
    council = over(world, council)
    assert content(council.fa, secret.id).status_code == 410
    assert "content_held" not in told(world, council.fa)


def test_of_what_officers_destroyed_its_provider_is_told_by_the_incident(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """The document is nothing to them any more, and a notice about it would not be made."""
    incident = reported(council.organ_a, secret.id)
    ended(council.compliance, incident, "to_be_destroyed")
    assert council.compliance.post(f"/incidents/{incident}/destruction").status_code == 201
    assert "content_destroyed" in told(world, council.fa)
    assert "content_destroyed" not in told(world, council.organ_a)


def test_what_is_decided_and_of_which_versions_it_was_is_told_to_its_provider_alone(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    announced(world, council)
    disposed(council.fa, secret.id, "kept")
    path = f"/documents/{secret.id}/destruction"
    assert council.fa.get(path).json()["decision"]["choice"] == "kept"
    assert council.organ_a.get(path).json()["decision"] is None

    assert council.fa.post(path, {"reason": "架空"}).status_code == 201
    mine, theirs = (who.get(path).json()["destruction"] for who in (council.fa, council.organ_a))
    assert [each["version"] for each in mine["contents"]] == [secret.version]
    assert (theirs["contents"], theirs["reason"]) == ([], None)
    assert theirs["row_digest"] == mine["row_digest"]
