"""Why no marking was looked for in a paper, or not in all of it.

Owns these words, for the server and the process apart alike. None of them keeps a version from
being served: it is served, and says so.
"""

from enum import StrEnum


class Why(StrEnum):
    """The reason; the clients have a sentence for each."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"  # or not as its format requires
    TOO_LARGE = "too_large"  # the file itself
    TOO_COMPLEX = "too_complex"  # what it would become: entries, inflated bytes, time
    NO_TEXT = "no_text"  # pages, and nothing but pictures on them
    OTHER_FORMAT = "other_format"  # a paper, of a kind that is not looked into
    TOO_SLOW = "too_slow"
    BROKE_DOWN = "broke_down"


class Unsearched(Exception):
    """Looking through a paper ended before its end."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why
