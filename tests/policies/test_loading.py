"""A policy that is not understood to the last word keeps the server down, and says where."""

import re
import shutil
from pathlib import Path

import pytest

from server import settings
from server.access import policy
from server.access.policy import PolicyError
from server.app import KINDS, build_parts
from server.settings import HERE

SHIPPED = HERE / "policies"
GRANT = "p, member, read, document, council_internal"
NEED = "provide, session, 0, 1, *"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policies"))


def line_of(path: Path, line: str) -> int:
    """The number of a line that stands exactly once in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines.count(line) == 1, f"{line!r} stands {lines.count(line)} times in {path.name}"
    return lines.index(line) + 1


def replaced(folder: Path, name: str, line: str, by: str) -> int:
    """Put another line in the place of one; its number."""
    path = folder / name
    number = line_of(path, line)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number - 1] = by
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return number


def appended(folder: Path, name: str, line: str) -> int:
    """Put a line at the end; its number."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}{line}\n", encoding="utf-8")
    return len(text.splitlines()) + 1


def refused(folder: Path) -> str:
    """Why the server does not start with this policy."""
    with pytest.raises(PolicyError) as caught:
        policy.load(folder, KINDS)
    return str(caught.value)


def test_the_shipped_policy_is_understood(folder: Path) -> None:
    assert policy.load(folder, KINDS).digest == policy.load(SHIPPED, KINDS).digest


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("d, member, read, document, council_internal", "begins with p"),
        ("P, member, read, document, council_internal", "begins with p"),
        ("g, member, provider", "5 columns expected"),
        ("p, member, read, document", "5 columns expected"),
        ("p, member, read, document, council_internal, allow", "5 columns expected"),
        ("p, member, read, document, council_internal,", "5 columns expected"),
        ("p, menber, read, document, council_internal", "'menber' is not a valid Relation"),
        ("p, member, raed, document, council_internal", "'raed' is not a valid Action"),
        ("p, member, READ, document, council_internal", "'READ' is not a valid Action"),
        ("p, member, read, dokument, council_internal", "'dokument' is not a valid KindName"),
        ("p, member, read, document, councli_internal", "not 'councli_internal'"),
        ("p, member, read, document,", "not ''"),
        ("p, member, read, document, published", "not 'published'"),
        ("p, *, read, document, council_internal", "'*' is not a valid Relation"),
        ("p, member, *, document, council_internal", "'*' is not a valid Action"),
        ("p, member, read, *, council_internal", "'*' is not a valid KindName"),
        ("p, observer, read, document, council_internal", "nobody can be observer of a document"),
        ("p, secretariat, read, result, *", "nobody can be secretariat of a result"),
        ("p, system_administrator, read, result, *", "nobody can be system_administrator of a"),
        ("p, self, read, document, *", "nobody can be self of a document"),
    ],
)
def test_a_grant_with_a_slip_keeps_the_server_down(folder: Path, line: str, says: str) -> None:
    number = replaced(folder, "grants.csv", GRANT, line)
    why = refused(folder)
    assert why.startswith(f"grants.csv:{number}: ")
    assert says in why


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("provide, session, 0, 1", "5 columns expected"),
        ("provide, session, 0, 1, *, *", "5 columns expected"),
        ("provoke, session, 0, 1, *", "'provoke' is not a valid Action"),
        ("provide, sesion, 0, 1, *", "scope is session, read or write"),
        ("provide, , 0, 1, *", "scope is session, read or write"),
        ("provide, session, 0, 0, *", "persons is 1 or 2"),
        ("provide, session, 0, 3, *", "persons is 1 or 2"),
        ("provide, session, 0, two, *", "invalid literal"),
        ("provide, session, 301, 1, *", "a step-up older than 300 seconds"),
        ("provide, session, -1, 1, *", "a step-up older than 300 seconds"),
        ("provide, session, soon, 1, *", "invalid literal"),
        ("provide, session, 0, 1, think_tanks", "'think_tanks' is not a valid Category"),
        ("provide, session, 0, 1, !think_tanks", "'think_tanks' is not a valid Category"),
        ("provide, session, 0, 1, !*", "'*' is not a valid Category"),
        ("provide, session, 0, 1, think_tank|*", "'*' is not a valid Category"),
        ("provide, session, 0, 1,", "'' is not a valid Category"),
        ("share, session, 0, 1, *", "written twice"),
    ],
)
def test_a_need_with_a_slip_keeps_the_server_down(folder: Path, line: str, says: str) -> None:
    number = replaced(folder, "actions.csv", NEED, line)
    why = refused(folder)
    assert why.startswith(f"actions.csv:{number}: ")
    assert says in why


def test_the_same_grant_twice_keeps_the_server_down(folder: Path) -> None:
    number = appended(folder, "grants.csv", GRANT)
    assert refused(folder) == f"grants.csv:{number}: written twice"


def test_a_granted_action_without_a_line_of_its_needs_keeps_the_server_down(folder: Path) -> None:
    replaced(folder, "actions.csv", NEED, "# nothing")
    assert refused(folder) == "actions.csv: no line for provide"


def test_needs_of_an_action_nobody_is_granted_keep_the_server_down(folder: Path) -> None:
    replaced(folder, "grants.csv", "p, seat_representative, provide, council, established", "")
    assert refused(folder) == "actions.csv: no grant mentions provide"


def test_reading_that_depends_on_a_category_keeps_the_server_down(folder: Path) -> None:
    """Lists filter by relation and state alone."""
    replaced(folder, "actions.csv", "read, read, 0, 1, *", "read, read, 0, 1, !think_tank")
    assert "read must be open to every category" in refused(folder)


def test_seeing_that_depends_on_a_category_keeps_the_server_down(folder: Path) -> None:
    """As reading: summaries are listed by SEE."""
    replaced(folder, "actions.csv", "see, read, 0, 1, *", "see, read, 0, 1, !think_tank")
    assert "see must be open to every category" in refused(folder)


@pytest.mark.parametrize("name", policy.FILES)
def test_a_missing_file_keeps_the_server_down(folder: Path, name: str) -> None:
    (folder / name).unlink()
    why = refused(folder)
    assert name in why
    assert "restore the policy folder" in why


def test_a_grant_of_a_kind_this_server_lacks_keeps_it_down(folder: Path) -> None:
    fewer = tuple(kind for kind in KINDS if kind.name != "document")
    with pytest.raises(PolicyError, match=r"^grants\.csv:\d+: the kind document is not part"):
        policy.load(folder, fewer)


def test_comments_and_empty_lines_are_no_grants_but_change_the_digest(folder: Path) -> None:
    before = policy.load(folder, KINDS)
    appended(folder, "grants.csv", "\n   # nothing\n")
    after = policy.load(folder, KINDS)
    assert after.table == before.table
    assert after.digest != before.digest
    assert re.fullmatch(r"[0-9a-f]{64}", after.digest)


def test_the_server_itself_does_not_start(data: Path, folder: Path) -> None:
    number = appended(folder, "grants.csv", "p, membre, read, council, *")
    chosen = settings.read({"KYOGIKAI_POLICIES": str(folder)}, data=str(data))
    with pytest.raises(PolicyError, match=rf"^grants\.csv:{number}: "):
        build_parts(chosen)
