"""The in-process transport streams both ways, keeps little, and tells the application who left."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx2
import pytest

from clients.sdk.asgi import AHEAD, StreamingTransport

PIECE = b"x" * 65536
MANY = 2000


def client(app: Any) -> httpx2.AsyncClient:
    """A client in front of an application in this process."""
    transport = StreamingTransport(app, client=("192.0.2.7", 50000))
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000")


class Producer:
    """An application that sends many pieces and notes how it went."""

    def __init__(self) -> None:
        self.produced, self.ended, self.farthest, self.taken = 0, "", 0, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            for _ in range(MANY):
                await send({"type": "http.response.body", "body": PIECE, "more_body": True})
                self.produced += 1
                self.farthest = max(self.farthest, self.produced - self.taken)
            await send({"type": "http.response.body"})
            self.ended = "whole"
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise


def run(body: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's coroutine, and see that it leaves nothing running behind."""

    async def alone() -> None:
        await body()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(alone())


def test_an_application_is_never_more_than_a_few_pieces_ahead_of_its_reader() -> None:
    app = Producer()

    async def body() -> None:
        async with client(app).stream("GET", "/big") as answer:
            await asyncio.sleep(0)
            assert app.produced <= AHEAD
            async for piece in answer.aiter_raw():
                app.taken += 1
                assert piece == PIECE
                await asyncio.sleep(0)  # whoever could run ahead, may

    run(body)
    assert (app.produced, app.taken, app.ended) == (MANY, MANY, "whole")
    assert app.farthest <= AHEAD + 1


def test_an_application_is_cancelled_when_its_reader_leaves() -> None:
    app = Producer()

    async def body() -> None:
        async with client(app).stream("GET", "/big") as answer:
            async for _ in answer.aiter_raw():
                app.taken += 1
                if app.taken == 3:
                    break

    run(body)
    assert app.ended == "cancelled"
    assert app.produced < 3 + AHEAD + 2


def test_an_application_that_listens_hears_that_its_reader_left() -> None:
    heard: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def listen() -> None:
            while (message := await receive())["type"] != "http.disconnect":
                heard.append(message["type"])
            heard.append("http.disconnect")

        listening = asyncio.create_task(listen())
        await send({"type": "http.response.start", "status": 200})
        try:
            await asyncio.Event().wait()
        finally:
            await listening

    async def body() -> None:
        async with client(app).stream("GET", "/endless"):
            pass

    run(body)
    assert heard[-1] == "http.disconnect"
    assert set(heard[:-1]) == {"http.request"}


def test_an_application_is_cancelled_when_its_caller_is_before_the_answer_begins() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def body() -> None:
        asking = asyncio.create_task(client(app).get("/never"))
        for _ in range(10):
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    run(body)
    assert seen == ["cancelled"]


def test_a_request_body_streams_as_the_application_asks_for_it() -> None:
    given: list[int] = []
    got: list[bytes] = []

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(5):
            given.append(number)
            yield bytes([number])

    async def app(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            got.append(message["body"])
            more = message["more_body"]
            assert len(given) <= len(got)
        await send({"type": "http.response.start", "status": 201})
        await send({"type": "http.response.body", "body": b"done"})

    async def body() -> None:
        answer = await client(app).put("/content", content=pieces())
        assert (answer.status_code, answer.content) == (201, b"done")

    run(body)
    assert got == [b"\0", b"\1", b"\2", b"\3", b"\4", b""]


def test_a_request_body_that_breaks_is_a_disconnect_to_the_application() -> None:
    seen: list[str] = []

    async def pieces() -> AsyncIterator[bytes]:
        yield b"begun"
        raise ValueError("the disk is gone")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.extend([(await receive())["type"], (await receive())["type"]])

    async def body() -> None:
        with pytest.raises(ValueError, match="the disk is gone"):
            await client(app).put("/content", content=pieces())

    run(body)
    assert seen == ["http.request", "http.disconnect"]


def test_a_failure_before_the_answer_is_a_broken_connection_that_says_why() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("no such thing")

    async def body() -> None:
        with pytest.raises(httpx2.RemoteProtocolError) as broken:
            await client(app).get("/")
        assert isinstance(broken.value.__cause__, LookupError)

    run(body)


def test_a_failure_midway_is_told_to_the_reader_after_what_was_sent() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise LookupError("the rest is gone")

    async def body() -> None:
        async with client(app).stream("GET", "/") as answer:
            pieces = aiter(answer.aiter_raw())
            assert await anext(pieces) == b"half"
            with pytest.raises(httpx2.RemoteProtocolError):
                await anext(pieces)

    run(body)


def test_an_answer_that_stops_short_is_no_answer() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    async def body() -> None:
        with pytest.raises(httpx2.RemoteProtocolError):
            await client(app).get("/")

    run(body)


def test_a_failure_after_a_whole_answer_leaves_the_answer_whole() -> None:
    """Frameworks answer 500 and then raise, for their server's log."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500})
        await send({"type": "http.response.body", "body": b"sorry"})
        raise LookupError("for the log")

    async def body() -> None:
        answer = await client(app).get("/")
        assert (answer.status_code, answer.content) == (500, b"sorry")

    run(body)


def test_an_application_is_told_who_asks_and_what() -> None:
    told: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        told.update(scope)
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    async def body() -> None:
        await client(app).get("/議事/1?q=a%20b", headers={"X-Odd": "1"})

    run(body)
    assert told["client"] == ("192.0.2.7", 50000)
    assert told["path"] == "/議事/1"
    assert told["raw_path"] == b"/%E8%AD%B0%E4%BA%8B/1"
    assert told["query_string"] == b"q=a%20b"
    assert told["server"] == ("localhost", 8000)
    assert (b"x-odd", b"1") in told["headers"]


def test_the_head_of_an_answer_has_no_body() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"an application that forgets"})

    async def body() -> None:
        assert (await client(app).head("/")).content == b""

    run(body)
