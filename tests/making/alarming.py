"""What alarms or troubles people beside the usual course: each of it, one after the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.access.text_files import ITEM
from server.audit import facts
from server.councils import duty
from server.documents.models import VersionFinding, VersionOutcome
from server.documents.oversight import telling
from server.inspection.taps import INFECTED
from tests.factories import World
from tests.making import leaving
from tests.making.councils import MadeCouncil, confirm
from tests.making.documents import (
    drafted_document,
    made,
    provided_secret,
    run_jobs,
    shared_document,
    uploaded,
)
from tests.making.texts import in_force


def held_back(world: World, council: MadeCouncil) -> None:
    """A secret whose recipient's member loses its confirmation in twenty days."""
    with world.changing(council.id) as tx:
        member = council.memberships["organ_a"]
        confirm(tx, council.id, member, council.compliance.person_id, days=20)
    provided_secret(world, council, council.private, [council.organ_a], days=90)


def every_alarm(world: World, council: MadeCouncil, folder: Path, canary: str) -> Iterator[None]:
    """Each yields when there is something to tell."""
    paper = shared_document(world, council, council.organ_b, canary.encode() * 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telling, "MANY", 1)
        assert council.fa.get(f"/documents/{paper.id}/content").is_success
        yield
    damage(world)
    assert council.fa.get(f"/documents/{paper.id}/content").status_code == 500
    yield
    infected(world, council, paper.version, paper.id)
    yield
    leaver = world.person("離任 者")
    with world.changing(council.id) as tx:
        duty.acknowledge(tx, council.id, leaver.person_id, duty.current(tx).name)
    leaving.left_member(world, council, leaver, council.private)
    yield
    in_force(folder, world.parts, ITEM, en="Changed.")
    yield


def marked(world: World, council: MadeCouncil, canary: str) -> None:
    """The marking of a higher regime is found in a paper."""
    paper = made(drafted_document(council.organ_b, council.id, title=canary))["id"]
    made(uploaded(council.organ_b, paper, f"{canary}\n【特定秘密】\n".encode(), name=canary))
    run_jobs(world)


def infected(world: World, council: MadeCouncil, version: str, document: str) -> None:
    """The scanner finds malware in a version (that it does: test_scanning.py)."""
    finding = VersionFinding(
        council_id=council.id,
        document_id=document,
        version_id=version,
        outcome=VersionOutcome.QUARANTINED,
        fault="malware",
        measured=None,
        detected=None,
        scan=INFECTED,
    )
    with world.changing(council.id) as tx:
        facts.enter(tx, council.id, finding)


def damage(world: World) -> None:
    """One bit of the newest object in the vault is another."""
    newest = max(
        (path for path, _ in world.parts.vault.names()), key=lambda p: p.stat().st_mtime_ns
    )
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(content)
