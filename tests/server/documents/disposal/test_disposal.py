"""What becomes of content when its council closes: returned, destroyed or kept, as its provider
decides; nothing is destroyed by silence.
"""

from typing import Any

import pytest

from server.clock import DAY, to_text
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import uploads
from tests.making.closing import (
    announced,
    closed_council,
    disposed,
    over,
    run_every_job,
    told,
)
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    MadeDocument,
    drafted_document,
    drafted_secret,
    made,
    provided_secret,
)

on_both = pytest.mark.on_both_databases


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """A secret of the funding agency for sixty days, with a recipient of organ_a."""
    return provided_secret(world, council, council.fa, [council.organ_a], days=60)


def shown(caller: Caller, document: str) -> Any:
    answer = caller.get(f"/documents/{document}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def content(caller: Caller, document: str) -> Any:
    return caller.get(f"/documents/{document}/content")


def received(caller: Caller, document: str) -> Any:
    """As its recipients take it out."""
    return caller.get(f"/documents/{document}/download")


def tasks(caller: Caller) -> list[tuple[str, str]]:
    return [(w["task"], w["thing"]) for w in caller.get("/me/waiting").json()["items"]]


@on_both
def test_what_nobody_decides_about_is_kept_for_its_provider_alone(
    world: World, council: MadeCouncil, clock: TestClock, secret: MadeDocument
) -> None:
    """The recipients lose it; its period still runs, and ends as promised (BR-20)."""
    assert received(council.organ_a, secret.id).content == CONTENT
    closed = closed_council(world, council)

    kept = shown(closed.fa, secret.id)
    assert (kept["state"], kept["under_duty"], kept["destroyed_at"]) == ("retained", True, None)
    assert content(closed.fa, secret.id).content == CONTENT
    assert received(closed.organ_a, secret.id).status_code == 404
    assert closed.organ_a.get(f"/documents/{secret.id}/summary").status_code == 404
    assert closed.compliance.get(f"/documents/{secret.id}/summary").json()["state"] == "retained"
    assert closed.compliance.get(f"/documents/{secret.id}").status_code == 403
    assert "content_kept" in told(world, closed.fa)

    later = over(world, closed, 31)
    assert shown(later.organ_b, secret.id)["state"] == "council_internal"


def test_each_provider_is_asked_and_reminded(
    world: World, council: MadeCouncil, clock: TestClock, secret: MadeDocument
) -> None:
    draft = drafted_secret(world, council, council.organ_b, [council.fa])
    assert tasks(council.fa) == []
    announced(world, council)

    assert ("dispose_content", secret.id) in tasks(council.fa)
    assert ("dispose_content", draft.id) in tasks(council.organ_b)
    assert tasks(council.organ_a) == []
    clock.days(23)
    assert "disposition_due" in told(world, world.session(council.fa.person_id))
    fa = world.session(council.fa.person_id)
    assert disposed(fa, secret.id, "kept").status_code == 201
    assert ("dispose_content", secret.id) not in tasks(fa)


@on_both
def test_what_is_to_be_destroyed_is_when_the_council_closes(
    world: World, council: MadeCouncil, clock: TestClock, secret: MadeDocument
) -> None:
    announced(world, council)
    assert disposed(council.fa, secret.id, "destroyed").status_code == 201
    clock.advance(30 * DAY - 1)
    organ_a = world.session(council.organ_a.person_id)
    assert received(organ_a, secret.id).content == CONTENT
    clock.advance(1)
    run_every_job(world)
    run_every_job(world)
    fa = world.session(council.fa.person_id)

    assert content(fa, secret.id).json()["code"] == "content_destroyed"
    certificate = fa.get(f"/documents/{secret.id}/destruction").json()
    assert certificate["decision"]["choice"] == "destroyed"
    assert certificate["destruction"]["ground"] == "closing"
    assert certificate["destruction"]["removed"] is True
    assert shown(fa, secret.id)["title"]


def test_a_provider_may_change_its_mind_until_the_end(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    announced(world, council)
    disposed(council.fa, secret.id, "destroyed")
    disposed(council.fa, secret.id, "kept")
    closed = over(world, council)

    assert content(closed.fa, secret.id).content == CONTENT
    assert "content_kept" not in told(world, closed.fa)


def test_what_is_returned_goes_only_once_its_provider_has_it(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """Never by silence: a return nobody confirms is kept, and waits."""
    announced(world, council)
    disposed(council.fa, secret.id, "returned")
    closed = over(world, council)
    assert content(closed.fa, secret.id).content == CONTENT
    assert ("dispose_content", secret.id) in tasks(closed.fa)

    done = disposed(closed.fa, secret.id, "returned", received=True)

    assert done.json()["destruction"]["ground"] == "returned"
    run_every_job(world)
    assert content(closed.fa, secret.id).status_code == 410
    assert tasks(closed.fa) == []


def test_what_is_returned_before_the_end_goes_at_the_end(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """Recipients keep what they were promised until the announced day."""
    announced(world, council)
    answer = disposed(council.fa, secret.id, "returned", received=True).json()

    assert answer["destruction"] is None
    assert received(council.organ_a, secret.id).content == CONTENT
    assert content(over(world, council).fa, secret.id).status_code == 410


def test_only_the_provider_decides(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    announced(world, council)
    knowing = [council.organ_a, council.compliance, council.secretariat, council.auditor]

    assert [disposed(each, secret.id, "destroyed").status_code for each in knowing] == [403] * 4
    others = [council.pd, council.minister_fund, council.minister_pm, council.admin]
    assert [disposed(each, secret.id, "destroyed").status_code for each in others] == [404] * 4
    assert disposed(council.fa.unproved(), secret.id, "kept").json()["code"] == "step_up_needed"


def test_nothing_is_decided_for_a_council_that_goes_on(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    code = disposed(council.fa, secret.id, "destroyed").json()["code"]

    assert code == "closing_not_announced"


def test_a_decision_for_a_closing_that_was_taken_back_counts_no_more(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """What a provider decided for one closing is not carried out at another."""
    first = announced(world, council)["closing"]["id"]
    disposed(council.fa, secret.id, "destroyed")
    for minister in (council.minister_fund, council.minister_pm):
        minister.post(f"/councils/{council.id}/closing/withdrawal", {"closing": first})
    announced(world, council)

    assert ("dispose_content", secret.id) in tasks(council.fa)
    assert content(over(world, council).fa, secret.id).content == CONTENT


def test_received_is_said_of_what_is_returned(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    announced(world, council)

    answer = disposed(council.fa, secret.id, "kept", received=True)

    assert answer.json()["code"] == "received_without_return"


def test_a_draft_of_a_closed_council_is_its_provider_s_and_never_provided(
    world: World, council: MadeCouncil
) -> None:
    draft = drafted_secret(world, council, council.fa, [council.organ_a], days=60)
    closed = closed_council(world, council)

    assert shown(closed.fa, draft.id)["state"] == "provision_draft"
    assert closed.fa.post(f"/documents/{draft.id}/provision").json()["code"] == "council_closed"
    for path, asked in (
        ("recipients", {"add": [council.organ_b.person_id]}),
        ("period", {"ends_at": to_text(world.clock() + 90 * DAY)}),
        ("handling", {"handling": "print"}),
    ):
        refused = closed.fa.post(f"/documents/{draft.id}/{path}", asked)
        assert (refused.status_code, refused.json()["code"]) == (409, "council_closed"), path
    assert closed.fa.put(f"/documents/{draft.id}/statement", {"subject": "別"}).status_code == 409
    assert disposed(closed.fa, draft.id, "destroyed").json()["destruction"]["ground"] == "closing"


def test_the_end_entered_late_does_what_was_decided_for_its_moment(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    """A worker that comes after the secret's own end finds what stood when the council closed."""
    secret = provided_secret(world, council, council.fa, [council.organ_a], days=31)
    announced(world, council)
    disposed(council.fa, secret.id, "destroyed")
    clock.days(40)
    run_every_job(world)

    assert content(world.session(council.fa.person_id), secret.id).status_code == 410


@on_both
def test_what_is_to_be_destroyed_opens_to_nobody_before_the_end_is_entered(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    """No worker came, and meanwhile the period ended: the first reader enters the closing."""
    secret = provided_secret(world, council, council.fa, [council.organ_a], days=31)
    announced(world, council)
    disposed(council.fa, secret.id, "destroyed")
    clock.days(40)
    for name in ("organ_b", "organ_a", "fa"):
        reader = world.session(getattr(council, name).person_id)
        assert content(reader, secret.id).json()["code"] == "content_destroyed"


def test_an_upload_under_way_ends_with_its_council(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    """Neither a further part nor its completion is taken, noticed or not; its objects are swept."""
    paper = made(drafted_document(council.fa, council.id))["id"]
    announced(world, council, days=1, notice_days=1)
    clock.advance(DAY - 1)
    upload = uploads.begun(world.session(council.fa.person_id), paper)
    uploads.sent(world.session(council.fa.person_id), upload, 0, b"first")
    clock.advance(1)
    fa = world.session(council.fa.person_id)

    assert uploads.complete(fa, upload).json()["code"] == "council_closed"
    run_every_job(world)
    run_every_job(world)
    assert uploads.patch(fa, upload, 5, b"second").status_code == 404
    assert [f for f, is_object in world.parts.vault.names() if is_object] == []
