"""dev.py runs on a bare Python; the locks pin every package by hash and name no address."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[1]
SOURCE = (ROOT / "dev.py").read_text("utf-8")
LOCKS = ("boot", "runtime", "dev")


def locked(name: str) -> dict[str, str]:
    """Each package of one lock with its version and marker."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(.+?) \\$", text, re.MULTILINE)
    return dict(found)


def wanted(names: list[str]) -> set[str]:
    """The names of requirements as pyproject.toml writes them."""
    return {re.split(r"[\[<>=; ]", name)[0].lower() for name in names}


def test_dev_needs_nothing_but_the_standard_library() -> None:
    used = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            used |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            used.add(str(node.module).split(".")[0])
    assert used <= sys.stdlib_module_names


def test_an_older_python_can_read_dev_far_enough_to_be_refused() -> None:
    old = ast.parse(SOURCE, feature_version=(3, 8))
    at_import = [node for node in old.body if isinstance(node, ast.Import)]
    new_modules = {"tomllib", "fcntl"}
    assert not new_modules & {alias.name for node in at_import for alias in node.names}
    assert isinstance(old.body[1], ast.ImportFrom)  # annotations are not evaluated
    assert old.body[1].module == "__future__"


@pytest.mark.parametrize("version", [(2, 7), (3, 8), (3, 10)])
def test_an_older_python_is_told_what_to_use(version: tuple[int, int]) -> None:
    why = dev.refusal(version)
    assert why is not None
    assert "3.11" in why
    assert f"{version[0]}.{version[1]}" in why


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (4, 0)])
def test_a_newer_python_is_welcome(version: tuple[int, int]) -> None:
    assert dev.refusal(version) is None


def test_an_unknown_command_is_answered_with_all_commands() -> None:
    answer = subprocess.run(
        [sys.executable, ROOT / "dev.py", "fly"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert all(name in answer.stderr for name in dev.COMMANDS)


def test_all_missing_programs_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(dev.Failure, match=r"missing: one, two\n.*install .* one two"):
        dev.install_programs({"no-such-program-1": "two", "no-such-program-2": "one"})


def test_a_program_elsewhere_is_named_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not dev.is_there("nosuchprogram")
    monkeypatch.setenv("KYOGIKAI_NOSUCHPROGRAM", sys.executable)
    assert dev.is_there("nosuchprogram")
    monkeypatch.setenv("KYOGIKAI_NOSUCHPROGRAM", f"{sys.executable}-gone")
    assert not dev.is_there("nosuchprogram")


def test_what_is_no_program_is_there_if_a_program_names_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listing = tmp_path / "fc-list"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not dev.is_there("fc-list :lang=ja")
    for said, expected in (("IPAexGothic", True), ("", False)):
        listing.write_text(f"#!/bin/sh\necho '{said}'\n", "utf-8")
        listing.chmod(0o755)
        assert dev.is_there("fc-list :lang=ja") is expected


def test_a_failing_step_is_named_with_its_code() -> None:
    with pytest.raises(dev.Failure, match=r"mypy .*exit 3") as failure:
        dev.step("mypy", [sys.executable, "-c", "raise SystemExit(3)"], os.environ)
    assert failure.value.code == 3


def test_the_two_commands_are_in_the_environment() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(project["scripts"]) == {"kyogikai", "kyogikai-server"}
    assert project["requires-python"] == f">={dev.OLDEST[0]}.{dev.OLDEST[1]}"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_no_place(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=sha256:)", text, re.MULTILINE), "an option of pip"
    assert " @ " not in text
    assert not re.search(r"(^|[\s#])(/|~|[A-Z]:\\)", text, re.MULTILINE), "a path of a machine"


@pytest.mark.parametrize("name", LOCKS)
def test_everything_locked_is_pinned_by_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    plain = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "")
    for line in plain.splitlines():
        assert re.fullmatch(
            r"[a-z0-9][a-z0-9._-]*==[^ ]+( ; [^\\]+?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+", line
        ), line


def test_what_serves_is_what_was_tested() -> None:
    assert locked("runtime").items() <= locked("dev").items()


def test_every_declared_dependency_is_locked() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    runtime = wanted(declared["project"]["dependencies"])
    assert runtime <= locked("runtime").keys()
    assert runtime | wanted(declared["dependency-groups"]["dev"]) <= locked("dev").keys()


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_brings_a_dead_twin(name: str) -> None:
    """`casbin` is frozen and owns the files of `pycasbin`; `httpx` gave way to `httpx2`."""
    assert not {"casbin", "httpx", "fastapi-cli"} & locked(name).keys()


def test_the_living_casbin_serves() -> None:
    assert "pycasbin" in locked("runtime")


@pytest.mark.parametrize(
    "body",
    [
        "@pytest.mark.skip(reason='later')\ndef test_it(): ...",
        "def test_it(): pytest.skip('not here')",
        "@pytest.mark.xfail\ndef test_it(): assert False",
        "@pytest.mark.xfail\ndef test_it(): assert True",
        "pytest.importorskip('no_such_module')\ndef test_it(): ...",
        "@pytest.mark.parametrize('nothing', [])\ndef test_it(nothing): ...",
    ],
)
def test_a_skipped_test_is_a_failed_one(body: str, tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(f"import pytest\n\n{body}\n", "utf-8")
    (tmp_path / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "tests.nothing_skipped", str(file)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert re.search(r"\b1 (failed|error)\b", answer.stdout)
    assert "nothing is skipped here" in answer.stdout
