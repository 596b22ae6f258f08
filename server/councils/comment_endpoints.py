"""/api/v1: what members say about who is to join, before the ministers decide."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.models import Membership
from server.access.vocabulary import Action
from server.councils import comments
from server.councils import facts as council_facts
from server.councils.comment_schemas import CommentIn, CommentOut, CommentsOut
from server.councils.kinds import ADMISSION
from server.councils.models import AdmissionComment
from server.councils.views import bodies_of, names_of

router = APIRouter(prefix="/api/v1", tags=["councils"])


@router.get("/admissions/{admission_id}/comments", name="listComments")
@guarded(Action.READ_COMMENTS, ADMISSION)
def list_comments(grant: Grant) -> CommentsOut:
    """What the members say about who is to join, and until when they may."""
    admission = council_facts.find_admission(grant.tx, grant.id)
    found = comments.comments_of(grant.tx, grant.id)
    grant.note(listed="comment", count=len(found))
    return CommentsOut(
        items=[_shown(grant, said) for said in found],
        until=comments.until(grant.tx, admission),
        open=comments.is_open(grant.tx, admission),
    )


@router.post("/admissions/{admission_id}/comments", status_code=201, name="addComment")
@guarded(Action.COMMENT, ADMISSION)
def add_comment(grant: Grant, asked: CommentIn) -> CommentOut:
    """Say for one's member what the ministers should consider. It never holds them up."""
    admission = council_facts.find_admission(grant.tx, grant.id)
    said = comments.comment(grant.tx, admission, asked.text, by=grant.person_id)
    grant.note(comment=said.id, membership=said.membership_id)
    return _shown(grant, said)


def _shown(grant: Grant, said: AdmissionComment) -> CommentOut:
    membership = grant.tx.session.get_one(Membership, said.membership_id)
    belongs = membership.organisation_id
    return CommentOut(
        id=said.id,
        admission=said.admission_id,
        membership=said.membership_id,
        person=names_of(grant.tx, [said.person_id])[said.person_id],
        organisation=bodies_of(grant.tx, [belongs])[belongs].name_ja if belongs else None,
        text=comments.text_of(grant.tx, said),
        made_at=said.recorded_at,
    )
