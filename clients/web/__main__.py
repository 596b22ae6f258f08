"""The pages as a process of their own, in front of a remote API.

    python -m clients.web --server https://api.example.jp --origin https://council.example.jp

Owns the command line. The API then sees this process's address for everybody who comes through it:
it believes no header about addresses, so limits and network rules by address belong where the
browsers arrive. With the single server process none of this is needed.
"""

import argparse
import sys
from urllib.parse import urlsplit

import httpx2
import uvicorn

from clients.sdk import AsyncKyogikai
from clients.sdk.wire import Wire
from clients.web.app import create
from clients.web.visit import MakeClient, Visitor


class Front(httpx2.AsyncBaseTransport):
    """One pool of connections for all visits, which closing a visit's client leaves open.

    Speaks to the API under the name of the site (`Host`), as fronts do: it answers to no other.
    """

    def __init__(self, pool: httpx2.AsyncBaseTransport, host: str) -> None:
        self._pool, self._host = pool, host

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass it on."""
        request.headers["Host"] = self._host
        return await self._pool.handle_async_request(request)


def remote(server: str, origin: str) -> MakeClient:
    """Clients of the API at `server`, for the pages of `origin`.

    Raises ValueError for what is no address of a server.
    """
    host = urlsplit(Wire(origin).server).netloc
    secure = Wire(server).server.startswith("https:")
    pool = Front(httpx2.AsyncHTTPTransport(verify=secure), host)

    def make(visitor: Visitor) -> AsyncKyogikai:
        return AsyncKyogikai(
            server,
            visitor.token,
            language=visitor.language,
            agent=visitor.agent,
            tries=1,  # somebody waits for the page: they are told at once, and try again themself
            transport=pool,
        )

    return make


def main(arguments: list[str]) -> int:
    """Serve until interrupted; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m clients.web", description=__doc__)
    parser.add_argument("--server", required=True, help="APIの場所 / where the API is")
    parser.add_argument("--origin", required=True, help="ブラウザに見える場所 / as browsers see it")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    given = parser.parse_args(arguments)
    try:
        app = create(remote(given.server, given.origin), given.origin)
    except ValueError as error:
        parser.error(str(error))
    uvicorn.run(
        app,
        host=given.host,
        port=given.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
