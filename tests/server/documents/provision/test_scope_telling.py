"""Who is told that a scope has changed or that a period ends: once, in time, and never of what."""

import pytest

from server.access.parts import Parts
from server.clock import DAY, to_text
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import MadeDocument, drafted_secret, provided_secret, run_jobs
from tests.making.mail import post
from tests.making.notices import about, ids, told


@pytest.fixture
def secret(world: World, council: MadeCouncil, parts: Parts) -> MadeDocument:
    """From organ A to organ B, for sixty days."""
    made = provided_secret(world, council, council.organ_a, [council.organ_b], days=60)
    post(parts)
    return made


def speaking(council: MadeCouncil) -> set[str]:
    return ids(council.organ_a, council.deputy_a)


def reminded(parts: Parts) -> list[tuple[str, int]]:
    """Who was reminded of an end, and how many days before, in the order of telling."""
    return [(each.person_id, each.stage) for each in told(parts) if each.topic == "secret_ending"]


def test_the_provider_is_reminded_30_7_and_1_day_before_and_recipients_7_days_before(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock, secret: MadeDocument
) -> None:
    found = []
    for days in (29, 1, 22, 1, 0.5, 5.5):  # 29, 30, 52, 53, 53.5 and 59 days of 60
        clock.days(days)
        post(parts)
        found.append(sorted(stage for _, stage in reminded(parts)))
    provider, reader = [30, 30], [7]
    assert found[0] == []
    assert found[1] == found[2] == provider
    assert found[3] == found[4] == sorted([*provider, 7, 7, *reader])
    assert found[5] == sorted([*provider, 7, 7, *reader, 1, 1])
    assert {person for person, stage in reminded(parts) if stage != 7} == speaking(council)
    assert {person for person, stage in reminded(parts) if stage == 7} == speaking(council) | ids(
        council.organ_b
    )


def test_a_period_that_is_moved_is_reminded_of_anew(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock, secret: MadeDocument
) -> None:
    clock.days(35)
    post(parts)
    assert [stage for _, stage in reminded(parts)] == [30, 30]
    by = world.session(council.organ_a.person_id)
    later = {"ends_at": to_text(clock() + 90 * DAY), "reason": "対策が続くため"}
    assert by.post(f"/documents/{secret.id}/period", later).status_code == 200
    clock.days(40)
    post(parts)
    assert len(reminded(parts)) == 2, "the old end has gone by, and nobody is reminded of it"
    clock.days(25)
    post(parts)
    assert [stage for _, stage in reminded(parts)] == [30, 30, 30, 30]


def test_nobody_is_reminded_of_what_was_released_or_is_a_draft(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock, secret: MadeDocument
) -> None:
    drafted_secret(world, council, council.organ_a, [council.organ_b], days=40)
    released = council.organ_a.post(f"/documents/{secret.id}/release", {})
    assert released.status_code == 204
    clock.days(35)
    post(parts)
    assert reminded(parts) == []


def test_recipients_are_told_of_a_changed_period_and_handling(
    world: World, council: MadeCouncil, parts: Parts, secret: MadeDocument
) -> None:
    assert about(parts, "secret_changed") == set(), "what was said in the draft is no change"
    by, path = council.organ_a, f"/documents/{secret.id}"
    assert by.post(f"{path}/handling", {"handling": "view_only"}).status_code == 200
    post(parts)
    assert about(parts, "secret_changed") == ids(council.organ_b)
    shorter = {"ends_at": to_text(world.clock() + 40 * DAY)}
    assert by.post(f"{path}/period", shorter).status_code == 200
    assert by.post(f"{path}/period", shorter).status_code == 200, "nothing changes the second time"
    post(parts)
    post(parts)
    assert len([each for each in told(parts) if each.topic == "secret_changed"]) == 2


def test_who_is_removed_is_told_without_what_it_was(
    world: World, council: MadeCouncil, parts: Parts, secret: MadeDocument
) -> None:
    gone = {"remove": [council.organ_b.person_id]}
    assert council.organ_a.post(f"/documents/{secret.id}/recipients", gone).status_code == 200
    post(parts)
    [notice] = [each for each in told(parts) if each.topic == "secret_removed"]
    assert (notice.person_id, notice.kind) == (council.organ_b.person_id, "council")
    assert notice.thing_id == council.id


def test_who_is_taken_out_of_a_draft_is_told_nothing(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    draft = drafted_secret(world, council, council.organ_a, [council.organ_b])
    gone = {"remove": [council.organ_b.person_id]}
    assert council.organ_a.post(f"/documents/{draft.id}/recipients", gone).status_code == 200
    post(parts)
    assert about(parts, "secret_removed") == set()


@pytest.mark.parametrize("by_time", [True, False])
def test_the_end_is_told_to_recipients_and_provider(
    world: World,
    council: MadeCouncil,
    parts: Parts,
    clock: TestClock,
    secret: MadeDocument,
    by_time: bool,
) -> None:
    if by_time:
        clock.days(60)
        run_jobs(world)
    else:
        assert council.organ_a.post(f"/documents/{secret.id}/release", {}).status_code == 204
    post(parts)
    assert about(parts, "secret_ended") == speaking(council) | ids(council.organ_b)
