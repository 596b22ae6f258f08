"""Files made from the code: `clients/openapi.json` and `policies/matrix.md`.

Owns making them and saying when one is stale. A person reads them; nothing reads them at run time.
"""

import json
import tempfile
from pathlib import Path

from server import installation, settings
from server.access.parts import Parts
from server.access.policy import Policy
from server.app import KINDS, build_parts, create_app
from server.settings import HERE

MATRIX_HEAD = """# Who may do what, when

Generated from `grants.csv` and `actions.csv` by `python -m server generated`; do not edit.
A cell lists the relations that suffice; their meaning is in [README.md](README.md). Conditions are
part of a relation: a `recipient` is one only while named, within the period, confirmed and with the
duty acknowledged; every seat needs the acknowledgement.
"""


def openapi(parts: Parts) -> str:
    """The API's description, stable in spelling."""
    return (
        json.dumps(create_app(parts).openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )


def matrix(policy: Policy) -> str:
    """The decision table as a page for auditors."""
    pages = [MATRIX_HEAD, f"\nPolicy digest: `{policy.digest}`\n"]
    for kind in KINDS:
        pages.append(f"\n## {kind.name.value}\n\n| action | needs | {' | '.join(kind.states)} |\n")
        pages.append("|---|---|" + "---|" * len(kind.states) + "\n")
        actions = {a for state in kind.states for a in policy.table[kind.name, state]}
        for action in sorted(actions):
            cells = [
                ", ".join(sorted(policy.table[kind.name, state].get(action, ()))) or "–"
                for state in kind.states
            ]
            pages.append(f"| {action.value} | {_needs(policy, action)} | {' | '.join(cells)} |\n")
    return "".join(pages)


def _needs(policy: Policy, action: object) -> str:
    needs = policy.requirements[action]  # type: ignore[index]
    words = ["session" if needs.scope == "session" else f"session or token ({needs.scope})"]
    if needs.step_up_seconds:
        words.append(f"step-up ≤ {needs.step_up_seconds} s")
    if needs.persons == 2:
        words.append("two persons")
    if len(needs.categories) < 10:
        words.append("as " + ", ".join(sorted(c.value for c in needs.categories)))
    return "; ".join(words)


def made() -> dict[Path, str]:
    """Every generated file and what it should contain now."""
    with tempfile.TemporaryDirectory(prefix="kyogikai-") as folder:
        chosen = settings.read({}, data=str(Path(folder) / "data"))
        installation.prepare(chosen)
        parts = build_parts(chosen)
        try:
            return {
                HERE / "clients" / "openapi.json": openapi(parts),
                HERE / "policies" / "matrix.md": matrix(parts.policy),
            }
        finally:
            parts.database.dispose()


def stale() -> list[Path]:
    """The generated files that differ from what the code says."""
    return [
        path
        for path, content in made().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != content
    ]


def write() -> None:
    """Write every generated file anew."""
    for path, content in made().items():
        path.write_text(content, encoding="utf-8")
