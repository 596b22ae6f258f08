"""The sealed manifest: one place, one form, no contradiction."""

from dataclasses import replace

import pytest

from crypto.errors import Unverified
from server.documents.content import manifest as manifests
from server.documents.content.manifest import Manifest, ManifestPart
from server.ids import new_id
from tests.factories import World
from tests.making.councils import MadeCouncil


def manifest(council: str) -> Manifest:
    part = ManifestPart(id=new_id(3), length=5, sha256="00" * 32)
    return Manifest(
        council=council,
        document=new_id(1),
        version=new_id(2),
        created=7,
        media_type="text/plain",
        file_name="資料.txt",
        parts=(part,),
        total=5,
        sha256="00" * 32,
    )


def test_a_manifest_opens_at_its_place_alone(world: World, council: MadeCouncil) -> None:
    made = manifest(council.id)
    place = made.council, made.document, made.version
    with world.parts.database.reading() as tx:
        sealed = manifests.seal(tx, made)
        assert manifests.open_manifest(tx, *place, sealed) == made
        for other in (new_id(9), made.version, made.document):
            with pytest.raises(Unverified):
                manifests.open_manifest(tx, made.council, other, other, sealed)
        for at in range(len(sealed)):
            changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
            with pytest.raises(Unverified):
                manifests.open_manifest(tx, *place, changed)


def test_a_manifest_that_contradicts_itself_is_refused(world: World, council: MadeCouncil) -> None:
    made = replace(manifest(council.id), total=6)
    with world.parts.database.reading() as tx:
        sealed = manifests.seal(tx, made)
        with pytest.raises(Unverified):
            manifests.open_manifest(tx, made.council, made.document, made.version, sealed)
