"""From the API's JSON to frozen dataclasses, tolerantly.

Owns one rule: what an answer holds beyond what this SDK knows is passed over, so that an older SDK
lives on with a newer server; what it lacks and has no default for is an UnexpectedAnswer.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from clients.sdk.problems import UnexpectedAnswer

Shape = TypeVar("Shape")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, None at the end."""

    items: tuple[Item, ...]
    next: str | None = None


def reader(shape: type[Shape]) -> Callable[[Any], Shape]:
    """What reads JSON as `shape`. It raises UnexpectedAnswer."""
    return lambda value: cast(Shape, _read(shape, value, shape.__name__))


def page_reader(item: type[Item]) -> Callable[[Any], Page[Item]]:
    """What reads one page of a list. It raises UnexpectedAnswer."""
    one = reader(item)

    def read(value: Any) -> Page[Item]:
        if not isinstance(value, Mapping) or not isinstance(value.get("items"), list):
            raise UnexpectedAnswer(f"not a list of {item.__name__}")
        return Page(tuple(one(each) for each in value["items"]), value.get("next"))

    return read


def nothing(value: Any) -> None:
    """Reads the answer of an act that answers nothing."""


def _read(hint: Any, value: Any, where: str) -> Any:
    if hint is Any:
        return value
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [each for each in get_args(hint) if each is not types.NoneType]
        return None if value is None else _read(inner[0], value, where)
    if origin is tuple:
        return _read_items(get_args(hint)[0], value, where)
    if is_dataclass(hint):
        return _read_fields(cast(type, hint), value, where)
    return _read_plain(origin or hint, value, where)


def _read_items(hint: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise UnexpectedAnswer(f"{where} is not a list")
    return tuple(_read(hint, each, where) for each in value)


def _read_fields(shape: type, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise UnexpectedAnswer(f"{where} is not an object")
    found = {}
    for name, hint, required in _expected(shape):
        if name in value:
            found[name] = _read(hint, value[name], f"{where}.{name}")
        elif required:
            raise UnexpectedAnswer(f"{where}.{name} is missing")
    return shape(**found)


@cache
def _expected(shape: type) -> list[tuple[str, Any, bool]]:
    hints = get_type_hints(shape)
    return [
        (each.name, hints[each.name], each.default is MISSING and each.default_factory is MISSING)
        for each in fields(shape)
    ]


def _read_plain(kind: Any, value: Any, where: str) -> Any:
    if kind is datetime and isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise UnexpectedAnswer(f"{where} is not a time") from None
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise UnexpectedAnswer(f"{where} is not {getattr(kind, '__name__', kind)}")
