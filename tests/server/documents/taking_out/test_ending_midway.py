"""F19: a right ends while content is on its way, by whichever way it leaves.

Between two pieces something ends and five seconds go by. What was sent stands in the closing entry,
nothing more leaves, and what was begun does not open as if it were whole.
"""

import io
import os
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anyio.to_thread import run_sync

from server.access.transfer import AGAIN_MS, Transfer
from server.clock import DAY
from tests.conftest import TestClock
from tests.factories import World
from tests.making.age_keys import age_key
from tests.making.closing import announced
from tests.making.councils import MadeCouncil, confirm, established_council
from tests.making.documents import MadeDocument, provided_secret, shared_document
from tests.making.fetching import Got, fetched
from tests.making.pages import japanese_pdf, secret_of
from tests.server.documents.content.test_content import bodies
from tests.server.documents.taking_out.test_archive import entries, listed

KIB = 1 << 10
PIECE = 256 * KIB
PLAIN = os.urandom(PIECE) * 4
Act = Callable[[MadeCouncil, str], Any]
Midway = Callable[..., None]


@pytest.fixture
def midway(monkeypatch: pytest.MonkeyPatch, clock: TestClock) -> Midway:
    """Before the n-th time that a transfer asks whether it may go on, something happens and as
    much time goes by as makes it decide again.
    """

    def set_up(act: Callable[[], object], times: int = 2) -> None:
        asked, deciding = 0, Transfer.keep_deciding

        async def happening(self: Transfer[Any], moved: int) -> None:
            nonlocal asked
            asked += 1
            if asked == times:
                await run_sync(act)
                clock.advance(AGAIN_MS)
            await deciding(self, moved)

        monkeypatch.setattr(Transfer, "keep_deciding", happening)

    return set_up


def text(world: World, council: MadeCouncil) -> MadeDocument:
    return provided_secret(world, council, council.organ_a, [council.organ_b], content=PLAIN)


def pages(world: World, council: MadeCouncil) -> MadeDocument:
    to, content = [council.organ_b], japanese_pdf(4)
    return secret_of(world, council, council.organ_a, to, content, handling="download")


# How a secret leaves: the file, the address, the kind of its entries, when it is asked again.
WAYS = {
    "page": (pages, "pages/2", "view", 1),
    "print": (pages, "print", "print", 3),
    "copy": (pages, "download", "download", 1),
    "file": (text, "download", "download", 2),
}


def nothing() -> None:
    """Time alone does it."""


def removed(council: MadeCouncil, document: str) -> Any:
    gone = {"remove": [council.organ_b.person_id]}
    return council.organ_a.post(f"/documents/{document}/recipients", gone)


def suspended(council: MadeCouncil, document: str) -> Any:
    asked = {"reason": "確認のため"}
    return council.compliance.post(f"/documents/{document}/suspension", asked)


def destroyed(council: MadeCouncil, document: str) -> Any:
    asked = {"reason": "目的を失ったため"}
    return council.organ_a.post(f"/documents/{document}/destruction", asked)


def told(got: Got, ended: tuple[str, dict[str, Any]], code: str) -> None:
    """What left is what the closing entry says, and it says why no more did."""
    outcome, closing = ended
    assert (outcome, closing["code"]) == ("refused", code)
    if got.status == 200:
        assert not got.whole
        assert len(got.body) == closing["bytes"]
    else:
        assert code.encode() in got.body
        assert closing.get("bytes", 0) == 0


@pytest.mark.parametrize(
    ("act", "way", "code"),
    [
        (removed, "page", "not_found"),
        (removed, "copy", "not_found"),
        (suspended, "print", "not_found"),
        (suspended, "file", "not_found"),
        (destroyed, "print", "content_destroyed"),
        (destroyed, "copy", "content_destroyed"),
    ],
)
def test_what_is_taken_away_midway_stops_and_what_was_sent_is_told(
    world: World, council: MadeCouncil, midway: Midway, act: Act, way: str, code: str
) -> None:
    make, path, kind, times = WAYS[way]
    secret = make(world, council)
    midway(lambda: act(council, secret.id), times)

    got = fetched(world, council.organ_b, "GET", f"/documents/{secret.id}/{path}")

    told(got, bodies(world, secret.id, kind)[-1], code)


