"""Everything the outside may set, read once and frozen.

Owns the names of the environment variables. Never holds key material: secrets are files whose
paths stand here, and no secret has a default.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from server.networks import Network, parse_network

PREFIX = "KYOGIKAI_"
HERE = Path(__file__).resolve().parent.parent
MIB = 1 << 20
ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(:(?P<port>[0-9]{1,5}))?"
)
LOCAL = ("localhost", "127.0.0.1", "[::1]")
SMTP = re.compile(
    r"(?P<scheme>smtp|smtps|smtp\+starttls)://([^\s/:@]+@)?"
    r"(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(:(?P<port>[0-9]{1,5}))?"
)
MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
SCANNER = re.compile(r"unix:/\S+|tcp://([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]{1,5}")
HOLD, SERVE = "hold", "serve"


class ReasonNotToStart(Exception):
    """Base of what keeps the server down; the message says what to do, on one line or a few."""


class SettingError(ReasonNotToStart):
    """A setting is missing or unusable; the message says which one and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation's settings. `sources` says where each value came from; `demo` is set by
    `serve --demo` alone, and lets people sign in by password to read.
    """

    data: Path
    database_url: str
    origin: str
    key_file: Path
    vault: Path
    checkpoints: Path
    host: str
    port: int
    policies: Path
    texts: Path
    session_idle_minutes: int
    session_hours: int
    max_upload_mib: int
    upload_hours: int
    max_body_kib: int
    trusted_proxies: tuple[Network, ...]
    providers: Path | None
    smtp_url: str
    smtp_password: str = field(repr=False)
    smtp_ca: str
    mail_from: str
    clamav: str
    scanner_down: str
    council_gib: int
    daily_upload_gib: int
    daily_download_gib: int
    font: Path | None
    sources: Mapping[str, str]
    demo: bool = False

    @property
    def origin_host(self) -> str:
        """The host (with port, if any) that names this installation's logs (C2SP origin)."""
        return urlsplit(self.origin).netloc

    @property
    def on_sqlite(self) -> bool:
        """Whether the embedded database serves; then one process does everything."""
        return self.database_url.startswith("sqlite")


NAMES = tuple(f.name for f in fields(Settings) if f.name not in ("sources", "demo"))
SECRETS = ("database_url", "smtp_password")
VARIABLES = tuple(f"{PREFIX}{name.upper()}" for name in NAMES) + tuple(
    f"{PREFIX}{name.upper()}_FILE" for name in SECRETS
)

# The client's own (clients/cli), and the tests' browser: a shell that has them set may still start
# a server.
OF_THE_CLIENT = tuple(
    f"{PREFIX}{n}" for n in ("SERVER", "AS", "LANG", "CONFIG", "COUNCIL", "TOKEN", "CHROMIUM")
)


def read(environment: Mapping[str, str], **given: str | None) -> Settings:
    """The settings from `environment`; values in `given` (the command line) go first.

    Raises SettingError for an unknown `KYOGIKAI_…` variable (a typing error must not silently
    leave a default in place) and for a value that cannot be used.
    """
    _refuse_unknown(environment)
    sources: dict[str, str] = {}

    def value(name: str, default: str) -> str:
        text, sources[name] = _find(name, environment, given, default)
        return text

    data = Path(value("data", "var")).absolute()
    port = _number("port", value, "8000", 1, 65535)
    return Settings(
        data=data,
        database_url=_database_url(value("database_url", f"sqlite:///{data / 'kyogikai.db'}")),
        origin=_origin(value("origin", f"http://localhost:{port}")),
        key_file=Path(value("key_file", str(data / "keys" / "root.key"))),
        vault=Path(value("vault", str(data / "vault"))),
        checkpoints=Path(value("checkpoints", str(data / "checkpoints"))),
        host=value("host", "127.0.0.1"),
        port=port,
        policies=Path(value("policies", str(HERE / "policies"))),
        texts=Path(value("texts", str(HERE / "server" / "councils" / "texts"))),
        session_idle_minutes=_number("session_idle_minutes", value, "30", 1, 1440),
        session_hours=_number("session_hours", value, "12", 1, 24),
        max_upload_mib=_number("max_upload_mib", value, "8192", 1, 1 << 20),
        upload_hours=_number("upload_hours", value, "24", 1, 720),
        max_body_kib=_number("max_body_kib", value, "1024", 16, 65536),
        trusted_proxies=_networks("trusted_proxies", value("trusted_proxies", "")),
        providers=Path(named) if (named := value("providers", "")) else None,
        smtp_url=_smtp_url(value("smtp_url", "")),
        smtp_password=value("smtp_password", ""),
        smtp_ca=value("smtp_ca", ""),
        mail_from=_mail_from(value("mail_from", ""), value("smtp_url", "")),
        clamav=_scanner(value("clamav", "")),
        scanner_down=_one_of("scanner_down", value("scanner_down", HOLD), (HOLD, SERVE)),
        council_gib=_number("council_gib", value, "1024", 0, 1 << 20),
        daily_upload_gib=_number("daily_upload_gib", value, "100", 0, 1 << 20),
        daily_download_gib=_number("daily_download_gib", value, "100", 0, 1 << 20),
        font=_file("font", value("font", "")),
        sources=sources,
    )


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = (*VARIABLES, *OF_THE_CLIENT)
    unknown = [n for n in environment if n.startswith(PREFIX) and n not in known]
    if unknown:
        raise SettingError(f"unknown settings {sorted(unknown)}; known are {', '.join(VARIABLES)}")


