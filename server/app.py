"""The application: builds the parts, registers kinds, mounts domains, refuses an open route.

Owns the list of what this server consists of. Reading this file is reading the map.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware import Middleware

from server import describing, problems
from server.access import policy
from server.access.endpoints import router as access
from server.access.kind import Kind
from server.access.kinds import INSTALLATION, PERSON_KIND
from server.access.parts import Parts
from server.access.routes import malformed, unguarded
from server.audit.endpoints import router as audit
from server.audit.recorder import Recorder
from server.audit.tally import Tally
from server.clock import Clock, system_clock
from server.consents import effects
from server.consents.endpoints import router as consents
from server.consents.kinds import ROUND
from server.councils.endpoints import router as councils
from server.councils.kinds import ADMISSION, COUNCIL, MEMBERSHIP
from server.database import Database
from server.documents.endpoints import router as documents
from server.documents.kinds import DOCUMENT
from server.edge import BoundedBody, OneOrigin, PlainHeaders
from server.front import router as front
from server.identity.endpoints import router as identity
from server.keyring import FileProvider, Keyring
from server.programme.endpoints import router as programme
from server.programme.kinds import CONCEPT
from server.publication import agreement
from server.publication.endpoints import router as publication
from server.publication.kinds import EXCEPTION, EXCEPTION_SUBJECT, KNOW_HOW, RESULT
from server.settings import Settings
from server.vault import Vault

VERSION = "0.1.0"
KINDS: tuple[Kind, ...] = (
    INSTALLATION,
    PERSON_KIND,
    CONCEPT,
    COUNCIL,
    ADMISSION,
    MEMBERSHIP,
    DOCUMENT,
    ROUND,
    RESULT,
    EXCEPTION,
    KNOW_HOW,
)
ROUTERS: tuple[APIRouter, ...] = (
    front,
    identity,
    access,
    programme,
    councils,
    documents,
    audit,
    consents,
    publication,
)
# What an agreement of all brings about, declared upwards: consents knows no subject.
effects.declare(EXCEPTION_SUBJECT, agreement.agreed)


def build_parts(settings: Settings, clock: Clock = system_clock) -> Parts:
    """Everything a request needs. Raises KeyProblem, PolicyError: reasons not to start."""
    keyring = Keyring(FileProvider(settings.key_file))
    database = Database(settings.database_url, clock, keyring)
    recorder = Recorder(database)
    return Parts(
        settings=settings,
        clock=clock,
        database=database,
        recorder=recorder,
        tally=Tally(recorder, clock),
        policy=policy.load(settings.policies, KINDS),
        vault=Vault(settings.vault),
    )


def create_app(parts: Parts) -> FastAPI:
    """The application over these parts. Raises RuntimeError while any route is open by accident."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        parts.tally.flush(everything=True)
        parts.database.dispose()

    app = FastAPI(
        title="Kyogikai 協議会",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        responses=problems.RESPONSES,
        generate_unique_id_function=lambda route: route.name,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        middleware=[
            Middleware(PlainHeaders, origin=parts.settings.origin),
            Middleware(OneOrigin, origin=parts.settings.origin),
            Middleware(BoundedBody, limit=parts.settings.max_body_kib << 10),
        ],
        lifespan=lifespan,
    )
    app.state.parts = parts
    problems.install(app)
    app.add_exception_handler(RequestValidationError, malformed)
    for router in ROUTERS:
        app.include_router(router)
    if missing := unguarded(app):
        raise RuntimeError(f"routes without a guard: {missing}")
    describing.install(app)
    return app
