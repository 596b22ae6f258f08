"""The SDK against the real application over a real socket, in both faces."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

from clients.sdk import AsyncKyogikai, Kyogikai, problems
from clients.sdk.calls import identity
from clients.sdk.transfers import PIECE
from server.identity import fallback, passwords
from tests import proving
from tests.clients.conftest import Connect
from tests.factories import World
from tests.making.councils import MadeCouncil

PASSWORD = "架空の合言葉-とても長い"
BIG = bytes(range(256)) * 1024 * 3 + b"end"


def test_both_faces_give_the_same_answer(world: World, live: str, sdk: Connect) -> None:
    me = world.person("乙野 花子")

    async def ask() -> object:
        async with AsyncKyogikai(live, me.token) as client:
            return await client.read_me()

    assert sdk(me.token).read_me() == anyio.run(ask)
    assert sdk(me.token).read_me().name == "乙野 花子"


def test_an_operation_seen_on_the_class_is_its_description() -> None:
    assert Kyogikai.read_me() == identity.read_me()


def test_what_is_public_is_read_without_signing_in(council: MadeCouncil, sdk: Connect) -> None:
    client = sdk(None)
    assert client.read_concept(council.concept_id).id == council.concept_id
    assert len(client.list_visions().items) == 2
    found = list(client.each(Kyogikai.list_concepts(limit=7)))
    assert len(found) == len({each.id for each in found}) == 32


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("unauthenticated", problems.Unauthenticated),
        ("not_found", problems.NotFound),
        ("malformed", problems.Malformed),
        ("refused", problems.Refused),
    ],
)
def test_problems_are_exceptions(
    council: MadeCouncil, sdk: Connect, path: str, kind: type[problems.Problem]
) -> None:
    acts: dict[str, Callable[[], object]] = {
        "unauthenticated": lambda: sdk("wrong").read_me(),
        "not_found": lambda: sdk(council.stranger.token).read_council(council.id),
        "malformed": lambda: sdk(council.pd.token).make_token("名", ["everything"]),
        "refused": lambda: sdk(council.secretariat.token).share_document(
            council.id, "題", contains_designated_secret=False
        ),
    }
    with pytest.raises(kind) as caught:
        acts[path]()
    assert caught.value.code == path
    assert caught.value.title
    if path == "malformed":
        assert caught.value.members["errors"]


def test_a_step_up_that_is_too_old_has_its_own_exception(
    council: MadeCouncil, sdk: Connect, world: World
) -> None:
    world.clock.advance(10 * 60_000)
    with pytest.raises(problems.StepUpNeeded):
        sdk(council.pd.token).make_token("名", ["read"])


def test_an_act_that_takes_two_is_never_mistaken_for_done(
    council: MadeCouncil, sdk: Connect, world: World
) -> None:
    newcomer = world.person()
    proving.prove_ahead(world.client, council.admin.token, "POST", "/api/v1/offices")
    with pytest.raises(problems.Proposed) as caught:
        sdk(council.admin.token).appoint("auditor", newcomer.person_id)
    assert caught.value.action == "appoint"
    second = world.officer("compliance_officer")
    proving.prove_ahead(world.client, second.token, "POST", "/api/v1/offices")
    office = sdk(second.token).appoint("auditor", newcomer.person_id)
    assert (office.person, office.role) == (newcomer.person_id, "auditor")


def test_messages_come_in_the_language_asked_for(live: str) -> None:
    for language, word in (("ja", "サインイン"), ("en", "Sign in")):
        with (
            Kyogikai(live, None, language=language) as client,
            pytest.raises(problems.Unauthenticated, match=word),
        ):
            client.read_me()


def test_a_document_goes_up_and_comes_down_unchanged(
    council: MadeCouncil, sdk: Connect, tmp_path: Path
) -> None:
    client, source = sdk(council.organ_a.token), tmp_path / "資料.bin"
    source.write_bytes(BIG)
    seen: list[tuple[int, int | None]] = []
    made = client.share_document(council.id, "架空の資料", contains_designated_secret=False)
    version = client.upload(made.id, source, source.name, lambda *at: seen.append(at))
    assert (version.size, version.file_name) == (len(BIG), "資料.bin")
    assert version.sha256 == hashlib.sha256(BIG).hexdigest()
    assert seen[0] == (0, len(BIG))
    assert seen[-1] == (len(BIG), len(BIG))
    ready(client, made.id)

    target = tmp_path / "back.bin"
    seen.clear()
    fetched = client.download(made.id, target, progress=lambda *at: seen.append(at))
    assert target.read_bytes() == BIG
    assert (fetched.size, fetched.sha256) == (len(BIG), version.sha256)
    assert seen[-1] == (len(BIG), len(BIG))
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == [
        "back.bin",
        "資料.bin",
    ]
    out = io.BytesIO()
    sdk(council.organ_b.token).download(made.id, out, inline=True)
    assert out.getvalue() == BIG


def ready(client: Kyogikai, document: str) -> str:
    """Wait for the server's check of what was uploaded; the version's id."""
    while (version := client.read_document(document).version) is None:
        pass
    return version


def test_the_async_face_moves_documents_too(
    council: MadeCouncil, live: str, sdk: Connect, tmp_path: Path
) -> None:
    source, target = tmp_path / "a.txt", tmp_path / "b.txt"
    source.write_bytes(BIG)
    made = sdk(council.organ_a.token).share_document(
        council.id, "架空", contains_designated_secret=False
    )

    async def move() -> None:
        async with AsyncKyogikai(live, council.organ_a.token) as client:
            await client.upload(made.id, source, "a.txt")
            while (await client.read_document(made.id)).version is None:
                pass
            await client.download(made.id, target)
            found = [each async for each in client.each(Kyogikai.list_documents(council.id))]
            assert [each.id for each in found] == [made.id]

    anyio.run(move)
    assert target.read_bytes() == BIG


def shared(client: Kyogikai, council: MadeCouncil, tmp_path: Path) -> tuple[str, str]:
    """A document whose content is BIG, and its version."""
    source = tmp_path / "source"
    source.write_bytes(BIG)
    made = client.share_document(council.id, "架空", contains_designated_secret=False)
    client.upload(made.id, source, "source")
    return made.id, ready(client, made.id)


def test_an_interrupted_download_is_continued_from_where_it_stopped(
    council: MadeCouncil, sdk: Connect, tmp_path: Path
) -> None:
    client = sdk(council.organ_a.token)
    document, version = shared(client, council, tmp_path)
    (tmp_path / "b.part").write_bytes(BIG[:PIECE])
    (tmp_path / "b.part.tag").write_text(f'"{version}"')
    seen: list[tuple[int, int | None]] = []
    client.download(document, tmp_path / "b", progress=lambda *at: seen.append(at))
    assert (tmp_path / "b").read_bytes() == BIG
    assert seen[0] == (PIECE, len(BIG))


def test_a_download_of_another_version_begins_anew(
    council: MadeCouncil, sdk: Connect, tmp_path: Path
) -> None:
    client = sdk(council.organ_a.token)
    document, _ = shared(client, council, tmp_path)
    (tmp_path / "b.part").write_bytes(b"another content")
    (tmp_path / "b.part.tag").write_text('"another"')
    client.download(document, tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == BIG


def test_what_was_changed_on_the_way_is_not_put_in_place(
    council: MadeCouncil, sdk: Connect, tmp_path: Path
) -> None:
    client = sdk(council.organ_a.token)
    document, version = shared(client, council, tmp_path)
    (tmp_path / "b.part").write_bytes(bytes(PIECE))
    (tmp_path / "b.part.tag").write_text(f'"{version}"')
    with pytest.raises(problems.WrongDigest):
        client.download(document, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    client.download(document, tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == BIG


def test_times_are_sent_and_read_with_their_offset(
    council: MadeCouncil, sdk: Connect, world: World, tmp_path: Path
) -> None:
    client, source = sdk(council.organ_a.token), tmp_path / "a"
    source.write_bytes(b"content")
    end = datetime.fromtimestamp(world.clock() / 1000, UTC) + timedelta(days=3)
    made = client.draft_secret(
        council.id,
        "架空",
        contains_designated_secret=False,
        is_own_result=False,
        recipients=[council.organ_b.person_id],
        ends_at=end,
        subject="対象",
        reason="理由",
        substance={"not_publicly_known": True, "why_worth_protecting": "悪用のおそれ"},
    )
    client.upload(made.id, source, "a")
    ready_version(client, made.id)
    path = f"/api/v1/documents/{made.id}/provision"
    proving.prove_ahead(world.client, council.organ_a.token, "POST", path)
    provided = client.provide_secret(made.id)
    assert provided.ends_at == end
    assert [each.person for each in provided.recipients or ()] == [council.organ_b.person_id]
    scope = sdk(council.organ_b.token).read_document_summary(made.id).scope
    assert scope is not None
    sdk(council.organ_b.token).acknowledge_document(made.id, scope.digest)
    assert sdk(council.organ_b.token).read_document(made.id).title == "架空"
    with pytest.raises(ValueError, match="offset"):
        client.set_period(made.id, datetime(2027, 1, 1))  # noqa: DTZ001  what is refused


def ready_version(client: Kyogikai, document: str) -> None:
    """Wait until the first version of a draft is ready."""
    while client.read_document(document).versions[0].state != "ready":
        pass


@pytest.mark.demo
def test_signing_in_by_password_gives_a_session(world: World, sdk: Connect) -> None:
    person = world.person()
    email = sdk(person.token).read_me().email
    give_password(world, person.person_id)
    session = sdk(None).sign_in_by_password(email, PASSWORD)
    assert sdk(session.token).read_me().id == person.person_id
    sdk(session.token).end_session()
    with pytest.raises(problems.Unauthenticated):
        sdk(session.token).read_me()
    with pytest.raises(problems.Unauthenticated):
        sdk(None).sign_in_by_password(email, "wrong")


def give_password(world: World, person_id: str) -> None:
    """What setting one does, without the ceremony."""
    with world.changing() as tx:
        fallback.set_password(tx, person_id, passwords.verifier_of(PASSWORD))
