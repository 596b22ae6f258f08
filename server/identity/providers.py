"""The organisations' own sign-in services, as the operator's file names them (OpenID Connect).

Owns the YAML file of `KYOGIKAI_PROVIDERS`: what may stand in it, and why the server does not start
otherwise. Nothing here speaks to a provider, and no secret is shown by any message.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from server.schemas import Line, RegistryId
from server.settings import SettingError

# Signatures by a key only the provider has: never `none`, never HS256 and its like, whose key is
# the client's secret.
Algorithm = Literal["ES256", "RS256", "PS256"]
ALGORITHMS: tuple[Algorithm, ...] = ("ES256", "RS256", "PS256")
Profile = Literal["generic", "keycloak", "entra", "gbizid"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Entra's issuers that stand for every tenant: whoever has any account there would be admitted.
SHARED_TENANTS = ("common", "organizations", "consumers", "{tenantid}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One sign-in service, and the organisations whose people it may vouch for (IDN-1).

    `max_age` is how many seconds ago, at most, the person proved themself there; `timeout` how
    many seconds a call to it may take in all. `acr_values`: one of them must be reached, where any
    are named; `amr_values`: all of them must have been used.
    """

    id: str
    name_ja: str
    name_en: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    profile: Profile
    organisations: frozenset[str]
    algorithms: tuple[str, ...]
    max_age: int
    acr_values: tuple[str, ...]
    amr_values: tuple[str, ...]
    scopes: tuple[str, ...]
    prompt: str | None
    timeout: int

    @property
    def local(self) -> bool:
        """Whether it runs on this very machine, without TLS."""
        return self.issuer.startswith("http://")


def _issuer(text: str) -> str:
    """An issuer exactly as the provider writes it (OpenID Connect Core 1.0, section 2)."""
    parts = urlsplit(text)
    secure = parts.scheme == "https" and bool(parts.hostname)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (secure or local) or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be https://…, without query or fragment (http only for localhost)")
    return text


class _Entry(BaseModel):
    """One provider as written; every field that is not named here is a typing error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: RegistryId
    name_ja: Line
    name_en: Line
    issuer: Annotated[str, AfterValidator(_issuer)]
    client_id: Line
    client_secret_file: str = Field(min_length=1)
    profile: Profile = "generic"
    organisations: list[RegistryId] = Field(min_length=1)
    algorithms: list[Algorithm] = Field(list(ALGORITHMS), min_length=1)
    max_age: int = Field(3600, ge=60, le=43_200, strict=True)
    acr_values: list[Line] = []
    amr_values: list[Line] = []
    scopes: list[Line] = ["openid"]
    prompt: Literal["login", "select_account"] | None = None
    timeout: int = Field(5, ge=1, le=10, strict=True)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    providers: list[_Entry] = Field(min_length=1)


class _Strict(yaml.SafeLoader):
    """YAML in which a key written twice is an error, not the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
            raise ValueError(f"written twice: {', '.join(twice)}")
        return super().construct_mapping(node, deep)


def load(path: Path | None) -> tuple[Provider, ...]:
    """The providers of the file, in its order; none without a file.

    Raises SettingError for a file or a secret that cannot be read, for any field that is unknown or
    unusable, and for two providers with one id or one issuer: a reason not to start.
    """
    if path is None:
        return ()
    try:
        written = yaml.load(path.read_text("utf-8"), _Strict)  # noqa: S506  a SafeLoader
        entries = _File.model_validate(written).providers
    except OSError as error:
        raise SettingError(
            f"KYOGIKAI_PROVIDERS names {path}, which cannot be read: {error.strerror}"
        ) from error
    except ValidationError as error:
        raise _fault(path, _told(error)) from error
    except (ValueError, yaml.YAMLError) as error:
        raise _fault(path, str(error)) from error
    for name in ("id", "issuer"):
        values = [getattr(entry, name) for entry in entries]
        if len(set(values)) < len(values):
            raise _fault(path, f"two providers have the same {name}; each has its own")
    return tuple(_provider(path, entry) for entry in entries)


def _provider(path: Path, entry: _Entry) -> Provider:
    if "openid" not in entry.scopes:
        raise _fault(path, f"{entry.id}: scopes must contain openid")
    if entry.profile == "entra" and _shared_tenant(entry.issuer):
        raise _fault(
            path,
            f"{entry.id}: this issuer stands for every tenant; write that of your own tenant, "
            "https://login.microsoftonline.com/TENANT-ID/v2.0",
        )
    return Provider(
        **entry.model_dump(exclude={"client_secret_file", "organisations"})
        | {name: tuple(getattr(entry, name)) for name in ("algorithms", "scopes")}
        | {name: tuple(getattr(entry, name)) for name in ("acr_values", "amr_values")},
        client_secret=_secret(path, entry),
        organisations=frozenset(entry.organisations),
    )


def _shared_tenant(issuer: str) -> bool:
    return any(part.lower() in SHARED_TENANTS for part in urlsplit(issuer).path.split("/"))


def _secret(path: Path, entry: _Entry) -> str:
    """The client's secret; a relative path is beside the file that names it."""
    file = path.parent / entry.client_secret_file
    try:
        secret = file.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise _fault(
            path, f"{entry.id}: client_secret_file {file} cannot be read; put the secret there"
        ) from error
    if not secret or not secret.isascii() or not secret.isprintable():
        raise _fault(path, f"{entry.id}: client_secret_file {file} must hold one line of ASCII")
    return secret


def _told(error: ValidationError) -> str:
    """What is wrong and where, without the value, which might be a secret in the wrong place."""
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc']) or 'the file'}: {each['msg']}"
        for each in error.errors()
    )


def _fault(path: Path, words: str) -> SettingError:
    return SettingError(f"KYOGIKAI_PROVIDERS, {path}: {words} (see docs/providers.md)")