def _find(
    name: str, environment: Mapping[str, str], given: Mapping[str, str | None], default: str
) -> tuple[str, str]:
    variable = f"{PREFIX}{name.upper()}"
    on_command_line = given.get(name)
    if on_command_line is not None:
        return on_command_line, "command line"
    if variable in environment:
        return environment[variable], variable
    file = environment.get(f"{variable}_FILE") if name in SECRETS else None
    if file is not None:
        try:
            return Path(file).read_text(encoding="utf-8").strip(), f"{variable}_FILE"
        except OSError as error:
            raise SettingError(f"{variable}_FILE names {file}, which cannot be read") from error
    return default, "default"


def _number(
    name: str, value: Callable[[str, str], str], default: str, least: int, most: int
) -> int:
    text = value(name, default)
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise SettingError(f"{PREFIX}{name.upper()} must be a whole number {least} to {most}: {text!r}")


def _file(name: str, text: str) -> Path | None:
    """A file that is there; empty: none."""
    if not text or Path(text).is_file():
        return Path(text).absolute() if text else None
    raise SettingError(f"{PREFIX}{name.upper()} names a file that is not there: {text}")


def _networks(name: str, text: str) -> tuple[Network, ...]:
    """Networks of fronts that may say whom they speak for; never everybody's."""
    try:
        found = tuple(parse_network(each) for each in text.replace(",", " ").split())
    except ValueError as error:
        raise SettingError(
            f"{PREFIX}{name.upper()} must be addresses or networks (CIDR), separated by commas: "
            f"{text!r}: {error}"
        ) from error
    if any(each.prefixlen == 0 for each in found):
        raise SettingError(f"{PREFIX}{name.upper()} must not trust everybody: {text!r}")
    return found


def _origin(text: str) -> str:
    """A browser's origin, spelt as a browser spells it: lower case, no path, a port that exists."""
    found = ORIGIN.fullmatch(text)
    port = int(found["port"] or 1) if found else 0
    local = found is not None and found["host"] in LOCAL
    if found and 0 < port < 1 << 16 and (found["scheme"] == "https" or local):
        return text
    raise SettingError(
        "KYOGIKAI_ORIGIN must be https://HOST[:PORT] in lower case without a path (http only for "
        f"localhost): {text!r}"
    )


def _smtp_url(text: str) -> str:
    """Where mail is handed in; empty: nowhere. Without TLS only on this machine."""
    found = SMTP.fullmatch(text)
    port = int(found["port"] or 25) if found else 0
    local = found is not None and found["host"] in LOCAL
    if not text or (found and 0 < port < 1 << 16 and (found["scheme"] != "smtp" or local)):
        return text
    raise SettingError(
        "KYOGIKAI_SMTP_URL must be smtps://[USER@]HOST[:PORT] or smtp+starttls://[USER@]HOST[:PORT]"
        " (smtp:// for localhost only); its password goes into KYOGIKAI_SMTP_PASSWORD_FILE"
    )


def _mail_from(text: str, smtp_url: str) -> str:
    """The address notices come from; needed once mail is sent."""
    if MAIL.fullmatch(text) or not (text or smtp_url):
        return text
    raise SettingError(f"KYOGIKAI_MAIL_FROM must be an address, as council@example.jp: {text!r}")


def _scanner(text: str) -> str:
    """Where clamd listens; empty: nowhere."""
    if not text or SCANNER.fullmatch(text):
        return text
    raise SettingError(f"KYOGIKAI_CLAMAV must be unix:/PATH or tcp://HOST:PORT, or empty: {text!r}")


def _one_of(name: str, text: str, words: tuple[str, ...]) -> str:
    if text in words:
        return text
    raise SettingError(f"{PREFIX}{name.upper()} must be one of {', '.join(words)}: {text!r}")


def _database_url(text: str) -> str:
    """An address of a database this server runs on. Refused without repeating it: it is secret."""
    if text.startswith(("sqlite:////", "postgresql+psycopg://")):
        return text
    raise SettingError(
        "KYOGIKAI_DATABASE_URL must be postgresql+psycopg://USER:PASSWORD@HOST/DATABASE, or "
        "sqlite:////ABSOLUTE/PATH"
    )
