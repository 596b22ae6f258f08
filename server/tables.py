"""Every table of this server, gathered: for migrations, and for whoever checks all of them.

Owns the list of modules that declare tables. A test holds that none is missing.
"""

from importlib import import_module

MODULES = (
    "server.keys.models",
    "server.jobs",
    "server.audit.models",
    "server.identity.models",
    "server.identity.passkey_models",
    "server.identity.oidc_models",
    "server.identity.attempts",
    "server.identity.limits",
    "server.access.models",
    "server.access.closing_models",
    "server.access.text_models",
    "server.access.idempotency",
    "server.consents.models",
    "server.notices.models",
    "server.programme.models",
    "server.councils.models",
    "server.councils.safety_models",
    "server.documents.models",
    "server.duties.models",
    "server.documents.disposal.models",
    "server.documents.upload_models",
    "server.documents.content.limit_models",
    "server.publication.models",
    "server.asking.models",
    "server.documents.incidents.models",
    "server.meetings.models",
)


def gather() -> None:
    """Import every module that declares a table, so that SQLModel.metadata knows them all."""
    for module in MODULES:
        import_module(module)
