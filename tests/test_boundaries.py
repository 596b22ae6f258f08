"""Who may import whom. The order is the architecture, and this file is where it is written.

Every import counts, also a lazy one and one for types only. A new unit of `server` fails here until
it is given its place in ORDER or among the LEAVES.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# A unit (folder or file of `server`) imports its own and earlier units only.
ORDER = (
    "networks settings problems edge patience provenance crashpoints clock ids schemas keyring"
    " vault confinement rendering database prepared tables migrating jobs inspection keys audit"
    " identity access consents notices programme councils documents asking duties meetings"
    " publication"
).split()

# Inside `documents` too: a room imports its own and earlier ones. What stands in the folder itself
# is the floor under all rooms, but for the roof over them.
ROOMS = "incidents content uploads viewing taking_out provision disposal oversight".split()
ROOF = {"checks", "schemas", "views", "endpoints"}

# Leaves may import anything that is no leaf; who may import the leaf itself is written beside it.
# `server.app` and `server.__main__` may import every leaf, and so may the domain's own endpoints.
LEAVES: dict[str, set[str]] = {
    "__main__": set(),
    "app": {"serve", "demo", "generated", "doctor", "policy_commands"},
    "front": set(),
    "pages": {"app"},
    "describing": set(),
    "installation": {"serve", "generated", "doctor"},
    "first": {"serve", "demo"},
    "wiring": {"keeping"},
    "keeping": {"serve"},
    "serve": {"demo"},
    "demo": set(),
    "demo_stage": {"demo"},
    "fsck": {"doctor"},
    "doctor": set(),
    "generated": set(),
    "policy_commands": set(),
    # Persons as endpoints show them, and what is checked ahead of a change.
    "identity.people": set(),
    # Opening a session, by whichever way of signing in: asks which offices a person holds.
    "identity.opening": set(),
    # Explanations in sentences: their words are those of the clients' one glossary.
    "access.saying": set(),
    "access.explained": set(),
    # Guarded kinds of the two domains that come before `access`.
    "audit.kinds": set(),
    "identity.kinds": set(),
}
READS_LEAVES = {"app", "__main__"}

# Schemas stay in their domain, but for these: who imports them, and why.
SCHEMAS_SHARED = {
    # A legal text looks the same wherever it is acknowledged.
    "server.documents.schemas": "server.access.text_schemas",
    "server.documents.views": "server.access.text_schemas",
    # Leaving a council and certifying what was received are one act.
    "server.councils.members_endpoints": "server.duties.schemas",
}

# The policy is asked through the guard: these calls stand in server/access and nowhere else.
DECISIONS = re.compile(r"(^|\.)(allows|suffices|subtract|enforce|enforce_ex)$|policy\.may$")

# crypto/: bytes and keys in, bytes out.
CRYPTO_MAY_USE = {"crypto", "cryptography", "rfc8785"}
CRYPTO_MAY_ALSO_USE = {"crypto.certificates": {"joserfc"}}
CRYPTO_MUST_NOT_USE = set(
    "asyncio builtins concurrent configparser ctypes dbm email fcntl fileinput ftplib getpass glob"
    " http importlib inspect io linecache locale logging marshal mmap multiprocessing os pathlib"
    " pickle platform pty pwd queue random readline resource runpy sched select selectors shelve"
    " shutil signal smtplib socket socketserver sqlite3 ssl subprocess sys syslog tempfile"
    " threading time tracemalloc urllib uuid warnings webbrowser xmlrpc zoneinfo".split()
)
CRYPTO_MUST_NOT_CALL = re.compile(
    r"^(open|print|input|eval|exec|__import__)$|\.(now|utcnow|today)$"
)

FILE_LINES, FUNCTION_LINES = 300, 40


@cache
def modules(*folders: str) -> dict[str, Path]:
    """Every Python file below the folders, by the name it is imported by."""
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


OURS = modules("server", "crypto", "clients")
SIZED = {**OURS, "dev": ROOT / "dev.py"}
EVERY = {**SIZED, **modules("migrations", "tests")}


@cache
def tree(path: Path) -> ast.Module:
    """One file, parsed."""
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(source: ast.Module) -> Iterator[str]:
    """What a module imports, by full name; a module taken from a package of ours is itself."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"absolute imports only: {ast.unparse(node)}"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in OURS else str(node.module)


def declared(source: ast.Module) -> Iterator[str]:
    """The functions and plain names a module makes, not those inside of others."""
    for node in source.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (ast.unparse(target) for target in node.targets)


