"""What each domain declares for the whole server: its jobs, its checks, what waits, whom to tell.

Owns the lists that `serve`, `worker`, `fsck` and notices run. Nothing is decided here.
"""

from collections.abc import Callable, Iterator
from functools import partial

from server.access import departing
from server.access import waiting as access_waiting
from server.access.parts import Parts
from server.asking import telling as asking_telling
from server.consents import closing
from server.consents import telling as consents_telling
from server.consents import waiting as consents_waiting
from server.councils import checks as councils
from server.councils import closing as councils_closing
from server.councils import closing_telling, reviewing, safety_lapses
from server.councils import telling as councils_telling
from server.councils import text_telling as councils_text_telling
from server.councils import waiting as councils_waiting
from server.database import Tx
from server.documents import checks as documents
from server.documents import destruction
from server.documents.content.versions import VERIFY
from server.documents.disposal import telling as disposal_telling
from server.documents.incidents import telling as incidents_telling
from server.documents.oversight import alarms
from server.documents.provision import telling as provision_telling
from server.documents.provision import text_telling as provision_text_telling
from server.documents.provision import waiting as provision_waiting
from server.duties import telling as duties_telling
from server.meetings import telling as meetings_telling
from server.notices import below
from server.notices.sources import Sources
from server.publication import agreement
from server.publication import waiting as publication_waiting

JOBS: dict[str, Callable[[Parts, str], None]] = {
    **departing.JOBS,
    **closing.JOBS,
    **safety_lapses.JOBS,
    **councils_closing.JOBS,
    **documents.JOBS,
    **agreement.JOBS,
}

# Reading a file again may take long, and one sender may have many waiting: everything else first.
LAST = frozenset({VERIFY})

NOTICES = Sources(
    tells=(
        *below.TELLS,
        *access_waiting.TELLS,
        *consents_telling.TELLS,
        *councils_telling.TELLS,
        *closing_telling.TELLS,
        *provision_waiting.TELLS,
        *provision_telling.TELLS,
        *duties_telling.TELLS,
        *asking_telling.TELLS,
        *incidents_telling.TELLS,
        *meetings_telling.TELLS,
        *disposal_telling.TELLS,
        *alarms.TELLS,
        *publication_waiting.TELLS,
    ),
    reminders=(
        *below.REMINDERS,
        *consents_telling.REMINDERS,
        *councils_telling.REMINDERS,
        *provision_telling.REMINDERS,
        *meetings_telling.REMINDERS,
        *disposal_telling.REMINDERS,
        *alarms.REMINDERS,
        *councils_text_telling.REMINDERS,
        *provision_text_telling.REMINDERS,
    ),
    waiting=(
        access_waiting.waiting_for,
        consents_waiting.waiting_for,
        councils_waiting.waiting_for,
        reviewing.waiting_for,
        provision_waiting.waiting_for,
        duties_telling.waiting_for,
        asking_telling.waiting_for,
        incidents_telling.waiting_for,
        meetings_telling.waiting_for,
        disposal_telling.waiting_for,
        publication_waiting.waiting_for,
    ),
    council_name=councils_telling.name_of,
)


def checks(parts: Parts, *, deep: bool) -> list[Callable[[Tx], Iterator[str]]]:
    """What every domain knows of its own rows and contents, for fsck."""
    contents = partial(documents.check, vault=parts.vault, deep=deep)
    destroyed = partial(destruction.check, vault=parts.vault)
    return [*closing.CHECKS, *councils.CHECKS, *agreement.CHECKS, contents, destroyed]


def jobs(parts: Parts) -> dict[str, Callable[[str], None]]:
    """Every job, bound to these parts, ready for server/jobs.py."""
    return {name: lambda subject, work=work: work(parts, subject) for name, work in JOBS.items()}  # type: ignore[misc]
