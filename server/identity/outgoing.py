"""Calls from this server to an organisation's sign-in service, bounded in every way.

Owns the bounds: how long a call takes in all, from connecting to the last byte (how long a name is
looked up is the system resolver's own limit), how much it may answer, how many run at once, that no
redirect is followed, and that it is by https except to this very machine. A provider that hangs so
holds few threads, and those not long. The only module that knows Authlib.
"""

import asyncio
import json
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from server.identity.oidc_problems import ProviderRefused, ProviderUnavailable
from server.identity.providers import LOOPBACK, Provider

AT_ONCE = 4
LONGEST_ANSWER = 128 << 10

# The errors a provider may name (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core 1.0, 3.1.2.6).
ERRORS = frozenset(
    "access_denied account_selection_required consent_required interaction_required"
    " invalid_client invalid_grant invalid_request invalid_request_object invalid_request_uri"
    " invalid_scope login_required registration_not_supported request_not_supported"
    " request_uri_not_supported server_error temporarily_unavailable unauthorized_client"
    " unmet_authentication_requirements unsupported_grant_type unsupported_response_type".split()
)

Answer = TypeVar("Answer")


class _Unfit(Exception):
    """An answer that is not taken; the text says why."""


class _Bounded(httpx2.AsyncByteStream):
    """An answer's bytes, until there are too many of them."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream, self._left = stream, LONGEST_ANSWER

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise _Unfit(f"it answered more than {LONGEST_ANSWER} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx2.Response) -> None:
    """Ahead of reading an answer: no redirect, nothing compressed (16 KiB become a GiB)."""
    if response.is_redirect or 300 <= response.status_code < 400:
        raise _Unfit(f"it redirected ({response.status_code}), which is not followed")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _Unfit("it answered compressed, which was not asked for")
    assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101  for mypy
    response.stream = _Bounded(response.stream)


def _of_a_token_endpoint(response: httpx2.Response) -> httpx2.Response:
    """RFC 6749, 5.1 and 5.2: no other status says anything about a token."""
    if response.status_code not in (200, 400, 401):
        raise _Unfit(f"it answered {response.status_code}")
    return response


@cache
def _trusted() -> ssl.SSLContext:
    """The certificate authorities of this machine (or of `SSL_CERT_FILE`)."""
    return ssl.create_default_context()


class Outgoing:
    """Calls to one provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def allowed(self, url: Any) -> bool:
        """Whether the provider's metadata may name this address: https, or http on this machine
        where the provider itself is there.
        """
        if not isinstance(url, str) or not url.isascii() or not url.isprintable():
            return False
        try:
            parts = urlsplit(url)
            local = parts.scheme == "http" and parts.hostname in LOOPBACK
        except ValueError:
            return False
        plain = bool(parts.hostname) and not parts.fragment and "@" not in parts.netloc
        return plain and (parts.scheme == "https" or (local and self._provider.local))

    def authorisation_url(self, endpoint: str, verifier: str, **asked: str) -> str:
        """The address that asks for a code (RFC 6749, 4.1.1), with PKCE S256 (RFC 7636, 4.3)."""
        challenge = create_s256_code_challenge(verifier)
        url: str = prepare_grant_uri(
            endpoint,
            client_id=self._provider.client_id,
            response_type="code",
            code_challenge=challenge,
            code_challenge_method="S256",
            **asked,
        )
        return url

    def read(self, url: str) -> dict[str, Any]:
        """The JSON object at an address. Raises ProviderUnavailable."""

        async def get(client: AsyncOAuth2Client) -> dict[str, Any]:
            response = await client.request("GET", url, withhold_token=True)
            if response.status_code != 200:
                raise _Unfit(f"it answered {response.status_code}")
            return _object(response.content)

        return self._run(get)

    def exchange(self, url: str, auth_method: str, **given: str) -> dict[str, Any]:
        """What the token endpoint gives for a code (RFC 6749, 4.1.3; RFC 7636, 4.5).

        Raises ProviderRefused when it names an error, ProviderUnavailable otherwise.
        """

        async def post(client: AsyncOAuth2Client) -> dict[str, Any]:
            client.token_endpoint_auth_method = auth_method
            client.register_compliance_hook("access_token_response", _of_a_token_endpoint)
            return dict(await client.fetch_token(url, grant_type="authorization_code", **given))

        return self._run(post)

    def _run(self, call: Callable[[AsyncOAuth2Client], Awaitable[Answer]]) -> Answer:
        if not self._places.acquire(blocking=False):
            raise self._unavailable(f"{AT_ONCE} calls to it wait already")
        try:
            # A loop of its own in this thread: the one way to bound a call as a whole.
            return asyncio.run(self._within(call))
        except OAuthError as error:
            raise ProviderRefused(error=known_error(error.error)) from error
        except TimeoutError as error:
            raise self._unavailable(f"no answer in {self._provider.timeout} s") from error
        except _Unfit as error:
            raise self._unavailable(str(error)) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise self._unavailable(f"it cannot be reached: {type(error).__name__}") from error
        except (ValueError, RecursionError) as error:
            raise self._unavailable("its answer is no JSON object") from error
        finally:
            self._places.release()

    async def _within(self, call: Callable[[AsyncOAuth2Client], Awaitable[Answer]]) -> Answer:
        provider = self._provider
        async with (
            asyncio.timeout(provider.timeout),
            AsyncOAuth2Client(
                client_id=provider.client_id,
                client_secret=provider.client_secret,
                timeout=provider.timeout,
                headers={"Accept-Encoding": "identity", "Accept": "application/json"},
                event_hooks={"response": [_bound]},
                follow_redirects=False,
                verify=_trusted(),
                # Proxies of the environment lead out of a closed network, never to this machine.
                trust_env=not provider.local,
            ) as client,
        ):
            return await call(client)

    def _unavailable(self, why: str) -> ProviderUnavailable:
        words = f"{self._provider.id}: {why}"
        return ProviderUnavailable(words, headers={"Retry-After": "5"})


def _object(content: bytes) -> dict[str, Any]:
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError
    return found


def known_error(word: object) -> str:
    """An error's name, if it is one the standards know: what a stranger writes is not repeated."""
    return word if isinstance(word, str) and word in ERRORS else "other"
