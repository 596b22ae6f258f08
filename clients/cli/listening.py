"""Where this computer waits for the browser to come back with a code (RFC 8252, 7.3).

Owns the listener on the loopback interface: one port of the system's choice for each sign-in, open
only while it waits. It takes the answer that bears its own `state` and the server's `iss` (RFC
9207), turns every other away, and leaves the browser with a short page. It knows no secret.
"""

import hmac
from collections.abc import Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import Self
from urllib.parse import parse_qs, urlsplit

from clients.cli.faults import Mistake
from clients.cli.language import chosen, t

PATH = "/signed-in"
LONGEST_LINE_WAIT = 10.0
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'",
    "Cache-Control": "no-store",
    # The address of this page holds the code; it goes no further.
    "Referrer-Policy": "no-referrer",
    "Connection": "close",
}
_PAGE = '<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Kyogikai</title><p>{said}'


class NotSignedIn(Mistake):
    """The browser did not bring what was waited for; the message says what to do."""


class Listener:
    """Waits for the one answer to this sign-in. Use it as a context manager."""

    def __init__(self, state: str, issuer: str) -> None:
        self._state, self._issuer = state, issuer
        self._answers: Queue[str | NotSignedIn] = Queue()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            """Answers the browser."""

            timeout = LONGEST_LINE_WAIT

            def do_GET(self) -> None:
                """Take the answer, or turn a stray request away."""
                status, said, answer = listener.judge(self.path)
                _answer(self, status, said)
                if answer is not None:
                    listener._answers.put(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing: what is asked for holds the code."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def redirect_uri(self) -> str:
        """The address that the browser is to come back to."""
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, seconds: float) -> str:
        """The code. Raises NotSignedIn when none comes in time, or another answer than a code."""
        try:
            answer = self._answers.get(timeout=seconds)
        except Empty:
            raise NotSignedIn(
                t(
                    f"{seconds:.0f} 秒待ちましたが、ブラウザでのサインインが終わりませんでした。"
                    "もう一度 kyogikai sign-in を実行してください。",
                    f"Waited {seconds:.0f} s; the sign-in in the browser was not finished. "
                    "Run kyogikai sign-in again.",
                )
            ) from None
        if isinstance(answer, NotSignedIn):
            raise answer
        return answer

    def judge(self, target: str) -> tuple[int, str, str | NotSignedIn | None]:
        """What a request for `target` comes to: status, what the page says, and what ends the wait.

        Only who knows the state ends it: another page in the browser may call any port.
        """
        address = urlsplit(target)
        given = {name: values[-1] for name, values in parse_qs(address.query).items()}
        if address.path != PATH:
            return 404, t("ここには何もありません。", "There is nothing here."), None
        if not hmac.compare_digest(given.get("state", "").encode(), self._state.encode()):
            said = t(
                "このサインインは、この端末で始めたものではありません。",
                "This sign-in was not begun on this computer.",
            )
            return 400, said, None
        return self._judge_answer(given)

    def _judge_answer(self, given: Mapping[str, str]) -> tuple[int, str, str | NotSignedIn]:
        if given.get("iss") != self._issuer:
            said = t(
                f"{self._issuer} からの応答ではないため、サインインを中止しました。"
                "--server を確かめ、管理者に知らせてください。",
                f"Stopped: the answer is not from {self._issuer}. "
                "Check --server, and tell the operator.",
            )
            return 400, said, NotSignedIn(said)
        if "code" not in given or "error" in given:
            said = t("サインインは承認されませんでした。", "The sign-in was not approved.")
            return 200, said, NotSignedIn(said)
        said = t(
            "端末のプログラムへのサインインを承認しました。この画面を閉じて、端末に戻ってください。",
            "You have let the program on your computer sign in. Close this page and go back to it.",
        )
        return 200, said, given["code"]


def _answer(handler: BaseHTTPRequestHandler, status: int, said: str) -> None:
    page = _PAGE.format(lang=chosen(), said=escape(said)).encode()
    handler.send_response(status)
    for name, value in {**HEADERS, "Content-Length": str(len(page))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(page)
