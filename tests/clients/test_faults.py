"""When the network fails: what is tried again, what never is, and where a transfer continues."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from clients.sdk import Kyogikai, problems
from clients.sdk.transfers import PIECE
from tests import proving
from tests.factories import World
from tests.making.councils import MadeCouncil

CONTENT = bytes(range(256)) * 4096


class Breaking(httpx2.BaseTransport):
    """A real transport that breaks connections as told: `before` sending, `after` the server has
    done its part, or in the `midst` of an answer's body; then it works.
    """

    def __init__(self, *breaks: str) -> None:
        self.breaks, self.sent = list(breaks), 0
        self._real = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent += 1
        how = self.breaks.pop(0) if self.breaks else ""
        if how == "before":
            raise httpx2.ConnectError("broken before")
        response = self._real.handle_request(request)
        if how == "after":
            response.close()
            raise httpx2.ReadError("broken after")
        if how == "midst":
            response.stream = Cut(response)
        return response

    def close(self) -> None:
        self._real.close()


class Cut(httpx2.SyncByteStream):
    """The first piece or two of a body, then a broken connection."""

    def __init__(self, response: httpx2.Response) -> None:
        self._stream = response.stream

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        assert isinstance(self._stream, httpx2.SyncByteStream)
        for piece in self._stream:
            yield piece
            seen += len(piece)
            if seen > 2 * PIECE:
                raise httpx2.ReadError("broken in the midst")

    def close(self) -> None:
        self._stream.close()  # type: ignore[union-attr]


def connect(live: str, token: str, transport: httpx2.BaseTransport) -> Kyogikai:
    return Kyogikai(live, token, transport=transport, first_wait=0.0)


def test_reading_is_tried_again(council: MadeCouncil, live: str) -> None:
    broken = Breaking("before", "after")
    with connect(live, council.pd.token, broken) as client:
        assert client.read_me().id == council.pd.person_id
    assert broken.sent == 3


def test_reading_is_not_tried_for_ever(council: MadeCouncil, live: str) -> None:
    broken = Breaking(*["before"] * 9)
    with connect(live, council.pd.token, broken) as client, pytest.raises(problems.Unreachable):
        client.read_me()
    assert broken.sent == 4


def test_an_act_that_was_done_before_the_connection_broke_is_done_once(
    council: MadeCouncil, live: str
) -> None:
    broken = Breaking("after")
    with connect(live, council.organ_a.token, broken) as client:
        made = client.share_document(council.id, "架空", contains_designated_secret=False)
        found = client.list_documents(council.id).items
    assert [each.id for each in found] == [made.id]
    assert broken.sent == 3


def test_an_act_that_shows_a_secret_once_is_never_repeated(
    council: MadeCouncil, live: str, world: World
) -> None:
    broken = Breaking("after")
    proving.prove_ahead(world.client, council.pd.token, "POST", "/api/v1/me/tokens")
    with connect(live, council.pd.token, broken) as client:
        with pytest.raises(problems.Unreachable):
            client.make_token("架空", ["read"])
        assert len(client.list_tokens().items) == 1


def test_a_download_that_breaks_continues_with_the_next_byte(
    council: MadeCouncil, live: str, tmp_path: Path
) -> None:
    broken = Breaking()
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    with connect(live, council.organ_a.token, broken) as client:
        made = client.share_document(council.id, "架空", contains_designated_secret=False)
        client.upload(made.id, source, "source")
        while client.read_document(made.id).version is None:
            pass
        broken.breaks = ["midst"]
        seen: list[int] = []
        client.download(made.id, tmp_path / "back", progress=lambda done, _: seen.append(done))
    assert (tmp_path / "back").read_bytes() == CONTENT
    assert seen == sorted(seen)


def test_an_upload_whose_answer_was_lost_is_sent_again_and_stored_once(
    council: MadeCouncil, live: str, tmp_path: Path
) -> None:
    """F1, for who uses the SDK: its calls of `upload` have a key, each another."""
    broken = Breaking()
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    with connect(live, council.organ_a.token, broken) as client:
        made = client.share_document(council.id, "架空", contains_designated_secret=False)
        broken.breaks, broken.sent = ["before", "after", "after"], 0
        first = client.upload(made.id, source, "source")
        assert broken.sent == 4
        assert [each.id for each in client.list_versions(made.id).items] == [first.id]
        again = client.upload(made.id, source, "source")
        assert again.id != first.id, "asked for twice, it is two versions"


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    answers = [
        httpx2.Response(503, headers={"Retry-After": "0"}, json={"code": "busy", "title": "混雑"}),
        httpx2.Response(200, json={"items": [], "next": None}),
    ]
    transport = httpx2.MockTransport(lambda _: answers.pop(0))
    with Kyogikai(transport=transport, first_wait=0.0) as client:
        assert client.list_visions().items == ()


def test_a_wait_that_is_too_long_is_left_to_the_caller() -> None:
    answer = httpx2.Response(
        429, headers={"Retry-After": "3600"}, json={"code": "too_many", "title": "多すぎます"}
    )
    transport = httpx2.MockTransport(lambda _: answer)
    with Kyogikai(transport=transport) as client, pytest.raises(problems.Busy) as caught:
        client.list_visions()
    assert caught.value.retry_after == 3600


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, text="<html>a proxy's page</html>"),
        httpx2.Response(200, json=["no", "page"]),
        httpx2.Response(200, json={"items": [{"id": 1}], "next": None}),
        httpx2.Response(302, headers={"Location": "https://elsewhere.example/"}),
    ],
)
def test_an_answer_of_something_else_is_said_to_be_one(answer: httpx2.Response) -> None:
    transport = httpx2.MockTransport(lambda _: answer)
    with Kyogikai(transport=transport) as client, pytest.raises(problems.UnexpectedAnswer):
        client.list_visions()


def test_fields_this_sdk_does_not_know_are_passed_over() -> None:
    vision = {
        "id": "v",
        "name_ja": "構想",
        "name_en": "v",
        "decided_on": "2022-09-16",
        "technologies": 27,
        "amendments": [],
        "of_a_later_version": {"anything": 1},
    }
    answer = httpx2.Response(200, json={"items": [vision], "next": None, "total": 1})
    with Kyogikai(transport=httpx2.MockTransport(lambda _: answer)) as client:
        assert client.list_visions().items[0].technologies == 27


@pytest.mark.parametrize("server", ["http://example.jp", "ftp://localhost", "localhost:8000", ""])
def test_credentials_are_never_sent_in_clear_over_a_network(server: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Kyogikai(server)
