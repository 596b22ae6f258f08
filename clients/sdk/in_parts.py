"""Sending a file in parts, side by side: waiting or awaiting.

Owns the workers and their end; `parting` knows which parts there are. At most `PARALLEL` of them
are under way, and of each no more than a piece is held in memory.
"""

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import anyio

from clients.sdk.answers.uploads import Upload
from clients.sdk.call import Call
from clients.sdk.calls import uploads
from clients.sdk.parting import PARALLEL, InParts, Parting, is_over
from clients.sdk.problems import Failure
from clients.sdk.runners import AsyncRunner, Runner


def send_parts(runner: Runner, wanted: InParts) -> Any:
    """Send a file in parts; the version as the API's JSON document.

    Raises Failure: run again with the upload's id, and only what is missing is sent.
    """
    upload = _earlier(runner, wanted) or runner.run(wanted.begin())
    wanted.begun(upload.id)
    if not upload.complete:
        _send_all(runner, Parting(wanted, upload))
    return runner.run_plain(uploads.complete_upload(wanted.document_id, upload.id))


def _earlier(runner: Runner, wanted: InParts) -> Upload | None:
    call = wanted.read()
    try:
        return wanted.if_same(runner.run(call)) if call else None
    except Failure as failure:
        if is_over(failure):
            return None
        raise


def _send_all(runner: Runner, parting: Parting) -> None:
    def send(piece: Any) -> None:
        runner.send_plain(parting.call, piece, parting.watching(piece))

    with ThreadPoolExecutor(PARALLEL) as pool:
        work = [pool.submit(send, piece) for piece in parting.missing()]
        try:
            done, _ = wait(work, return_when=FIRST_EXCEPTION)
            for each in done:
                each.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


async def send_parts_async(runner: AsyncRunner, wanted: InParts) -> Any:
    """As `send_parts`, awaited."""
    upload = await _earlier_async(runner, wanted)
    if upload is None:
        upload = await runner.run(wanted.begin())
    wanted.begun(upload.id)
    if not upload.complete:
        await _send_all_async(runner, Parting(wanted, upload))
    call: Call[Any] = uploads.complete_upload(wanted.document_id, upload.id)
    return await runner.run_plain(call)


async def _earlier_async(runner: AsyncRunner, wanted: InParts) -> Upload | None:
    call = wanted.read()
    try:
        return wanted.if_same(await runner.run(call)) if call else None
    except Failure as failure:
        if is_over(failure):
            return None
        raise


async def _send_all_async(runner: AsyncRunner, parting: Parting) -> None:
    missing, failures = parting.missing(), list[Exception]()

    async def work(scope: anyio.CancelScope) -> None:
        for piece in missing:
            try:
                await runner.send_plain(parting.call, piece, parting.watching(piece))
            except (Failure, OSError) as failure:
                failures.append(failure)
                scope.cancel()
                return

    async with anyio.create_task_group() as group:
        for _ in range(PARALLEL):
            group.start_soon(work, group.cancel_scope)
    if failures:
        raise failures[0]
