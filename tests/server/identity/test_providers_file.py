"""The operator's file of sign-in services: whatever is wrong with it keeps the server down."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server import settings
from server.app import build_parts
from server.identity import providers
from server.settings import SettingError, Settings
from tests.making.fake_provider import SECRET
from tests.making.own_sign_in import entry, written

ISSUER = "https://sso.ministry.example.jp/realms/a"


def test_without_a_file_there_are_no_providers() -> None:
    assert providers.load(None) == ()


def test_a_provider_has_strict_defaults(tmp_path: Path) -> None:
    [provider] = providers.load(written(tmp_path, entry(ISSUER)))

    assert provider.algorithms == ("ES256", "RS256", "PS256")
    assert (provider.max_age, provider.timeout, provider.scopes) == (3600, 5, ("openid",))
    assert provider.organisations == frozenset({"org-a"})
    assert provider.client_secret == SECRET
    assert not provider.local


def test_the_secret_is_shown_by_nothing(tmp_path: Path) -> None:
    [provider] = providers.load(written(tmp_path, entry(ISSUER)))

    assert SECRET not in repr(provider)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": "http://sso.example.jp"}, "issuer"),
        ({"issuer": "https://sso.example.jp?x=1"}, "issuer"),
        ({"issuer": "https://sso.example.jp#x"}, "issuer"),
        ({"issuer": "https://user@sso.example.jp"}, "issuer"),
        ({"issuer": "https://"}, "issuer"),
        ({"issuer": "sso.example.jp"}, "issuer"),
        ({"algorithms": ["none"]}, "algorithms"),
        ({"algorithms": ["HS256"]}, "algorithms"),
        ({"algorithms": []}, "algorithms"),
        ({"organisations": []}, "organisations"),
        ({"organisations": None}, "organisations"),
        ({"organisations": "org-a"}, "organisations"),
        ({"max_age": 0}, "max_age"),
        ({"max_age": "3600"}, "max_age"),
        ({"max_age": 90_000}, "max_age"),
        ({"timeout": 30}, "timeout"),
        ({"scopes": ["email"]}, "openid"),
        ({"profile": "okta"}, "profile"),
        ({"prompt": "none"}, "prompt"),
        ({"id": "a/b"}, "id"),
        ({"id": None}, "id"),
        ({"name_en": None}, "name_en"),
        ({"client_id": ""}, "client_id"),
        ({"client_secret": "in the file itself"}, "client_secret"),
        ({"client_secret_file": "nowhere"}, "client_secret_file"),
        ({"issuerr": "x"}, "issuerr"),
    ],
)
def test_a_field_that_is_wrong_or_unknown_is_told(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    file = written(tmp_path, entry(**{"issuer": ISSUER, **changed}))

    with pytest.raises(SettingError, match=said) as refused:
        providers.load(file)

    assert str(file) in str(refused.value)
    assert "docs/providers.md" in str(refused.value)
    assert "in the file itself" not in str(refused.value)


@pytest.mark.parametrize("same", ["id", "issuer"])
def test_two_providers_with_one_id_or_one_issuer_are_refused(tmp_path: Path, same: str) -> None:
    other = {"id": "org-b-sso", "issuer": "https://sso.b.example.jp"}
    other.pop(same)
    file = written(tmp_path, entry(ISSUER), entry(**{"issuer": ISSUER, **other}))

    with pytest.raises(SettingError, match=f"the same {same}"):
        providers.load(file)


@pytest.mark.parametrize("tenant", ["common", "organizations", "Consumers", "{tenantid}"])
def test_an_entra_issuer_of_every_tenant_is_refused(tmp_path: Path, tenant: str) -> None:
    issuer = f"https://login.microsoftonline.com/{tenant}/v2.0"

    with pytest.raises(SettingError, match="your own tenant"):
        providers.load(written(tmp_path, entry(issuer, profile="entra")))


def test_an_entra_issuer_of_ones_own_tenant_is_taken(tmp_path: Path) -> None:
    issuer = "https://login.microsoftonline.com/6c1f2a9e-0000-4000-8000-000000000000/v2.0"

    [provider] = providers.load(written(tmp_path, entry(issuer, profile="entra")))

    assert provider.issuer == issuer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "providers: []",
        "providers: {}",
        "other: 1",
        "- 1",
        "providers: [1]",
        "a: [",
        "providers:\n  - id: a\n    id: b\n",
        "!!python/object/apply:os.system ['true']",
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "providers.yaml"
    file.write_text(text, "utf-8")

    with pytest.raises(SettingError, match="KYOGIKAI_PROVIDERS"):
        providers.load(file)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")

    for file in (tmp_path / "nowhere", tmp_path, binary):
        with pytest.raises(SettingError, match="KYOGIKAI_PROVIDERS"):
            providers.load(file)


@pytest.mark.parametrize("secret", ["", "\n", "two\nlines", "秘密"])
def test_a_secret_is_one_line_of_ascii(tmp_path: Path, secret: str) -> None:
    file = written(tmp_path, entry(ISSUER))
    (tmp_path / "secret").write_text(secret, "utf-8")

    with pytest.raises(SettingError, match="client_secret_file"):
        providers.load(file)


def test_a_provider_on_this_machine_needs_no_tls(tmp_path: Path) -> None:
    for issuer in ("http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"):
        [provider] = providers.load(written(tmp_path, entry(issuer)))
        assert provider.local


def test_a_server_does_not_start_with_a_file_that_is_wrong(
    chosen: Settings, tmp_path: Path
) -> None:
    file = written(tmp_path / "providers", entry("http://not.secure.example"))

    with pytest.raises(SettingError, match="issuer"):
        build_parts(replace(chosen, providers=file))


def test_the_file_is_named_by_a_setting() -> None:
    assert settings.read({}).providers is None
    assert settings.read({"KYOGIKAI_PROVIDERS": "/etc/p.yaml"}).providers == Path("/etc/p.yaml")
