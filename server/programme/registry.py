"""The shipped registry of the K Program: read from YAML, checked, and handed over whole.

Owns how `data/` becomes a `Registry`. Nothing is kept between two readings, nothing is repaired
silently, and nothing here touches the database (`loading.py` does).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from server.programme import contents
from server.programme.checks import faults_across
from server.programme.contents import Registry
from server.programme.faults import Fault, RegistryError, Rule

DATA = Path(__file__).parent / "data"
WHOLE_FILE = "(file)"

_RULE_OF_KIND = {
    "extra_forbidden": Rule.UNKNOWN_FIELD,
    "unexpected_keyword_argument": Rule.UNKNOWN_FIELD,
    "missing": Rule.MISSING_FIELD,
}


def read(folder: Path = DATA) -> Registry:
    """The registry in `folder`, once every rule holds; otherwise RegistryError with all faults."""
    written: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in contents.SHAPES:
        try:
            text = (folder / name).read_text("utf-8")
            written[name] = yaml.load(text, Loader=_EachKeyOnce)  # noqa: S506  # it is a SafeLoader
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            found = " ".join(str(error).split())
            faults.append(Fault(name, WHOLE_FILE, Rule.UNREADABLE, found))
    if faults:
        raise RegistryError(faults)
    return understand(written)


def understand(written: Mapping[str, Any]) -> Registry:
    """The registry that parsed files (by name) make. Raises RegistryError.

    The shape of all files is judged first; the rules across entries only when it is right.
    """
    faults = [fault for name in contents.SHAPES for fault in _not_nfc(name, written.get(name))]
    files: dict[str, Any] = {}
    for name, shape in contents.SHAPES.items():
        try:
            files[name] = TypeAdapter(shape).validate_python(written.get(name))
        except ValidationError as error:
            faults.extend(_from_pydantic(name, written.get(name), error))
    if faults:
        raise RegistryError(faults)
    registry = contents.together(files)
    if found := list(faults_across(registry)):
        raise RegistryError(found)
    return registry


class _EachKeyOnce(yaml.SafeLoader):
    """PyYAML's safe loader, which would otherwise keep the last of two equal keys silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(
                None, None, f"key written twice: {', '.join(twice)}", node.start_mark
            )
        return super().construct_mapping(node, deep)


def _from_pydantic(name: str, raw: Any, error: ValidationError) -> Iterator[Fault]:
    for found in error.errors(include_url=False):
        entry, path = _entry(raw, found["loc"])
        rule = _RULE_OF_KIND.get(found["type"], Rule.WRONG_VALUE)
        yield Fault(name, entry, rule, f"{'.'.join(map(str, path))}: {found['msg']}")


def _entry(raw: Any, loc: tuple[int | str, ...]) -> tuple[str, tuple[int | str, ...]]:
    """The id of the entry a place lies in, and the place inside it."""
    match loc:
        case (str(section), int(position), *inner):
            entry = raw[section][position]
            named = entry.get("id") if isinstance(entry, dict) else None
            return (str(named) if named else f"{section}[{position}]"), tuple(inner)
        case _:
            return WHOLE_FILE, loc


def _not_nfc(name: str, raw: Any, loc: tuple[int | str, ...] = ()) -> Iterator[Fault]:
    match raw:
        case str():
            if not unicodedata.is_normalized("NFC", raw):
                yield Fault(name, ".".join(map(str, loc)), Rule.NOT_NFC, repr(raw))
        case dict() | list():
            for key, part in raw.items() if isinstance(raw, dict) else enumerate(raw):
                yield from _not_nfc(name, part, (*loc, key))
