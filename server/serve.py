"""Starting: the installation, the programme's data, the application, and the web server.

Owns the order in which a server comes up and goes down. Refuses to come up with a reason.
"""

import gc
import logging
import resource
import signal
import socket
import threading

import uvicorn
from fastapi import FastAPI

from server import first, installation
from server.access import policy_history, texts
from server.access.parts import Parts
from server.app import build_parts, create_app
from server.audit import checkpoints, outside
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.outside import Tampered
from server.clock import Clock, system_clock
from server.keeping import Keeper
from server.patience import Patient
from server.programme import loading, registry
from server.settings import SettingError, Settings


def make_ready(settings: Settings, clock: Clock = system_clock) -> Parts:
    """Find or make the installation, load the programme's registry, build the parts.

    Raises KeyProblem, SettingError, PolicyError, TextError, RegistryError, SchemaTooNew: reasons
    not to start.
    """
    installation.prepare(settings, clock)
    parts = build_parts(settings, clock)
    try:
        # First of all: a database that was rolled back must not be signed any further.
        outside.keep(parts.database, parts.tally, settings.checkpoints)
    except Tampered as found:
        logging.getLogger("kyogikai").critical("%s", found)
        return parts
    policy_history.note_in_use(parts)
    texts.note_in_use(parts)
    load_programme(parts)
    return parts


def load_programme(parts: Parts) -> loading.Report:
    """Load the registry shipped with this version; a second time changes nothing."""
    known = registry.read()
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)  # another process may be loading it
        report = loading.load(tx, known)
        checkpoints.sign(tx, SYSTEM)
    return report


def serve(settings: Settings, clock: Clock = system_clock) -> None:
    """Serve until interrupted; then finish what runs, sign the logs, close the database."""
    _log_to_stderr()
    _allow_many_connections()
    # As Ctrl-C: service managers stop what they started by this signal.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Before anything else: whoever finds the port taken has changed nothing of the server there.
    with _listening(settings) as listening:
        parts = make_ready(settings, clock)
        _greet(parts)
        keeper = Keeper(parts)
        keeper.start()
        try:
            web = server(create_app(parts), settings)
            # What stands now stays to the end: no request waits while garbage is looked for in it.
            gc.freeze()
            web.run(sockets=[listening])
        finally:
            keeper.stop()
            parts.database.dispose()


def _listening(settings: Settings) -> socket.socket:
    """The port, taken. Raises SettingError when somebody else has it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingError(
            f"ポートを使えません / cannot listen on {settings.host} port {settings.port}: "
            f"{error.strerror}. すでに動いていませんか。別の番号は --port で / is a server running "
            "there already? Another port: --port (what is installed keeps the port it has)"
        ) from error


def server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """The web server over the application; its access log stays off (the log of record is ours)."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        http=Patient,
        # Fronts are named in the settings, for server/provenance.py; nobody else is believed.
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)


def work(settings: Settings) -> None:
    """Do the jobs without serving (beside server processes on PostgreSQL), until interrupted."""
    _log_to_stderr()
    parts = build_parts(settings)
    keeper, done = Keeper(parts), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    keeper.start()
    done.wait()
    keeper.stop()
    parts.database.dispose()


def _allow_many_connections() -> None:
    """As many files and connections as the system lets this process have, not the shell's habit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # The pages' own requests of the API: their addresses hold ids, and are in the log of record.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


def _greet(parts: Parts) -> None:
    origin = parts.settings.origin
    print(f"協議会 Kyogikai: {origin}  (Ctrl-C で終了 / stops)", flush=True)
    link = None if parts.database.keyring.withheld else first.link(parts)
    if link is not None:
        print(
            "最初の管理者の登録 / enrol the first administrator "
            f"({first.ADDRESS}), ブラウザで一度だけ / once, in a browser:\n  {origin}/enrol#{link}",
            flush=True,
        )
