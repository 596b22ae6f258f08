"""/api/v1/councils/{id}/limits: how much may be stored and moved, and how much of it is used."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.vocabulary import Action
from server.councils.kinds import COUNCIL
from server.documents.content.download_limits import downloaded
from server.documents.content.limits import Use
from server.documents.content.upload_limits import stored, uploaded
from server.schemas import Shown, Time
from server.settings import MIB

router = APIRouter(prefix="/api/v1", tags=["documents"])


class UseOut(Shown):
    """Bytes used of a limit (null: there is none); `ends_at`: when a day's limit begins anew. What
    all store together is rounded up to hundredths of the limit.
    """

    used: int
    limit: int | None
    ends_at: Time | None


class CouncilLimitsOut(Shown):
    """Limits in bytes. What the council stores is told to those inside it; the days are mine."""

    council: str
    largest_file: int
    stored: UseOut | None
    uploaded_today: UseOut
    downloaded_today: UseOut


@router.get("/councils/{council_id}/limits", name="readLimits")
@guarded(Action.READ, COUNCIL)
def read_limits(grant: Grant) -> CouncilLimitsOut:
    """How much may be stored and moved, and how much of it is used."""
    tx, settings = grant.tx, grant.parts.settings
    is_inside = Action.READ_ROSTER in grant.may
    return CouncilLimitsOut(
        council=grant.id,
        largest_file=settings.max_upload_mib * MIB,
        stored=_out(stored(tx, settings, grant.id)) if is_inside else None,
        uploaded_today=_out(uploaded(tx, settings, grant.person_id)),
        downloaded_today=_out(downloaded(tx, settings, grant.person_id)),
    )


def _out(use: Use) -> UseOut:
    return UseOut(used=use.told, limit=use.limit, ends_at=use.ends_at)
