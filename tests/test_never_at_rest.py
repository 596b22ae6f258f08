"""The last look of every run (`never_at_rest.py`) finds what lies there, in whatever form."""

import os
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
import subprocess, sys, tempfile
from pathlib import Path

LEAVE = r"import tempfile; open(tempfile.mkdtemp() + '/left.db', 'wb').write({content!r})"

def test_something(tmp_path):
    match {where!r}:
        case "its folder":
            (tmp_path / "left.db").write_bytes({content!r})
        case "a temporary file":
            Path(tempfile.mkdtemp(), "left.db").write_bytes({content!r})
        case "a program's":
            subprocess.run([sys.executable, "-c", LEAVE], check=True)
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


@pytest.mark.parametrize("where", ["its folder", "a temporary file", "a program's", None])
def test_a_run_that_leaves_it_fails_and_names_the_file(where: str | None, folder: Path) -> None:
    """Each of its tests passes all the same: the run as a whole does not. What others leave beside
    it meanwhile is not looked at.
    """
    content = f"題名: {CANARY}".encode()
    (folder / "test_it.py").write_text(TEST.format(content=content, where=where), "utf-8")
    (folder / "tmp-of-others").mkdir()
    (folder / "tmp-of-others" / "theirs.db").write_bytes(content)
    told = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(folder)),
            *("-p", never_at_rest.__name__, "-p", "no:cacheprovider"),
            *("--basetemp", str(folder / "base"), str(folder / "test_it.py")),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert "theirs.db" not in told.stdout
    assert "1 passed" in told.stdout, told.stdout + told.stderr
    found = told.returncode, "left.db" in told.stdout
    assert found == ((0, False) if where is None else (1, True))


def test_what_the_factories_make_confidential_carries_it() -> None:
    made = [documents.TITLE, documents.CONTENT.decode(), publication.INFORMATION]
    assert all(CANARY in each for each in made)
