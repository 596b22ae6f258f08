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


def test_settings_are_frozen() -> None:
    chosen = settings.read({})

    with pytest.raises(AttributeError):
        chosen.port = 1  # type: ignore[misc]
