"""The short code in a mark: 70 random bits and a check letter, to be read off a photograph.

Owns its spelling: `7K3QF-9XW2M-B4T8C`, in Crockford's base 32 (no I, L, O, U). The check letter is
that of a Reed-Solomon code over GF(32): one letter misread, or any two exchanged, never pass.
"""

import secrets
import unicodedata

from server.problems import Problem

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM, GROUP = 14, 5
LENGTH = RANDOM + 1
_VALUES = {letter: value for value, letter in enumerate(LETTERS)} | {"O": 0, "I": 1, "L": 1}
_FIELD = 0b100101  # x^5 + x^2 + 1, primitive


class Mistyped(Problem):
    status, code = 422, "code_mistyped"
    ja = "符号の読み違いか打ち違いです。5文字ずつ3組（例 7K3QF-9XW2M-B4T8C）を確かめてください。"
    en = "The code was misread or mistyped. Check its three groups of five (7K3QF-9XW2M-B4T8C)."


def new_code() -> str:
    """A fresh code."""
    values = [secrets.randbelow(len(LETTERS)) for _ in range(RANDOM)]
    return _written([*values, _doubled(_remainder(values))])


def read_code(text: str) -> str:
    """A code as typed by somebody, spelt properly: any case, spaces, O for 0, I or l for 1, full
    width. Raises Mistyped.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = [c for c in plain if unicodedata.category(c) not in ("Pd", "Zs", "Cc", "Lm")]
    try:
        values = [_VALUES[letter] for letter in kept]
    except KeyError:
        raise Mistyped from None
    if len(values) != LENGTH or _remainder(values) != 0:
        raise Mistyped
    return _written(values)


def _written(values: list[int]) -> str:
    letters = "".join(LETTERS[value] for value in values)
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _remainder(values: list[int]) -> int:
    """The word as a polynomial over GF(32), at the point 2: zero for a word that is spelt right."""
    total = 0
    for value in values:
        total = _doubled(total) ^ value
    return total


def _doubled(value: int) -> int:
    return (value << 1) ^ (_FIELD if value & 0b10000 else 0)
