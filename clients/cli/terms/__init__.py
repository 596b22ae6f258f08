"""What the API's fields and closed words are called in Japanese: the one glossary.

Owns `label` (fields) and `word` (relations, states, actions, kinds). Each part of the API has a
file here, named as in `clients.sdk.answers`; what several parts share stands in `common`. No two
files name the same thing: a field that means something else in one answer is `Answer.field` there,
a word that means something else in one field `field.word`. A word nobody knows is shown as the API
gives it; tests/clients/test_words.py holds this to every field and word the server has.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules

from clients.cli.language import ENGLISH, chosen

# A dotted name is called after its owner where its end says nothing of its own.
PLAIN_ENDS = ("name", "name_ja", "abbr", "state")


def gathered(parts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The names of all parts as one. Raises ValueError where two parts claim the same name."""
    found: dict[str, str] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ValueError(f"named in two files of terms: {', '.join(sorted(twice))}")
        found |= part
    return found


_PARTS = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
LABELS = gathered(getattr(part, "LABELS", {}) for part in _PARTS)
WORDS = gathered(getattr(part, "WORDS", {}) for part in _PARTS)


def label(name: str, answer: str = "") -> str:
    """What a field is called; `answer` is the name of the answer it stands in."""
    owner, _, last = name.rpartition(".")
    called = owner.rpartition(".")[2] if owner and last in PLAIN_ENDS else last
    if chosen() == ENGLISH:
        return called.replace("_", " ")
    return LABELS.get(f"{answer}.{name}") or LABELS.get(name) or LABELS.get(called) or called


def word(code: str, field: str = "") -> str:
    """A closed word, for people; `field` is the field it stands in."""
    if chosen() == ENGLISH:
        return code
    return WORDS.get(f"{field}.{code}") or WORDS.get(code, code)


def kind_of_entry(code: str) -> str:
    """The kind of a log's entry: in words, with the code that `--kind` takes."""
    thing, _, act = code.partition(".")
    said = word(code)
    if said == code and act:
        said = f"{word(thing)}: {word(act)}"
    return code if chosen() == ENGLISH or said == code else f"{said}［{code}］"
