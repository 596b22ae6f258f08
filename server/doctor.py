"""`kyogikai-server doctor`: the state of one installation in plain words, and its limits.

Owns what is looked at and how it is told. Changes nothing, shows no secret, and goes on after
whatever is broken: it is run when something is.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import Table, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from server import jobs, migrating
from server.audit import outside
from server.audit.models import Entry, Log, SignedCheckpoint
from server.clock import MINUTE, SECOND, Clock, Instant, system_clock, to_text
from server.database import Database, Tx, sqlite_file
from server.documents.incidents import service as incidents
from server.identity import oidc_checkup, providers
from server.identity.oidc import Providers
from server.inspection import checkup as scanner
from server.keyring import FileProvider, KeyProblem, Keyring
from server.notices import service as notices
from server.rendering import checkup
from server.settings import NAMES, SECRETS, SettingError, Settings
from server.vault import TEMPORARY

LITTLE_ROOM = 1 << 30
SKEW = 5 * SECOND
UNSIGNED = 10 * SECOND
GIB = 1 << 30

_log: Table = Log.__table__  # type: ignore[attr-defined]
_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_checkpoint: Table = SignedCheckpoint.__table__  # type: ignore[attr-defined]
KEYS_IN_A_FILE = (
    "鍵はファイル1つにある。このサーバーの管理者権限を得た者、そのメモリを読める者は全て読める / "
    "Keys are in one file: root on this server, and whoever reads its memory, reads everything."
)
KEYS_BESIDE_DATA = (
    "鍵と文書が同じディスクにある。ディスクの盗難や丸ごとのバックアップからは守られない / "
    "Keys and documents are on one disk: a stolen disk, or a backup of all of it, opens."
)
COPIES_BESIDE_DATA = (
    "外部の控えがデータと同じディスクにある。両方を巻き戻せば気づけない / "
    "Checkpoints outside are on the data's disk: rolling back both goes unnoticed."
)
ONE_MACHINE = (
    "SQLite、1台の機械。故障すれば止まり、最後のバックアップ以後を失う / "
    "SQLite on one machine: when it fails, service stops, and what no backup has is lost."
)
PLAIN_HTTP = (
    "http のまま。この機械の外から使うには https の前段が要る / "
    "Plain http: for use beyond this machine put https in front."
)
NO_WITNESSES = (
    "立会人（witness）がいない。データベース・鍵・控えの全てを握る者は別の履歴に署名できる / "
    "No witnesses: whoever holds database, keys and copies can sign another history."
)
NO_MAIL = (
    "メールを送らない。通知は kyogikai waiting と notice list にだけ出る / "
    "No mail leaves (no KYOGIKAI_SMTP_URL): see kyogikai waiting and kyogikai notice list."
)
State = Literal["ok", "note", "wrong"]
MARKS: dict[State, str] = {"ok": "  ", "note": "! ", "wrong": "NG"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `wrong` needs an act, `note` a thought."""

    state: State
    about: str
    words: str


def main(settings: Settings, clock: Clock = system_clock) -> int:
    """Print what was found; 1 when something is wrong, else 0."""
    found = list(examine(settings, clock))
    for each in found:
        print(f"{MARKS[each.state]} {each.about:<12} {each.words}")
    print()
    print("この構成が守らないもの / WHAT THIS SET-UP DOES NOT PROTECT")
    for line in unprotected(settings):
        print(f" - {line}")
    return 1 if any(each.state == "wrong" for each in found) else 0


