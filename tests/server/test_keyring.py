"""The key file: made once, read by its owner alone, and refused in words when it is not right."""

import base64
import json
import stat
from pathlib import Path

import pytest

from crypto.errors import Unverified
from server import installation, settings
from server.keyring import FileProvider, KeyProblem, Keyring, create_file
from server.settings import Settings
from tests.conftest import TestClock
from tests.making.audit import installed
from tests.making.identity import files

ID = "01990000-0000-7000-8000-0000000000aa"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "root.key"
    create_file(path, ID)
    return path


def test_it_is_made_for_its_owner_alone_and_never_overwritten(file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(KeyProblem, match="never overwritten"):
        create_file(file, ID)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.read_bytes() == before


def test_what_one_wraps_the_same_unwraps_and_no_other_does(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    create_file(other, ID)
    wrapped = FileProvider(file).wrap(b"k" * 32, b"context")

    assert FileProvider(file).unwrap(wrapped, b"context") == b"k" * 32
    for provider, context in ((FileProvider(other), b"context"), (FileProvider(file), b"other")):
        with pytest.raises(Unverified):
            provider.unwrap(wrapped, context)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620])
def test_a_file_others_may_read_is_refused_with_the_command(file: Path, mode: int) -> None:
    file.chmod(mode)

    with pytest.raises(KeyProblem, match=f"chmod 600 {file}"):
        FileProvider(file)


def test_a_missing_file_says_what_to_put_back(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="Put back the file that belongs to this database"):
        FileProvider(tmp_path / "root.key")


def spoilt(content: dict[str, str]) -> list[str]:
    good = json.dumps(content)
    return [
        "",
        "{",
        good[: len(good) // 2],
        "[]",
        "null",
        "\ufeff" + good,
        json.dumps({**content, "format": "kyogikai/key-file/v2"}),
        json.dumps({**content, "installation": 7}),
        json.dumps({**content, "root": content["root"][:-4]}),
        json.dumps({**content, "root": "!" + content["root"][1:]}),
        json.dumps({**content, "log": 7}),
        json.dumps({k: v for k, v in content.items() if k != "log"}),
    ]


def test_a_damaged_file_is_refused_without_showing_what_it_holds(file: Path) -> None:
    content = json.loads(file.read_text("utf-8"))
    for text in spoilt(content):
        file.write_text(text, "utf-8")
        with pytest.raises(KeyProblem) as refused:
            FileProvider(file)
        assert str(file) in str(refused.value)
        assert content["root"][:12] not in str(refused.value)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeyProblem):
        FileProvider(file)


def test_no_key_lies_in_clear_beside_the_key_file(data: Path, clock: TestClock) -> None:
    made = installed(data, clock)
    content = json.loads((data / "keys" / "root.key").read_text("utf-8"))
    made.database.dispose()
    (data / "keys" / "root.key").unlink()

    kept = files(data)

    assert content["root"].encode() not in kept
    assert content["log"].encode() not in kept


def test_keys_are_shown_by_no_representation(file: Path) -> None:
    provider = FileProvider(file)
    keyring = Keyring(provider)
    root = base64.b64decode(json.loads(file.read_text("utf-8"))["root"])

    for shown in (repr(provider), repr(keyring), str(provider)):
        assert root.hex() not in shown
        assert repr(root) not in shown


def chosen(data: Path) -> Settings:
    return settings.read({}, data=str(data))


def test_another_installations_key_file_starts_nothing(
    data: Path, file: Path, clock: TestClock
) -> None:
    own = chosen(data).key_file
    own.write_bytes(file.read_bytes())
    before = (data / "kyogikai.db").read_bytes()

    with pytest.raises(KeyProblem, match=f"belongs to installation {ID}"):
        installation.prepare(chosen(data), clock)

    assert (data / "kyogikai.db").read_bytes() == before


def test_a_key_file_that_only_claims_to_be_this_installations_starts_nothing(
    data: Path, file: Path, clock: TestClock
) -> None:
    own = chosen(data).key_file
    claimed = json.loads(own.read_text("utf-8"))["installation"]
    other = json.loads(file.read_text("utf-8"))
    own.write_text(json.dumps({**other, "installation": claimed}), "utf-8")

    with pytest.raises(KeyProblem, match="does not open with this key file"):
        installation.prepare(chosen(data), clock)


def test_a_lost_key_file_is_not_replaced_by_a_new_one(data: Path, clock: TestClock) -> None:
    chosen(data).key_file.unlink()

    with pytest.raises(KeyProblem, match="Put back the file"):
        installation.prepare(chosen(data), clock)

    assert not chosen(data).key_file.exists()


def test_a_key_file_without_its_database_makes_a_new_database(
    file: Path, tmp_path: Path, clock: TestClock
) -> None:
    """As a machine set up from a kept key file: the installation's id comes from the file."""
    with_key = settings.read({"KYOGIKAI_KEY_FILE": str(file)}, data=str(tmp_path / "data"))

    assert installation.prepare(with_key, clock)
    assert not installation.prepare(with_key, clock)
