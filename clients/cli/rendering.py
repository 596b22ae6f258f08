"""Answers on the terminal: a table or a record of the named fields.

Owns how values are written for people. On a terminal lists are tables, or where they do not fit
one record below the other; into a pipe they are lines of tab-separated values, ids first, without
colours, so that other programs can read them.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from clients.cli.language import t
from clients.cli.terms import WORDS, kind_of_entry, label, word

JST = timezone(timedelta(hours=9), "JST")
WEEKDAYS = "月火水木金土日"
# Fields that hold closed words; all others hold what people wrote, ids or numbers.
CLOSED = {
    "about", "act", "action", "asks_for", "attested_by", "basis", "capacity", "category", "choice",
    "classification", "domain", "ground", "handling", "inferred_type", "may", "means", "measures",
    "missing", "opening", "origin", "outcome", "representative", "representative_mode",
    "requirement", "role", "scan", "scope", "scopes", "source", "state", "subject_kind", "task",
    "topic", "verdict", "why",
}  # fmt: skip
NAMES = ("name", "name_ja")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z")
EXACT = re.compile(r"[!-~]+")
# Controls (C0 but the end of a line, DEL, C1) and the invisible characters that format text.
_MOVING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
NOBODY: Mapping[str, str] = {}
NARROW = 12


def columns(names: str) -> list[str]:
    """Field names, given as words; a dot goes inward, as in `funding_agency.name_ja`."""
    return names.split()


def found(thing: Any, name: str) -> Any:
    """The field of an answer that a dotted name leads to; None where there is none."""
    for part in name.split("."):
        thing = getattr(thing, part, None)
    return thing


def value_of(thing: Any, name: str, names: Mapping[str, str] = NOBODY) -> str:
    """A field of an answer, written for people in one line."""
    return written(found(thing, name), name.rsplit(".", 1)[-1], names, brief=True)


def written(
    value: Any, name: str = "", names: Mapping[str, str] = NOBODY, *, brief: bool = False
) -> str:
    """A value for people: times in Japan's zone, lists joined, closed words translated, and
    people's and members' names (`names`, by id) for ids; `brief` without the id beside the name.
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return t("はい", "yes") if value else t("いいえ", "no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, tuple | list):
        return t("、", ", ").join(written(each, name, names, brief=brief) for each in value) or "—"
    if is_dataclass(value):
        return _thing(value, names, brief)
    if isinstance(value, Mapping):
        if {"ja", "en"} <= set(value):
            return clean(str(value[t("ja", "en")]))
        return _pairs(((each, label(each), value[each]) for each in value), names, brief)
    return _text(str(value), name, names, brief)


def _text(text: str, name: str, names: Mapping[str, str], brief: bool) -> str:
    if name == "kind":
        return clean(kind_of_entry(text))
    # `reason` and `detail` hold what people wrote, but of versions the server's own words.
    if (name in CLOSED or f"{name}.{text}" in WORDS) and text not in names:
        return clean(word(text, name))
    if name == "arguments" and isinstance(plain(text), list):
        return written(plain(text)[2:], "", names, brief=brief)
    if DAY.fullmatch(text):
        return day(text)
    if TIME.fullmatch(text):
        return timed(text)
    if name == "id" or text not in names:
        return clean(text)
    return clean(names[text] if brief else _beside(names[text], text))


def _beside(name: str, id_: str) -> str:
    return t(f"{name}（{id_}）", f"{name} ({id_})")


def _thing(thing: Any, names: Mapping[str, str], brief: bool) -> str:
    """A thing within another: its name and id, or each of its fields with its label."""
    has = [each.name for each in fields(thing)]
    if {"ja", "en"} == set(has) - {"condition"}:
        return clean(str(getattr(thing, t("ja", "en"))))
    if set(has) <= {"id", "abbr", *NAMES}:
        name = next(str(getattr(thing, each)) for each in NAMES if each in has)
        return clean(name if brief else _beside(name, thing.id))
    if {"person", "name"} <= set(has):
        names = {**names, thing.person: thing.name}
        has.remove("name")
    if "statement_sha256" in has:
        has.remove("statement")  # exact and long: for `--json`
    if "id" in has:
        has = [each for each in has if each != "id"] + ([] if brief else ["id"])
    answer = type(thing).__name__
    return _pairs(((each, label(each, answer), getattr(thing, each)) for each in has), names, brief)


def _pairs(pairs: Iterable[tuple[str, str, Any]], names: Mapping[str, str], brief: bool) -> str:
    told = (
        f"{called} {written(value, name, names, brief=brief)}"
        for name, called, value in pairs
        if value not in (None, (), [])
    )
    return t("／", "; ").join(told) or "—"


def clean(text: str) -> str:
    """Text without characters that would move the cursor or recolour the terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))


def harmless(document: str) -> str:
    """The same JSON document, with what would move the cursor or turn the line as escapes."""
    return _MOVING.sub(_escaped, document)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def moment(at: datetime) -> str:
    """A time as read in Japan, with its weekday."""
    try:
        there = at.astimezone(JST)
    except OverflowError:
        return at.isoformat()  # the last hours of the year 9999
    return f"{day(there.date().isoformat())}{t('', ' ')}{there:%H:%M:%S} JST"


def day(text: str) -> str:
    """A day (YYYY-MM-DD) with its weekday; what is no day stays as it is."""
    try:
        weekday = date.fromisoformat(text)
    except ValueError:
        return text
    return text + t(f"（{WEEKDAYS[weekday.weekday()]}）", f" {weekday:%a}")


def timed(text: str) -> str:
    """A time as the API writes it (RFC 3339), as read in Japan; other text stays as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if at.tzinfo is None else moment(at)


def plain(text: str) -> Any:
    """What a JSON text holds; the text itself where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def table(things: Sequence[Any], names: Sequence[str], people: Mapping[str, str] = NOBODY) -> None:
    """Print a list."""
    rows = [[value_of(thing, name, people) for name in names] for thing in things]
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    answer = type(things[0]).__name__ if things else ""
    _on_terminal(rows, [label(name, answer) for name in names])


def _on_terminal(rows: list[list[str]], labels: list[str]) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    columns_ = [*zip(labels, *rows, strict=True)]
    # What is broken over two lines cannot be copied: ids, digests, times.
    solid = [all(EXACT.fullmatch(cell) for cell in each[1:]) for each in columns_]
    widest = [max(map(cell_len, each)) for each in columns_]
    whole = sum(
        2 + (width if exact else min(width, NARROW))
        for width, exact in zip(widest, solid, strict=True)
    )
    if rows and whole > console.width:
        for row in rows:
            console.print(Text(row[0], style="bold"), soft_wrap=True)
            for called, cell in zip(labels[1:], row[1:], strict=True):
                console.print(Text(f"  {called}: {cell}"))
        return
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for called, exact in zip(labels, solid, strict=True):
        shown.add_column(called, no_wrap=exact, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    console.print(shown)


def record(thing: Any, names: Sequence[str], people: Mapping[str, str] = NOBODY) -> None:
    """Print one thing, a line for each field, and one for each thing of a list within."""
    for line in lines(thing, names, people):
        print(line)


def lines(thing: Any, names: Sequence[str], people: Mapping[str, str] = NOBODY) -> Iterator[str]:
    """One thing as the lines of its record."""
    for name in names:
        value, last = found(thing, name), name.rsplit(".", 1)[-1]
        called = label(name, type(thing).__name__)
        if isinstance(value, tuple) and any(is_dataclass(each) for each in value):
            yield f"{called}:"
            yield from (f"  - {_indented(written(each, last, people))}" for each in value)
        elif isinstance(value, Mapping):
            yield f"{called}:"
            yield from (
                f"  {label(each)}: {_indented(written(value[each], each, people))}"
                for each in value
            )
        else:
            yield f"{called}: {_indented(written(value, last, people))}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