def examine(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Everything looked at, in the order in which one thing needs the other."""
    yield from _settings(settings)
    yield from _vault(settings.vault)
    yield from _providers(settings, clock)
    for state, words in scanner.examine(settings):
        yield Finding(state, "scanner", words)
    for state, words in checkup.examine(settings.font):
        yield Finding(state, "pages", words)
    keyring = None
    try:
        keyring = Keyring(FileProvider(settings.key_file))
        yield Finding(
            "ok", "keys", f"file {settings.key_file}, installation {keyring.installation}"
        )
    except KeyProblem as error:
        yield Finding("wrong", "keys", str(error))
    file = sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        words = f"データベースがない / there is no database at {file}: start the server once"
        yield Finding("wrong", "database", words)
    elif keyring is not None:
        database = Database(settings.database_url, clock, keyring)
        try:
            yield from _database(database, settings.checkpoints)
        finally:
            database.dispose()


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in NAMES:
        value = "(set)" if name in SECRETS else getattr(settings, name)
        if name in SECRETS and settings.sources[name] == "default":
            value = getattr(settings, name)  # the embedded database's path: no secret
        shown = " ".join(map(str, value)) if isinstance(value, tuple) else value
        yield Finding("ok", "setting", f"{name} = {shown}  [{settings.sources[name]}]")


def _vault(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding("note", "vault", f"まだない / {folder} does not exist yet")
        return
    free = shutil.disk_usage(folder).free
    words = f"空き {free / GIB:.1f} GiB / free"
    yield Finding("wrong" if free < LITTLE_ROOM else "ok", "vault", words)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("wrong", "vault", f"書き込めない / {folder} cannot be written")
    left = sum(1 for file in folder.glob(f"*/{TEMPORARY}*"))
    if left:
        words = (
            f"書きかけ {left} 件（次の起動で消える） / unfinished uploads, swept at the next start"
        )
        yield Finding("note", "vault", words)


def _providers(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """The organisations' own sign-in services; each is asked."""
    try:
        configured = providers.load(settings.providers)
    except SettingError as error:
        yield Finding("wrong", "provider", str(error))
        return
    for party in Providers(configured, settings.origin, clock):
        for state, words in oidc_checkup.examine(party):
            yield Finding(state, "provider", words)


def _copies(tx: Tx, copies: dict[str, bytes], folder: Path) -> Iterator[Finding]:
    words = f"外部の控え {len(copies)} 件 / checkpoints outside, in {folder}"
    yield Finding("ok" if copies else "note", "copies", words)
    for found in outside.contradictions(tx, copies):
        words = f"{found.log_id}: 食い違い / contradiction: {found.detail}; run fsck"
        yield Finding("wrong", "copies", words)


def _database(database: Database, folder: Path) -> Iterator[Finding]:
    backend = make_url(database.url).get_backend_name()
    try:
        copies = outside.read(folder)
        current, head = migrating.state(database)
        state: State = "ok" if current == head else "wrong"
        words = f"{current or '-'}; 最新 / newest {head}"
        yield Finding(state, "migrations", words)
        with database.reading() as tx:
            yield Finding("ok", "database", f"{backend}: 接続できる / reachable")
            yield from _clock(tx, on_sqlite=database.on_sqlite)
            if state == "ok":
                yield from _logs(tx)
                yield from _copies(tx, copies, folder)
                yield from _jobs(jobs.failing(tx))
                yield from _mail(tx)
                yield from _incidents(tx)
    except OSError as error:
        yield Finding("wrong", "copies", f"読めない / {folder}: {error.strerror}")
    except SQLAlchemyError as error:
        # The text of a driver may hold the address with its password: the kind says enough.
        words = f"使えない / cannot be used: {type(error).__name__}: check address and permissions"
        yield Finding("wrong", "database", words)


def _clock(tx: Tx, *, on_sqlite: bool) -> Iterator[Finding]:
    if on_sqlite:
        yield Finding("ok", "clock", f"{to_text(tx.now)}（同じ機械 / the same machine)")
        return
    now = text("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    skew: Instant = tx.now - tx.connection.execute(now).scalar_one()
    words = f"{to_text(tx.now)}; データベースとの差 / against the database {skew} ms"
    yield Finding("wrong" if abs(skew) > SKEW else "ok", "clock", words)


def _logs(tx: Tx) -> Iterator[Finding]:
    signed = (
        select(func.max(_checkpoint.c.size))
        .where(_checkpoint.c.log_id == _log.c.id)
        .scalar_subquery()
    )
    query = select(_log.c.id, _log.c.size, _log.c.last_time, signed.label("signed"))
    for log in tx.connection.execute(query.order_by(_log.c.id)).all():
        yield _log_state(tx, log.id, log.size, log.signed or 0)
        if log.last_time > tx.now + MINUTE:
            words = f"{log.id}: 最後の記録が未来 / the last entry is of {to_text(log.last_time)}"
            yield Finding("wrong", "clock", words)


def _log_state(tx: Tx, log_id: str, size: int, signed: int) -> Finding:
    words = f"{log_id}: 記録 {size} 件、署名済み {signed} 件 / entries, of which signed"
    if signed == size:
        return Finding("ok", "log", words)
    query = select(_entry.c.time).where(_entry.c.log_id == log_id, _entry.c.seq == signed)
    age = tx.now - (tx.connection.scalar(query) or 0)
    words += f"; 最古の未署名 {age // SECOND} 秒前 / the oldest unsigned one is that old"
    return Finding("note" if age > UNSIGNED else "ok", "log", words)


def _jobs(failing: Sequence[str]) -> Iterator[Finding]:
    if not failing:
        yield Finding("ok", "jobs", "失敗なし / none is failing")
    for job in failing:
        yield Finding("wrong", "jobs", f"失敗 / failing: {job}")


def _mail(tx: Tx) -> Iterator[Finding]:
    """Letters that are refused: counted only, since an address is nobody's business here."""
    refused = notices.failing(tx)
    if refused:
        words = f"届かない通知 {len(refused)} 件 / notices whose mails are refused"
        yield Finding("note", "mail", f"{words}: kyogikai notice failing")


def _incidents(tx: Tx) -> Iterator[Finding]:
    """How many incidents nobody has closed; what they are about is the officers' alone."""
    number = incidents.open_count(tx)
    words = f"対応中の事案 {number} 件 / open incidents"
    yield Finding("note" if number else "ok", "incidents", words)


def unprotected(settings: Settings) -> Iterator[str]:
    """What a person who runs this set-up must know, in Japanese and English."""
    yield KEYS_IN_A_FILE
    if _same_disk(settings.key_file, settings.vault):
        yield KEYS_BESIDE_DATA
    file = sqlite_file(settings.database_url)
    if file is not None and _same_disk(settings.checkpoints, file):
        yield COPIES_BESIDE_DATA
    if settings.on_sqlite:
        yield ONE_MACHINE
    if urlsplit(settings.origin).scheme == "http":
        yield PLAIN_HTTP
    if not settings.smtp_url:
        yield NO_MAIL
    yield from scanner.unprotected(settings)
    yield NO_WITNESSES


def _same_disk(one: Path, other: Path) -> bool:
    return _existing(one).stat().st_dev == _existing(other).stat().st_dev


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())
