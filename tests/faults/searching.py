"""Looking for words at rest, in whatever form they might lie there.

Owns the forms and the places: files below folders, files that a process holds open although they
have no name any more, and every value of every row of a database.
"""

import base64
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import inspect, text

from server.database import Tx


def forms(word: str) -> dict[str, bytes]:
    """The bytes of a word as programs write them."""
    utf8 = word.encode()
    found = {
        "UTF-8": utf8,
        "UTF-16": word.encode("utf-16-le"),
        "UTF-16BE": word.encode("utf-16-be"),
        "cp932": word.encode("cp932"),
        "hex": utf8.hex().encode(),
        "HEX": utf8.hex().upper().encode(),
        "JSON": json.dumps(word)[1:-1].encode(),
        "URL": quote(word).encode(),
    }
    for shift in range(3):
        # Base64 of a text that holds the word: what stands on the border of three bytes is cut.
        whole = base64.b64encode(b"\0" * shift + utf8)
        inner = whole[(0, 2, 3)[shift] : len(whole) - 4]
        found[f"base64+{shift}"] = inner
        found[f"base64url+{shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return found


class Search:
    """Words to be looked for; `found` says where, in which form."""

    def __init__(self, words: Iterable[str]) -> None:
        self._forms = [(word, *each) for word in words for each in forms(word).items()]
        self.found: list[str] = []

    def look(self, place: str, content: bytes) -> None:
        """One piece of content."""
        self.found += [
            f"{place}: {word!r} as {name}" for word, name, form in self._forms if form in content
        ]

    def below(self, *folders: Path) -> int:
        """Every file, and its name; how many files."""
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
        for file in files:
            self.look(f"the name of {file}", os.fsencode(file))
            self.look(str(file), file.read_bytes())
        return len(files)

    def opened_by(self, pid: int) -> int:
        """Files that a process and its children hold open, deleted or not; how many."""
        count = 0
        for each in _family(pid):
            for link in Path(f"/proc/{each}/fd").iterdir():
                if link.is_file():
                    self.look(f"{link} → {os.readlink(link)}", link.read_bytes())
                    count += 1
        return count

    def rows(self, tx: Tx) -> int:
        """Every value of every row; how many values."""
        count = 0
        for table in inspect(tx.connection).get_table_names():
            for row in tx.connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608
                for value in row:
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value)
                    self.look(table, content if isinstance(content, bytes) else content.encode())
                    count += 1
        return count


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("utf-8").split():
            yield from _family(int(child))