@pytest.mark.parametrize("way", ["page", "print", "copy"])
def test_a_confirmation_that_lapses_midway_stops_it_by_time_alone(
    world: World, clock: TestClock, midway: Midway, way: str
) -> None:
    council = established_council(world, confirmed=["organ_a"])
    with world.changing(council.id) as tx:
        by = council.compliance.person_id
        confirm(tx, council.id, council.memberships["organ_b"], by, days=1)
    make, path, kind, times = WAYS[way]
    secret = make(world, council)
    clock.advance(DAY - AGAIN_MS // 2)
    midway(nothing, times)
    reader = world.session(council.organ_b.person_id)

    got = fetched(world, reader, "GET", f"/documents/{secret.id}/{path}")

    told(got, bodies(world, secret.id, kind)[-1], "not_found")


@pytest.mark.parametrize("way", ["print", "file"])
def test_a_council_that_closes_midway_stops_it_by_time_alone(
    world: World, council: MadeCouncil, clock: TestClock, midway: Midway, way: str
) -> None:
    """Its secrets are their providers' alone from that moment."""
    make, path, kind, times = WAYS[way]
    secret = make(world, council)
    announced(world, council, 1, notice_days=1)
    clock.advance(DAY - AGAIN_MS // 2)
    midway(nothing, times)
    reader = world.session(council.organ_b.person_id)

    got = fetched(world, reader, "GET", f"/documents/{secret.id}/{path}")

    told(got, bodies(world, secret.id, kind)[-1], "not_found")


@pytest.mark.parametrize("way", ["print", "file"])
def test_a_period_that_ends_midway_ends_the_secret_and_not_what_is_being_read(
    world: World, council: MadeCouncil, clock: TestClock, midway: Midway, way: str
) -> None:
    """It is the council's from then on: who speaks for a member may have it (BR-20)."""
    make, path, kind, times = WAYS[way]
    secret = make(world, council)
    clock.advance(30 * DAY - AGAIN_MS // 2)
    midway(nothing, times)
    reader = world.session(council.organ_b.person_id)

    got = fetched(world, reader, "GET", f"/documents/{secret.id}/{path}")

    assert (got.status, got.whole) == (200, True)
    assert reader.get(f"/documents/{secret.id}").json()["state"] == "council_internal"
    outcome, closing = bodies(world, secret.id, kind)[-1]
    assert (outcome, closing.get("code")) == ("done", None)


def unzipped(content: bytes, folder: Path) -> int:
    """What `unzip -t` says of an archive: 0 is well."""
    file = folder / "papers.zip"
    file.write_bytes(content)
    return subprocess.run(["unzip", "-tq", str(file)], capture_output=True).returncode


def two_papers(world: World, council: MadeCouncil, clock: TestClock) -> list[str]:
    papers = []
    for _ in range(2):
        clock.advance(1)  # their order
        papers.append(shared_document(world, council, council.organ_a, PLAIN).id)
    return papers


def test_an_archive_in_which_a_paper_ends_midway_is_broken_off_and_told_as_damaged(
    world: World, council: MadeCouncil, clock: TestClock, midway: Midway, tmp_path: Path
) -> None:
    """Nothing of the next paper leaves; the log says how much of this one did."""
    first, second = two_papers(world, council, clock)
    midway(lambda: destroyed(council, first))

    got = fetched(world, council.organ_b, "GET", f"/councils/{council.id}/archive")

    assert (got.status, got.whole) == (200, False)
    assert unzipped(got.body, tmp_path) != 0
    outcome, closing = bodies(world, first, "download")[-1]
    assert (outcome, closing["code"]) == ("refused", "content_destroyed")
    assert 0 < closing["bytes"] < len(PLAIN)
    assert len(got.body) <= closing["bytes"] + PIECE
    assert bodies(world, second, "download") == []
    *_, end = [each for each in entries(world, council) if each[0] == "council.export"]
    assert (end[2], end[3]["held"]) == ("refused", [])


def test_an_archive_in_which_a_later_paper_ends_is_whole_and_names_it_as_left_out(
    world: World, council: MadeCouncil, clock: TestClock, midway: Midway, tmp_path: Path
) -> None:
    """So it is with a lapse and with a secret whose period ends: neither is about these papers."""
    first, second = two_papers(world, council, clock)
    days = (AGAIN_MS // 2) / DAY
    secret = provided_secret(world, council, council.organ_a, [council.organ_b], days=days).id
    midway(lambda: destroyed(council, second))

    got = fetched(world, council.organ_b, "GET", f"/councils/{council.id}/archive")

    assert (got.status, got.whole, unzipped(got.body, tmp_path)) == (200, True, 0)
    archive = zipfile.ZipFile(io.BytesIO(got.body))
    left_out = {id: row["left_out"] for id, row in listed(archive).items()}
    assert left_out == {first: "", second: "content_destroyed", secret: "provided_secret"}
    assert len(archive.namelist()) == 2


@pytest.mark.parametrize("ends", [False, True], ids=["its period", "its content"])
def test_a_hand_over_goes_on_when_the_period_ends_and_does_not_open_when_the_content_does(
    world: World,
    council: MadeCouncil,
    clock: TestClock,
    midway: Midway,
    tmp_path: Path,
    ends: bool,
) -> None:
    """Its provider hands it over in every state; what is destroyed, nobody does."""
    key, by = age_key(tmp_path), world.session(council.organ_a.person_id)
    days = 1 + (AGAIN_MS // 2) / DAY
    content = PLAIN * 2
    secret = provided_secret(
        world, council, council.organ_a, [council.organ_b], days=days, content=content
    )
    clock.days(1)
    by = world.session(by.person_id)
    gone = replace(council, organ_a=by)
    midway((lambda: destroyed(gone, secret.id)) if ends else nothing)

    asked = f'{{"recipients": ["{key.recipient}"]}}'
    got = fetched(world, by, "POST", f"/documents/{secret.id}/hand-over", asked)

    outcome, closing = bodies(world, secret.id, "hand_over")[-1]
    assert (got.status, got.whole) == (200, not ends)
    if ends:
        assert (outcome, closing["code"]) == ("refused", "content_destroyed")
        assert closing["bytes"] <= len(content)
        with pytest.raises(subprocess.CalledProcessError):
            key.opens(got.body)
    else:
        assert (outcome, closing["bytes"]) == ("done", len(content))
        assert key.opens(got.body) == content
