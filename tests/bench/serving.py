"""The server under measurement, with the baselines beside it on the same loop.

`python -m tests.bench.serving DATA PORT`. The baselines exist here only.
"""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from server import serve, settings
from server.access.guard import anyone
from server.app import build_parts, create_app
from server.keeping import Keeper

PIECE = 256 << 10
PLAIN = "plain"  # the folder of what is stored plain


def main() -> None:
    """Serve until ended."""
    data, port = Path(sys.argv[1]), sys.argv[2]
    chosen = settings.read({}, data=str(data), port=port)
    parts = build_parts(chosen)
    app = create_app(parts)
    (data / PLAIN).mkdir()
    ours = len(app.router.routes)

    @app.get("/bench/bare")
    @anyone
    async def bare() -> dict[str, object]:
        return {"id": "x", "title": "y", "may": ["read"]}

    @app.get("/bench/stream")
    @anyone
    async def stream(size: int) -> Response:
        piece = bytes(PIECE)

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(size // PIECE):
                yield piece
                await asyncio.sleep(0)

        return StreamingResponse(pieces(), headers={"Content-Length": str(size)})

    @app.get("/bench/file")
    @anyone
    async def file() -> Response:
        return FileResponse(data / "plain.bin")

    # A path like an upload's, so that the same limit on bodies holds for both. As an object of the
    # vault it is a new file, and durable by data and name when the answer leaves.
    @app.put("/api/v1/documents/bench/content")
    @anyone
    async def sink(request: Request) -> Response:
        with (data / PLAIN / secrets.token_hex(8)).open("xb", buffering=0) as target:
            async for piece in request.stream():
                target.write(piece)
            os.fsync(target.fileno())
        parts.vault.sync_folder(data / PLAIN)
        return Response(status_code=201)

    # Ahead of the pages, which answer every address that nobody else does.
    routes = app.router.routes
    routes[:] = [*routes[ours:], *routes[:ours]]
    keeper = Keeper(parts)
    keeper.start()
    try:
        serve.server(app, chosen).run()
    finally:
        keeper.stop()


if __name__ == "__main__":
    main()
