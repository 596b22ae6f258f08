"""Help and mistakes are answered at once: nothing of the server is loaded for them."""

import subprocess
import sys

from server.settings import HERE

HEAVY = "fastapi sqlalchemy sqlmodel pydantic casbin alembic cryptography uvicorn server.app"


def test_help_and_mistakes_load_nothing_of_the_server() -> None:
    code = (
        "import sys\n"
        "from contextlib import suppress\n"
        "from server.__main__ import main\n"
        "for asked in (['--help'], ['doctor', '--help'], ['fly']):\n"
        "    with suppress(SystemExit):\n"
        "        main(asked)\n"
        f"print(sorted(set({HEAVY!r}.split()) & sys.modules.keys()))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"
