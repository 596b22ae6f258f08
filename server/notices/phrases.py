"""The shapes of what a notice and a waiting task say.

Owns no words: those are in `words.py` and the files it takes in.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A short text in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Wait:
    """What is to be done, what happens otherwise, and the command that does it."""

    what: Said
    otherwise: Said
    command: str
