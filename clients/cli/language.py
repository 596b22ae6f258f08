"""Japanese or English: which of the two this run speaks, and how a message is given in both.

Owns the choice. It is made once, before any command is loaded, because help texts are made then.
"""

from collections.abc import Mapping

JAPANESE, ENGLISH = "ja", "en"
VARIABLES = ("KYOGIKAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

_chosen = JAPANESE


def choose(asked: str | None, environment: Mapping[str, str]) -> str:
    """Settle the language: what was asked for, else what the environment names, else Japanese."""
    global _chosen
    names = [asked, *(environment.get(variable) for variable in VARIABLES)]
    # `C` and `POSIX` say nothing about a language.
    spoken = (name[:2].lower() for name in names if name and name[:2].lower() in ("ja", "en"))
    _chosen = next(spoken, JAPANESE)
    return _chosen


def chosen() -> str:
    """The language of this run: `ja` or `en`."""
    return _chosen


def t(ja: str, en: str) -> str:
    """The one of two texts that this run speaks."""
    return en if _chosen == ENGLISH else ja
