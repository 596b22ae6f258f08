"""How long the web server waits for a client, and for how much head: uvicorn alone has no bound.

Owns three limits on one connection: a request's head is whole within seconds and of a size, and a
body does not stand still for long. Who is slow beyond that is disconnected, and what they had begun
to send is forgotten as after any broken connection. Knows nothing of what is asked.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 30.0
BODY_SECONDS = 60.0  # without a byte
LONGEST_HEAD = 64 << 10
HEAD, BODY, NOTHING = "head", "body", "nothing"


class Patient(HttpToolsProtocol):
    """One connection, whose client is waited for, but not for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected: the first head is awaited."""
        self._look_again: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._expect(HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is awaited any more."""
        if self._look_again is not None:
            self._look_again.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes arrived; a head that goes on and on is cut off."""
        self._heard = self.loop.time()
        self._received += len(data)
        super().data_received(data)
        if self._expects == HEAD and self._received > LONGEST_HEAD:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """The first byte of a request: its head is awaited from now on."""
        super().on_message_begin()
        self._expect(HEAD)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._expect(BODY)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; how long a connection may be idle, uvicorn bounds."""
        self._expects = NOTHING
        super().on_message_complete()

    def _expect(self, what: str) -> None:
        self._expects, self._received = what, 0
        self._begun = self._heard = self.loop.time()
        if self._look_again is None:
            self._look_again = self.loop.call_later(self._limit(), self._look)

    def _limit(self) -> float:
        return HEAD_SECONDS if self._expects == HEAD else BODY_SECONDS

    def _look(self) -> None:
        self._look_again = None
        if self._expects == NOTHING:
            return
        now: float = self.loop.time()
        # A body that we do not take in, because we are busy with what came before, is not late.
        if self._expects == BODY and self.flow.read_paused:
            self._heard = now
        left = (self._begun if self._expects == HEAD else self._heard) + self._limit() - now
        if left <= 0:
            self.transport.abort()
        else:
            self._look_again = self.loop.call_later(left, self._look)
