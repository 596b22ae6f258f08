"""The code in a mark: random, read in any spelling, and a slip of the eye never passes."""

import itertools

import pytest

from server.documents.viewing.codes import LETTERS, Mistyped, new_code, read_code


def test_a_code_is_three_groups_of_five_letters_that_are_not_mistaken() -> None:
    codes = {new_code() for _ in range(500)}

    assert len(codes) == 500
    assert all([len(group) for group in code.split("-")] == [5, 5, 5] for code in codes)
    assert not set("".join(codes)) & set("ILOU")


def test_a_code_is_read_however_it_was_typed() -> None:
    code = next(code for code in (new_code() for _ in range(10_000)) if {"0", "1"} <= set(code))
    full = code.translate({ord(c): chr(ord(c) + 0xFEE0) for c in LETTERS})
    for typed in (
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("0", "O").replace("1", "I"),
        code.replace("0", "o").replace("1", "l"),
        full,
        full.replace("-", "ー"),
        f"  {code}\n",
    ):
        assert read_code(typed) == code, typed


def test_one_letter_misread_or_two_exchanged_never_pass() -> None:
    code = new_code()
    plain = code.replace("-", "")
    for at in range(len(plain)):
        for letter in LETTERS:
            if letter != plain[at]:
                with pytest.raises(Mistyped):
                    read_code(plain[:at] + letter + plain[at + 1 :])
    for one, two in itertools.combinations(range(len(plain)), 2):
        if plain[one] != plain[two]:
            letters = list(plain)
            letters[one], letters[two] = letters[two], letters[one]
            with pytest.raises(Mistyped):
                read_code("".join(letters))


@pytest.mark.parametrize("typed", ["", "7K3QF", "U" * 15, "0" * 16, "あ" * 15, "7K3QF-9XW2M-B4T8!"])
def test_what_is_no_code_is_said_to_be_mistyped(typed: str) -> None:
    with pytest.raises(Mistyped):
        read_code(typed)
