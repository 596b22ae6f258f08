"""The last look of every run (`never_at_rest.py`) finds what lies there, in whatever form."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import never_at_rest
from tests.faults.searching import forms
from tests.making import documents, publication
from tests.never_at_rest import CANARY, at_rest

TEST = """
def test_something(tmp_path):
    (tmp_path / "left.db").write_bytes({content!r})
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Gone before the last look at the run that these tests belong to."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize("form", forms(CANARY))
def test_it_finds_the_canary_in_every_form(form: str, folder: Path) -> None:
    (folder / "deep").mkdir()
    file = folder / "deep" / "file"
    file.write_bytes(b"\0\xff\n" * 1000 + forms(CANARY)[form] + b"\0\xff\n")
    assert at_rest([folder]) == [file]


@pytest.mark.parametrize("left", [True, False])
def test_a_run_that_leaves_it_fails_and_names_the_file(left: bool, folder: Path) -> None:
    """Each of its tests passes all the same: the run as a whole does not."""
    content = f"題名: {CANARY}" if left else "題名: (sealed)"
    (folder / "test_it.py").write_text(TEST.format(content=content.encode()), "utf-8")
    told = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(folder)),
            *("-p", never_at_rest.__name__, "-p", "no:cacheprovider"),
            *("--basetemp", str(folder / "base"), str(folder / "test_it.py")),
        ],
        capture_output=True,
        text=True,
    )
    assert "1 passed" in told.stdout, told.stdout + told.stderr
    assert (told.returncode, "left.db" in told.stdout) == ((1, True) if left else (0, False))


def test_what_the_factories_make_confidential_carries_it() -> None:
    made = [documents.TITLE, documents.CONTENT.decode(), publication.INFORMATION]
    assert all(CANARY in each for each in made)
