"""The documents are true: what they link to, name, and tell a person to type exists as written.

What their prose promises is shown by the tests of each part; here stands what a machine can see.
"""

import hashlib
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from clients.cli import main as cli
from crypto import keys, merkle, notes
from crypto.canonical import canonical, parse
from server import __main__ as operator
from server import settings
from server.app import VERSION

ROOT = Path(__file__).resolve().parents[1]
FORMATS = (ROOT / "docs" / "formats.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
NOT_OURS = {"var", "node_modules", "secrets"}


def pages(*patterns: str) -> list[str]:
    """Markdown files of the repository, as paths from its root."""
    found = (path.relative_to(ROOT) for each in patterns for path in ROOT.glob(each))
    return sorted(
        {str(p) for p in found if not any(part[0] == "." or part in NOT_OURS for part in p.parts)}
    )


EVERY = pages("**/*.md")
# The documents for whoever comes to the project; the walkthrough is carried out by its own test.
OURS = [page for page in pages("*.md", "docs/**/*.md") if page != "docs/walkthrough.md"]
MAPS = pages("README.md", "SECURITY.md", "docs/architecture.md", "docs/decisions/*.md")

LINK = re.compile(r"\]\(([^()\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.-]+(/[\w.-]+)*(/|\.(py|md|csv|conf|json|yml|toml|txt))")
TOP = {path.name for path in ROOT.iterdir() if path.is_dir()}
PROGRAMS = ("python3 dev.py", "python -m server", "kyogikai-server", "kyogikai")


@cache
def text_of(page: str) -> str:
    """A page as it stands."""
    return (ROOT / page).read_text("utf-8")


@cache
def anchors(path: Path) -> frozenset[str]:
    """What the headings of a page are linked to as."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in headings)


@pytest.mark.parametrize("page", EVERY)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in LINK.findall(FENCE.sub("", text_of(page))):
        if re.match(r"https://", target):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), f"{page} links to {target}"
        assert not anchor or anchor in anchors(path), f"{page}: no heading for {target}"


def named_files(text: str) -> Iterator[str]:
    """What stands in code marks and is spelt like a file or folder of ours."""
    for code in INLINE.findall(FENCE.sub("", text)):
        in_a_folder = code.split("/")[0] in TOP and re.fullmatch(r"[\w./-]+", code)
        if FILE.fullmatch(code) or in_a_folder:
            yield code


@pytest.mark.parametrize("page", MAPS)
def test_every_file_named_exists(page: str) -> None:
    for name in named_files(text_of(page)):
        known = (ROOT / name).exists() or ("/" not in name and any_file(name))
        assert known, f"{page} names {name}"


@cache
def any_file(name: str) -> bool:
    """Whether some folder of ours holds a file of this name: `kinds.py`, `grants.csv`."""
    folders = ("server", "crypto", "policies", "clients", "docs", "migrations")
    return any(found for folder in folders for found in (ROOT / folder).rglob(name))


def test_the_map_shows_every_folder() -> None:
    shown = set(re.findall(r"^\| `([\w.-]+)/` \|", README, re.MULTILINE))
    tracked = {path.name for path in ROOT.iterdir() if any(path.glob("**/*.py")) and path.is_dir()}
    there = {name for name in tracked if name[0] not in "._" and name not in NOT_OURS}
    assert there <= shown


def test_the_map_shows_every_domain() -> None:
    shown = set(re.findall(r"^\| `server/(\w+)/` \|", README, re.MULTILINE))
    assert shown == {path.parent.name for path in (ROOT / "server").glob("*/__init__.py")}


def commands(page: str) -> Iterator[list[str]]:
    """Every command line of ours that a page tells to type, as words."""
    text = text_of(page)
    lines = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    for line in [*lines, *INLINE.findall(FENCE.sub("", text))]:
        for command in simple_commands(line):
            if command.startswith(PROGRAMS) and "…" not in command:
                words = shlex.split(command, comments=True)
                if words[0] in {first.split()[0] for first in PROGRAMS}:
                    yield words


def simple_commands(line: str) -> Iterator[str]:
    """The commands of one shell line: those inside `$(…)`, and each side of a pipe."""
    inner = re.findall(r"\$\(([^()]*)\)", line)
    outer = re.sub(r"\$\([^()]*\)", "X", line)
    for command in [*inner, outer]:
        for part in re.split(r"\s\|\s", command):
            yield part.strip()


def test_the_pages_tell_what_to_type() -> None:
    assert len(list(commands("README.md"))) >= 14


@pytest.mark.parametrize("page", OURS)
def test_every_command_exists_as_written(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for words in commands(page):
        understood(words)


def understood(words: list[str]) -> None:
    """Fails unless the program knows these words: command, options, arguments."""
    if words[:2] == ["python3", "dev.py"]:
        understood_by_dev(words[2:])
    elif words[0] == "kyogikai-server":
        understood_by_operator(words[1:])
    elif words[:3] == ["python", "-m", "server"]:
        understood_by_operator(words[3:])
    else:
        understood_by_cli(words)


def understood_by_operator(words: list[str]) -> None:
    """`kyogikai-server` parses it; what is wrong stands on standard error."""
    if words and "--help" not in words:
        assert operator._parser().parse_args(words).run


def understood_by_cli(words: list[str]) -> None:
    """`kyogikai` parses it, to its last option."""
    if len(words) == 1:
        return  # the program's name in a sentence
    group: Any = typer.main.get_command(cli.build())
    rest, context = cli._global_first(words[1:]), None
    while True:
        try:
            context = group.make_context(group.name or "kyogikai", list(rest), parent=context)
        except typer.Exit:
            return  # --help
        if not hasattr(group, "resolve_command"):
            return
        rest = [*getattr(context, "_protected_args", []), *context.args]
        _, group, rest = group.resolve_command(context, rest)


@cache
def dev() -> ModuleType:
    """dev.py, which is no package."""
    spec = importlib.util.spec_from_file_location("dev_of_documents", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def understood_by_dev(words: list[str]) -> None:
    """dev.py has the command; `run` has the options; `exec` is given a command that exists."""
    assert words[0] in dev().COMMANDS
    if words[0] == "exec":
        assert words[1] == "--"
        understood(words[2:])
    options = {word for word in words[1:] if word.startswith("--")} if words[0] == "run" else set()
    assert options <= set(re.findall(r"--\w+", help_of_run()))


@cache
def help_of_run() -> str:
    """What `dev.py run` says of its options."""
    asked = [sys.executable, "dev.py", "run", "--help"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", ["python3 dev.py run", "python3 dev.py test"])
def test_the_readme_begins_with_two_commands(command: str) -> None:
    begins = re.compile(rf"^{command}\b", re.MULTILINE)
    first = next(block for kind, block in FENCE.findall(README) if kind == "sh")
    assert begins.search(first)


@pytest.mark.parametrize("page", OURS)
def test_no_page_knows_the_machine_it_was_written_on(page: str) -> None:
    assert not re.search(r"(?<![\w.])/(home|root|tmp|work|Users|opt)\b", text_of(page))


def test_the_changelog_is_of_this_version() -> None:
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", text_of("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert newest[1] == project["version"] == VERSION


def test_every_setting_is_told_to_operators() -> None:
    told = re.findall(r"`(KYOGIKAI_\w+)`", text_of("docs/operations.md"))
    assert set(settings.VARIABLES) == set(told) - {"KYOGIKAI_SERVER"}


def test_every_decision_has_its_four_parts_and_its_place_in_the_index() -> None:
    index = text_of("docs/decisions/README.md")
    for page in pages("docs/decisions/0*.md"):
        parts = re.findall(r"^## (.+)$", text_of(page), re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives"], page
        assert f"]({Path(page).name})" in index


def example(beginning: str) -> list[str]:
    """The lines of the example block of formats.md that begins so."""
    return next(block for _, block in FENCE.findall(FORMATS) if block.startswith(beginning)).split(
        "\n"
    )[:-1]


def test_the_example_of_a_row_has_its_digest() -> None:
    row, digest = example('["recipient"')
    assert canonical(parse(row.encode())) == row.encode()
    assert hashlib.sha256(row.encode()).hexdigest() == digest


def test_the_example_of_a_checkpoint_is_signed_by_its_key() -> None:
    (vkey,) = example("council.example.jp/system+")
    note = "\n".join([*example("council.example.jp/system\n"), ""]).encode()
    signed = notes.open_checkpoint(note, notes.parse_verifier_key(vkey))
    assert (signed.size, signed.root) == (1, merkle.leaf_hash(b"leaf"))
    assert note == notes.sign_checkpoint(signed, keys.signing_key_from_seed(bytes(32)))


def test_the_example_of_a_derived_key_is_derived() -> None:
    (derived,) = example("f89d")
    assert keys.derive(bytes(32), "content").hex() == derived
