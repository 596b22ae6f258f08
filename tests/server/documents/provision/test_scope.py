"""A provided secret afterwards: recipients, period, release, suspension, and its end."""

import pytest
from sqlalchemy import Table, select

from server.audit.models import Entry
from server.clock import DAY, to_text
from server.documents import endings
from server.documents.models import PeriodEnd
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    MadeDocument,
    acknowledge,
    provided_secret,
    run_jobs,
    uploaded,
)

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_period_end: Table = PeriodEnd.__table__  # type: ignore[attr-defined]


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """From organ A to organ B, for thirty days."""
    return provided_secret(world, council, council.organ_a, [council.organ_b])


def ends_after(world: World, days: float) -> str:
    return to_text(world.clock() + round(days * DAY))


def entries_of_the_end(world: World, document: str) -> list[int]:
    with world.parts.database.reading() as tx:
        query = select(_entry.c.seq).where(
            _entry.c.kind == "document.period_ended", _entry.c.object == f"document/{document}"
        )
        return list(tx.connection.scalars(query))


def test_the_provider_names_further_recipients_who_then_open_it(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """BR-14: a member sees an earlier secret only once its provider adds it."""
    assert council.fa.get(f"/documents/{secret.id}").status_code == 404
    path = f"/documents/{secret.id}/recipients"
    named = council.organ_a.post(
        path, {"add": [council.fa.person_id], "reason": "協力を求めるため"}
    )
    assert [r["person"] for r in named.json()["recipients"]] == [
        council.organ_b.person_id,
        council.fa.person_id,
    ]
    acknowledge(council.fa, secret.id)
    assert council.fa.get(f"/documents/{secret.id}/download").content == CONTENT


def test_a_recipient_who_is_removed_reads_no_more(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    path = f"/documents/{secret.id}/recipients"
    assert council.organ_b.get(f"/documents/{secret.id}/download").status_code == 200
    assert council.organ_a.post(path, {"remove": [council.organ_b.person_id]}).status_code == 200
    for ending in ("", "/download", "/summary"):
        assert council.organ_b.get(f"/documents/{secret.id}{ending}").status_code == 404
    # Named again, the acknowledgement still stands.
    council.organ_a.post(path, {"add": [council.organ_b.person_id], "reason": "復帰した"})
    assert council.organ_b.get(f"/documents/{secret.id}/download").status_code == 200


@pytest.mark.parametrize("person", ["organ_b", "compliance", "secretariat"])
def test_nobody_but_the_provider_changes_the_scope(
    world: World, council: MadeCouncil, secret: MadeDocument, person: str
) -> None:
    """BR-17, BR-18: a recipient cannot pass it on; what they asked for is in the log."""
    caller = getattr(council, person)
    for path, body in (
        ("recipients", {"add": [council.fa.person_id]}),
        ("period", {"ends_at": ends_after(world, 90), "reason": "…"}),
        ("release", {}),
    ):
        refused = caller.post(f"/documents/{secret.id}/{path}", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "only_the_provider")
    assert council.fa.get(f"/documents/{secret.id}").status_code == 404
    with world.parts.database.reading() as tx:
        query = select(_entry.c.kind).where(
            _entry.c.object == f"document/{secret.id}",
            _entry.c.outcome == "refused",
            _entry.c.person_id == caller.person_id,
        )
        assert set(tx.connection.scalars(query)) == {"document.set_scope", "document.release"}


def test_after_its_end_the_provider_is_told_of_the_state_and_nobody_of_the_provider(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    world.clock.days(31)
    for caller in (council.organ_a, council.organ_b):
        path, body = f"/documents/{secret.id}/period", {"ends_at": ends_after(world, 90)}
        refused = world.session(caller.person_id).post(path, {**body, "reason": "…"}).json()
        assert (refused["code"], refused["state"]) == ("refused", "council_internal")
        assert refused["possible_in_states"] == ["provided_secret", "provision_draft"]


def test_a_recipient_without_a_seat_cannot_be_named(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    path = f"/documents/{secret.id}/recipients"
    refused = council.organ_a.post(path, {"add": [council.stranger.person_id]})
    assert (refused.status_code, refused.json()["code"]) == (422, "recipient_not_seated")


def test_a_period_is_extended_only_with_a_reason(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    path, later = f"/documents/{secret.id}/period", ends_after(world, 60)
    refused = council.organ_a.post(path, {"ends_at": later})
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_needed")
    extended = council.organ_a.post(path, {"ends_at": later, "reason": "対策が続くため"})
    assert extended.json()["ends_at"] == later
    world.clock.days(31)
    reader = world.session(council.organ_b.person_id)
    assert reader.get(f"/documents/{secret.id}").json()["state"] == "provided_secret"


def test_a_period_is_shortened_at_once(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    path = f"/documents/{secret.id}/period"
    shortened = council.organ_a.post(path, {"ends_at": ends_after(world, 1)})
    assert shortened.json()["ends_at"] == ends_after(world, 1)
    world.clock.days(1)
    reader = world.session(council.fa.person_id)
    assert reader.get(f"/documents/{secret.id}").json()["state"] == "council_internal"


def test_a_wrong_date_ends_no_secret(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """What every member may read from then on is not taken back: that is what releasing is for."""
    for past in (to_text(world.clock()), ends_after(world, -365)):
        refused = council.organ_a.post(f"/documents/{secret.id}/period", {"ends_at": past})
        assert (refused.status_code, refused.json()["code"]) == (422, "period_over")
        assert "release" in refused.json()["title"]
    assert council.fa.get(f"/documents/{secret.id}").status_code == 404


def test_the_end_of_the_period_makes_it_council_internal(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    """BR-20"""
    world.clock.days(29.999)
    member = world.session(council.fa.person_id)
    assert member.get(f"/documents/{secret.id}").status_code == 404
    world.clock.days(0.001)
    shown = member.get(f"/documents/{secret.id}").json()
    assert (shown["state"], shown["under_duty"]) == ("council_internal", False)
    assert member.get(f"/documents/{secret.id}/content").content == CONTENT
    assert [i["id"] for i in member.get(f"/councils/{council.id}/documents").json()["items"]] == [
        secret.id
    ]


@pytest.mark.parametrize("reader_first", [True, False])
def test_the_end_is_entered_once_by_whoever_comes_first(
    world: World, council: MadeCouncil, secret: MadeDocument, reader_first: bool
) -> None:
    """BR-20"""
    world.clock.days(30)
    member = world.session(council.fa.person_id)
    steps = [lambda: member.get(f"/documents/{secret.id}/content"), lambda: run_jobs(world)]
    for step in steps if reader_first else steps[::-1]:
        step()
        assert len(entries_of_the_end(world, secret.id)) == 1
    endings.note_end(world.parts, secret.id)
    assert len(entries_of_the_end(world, secret.id)) == 1
    with world.parts.database.reading() as tx:
        ends = list(tx.connection.scalars(select(_period_end.c.effective_at)))
    assert ends == [world.clock()]


def test_an_extended_period_is_not_said_to_have_ended(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    asked = {"ends_at": ends_after(world, 60), "reason": "対策が続くため"}
    council.organ_a.post(f"/documents/{secret.id}/period", asked)
    world.clock.days(31)
    run_jobs(world)
    assert entries_of_the_end(world, secret.id) == []
    world.clock.days(30)
    run_jobs(world)
    assert len(entries_of_the_end(world, secret.id)) == 1


def test_after_the_end_its_scope_is_nobodys(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    world.clock.days(31)
    provider = world.session(council.organ_a.person_id)
    asked = {"ends_at": ends_after(world, 60), "reason": "…"}
    refused = provider.post(f"/documents/{secret.id}/period", asked)
    assert refused.status_code == 403
    assert refused.json()["state"] == "council_internal"


def test_the_provider_releases_it(world: World, council: MadeCouncil, secret: MadeDocument) -> None:
    path = f"/documents/{secret.id}/release"
    asked = {"ground": "publicly_known", "reason": "報道された"}
    assert council.organ_a.post(path, asked).status_code == 204
    shown = council.fa.get(f"/documents/{secret.id}").json()
    assert shown["state"] == "council_internal"
    assert shown["released_at"] == to_text(world.clock())
    assert council.organ_a.post(path, asked).status_code == 403
    world.clock.days(31)
    run_jobs(world)
    assert entries_of_the_end(world, secret.id) == []


def test_the_content_of_a_provided_secret_is_fixed(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    assert uploaded(council.organ_a, secret.id, b"another").status_code == 403


def test_a_suspension_stops_recipients_until_it_is_lifted(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    path = f"/documents/{secret.id}"
    suspended = council.compliance.post(f"{path}/suspension", {"reason": "漏えいの疑い"})
    assert suspended.status_code == 204
    assert council.organ_b.get(path).status_code == 404
    assert council.organ_b.get(f"{path}/download").status_code == 404
    assert council.organ_b.get(f"/councils/{council.id}/documents").json()["items"] == []
    assert council.organ_a.get(path).json()["suspended"] is True
    again = council.compliance.post(f"{path}/suspension", {"reason": "…"})
    assert (again.status_code, again.json()["code"]) == (409, "already_suspended")
    assert council.compliance.post(f"{path}/resumption").status_code == 204
    assert council.organ_b.get(f"{path}/download").content == CONTENT
    again = council.compliance.post(f"{path}/resumption")
    assert (again.status_code, again.json()["code"]) == (409, "not_suspended")


def test_a_page_passes_over_what_is_suspended_without_naming_it(
    world: World, council: MadeCouncil
) -> None:
    to = [council.organ_b]
    made = sorted(provided_secret(world, council, council.organ_a, to).id for _ in range(6))
    for hidden in (made[0], *made[2:4], made[5]):
        suspended = council.compliance.post(f"/documents/{hidden}/suspension", {"reason": "…"})
        assert suspended.status_code == 204
    path = f"/councils/{council.id}/documents?limit=1"
    first = council.organ_b.get(path).json()
    assert ([item["id"] for item in first["items"]], first["next"]) == ([made[4]], made[4])
    second = council.organ_b.get(f"{path}&cursor={first['next']}").json()
    assert ([item["id"] for item in second["items"]], second["next"]) == ([made[1]], None)
    whole = council.organ_b.get(f"/councils/{council.id}/documents?limit=2").json()
    assert ([item["id"] for item in whole["items"]], whole["next"]) == ([made[4], made[1]], None)


def test_the_tag_of_a_document_moves_with_its_scope(
    council: MadeCouncil, secret: MadeDocument
) -> None:
    path = f"/documents/{secret.id}"
    tag = council.organ_a.get(path).headers["etag"]
    again = council.organ_a.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    body = {"add": [council.fa.person_id], "reason": "協力を求めるため"}
    assert council.organ_a.post(f"{path}/recipients", body).status_code == 200
    seen = council.organ_a.get(path, headers={"If-None-Match": tag})
    assert (seen.status_code, len(seen.json()["recipients"])) == (200, 2)
    stale = council.organ_a.post(f"{path}/release", {}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    fresh = {"If-Match": seen.headers["etag"]}
    assert council.organ_a.post(f"{path}/release", {}, headers=fresh).status_code == 204


@pytest.mark.parametrize("person", ["organ_a", "organ_b", "secretariat", "auditor"])
def test_only_the_compliance_officer_suspends(
    council: MadeCouncil, secret: MadeDocument, person: str
) -> None:
    caller = getattr(council, person)
    for path, body in (("suspension", {"reason": "…"}), ("resumption", None)):
        assert caller.post(f"/documents/{secret.id}/{path}", body).status_code == 403


def test_a_suspension_outlasts_the_period_and_can_still_be_lifted(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    council.compliance.post(f"/documents/{secret.id}/suspension", {"reason": "漏えいの疑い"})
    world.clock.days(31)
    member, officer = (world.session(p.person_id) for p in (council.fa, council.compliance))
    assert member.get(f"/documents/{secret.id}").status_code == 404
    assert officer.post(f"/documents/{secret.id}/resumption").status_code == 204
    assert member.get(f"/documents/{secret.id}").status_code == 200
