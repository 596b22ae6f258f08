"""/api/v1: documents as marked pages, files to print, and from a mark back to its entry."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.transfer import transfer
from server.access.vocabulary import Action
from server.councils.kinds import COUNCIL
from server.documents.kinds import DOCUMENT
from server.documents.viewing import pages, tracing
from server.documents.viewing.schemas import PagesOut, TraceOut
from server.schemas import BYTES

router = APIRouter(prefix="/api/v1", tags=["documents"])

Code = Annotated[
    str, Path(max_length=100, description="as read off the page, such as 7K3QF-9XW2M-B4T8C")
]
_COUNT: dict[int | str, dict[str, Any]] = {
    200: {"model": PagesOut, "description": "How many pages, or why none can be shown"}
}
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The page as an image, marked",
        "content": {"image/png": BYTES, "image/jpeg": BYTES},
    }
}
_PRINT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Marked page images in one file", "content": {"application/pdf": BYTES}}
}

_of_document = "/documents/{document_id}"
router.get(f"{_of_document}/pages", name="readPages", responses=_COUNT)(
    transfer(Action.VIEW, DOCUMENT, pages.prepare_count)(pages.count)
)
router.get(f"{_of_document}/pages/{{page}}", name="readPage", responses=_PAGE)(
    transfer(Action.VIEW, DOCUMENT, pages.prepare_page)(pages.send_page)
)
router.get(f"{_of_document}/print", name="readPrint", responses=_PRINT)(
    transfer(Action.PRINT, DOCUMENT, pages.prepare_print)(pages.send_print)
)


@router.get("/councils/{council_id}/traces/{code}", name="readTrace")
@guarded(Action.TRACE, COUNCIL)
def read_trace(grant: Grant, code: Code) -> TraceOut:
    """Who was shown the page with this code, when: the one entry of the log, opened and verified.

    Spaces, hyphens, lower case, O for 0 and I or l for 1 do not matter.
    """
    return tracing.trace(grant, code)
