"""Settings: read once, a typing error is told, no secret has a default."""

from pathlib import Path

import pytest

from server import settings
from server.settings import SettingError


def test_without_any_setting_it_serves_localhost_from_var() -> None:
    chosen = settings.read({})

    assert (chosen.host, chosen.port, chosen.origin) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert chosen.data == Path("var").absolute()
    assert set(chosen.sources.values()) == {"default"}


def test_an_unknown_variable_is_a_typing_error_to_be_told() -> None:
    with pytest.raises(SettingError, match=r"KYOGIKAI_PROT.*KYOGIKAI_PORT"):
        settings.read({"KYOGIKAI_PROT": "8001"})


def test_other_programs_variables_are_none_of_ours() -> None:
    assert settings.read({"PORT": "1", "kyogikai_port": "2"}).port == 8000


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000 ", "８０００", "http", ""])
def test_a_port_is_a_whole_number(port: str) -> None:
    with pytest.raises(SettingError, match="KYOGIKAI_PORT"):
        settings.read({"KYOGIKAI_PORT": port})


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "council.example.jp",
        "http://council.example.jp",
        "https://council.example.jp/",
        "https://council.example.jp/path",
        "https://user@council.example.jp",
        "https://council.example.jp?x=1",
        "https://council.example.jp:99999",
        "https://council.example.jp:x",
        "https://Council.example.jp",
        "https://council example.jp",
        "https://:8000",
        "ftp://localhost",
        "javascript:alert(1)",
    ],
)
def test_an_origin_is_a_scheme_and_a_host(origin: str) -> None:
    with pytest.raises(SettingError, match="KYOGIKAI_ORIGIN"):
        settings.read({"KYOGIKAI_ORIGIN": origin})


@pytest.mark.parametrize(
    "origin",
    ["https://council.example.jp", "https://council.example.jp:8443", "http://localhost:1"],
)
def test_these_are_origins(origin: str) -> None:
    chosen = settings.read({"KYOGIKAI_ORIGIN": origin})

    assert chosen.origin == origin
    assert chosen.origin_host == origin.split("://")[1]


def test_the_command_line_goes_before_the_environment_and_is_told() -> None:
    chosen = settings.read({"KYOGIKAI_PORT": "8001", "KYOGIKAI_DATA": "/d"}, port="8002")

    assert (chosen.port, chosen.sources["port"]) == (8002, "command line")
    assert chosen.sources["data"] == "KYOGIKAI_DATA"
    assert chosen.origin == "http://localhost:8002"


def test_a_secret_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql+psycopg://u:p@h/d\n", "utf-8")

    chosen = settings.read({"KYOGIKAI_DATABASE_URL_FILE": str(file)})

    assert chosen.database_url == "postgresql+psycopg://u:p@h/d"
    assert not chosen.on_sqlite


def test_a_secrets_file_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingError, match=r"KYOGIKAI_DATABASE_URL_FILE names /nowhere"):
        settings.read({"KYOGIKAI_DATABASE_URL_FILE": "/nowhere"})


def test_what_is_no_secret_has_no_file() -> None:
    with pytest.raises(SettingError, match="unknown"):
        settings.read({"KYOGIKAI_PORT_FILE": "/run/port"})


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://h/d", "sqlite://", "postgresql+nothing://h/d"]
)
def test_a_database_we_do_not_serve_is_told(url: str) -> None:
    with pytest.raises(SettingError, match="KYOGIKAI_DATABASE_URL"):
        settings.read({"KYOGIKAI_DATABASE_URL": url})


def test_what_is_wrong_with_a_secret_is_told_without_it() -> None:
    with pytest.raises(SettingError) as refused:
        settings.read({"KYOGIKAI_DATABASE_URL": "mysql://user:hidden-word@h/d"})

    assert "hidden-word" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://localhost",
        "smtp://127.0.0.1:2525",
        "smtps://mail.example.jp",
        "smtps://council%40example.jp@mail.example.jp:465",
        "smtp+starttls://council@mail.example.jp:587",
    ],
)
def test_these_are_mail_servers(url: str) -> None:
    asked = {"KYOGIKAI_SMTP_URL": url, "KYOGIKAI_MAIL_FROM": "council@example.jp"}
    assert settings.read(asked).smtp_url == url


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.jp",
        "smtp://mail.example.jp:465",
        "mail.example.jp",
        "https://mail.example.jp",
        "smtps://user:hidden-word@mail.example.jp",
        "smtps://mail.example.jp:99999",
        "smtps://mail.example.jp/path",
        "smtps://",
    ],
)
def test_mail_goes_nowhere_in_clear_and_its_password_is_in_no_address(url: str) -> None:
    asked = {"KYOGIKAI_SMTP_URL": url, "KYOGIKAI_MAIL_FROM": "council@example.jp"}
    with pytest.raises(SettingError, match="KYOGIKAI_SMTP_URL") as refused:
        settings.read(asked)
    assert "hidden-word" not in str(refused.value)


@pytest.mark.parametrize("address", ["", "council", "協議会 <c@example.jp>", "a@b\nBcc: x@y.jp"])
def test_mail_comes_from_an_address(address: str) -> None:
    asked = {"KYOGIKAI_SMTP_URL": "smtp://localhost", "KYOGIKAI_MAIL_FROM": address}
    with pytest.raises(SettingError, match="KYOGIKAI_MAIL_FROM"):
        settings.read(asked)


def test_the_mail_server_s_password_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hidden-word\n", "utf-8")
    chosen = settings.read({"KYOGIKAI_SMTP_PASSWORD_FILE": str(file)})
    assert chosen.smtp_password == "hidden-word"
    assert "hidden-word" not in repr(chosen)


def test_settings_are_frozen() -> None:
    chosen = settings.read({})

    with pytest.raises(AttributeError):
        chosen.port = 1  # type: ignore[misc]


def test_fronts_that_are_trusted_are_named_by_address_or_network() -> None:
    chosen = settings.read({"KYOGIKAI_TRUSTED_PROXIES": "10.0.0.2, 10.1.0.0/16 2001:db8::/64"})

    assert [str(each) for each in chosen.trusted_proxies] == [
        "10.0.0.2/32",
        "10.1.0.0/16",
        "2001:db8::/64",
    ]
    assert settings.read({}).trusted_proxies == ()


@pytest.mark.parametrize(
    "proxies", ["*", "localhost", "10.0.0.1/8", "0.0.0.0/0", "10.0.0.2,::/0", "10.0.0.2;10.0.0.3"]
)
def test_nobody_is_trusted_by_a_typing_error_and_never_everybody(proxies: str) -> None:
    with pytest.raises(SettingError, match="KYOGIKAI_TRUSTED_PROXIES"):
        settings.read({"KYOGIKAI_TRUSTED_PROXIES": proxies})
