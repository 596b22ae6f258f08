"""Which font of the system marks and texts are written in.

Owns the search: the setting, places known to hold a Japanese font, then what fontconfig names.
Reads no font; a missing one is no failure, for the mark is then written in Latin letters alone.
"""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

KNOWN = (
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    "/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc",
)
INSTALL = "apt-get install fonts-ipaexfont-gothic"


def find(named: Path | None) -> Path | None:
    """The font of the setting, or one of the system that has Japanese; None where there is none."""
    if named is not None:
        return named
    return _of_the_system()


@lru_cache(maxsize=1)
def _of_the_system() -> Path | None:
    for known in map(Path, KNOWN):
        if known.is_file():
            return known
    program = shutil.which("fc-list")
    if program is None:
        return None
    asked = [program, "--format=%{file}\\n", ":lang=ja:fontformat=TrueType"]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603  a program of the system, with words of ours
    return next((Path(line) for line in sorted(found.stdout.splitlines()) if line), None)
