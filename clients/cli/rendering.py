"""Answers on the terminal: a table or a record of the named fields.

Owns how values are written for people. On a terminal lists are tables; into a pipe they are lines
of tab-separated values, without colours, so that other programs can read them.
"""

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from clients.cli.language import t
from clients.cli.words import label, word

JST = timezone(timedelta(hours=9), "JST")
WEEKDAYS = "月火水木金土日"
WORDS = {"state", "category", "role", "verdict", "outcome", "domain", "kind", "classification"}


def columns(names: str) -> list[str]:
    """Field names, given as words; a dot goes inward, as in `funding_agency.name_ja`."""
    return names.split()


def value_of(thing: Any, name: str) -> str:
    """A field of an answer, written for people."""
    for part in name.split("."):
        thing = getattr(thing, part, None)
    return written(thing, name.rsplit(".", 1)[-1])


def written(value: Any, name: str = "") -> str:
    """A value for people: times in Japan's zone, lists joined, closed words translated."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return t("はい", "yes") if value else t("いいえ", "no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, tuple | list):
        return t("、", ", ").join(written(each, name) for each in value) or "—"
    if is_dataclass(value):
        return " ".join(
            written(getattr(value, each.name), each.name)
            for each in fields(value)
            if getattr(value, each.name) is not None
        )
    text = str(value)
    return clean(word(text) if name in WORDS else text)


def clean(text: str) -> str:
    """Text without characters that would move the cursor or recolour the terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))


def moment(at: datetime) -> str:
    """A time as read in Japan, with its weekday."""
    there = at.astimezone(JST)
    weekday = t(f"（{WEEKDAYS[there.weekday()]}）", there.strftime(" %a "))
    return f"{there:%Y-%m-%d}{weekday}{there:%H:%M:%S} JST"


def table(things: Iterable[Any], names: Sequence[str]) -> None:
    """Print a list."""
    rows = [[value_of(thing, name) for name in names] for thing in things]
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*(label(name) for name in names), box=None, header_style="bold", pad_edge=False)
    for row in rows:
        shown.add_row(*(Text(cell, overflow="fold") for cell in row))
    Console().print(shown)


def record(thing: Any, names: Sequence[str]) -> None:
    """Print one thing, a line for each field."""
    for name in names:
        value = value_of(thing, name).replace("\n", "\n    ")
        print(f"{label(name)}: {value}")
