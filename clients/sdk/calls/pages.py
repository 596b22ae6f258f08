"""Documents as marked pages, files to print, and from the code of a mark back to its entry.

`read_page` and `read_print` answer bytes: give them to the runners' `fetch`.
"""

from clients.sdk.answers.pages import Pages, Trace
from clients.sdk.call import Call, get
from clients.sdk.reading import nothing


def read_pages(document_id: str, version: str | None = None) -> Call[Pages]:
    """How many pages there are to view; or that there are none, and why."""
    path = "/documents/{document_id}/pages"
    return get(Pages, path, document_id=document_id).asking(version=version)


def read_page(
    document_id: str, page: str, version: str | None = None, width: int | None = None
) -> Call[None]:
    """A page as an image (PNG or JPEG), `width` pixels wide, marked for the caller."""
    at = {"document_id": document_id, "page": page}
    call = Call("GET", "/documents/{document_id}/pages/{page}", nothing, at)
    return call.asking(version=version, width=width)


def read_print(document_id: str, version: str | None = None) -> Call[None]:
    """A PDF of marked page images, to be printed."""
    call = Call("GET", "/documents/{document_id}/print", nothing, {"document_id": document_id})
    return call.asking(version=version)


def read_trace(council_id: str, code: str) -> Call[Trace]:
    """Who was shown the page with this code, and when: the entry of the council's log."""
    path = "/councils/{council_id}/traces/{code}"
    return get(Trace, path, council_id=council_id, code=code)
