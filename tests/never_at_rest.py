"""A pytest plug-in: after the whole run, what its tests called confidential lies nowhere at rest.

What the factories make confidential (titles, statements, contents, reasons) carries one canary.
When everything has ended, every file of the run is searched for it, in whatever form: data folders,
databases, write-ahead logs, logs, temporary folders, home folders of the CLI. The run gets a folder
of its own for temporary files, so that nobody else's are looked at. PostgreSQL's files are searched
before its server goes (`conftest.postgres`). Files that hold it rightly are named here with the
reason.
"""

import fnmatch
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

CANARY = "金糸雀never-at-rest"
# What is in the clear rightly, by the folder of its test and its name.
RIGHTLY = {
    "test_content_goes_up_and_comes*/資料.txt": "a person's own file, to be shared by the CLI",
    "test_content_goes_up_and_comes*/back.txt": "what the CLI was asked to save for its user",
    "test_the_papers_of_a_council_a*/一式.zip": "what the CLI was asked to save for its user",
    "test_japanese_names_say_that_t*/papers.zip": "an answer, saved by the test for unzip",
}

_room = pytest.StashKey[Path]()


def at_rest(places: Iterable[Path]) -> list[Path]:
    """The files below these places that hold the canary and should not."""
    from tests.faults.searching import forms  # not before the run: it imports the server

    with tempfile.NamedTemporaryFile() as patterns:
        patterns.write(b"\n".join(sorted(set(forms(CANARY).values()))))
        patterns.flush()
        # Files go while it looks (a server ends): only what it finds counts.
        search = ["grep", "-rslaF", "--null", "-f", patterns.name, "--", *map(str, places)]
        told = subprocess.run(search, capture_output=True, env={**os.environ, "LC_ALL": "C"})
    found = [Path(os.fsdecode(name)) for name in told.stdout.split(b"\0") if name]
    return sorted(path for path in found if path != Path(patterns.name) and not _rightly(path))


def _rightly(path: Path) -> bool:
    return any(fnmatch.fnmatch(str(path), f"*/{pattern}") for pattern in RIGHTLY)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before any other process of the run is there: all of them make their temporary files here."""
    if hasattr(session.config, "workerinput"):
        return
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())  # `tmp_path` stays there
    room = tempfile.mkdtemp(prefix="kyogikai-run-")
    session.config.stash[_room] = Path(room)
    os.environ["TMPDIR"] = tempfile.tempdir = room


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In the process that began the run, when all others have ended. A find fails the run."""
    if hasattr(session.config, "workerinput"):
        return
    base: Path | None = session.config._tmp_path_factory._basetemp  # type: ignore[attr-defined]
    room = session.config.stash[_room]
    found = at_rest([room] if base is None else [base, room])
    if not any(path.is_relative_to(room) for path in found):
        shutil.rmtree(room, ignore_errors=True)
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        for path in found:
            reporter.write_line(f"\nconfidential, and at rest in the clear: {path}", red=True)
