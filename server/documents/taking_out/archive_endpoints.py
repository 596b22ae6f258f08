"""/api/v1/councils/{id}/archive: the council's papers, those the caller may take, in one ZIP.

Owns which papers are put in and which are named as left out. Each is a download of its own: its
entry is durable before its bytes, and it is decided again on the way. No provided secret is in it.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, closing
from dataclasses import dataclass
from typing import Annotated

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response

from server.access.grant import Grant
from server.access.listing import LONGEST_PAGE, Listing, PageQuery, Seen, visible
from server.access.transfer import Transfer, transfer
from server.access.vocabulary import Action
from server.clock import in_japan
from server.councils.kinds import COUNCIL
from server.documents import destruction
from server.documents.content import download_limits
from server.documents.content.flowing import Flowing, closing_entry, safe_headers
from server.documents.content.sending import Reading, ToSend
from server.documents.kinds import COUNCIL_INTERNAL, DOCUMENT
from server.documents.taking_out.archive import Archive, Line
from server.documents.taking_out.downloads import prepare_download
from server.documents.titles import title_of
from server.ids import Id
from server.problems import Conflict, NotFound, Problem
from server.schemas import BYTES, Uuid

MOST = 10_000
ZIP = "application/zip"

router = APIRouter(prefix="/api/v1", tags=["documents"])

_LISTS = {each: Listing(DOCUMENT, each) for each in (Action.DOWNLOAD, Action.READ, Action.SEE)}
Chosen = Annotated[
    list[Uuid] | None,
    Query(alias="document", max_length=LONGEST_PAGE, description="only these; otherwise all"),
]


class TooManyPapers(Problem):
    status, code = 422, "too_many_papers"
    ja = "資料が多すぎて一度に保存できません。document で選んでください（上限 limit 件）。"
    en = "Too many papers for one archive. Choose some by `document` (at most `limit`)."


class NoPaper(Conflict):
    code = "no_paper"
    ja = "協議会の内部資料ではありません。提供された秘密は一式に入りません。"
    en = "It is no council-internal paper: provided secrets are never in an archive."


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers to put in, oldest first, and what is left out, with the reason."""

    papers: tuple[Id, ...]
    left_out: tuple[tuple[Id, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, decided on: its bytes may go."""

    content: ToSend
    title: str


def prepare_archive(grant: Grant, chosen: Chosen = None) -> Papers:
    """First transaction: what may be taken now. Raises TooManyPapers, NotFound for a chosen one
    that the caller is not told of.
    """
    takeable = {one.id: one for one in _every(grant, Action.DOWNLOAD, chosen) if _is_paper(one)}
    told = (Action.READ, Action.SEE)
    known = {one.id: one for action in told for one in _every(grant, action, chosen)}
    wanted = set(known) | set(takeable)
    if chosen:
        if not set(chosen) <= wanted:
            raise NotFound
        wanted = set(chosen)
    left_out = sorted(wanted - set(takeable))
    papers = tuple(sorted(wanted & set(takeable)))
    grant.note(listed=DOCUMENT.name.value, count=len(papers), ids=papers, left_out=left_out)
    return Papers(papers, tuple((id, _why(known[id])) for id in left_out))


def _every(grant: Grant, action: Action, chosen: Chosen) -> Iterator[Seen]:
    """Every document of the council on which the caller may so act; of the chosen ones, if any."""
    if chosen:
        columns = DOCUMENT.table.c
        these = columns.council_id == grant.id, columns.id.in_(chosen)
        page = PageQuery(limit=len(chosen), cursor=None)
        yield from visible(grant, DOCUMENT, page, *these, action=action)[0]
        return
    cursor: str | None = None
    for _ in range(0, MOST, LONGEST_PAGE):
        page = PageQuery(limit=LONGEST_PAGE, cursor=cursor)
        seen, cursor = _LISTS[action].page_of(grant, page, council=grant.id)
        yield from seen
        if cursor is None:
            return
    raise TooManyPapers(None, limit=LONGEST_PAGE)


def _is_paper(one: Seen) -> bool:
    return bool(one.row.state == COUNCIL_INTERNAL)


def _why(one: Seen) -> str:
    return "not_allowed" if _is_paper(one) else str(one.row.state)


def _prepare_paper(grant: Grant) -> Paper:
    """First transaction of one paper. Raises NoPaper, NotReady, DownloadsToday."""
    if grant.thing.state != COUNCIL_INTERNAL:
        raise NoPaper
    title = title_of(grant.tx, grant.council_id, grant.id, grant.thing.title)
    return Paper(prepare_download(grant), title)


async def send_archive(begun: Transfer[Papers], request: Request) -> Response:
    """The archive, made while it is sent."""
    day = f"{in_japan(begun.grant.now):%Y-%m-%d}"
    headers = safe_headers("attachment", f"資料一式_{day}.zip")
    return Flowing(_flow(begun), {**headers, "Content-Type": ZIP})


async def _flow(begun: Transfer[Papers]) -> AsyncGenerator[bytes, None]:
    archive = Archive()
    outcome = "refused"
    try:
        for id in begun.prepared.papers:
            async with aclosing(_paper(begun, archive, id)) as pieces:
                async for piece in pieces:
                    yield piece
        for id, why in begun.prepared.left_out:
            archive.leave_out(id, why)
        yield archive.end()
        outcome = "done"
    finally:
        archive.close()
        with CancelScope(shield=True):
            held = [line.document for line in archive.lines if not line.left_out]
            await begun.note(outcome, held=held)


async def _paper(begun: Transfer[Papers], archive: Archive, id: Id) -> AsyncGenerator[bytes, None]:
    """One paper on its way into the archive; one that may not go any more is left out."""
    try:
        one = await begun.beside(Action.DOWNLOAD, DOCUMENT, id, _prepare_paper)
    except Problem as problem:
        archive.leave_out(id, problem.code)
        return
    one.still = destruction.check_there
    try:
        reading = await run_sync(Reading, begun.parts.vault, one.prepared.content)
    except Problem as problem:
        manifest, code = one.prepared.content.manifest, problem.code
        also = download_limits.giving_back(one.grant, manifest.total)
        await one.note("refused", also=also, version=manifest.version, start=0, bytes=0, code=code)
        archive.leave_out(id, problem.code)
        return
    async with aclosing(_pieces(one, archive, reading)) as pieces:
        async for piece in pieces:
            yield piece


async def _pieces(
    one: Transfer[Paper], archive: Archive, reading: Reading
) -> AsyncGenerator[bytes, None]:
    line, manifest, sent = _line(one.prepared, archive), one.prepared.content.manifest, 0

    def counted() -> Iterator[bytes]:
        nonlocal sent
        for piece in reading.pieces(0, manifest.total):
            sent += len(piece)
            yield piece

    promised, read = manifest.total, lambda: sent
    with closing(reading):
        async with closing_entry(one, manifest.version, read, promised=promised, start=0):
            for piece in archive.put(line, counted()):
                yield piece
                await one.keep_deciding(sent)


def _line(paper: Paper, archive: Archive) -> Line:
    manifest = paper.content.manifest
    return Line(
        document=manifest.document,
        version=manifest.version,
        file=archive.name_for(manifest.file_name),
        title=paper.title,
        created=manifest.created,
        size=manifest.total,
        sha256=manifest.sha256 or "",
    )


router.get(
    "/councils/{council_id}/archive",
    name="readArchive",
    responses={200: {"description": "The archive", "content": {ZIP: BYTES}}},
)(transfer(Action.EXPORT, COUNCIL, prepare_archive)(send_archive))
