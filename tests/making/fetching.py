"""One request to a real server, and what reached its sender although the answer may break off."""

import http.client
from dataclasses import dataclass

from tests.factories import Caller, World
from tests.proving import prove_ahead
from tests.server.documents.conftest import serving


@dataclass(frozen=True)
class Got:
    """What reached the receiver; `whole` unless the connection broke before the end."""

    status: int
    body: bytes
    whole: bool


def fetched(world: World, by: Caller, method: str, path: str, body: str | None = None) -> Got:
    """One request to a real server, with what came of its answer."""
    prove_ahead(world.client, by.token, method, f"/api/v1{path}")
    headers = {
        "Host": world.parts.settings.origin_host,
        "Authorization": f"Bearer {by.token}",
        "Content-Type": "application/json",
    }
    with serving(world.parts) as (host, port):
        line = http.client.HTTPConnection(host, port, timeout=60)
        try:
            line.request(method, f"/api/v1{path}", body, headers)
            answer = line.getresponse()
            try:
                return Got(answer.status, answer.read(), whole=True)
            except http.client.IncompleteRead as broken:
                return Got(answer.status, broken.partial, whole=False)
        finally:
            line.close()
