"""What each domain declares for the whole server: its jobs, its checks, what waits, whom to tell.

Owns the lists that `serve`, `worker`, `fsck` and notices run. Nothing is decided here.
"""

from collections.abc import Callable, Iterator
from functools import partial

from server.access import departing
from server.access import telling as access_telling
from server.access import waiting as access_waiting
from server.access.parts import Parts
from server.asking import telling as asking_telling
from server.asking import waiting as asking_waiting
from server.consents import closing
from server.consents import telling as consents_telling
from server.consents import waiting as consents_waiting
from server.councils import checks as councils
from server.councils import closing as councils_closing
from server.councils import closing_telling, review_waiting, safety_lapses
from server.councils import telling as councils_telling
from server.councils import text_telling as councils_text_telling
from server.councils import waiting as councils_waiting
from server.database import Tx
from server.documents import checks as documents
from server.documents import destruction
from server.documents.content.versions import VERIFY, sender_of
from server.documents.disposal import telling as disposal_telling
from server.documents.disposal import waiting as disposal_waiting
from server.documents.incidents import telling as incidents_telling
from server.documents.incidents import waiting as incidents_waiting
from server.documents.oversight import telling as oversight_telling
from server.documents.provision import naming_telling
from server.documents.provision import telling as provision_telling
from server.documents.provision import text_telling as provision_text_telling
from server.documents.provision import waiting as provision_waiting
from server.duties import telling as duties_telling
from server.duties import waiting as duties_waiting
from server.meetings import telling as meetings_telling
from server.meetings import waiting as meetings_waiting
from server.notices import telling as notices_telling
from server.notices.sources import Sources
from server.publication import agreement
from server.publication import telling as publication_telling
from server.publication import waiting as publication_waiting

JOBS: dict[str, Callable[[Parts, str], None]] = {
    **departing.JOBS,
    **closing.JOBS,
    **safety_lapses.JOBS,
    **councils_closing.JOBS,
    **documents.JOBS,
    **agreement.JOBS,
}

# Reading a file again may take long, and one sender may have many waiting: everything else first,
# and then each sender in turn.
LAST = {VERIFY: sender_of}

NOTICES = Sources(
    tells=(
        *notices_telling.TELLS,
        *access_telling.TELLS,
        *consents_telling.TELLS,
        *councils_telling.TELLS,
        *closing_telling.TELLS,
        *naming_telling.TELLS,
        *provision_telling.TELLS,
        *duties_telling.TELLS,
        *asking_telling.TELLS,
        *incidents_telling.TELLS,
        *meetings_telling.TELLS,
        *disposal_telling.TELLS,
        *oversight_telling.TELLS,
        *publication_telling.TELLS,
    ),
    reminders=(
        *notices_telling.REMINDERS,
        *consents_telling.REMINDERS,
        *councils_telling.REMINDERS,
        *provision_telling.REMINDERS,
        *meetings_telling.REMINDERS,
        *disposal_telling.REMINDERS,
        *oversight_telling.REMINDERS,
        *councils_text_telling.REMINDERS,
        *provision_text_telling.REMINDERS,
    ),
    waiting=(
        access_waiting.waiting_for,
        consents_waiting.waiting_for,
        councils_waiting.waiting_for,
        review_waiting.waiting_for,
        provision_waiting.waiting_for,
        duties_waiting.waiting_for,
        asking_waiting.waiting_for,
        incidents_waiting.waiting_for,
        meetings_waiting.waiting_for,
        disposal_waiting.waiting_for,
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
