"""The package stays pure: what it may import is listed here, and nothing else."""

import ast
from pathlib import Path

import pytest

import crypto

ALLOWED = {
    "standard library": {
        "base64",
        "collections.abc",
        "dataclasses",
        "enum",
        "hashlib",
        "hmac",
        "itertools",
        "json",
        "re",
        "secrets",
        "typing",
        "unicodedata",
        "zlib",
    },
    "packages": {"cryptography", "rfc8785", "crypto"},
    "certificates.py": {"joserfc"},
}
FORBIDDEN_CALLS = {"open", "print", "input", "eval", "exec", "compile", "__import__"}

SOURCES = sorted(Path(crypto.__file__).parent.rglob("*.py"))


def nodes(source: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source.read_text("utf-8"))))


def imported(source: Path) -> set[str]:
    names: set[str] = set()
    for node in nodes(source):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_nothing_is_imported_but_what_is_pure(source: Path) -> None:
    packages = ALLOWED["packages"] | ALLOWED.get(source.name, set())
    others = {name for name in imported(source) if name.split(".")[0] not in packages}
    assert others <= ALLOWED["standard library"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_nothing_reaches_out_by_a_builtin(source: Path) -> None:
    calls = {
        node.func.id
        for node in nodes(source)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & FORBIDDEN_CALLS
