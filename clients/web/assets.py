"""The static files: style, scripts and the icon, under an address that changes when they do.

Owns the files of `static/`, read once. Their digest is in the address, so that a browser may keep
them for ever; one digest for all, so that a module finds the others beside it.
"""

from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Assets:
    """Every static file, and where it is."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = sorted(path for path in folder.iterdir() if path.suffix in TYPES)
        self._files = {path.name: path.read_bytes() for path in files}
        whole = sha256()
        for name, content in self._files.items():
            whole.update(sha256(name.encode()).digest() + sha256(content).digest())
        self.digest = whole.hexdigest()[:16]

    def address(self, name: str) -> str:
        """Where a file is. Raises KeyError when there is none of this name."""
        self._files[name]
        return f"/static/{self.digest}/{name}"

    def answer(self, request: Request) -> Response:
        """A file. Raises HTTPException (404) for an unknown name or an earlier digest."""
        name = request.path_params["name"]
        if request.path_params["digest"] != self.digest or name not in self._files:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        kind = TYPES[Path(name).suffix]
        return Response(self._files[name], media_type=kind, headers=headers)
