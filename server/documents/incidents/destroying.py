"""Destroying content because of an incident: an officer's act, that no one person brings about.

Owns who may, and when. How content is destroyed is `server/documents/destruction.py`.
"""

from server.access.grant import Grant
from server.clock import to_text
from server.documents import destruction
from server.documents.destruction import ContentDestroyed, Wanted
from server.documents.incidents import holding
from server.documents.incidents import service as incidents
from server.documents.incidents.models import IncidentClosing, IncidentOutcome
from server.documents.models import Destruction, Ground
from server.problems import Conflict, Refused


class NotToBeDestroyed(Conflict):
    code = "not_to_be_destroyed"
    ja = (
        "この事案は、廃棄の対象（to_be_destroyed）として終えられていないか、"
        "その後の事案で資料が戻されています。"
    )
    en = "This incident did not end with `to_be_destroyed`, or a later one gave the document back."


class OwnDecision(Refused):
    code = "own_decision"
    ja = (
        "サーバーが見つけた事案では、廃棄の対象と決めた人は自分で廃棄できません。"
        "別の情報管理責任者が廃棄します。"
    )
    en = (
        "Nobody reported this incident: the server found it. Who decided that the content is to be "
        "destroyed does not destroy it; another information officer does."
    )


def destroy(grant: Grant) -> Destruction:
    """Destroy what the granted incident, now closed, ended with destroying.

    Raises NotToBeDestroyed, OwnDecision, ContentDestroyed.
    """
    tx, document = grant.tx, grant.thing.document_id
    closing = incidents.closing_of(tx, grant.id)
    if closing is None or closing.outcome != IncidentOutcome.TO_BE_DESTROYED:
        raise NotToBeDestroyed
    _check(grant, closing)
    if (gone := destruction.of_document(tx, document)) is not None:
        raise ContentDestroyed(destroyed_at=to_text(gone.recorded_at))
    wanted = Wanted(Ground.INCIDENT, grant.person_id, incidents.done_of(tx, closing))
    row = destruction.destroy(tx, grant.council_id, document, wanted)
    grant.note(destruction=row.id, document=document)
    return row


def _check(grant: Grant, closing: IncidentClosing) -> None:
    """Two persons wanted it: who reported and who closed, or who closed and who destroys."""
    if grant.thing.version_id is not None:
        # A detected one took a version away, which stays away, and has nobody who reported it.
        if closing.closed_by == grant.person_id:
            raise OwnDecision
    # A reported one took the document: its own taking away must stand, not that of a later one.
    elif grant.id not in holding.taken_by(grant.tx, grant.thing.document_id):
        raise NotToBeDestroyed