def calls(source: ast.Module) -> Iterator[str]:
    """What a module calls, as written."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def unit(module: str) -> str:
    """`server.audit.models` belongs to `audit`."""
    return module.split(".")[1] if "." in module else ""


def leaf(module: str) -> str | None:
    """The name under which LEAVES knows it; every `endpoints` is one."""
    _, _, inside = module.partition(".")
    for name in (inside, unit(module)):
        if name in LEAVES or name.endswith((".endpoints", "_endpoints")):
            return name
    return None


def level(module: str) -> int:
    """How far up in `documents` a module stands: floor, rooms in their order, roof."""
    inside = module.split(".")[2:]
    if inside and inside[0] in ROOF:
        return len(ROOMS)
    return ROOMS.index(inside[0]) if inside and inside[0] in ROOMS else -1


def strange_schemas(importer: str, imported: str) -> bool:
    """Whether one unit takes the schemas of another, unasked."""
    domains = {unit(importer), unit(imported)} <= {*ORDER} - {"schemas"}
    return domains and imported.endswith("schemas") and SCHEMAS_SHARED.get(importer) != imported


def fault(importer: str, imported: str) -> str | None:
    """Why one module of `server` may not import another; None if it may."""
    us, them = unit(importer), unit(imported)
    if not them or importer == imported:
        return None
    if us != them and strange_schemas(importer, imported):
        return "the schemas of another domain"
    if name := leaf(imported):
        own = us == them and (name == us or importer.endswith(("endpoints", "identity.opening")))
        welcome = own or us in READS_LEAVES or us in LEAVES.get(name, set())
        return None if welcome else "a leaf"
    if leaf(importer) or us in READS_LEAVES or not us:
        return None
    if us == them == "documents" and level(imported) > level(importer):
        return "a later room"
    return None if ORDER.index(them) <= ORDER.index(us) else "a later unit"


@pytest.mark.parametrize("module", modules("server"))
def test_server_looks_only_down_the_order(module: str) -> None:
    place = unit(module)
    assert not place or place in ORDER or place in LEAVES, f"give {place} its place in ORDER"
    for name in imports(tree(OURS[module])):
        if name.split(".")[0] == "server":
            why = fault(module, name)
            assert why is None, f"{module} must not import {name}: {why}"
        assert name.split(".")[0] != "tests", f"{module} must not import {name}"


@pytest.mark.parametrize(
    ("importer", "imported", "refused"),
    [
        ("server.documents.provision.drafting", "server.access.guard", False),
        ("server.access.guard", "server.documents.models", True),
        ("server.identity.service", "server.access.vocabulary", True),
        ("server.identity.endpoints", "server.access.guard", False),
        ("server.documents.provision.drafting", "server.documents.endpoints", True),
        ("server.documents.endpoints", "server.councils.schemas", True),
        ("server.documents.endpoints", "server.documents.schemas", False),
        ("server.documents.endpoints", "server.schemas", False),
        ("server.councils.endpoints", "server.documents.endpoints", True),
        ("server.app", "server.documents.endpoints", False),
        ("server.documents.provision.drafting", "server.app", True),
        ("server.__main__", "server.doctor", False),
        ("server.database", "server.settings", False),
        ("server.settings", "server.database", True),
    ],
)
def test_the_order_refuses_what_it_should(importer: str, imported: str, refused: bool) -> None:
    assert bool(fault(importer, imported)) == refused


@pytest.mark.parametrize("module", modules("server"))
def test_what_waits_and_who_is_told_stand_where_the_name_says(module: str) -> None:
    name = module.rpartition(".")[2]
    made = set(declared(tree(OURS[module])))
    assert "waiting_for" not in made or name.endswith("waiting")
    assert not {"TELLS", "REMINDERS"} & made or name.endswith("telling")


@pytest.mark.parametrize("module", modules("server"))
def test_the_policy_is_asked_only_in_access(module: str) -> None:
    if unit(module) != "access":
        assert "casbin" not in {name.split(".")[0] for name in imports(tree(OURS[module]))}
        asked = [call for call in calls(tree(OURS[module])) if DECISIONS.search(call)]
        assert not asked, f"{module} decides by itself: use the guard"


@pytest.mark.parametrize("module", modules("server"))
def test_only_leaves_of_the_server_know_the_clients(module: str) -> None:
    known = {name for name in imports(tree(OURS[module])) if name.split(".")[0] == "clients"}
    assert not known or leaf(module), f"{module} imports {known}"


@pytest.mark.parametrize("module", modules("crypto"))
def test_crypto_is_pure(module: str) -> None:
    used = {name.split(".")[0] for name in imports(tree(OURS[module]))}
    allowed = CRYPTO_MAY_USE | CRYPTO_MAY_ALSO_USE.get(module, set())
    assert used <= allowed | (sys.stdlib_module_names - CRYPTO_MUST_NOT_USE)
    assert not [call for call in calls(tree(OURS[module])) if CRYPTO_MUST_NOT_CALL.search(call)]


@pytest.mark.parametrize("module", modules("clients"))
def test_clients_know_the_server_only_by_its_api(module: str) -> None:
    allowed = {"clients.sdk": {"sdk"}, "clients.cli": {"sdk", "cli"}, "clients.web": {"sdk", "web"}}
    here = ".".join(module.split(".")[:2])
    for name in imports(tree(OURS[module])):
        assert name.split(".")[0] not in {"server", "tests"}
        if name.startswith("clients.") and here in allowed:
            assert unit(name) in allowed[here], f"{module} must not import {name}"


@pytest.mark.parametrize("module", SIZED)
def test_files_stay_readable(module: str) -> None:
    lines = len(SIZED[module].read_text("utf-8").splitlines())
    assert lines <= FILE_LINES, f"{module} has {lines} lines: find the second subject in it"


@pytest.mark.parametrize("module", SIZED)
def test_functions_stay_readable(module: str) -> None:
    for node in ast.walk(tree(SIZED[module])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1 - docstring_lines(node)
            assert lines <= FUNCTION_LINES, f"{module}.{node.name} has {lines} lines"


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How much of a function is explanation."""
    first = node.body[0]
    return (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0


@pytest.mark.parametrize("module", EVERY)
def test_every_module_says_what_it_owns(module: str) -> None:
    path = EVERY[module]
    empty_package = path.name == "__init__.py" and not path.read_text("utf-8").strip()
    assert empty_package or ast.get_docstring(tree(path)), f"{module} has no docstring"
