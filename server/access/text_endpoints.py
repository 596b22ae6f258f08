"""/api/v1: the texts people acknowledge or confirm, in the version in force or an earlier one."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.access import texts
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import PERSON_KIND
from server.access.text_files import TEXTS
from server.access.text_schemas import TextOut, text_out
from server.access.vocabulary import Action
from server.problems import NotFound
from server.schemas import Asked

router = APIRouter(prefix="/api/v1", tags=["councils"])


class TextQuery(Asked):
    """Which version; left out, the one in force."""

    version: int | None = None


@router.get("/texts/{text}", name="readText")
@guarded(Action.READ, PERSON_KIND)
def read_text(grant: Grant, text: str, asked: Annotated[TextQuery, Query()]) -> TextOut:
    """A text: `duty-of-confidentiality`, `item-acknowledgement` or `safe-management`."""
    if text not in TEXTS:
        raise NotFound(f"no text {text}")
    if asked.version is None:
        return text_out(texts.current(grant.tx, text))
    return text_out(texts.called(grant.tx, text, asked.version))
