"""The application: builds the parts, registers kinds, mounts domains, refuses an open route.

Owns the list of what this server consists of. Reading this file is reading the map.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware import Middleware

from server import describing, pages, problems, wiring
from server.access import matters, policy
from server.access.endpoints import router as access
from server.access.explain_endpoints import router as explanations
from server.access.kind import Kind
from server.access.kinds import INSTALLATION, PERSON_KIND
from server.access.parts import Parts
from server.access.routes import malformed, unguarded, wrong_method
from server.access.sharing import Sharing
from server.access.text_endpoints import router as texts
from server.asking import service as asking
from server.asking.endpoints import router as information_requests
from server.asking.kinds import INFORMATION_REQUEST
from server.audit.endpoints import router as audit
from server.audit.recorder import Recorder
from server.audit.tally import Tally
from server.clock import Clock, system_clock
from server.consents import effects
from server.consents.endpoints import router as consents
from server.consents.kinds import ROUND
from server.councils import closing as councils_closing
from server.councils.access_rules_endpoints import router as access_rules
from server.councils.closing_endpoints import router as closings
from server.councils.comment_endpoints import router as comments
from server.councils.endpoints import router as councils
from server.councils.kinds import ADMISSION, COUNCIL, MEMBERSHIP
from server.councils.members_endpoints import router as members
from server.councils.people_endpoints import router as people
from server.councils.safety_endpoints import router as safe_management
from server.councils.service_account_endpoints import router as service_accounts
from server.database import Database
from server.documents.content.limits_endpoints import router as document_limits
from server.documents.disposal import service as disposal
from server.documents.disposal.endpoints import router as disposals
from server.documents.endpoints import router as documents
from server.documents.incidents import service as incident_ends
from server.documents.incidents.endpoints import router as incidents
from server.documents.incidents.kinds import INCIDENT
from server.documents.kinds import DOCUMENT
from server.documents.oversight.conflicts_endpoints import router as conflicts
from server.documents.provision.audience_endpoints import router as audiences
from server.documents.provision.scope_endpoints import router as scopes
from server.documents.taking_out.archive_endpoints import router as archives
from server.documents.taking_out.hand_over_endpoints import router as handing_over
from server.documents.uploads.endpoints import router as uploads
from server.documents.viewing.endpoints import router as document_pages
from server.duties.endpoints import router as duty
from server.duties.returns_endpoints import router as returns
from server.edge import BoundedBody, OneOrigin, PlainHeaders
from server.front import router as front
from server.identity import providers
from server.identity.authorising_endpoints import router as authorising
from server.identity.endpoints import router as identity
from server.identity.kinds import ACCOUNT
from server.identity.link_endpoints import router as provider_links
from server.identity.oidc import Providers
from server.identity.oidc_endpoints import router as own_sign_in
from server.identity.passkey_endpoints import router as passkeys
from server.identity.password_endpoints import router as passwords
from server.identity.recovery_endpoints import router as recovery
from server.identity.step_up_endpoints import router as step_up
from server.keyring import FileProvider, Keyring
from server.meetings import cooperation as cooperation_requests
from server.meetings.endpoints import router as cooperation
from server.meetings.kinds import COOPERATION_REQUEST
from server.notices import sources
from server.notices.endpoints import router as notices
from server.programme.endpoints import router as programme
from server.programme.kinds import CONCEPT
from server.provenance import OwnPages, TrueAddress
from server.publication import agreement, ending
from server.publication.endpoints import router as publication
from server.publication.kinds import EXCEPTION, EXCEPTION_SUBJECT, KNOW_HOW, RESULT
from server.rendering import fonts
from server.rendering.renderer import Renderer
from server.settings import Settings
from server.vault import Vault

VERSION = "0.1.0"
KINDS: tuple[Kind, ...] = (
    INSTALLATION,
    PERSON_KIND,
    ACCOUNT,
    CONCEPT,
    COUNCIL,
    ADMISSION,
    MEMBERSHIP,
    DOCUMENT,
    ROUND,
    RESULT,
    EXCEPTION,
    KNOW_HOW,
    INFORMATION_REQUEST,
    INCIDENT,
    COOPERATION_REQUEST,
)
# A request is held against one route after another: what is asked most often stands first.
ROUTERS: tuple[APIRouter, ...] = (
    front,
    documents,
    document_pages,
    identity,
    passkeys,
    step_up,
    passwords,
    recovery,
    own_sign_in,
    provider_links,
    authorising,
    access,
    explanations,
    programme,
    councils,
    comments,
    access_rules,
    closings,
    service_accounts,
    texts,
    safe_management,
    members,
    people,
    duty,
    returns,
    audiences,
    scopes,
    uploads,
    conflicts,
    archives,
    handing_over,
    document_limits,
    information_requests,
    incidents,
    cooperation,
    disposals,
    audit,
    consents,
    publication,
    notices,
)
# What an agreement of all brings about, declared upwards: consents knows no subject.
effects.declare(EXCEPTION_SUBJECT, agreement.agreed)
# What else ends when a council closes, declared upwards likewise.
councils_closing.declare(disposal.carry_out)
incident_ends.declare(disposal.given_back)
councils_closing.declare(asking.end_with_council)
councils_closing.declare(cooperation_requests.end_with_council)
councils_closing.declare(ending.end_with_council)
# What waits for whom and whom to tell of what, declared upwards: notices knows no domain.
matters.declare(KINDS)
sources.declare(wiring.NOTICES)


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
        sharing=Sharing(recorder, clock),
        tally=Tally(recorder, clock),
        policy=policy.load(settings.policies, KINDS),
        vault=Vault(settings.vault),
        providers=Providers(providers.load(settings.providers), settings.origin, clock),
        renderer=Renderer(fonts.find(settings.font)),
        kinds=KINDS,
    )


def create_app(parts: Parts) -> FastAPI:
    """The application over these parts. Raises RuntimeError while any route is open by accident."""

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[None]:
        yield
        ending: Parts = served.state.parts
        ending.renderer.close()
        ending.sharing.close(everything=True)
        ending.tally.flush(everything=True)
        ending.database.dispose()

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
            Middleware(TrueAddress, trusted=parts.settings.trusted_proxies),
            Middleware(PlainHeaders, origin=parts.settings.origin),
            Middleware(OneOrigin, origin=parts.settings.origin),
            Middleware(OwnPages, origin=parts.settings.origin),
            Middleware(BoundedBody, limit=parts.settings.max_body_kib << 10),
        ],
        lifespan=lifespan,
    )
    app.state.parts = parts
    problems.install(app)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(405, wrong_method)
    for router in ROUTERS:
        app.include_router(router)
    pages.mount(app, parts.settings.origin)
    if missing := unguarded(app):
        raise RuntimeError(f"routes without a guard: {missing}")
    describing.install(app)
    return app
