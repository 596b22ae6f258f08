"""The logs: who did and read what, and checking them without trusting the server."""

from pathlib import Path
from typing import Annotated

import typer

from clients.cli import profile
from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil, Limit, choices
from clients.cli.parsing import moment
from clients.sdk import verify
from clients.sdk.calls import audit
from clients.sdk.problems import NotFound, Refused
from crypto import notes
from crypto.errors import Unverified

app = noun("記録（監査ログ）", "Logs")
System = Annotated[bool, typer.Option("--system", help=t("システムの記録", "the system log"))]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        help=t("別の経路で受け取った検証鍵", "the verifier key as received by another way"),
    ),
]
BATCH = 1000


@command(app, "entries", "記録を表示します。", "List entries.")
def entries(
    desk: Desk,
    council: InCouncil = None,
    system: System = False,
    person: Annotated[str | None, typer.Option(help=t("人の ID", "a person's id"))] = None,
    object_: Annotated[
        str | None, typer.Option("--object", help=t("対象（例 document/ID）", "as document/ID"))
    ] = None,
    kind: Annotated[str | None, typer.Option(help=t("種類（例 document.read）", "kind"))] = None,
    outcome: Annotated[str | None, typer.Option(help=choices("allowed", "refused", "done"))] = None,
    since: Annotated[str | None, typer.Option(help=t("この時から", "from this time"))] = None,
    until: Annotated[str | None, typer.Option(help=t("この時まで", "before this time"))] = None,
    limit: Limit = 100,
) -> None:
    """List entries, newest first, each with what its leaf commits to."""
    log_id = _log(desk, council, system)
    call = audit.list_log_entries(
        log_id,
        person,
        object_,
        kind,
        outcome,
        moment(since, "--since"),
        moment(until, "--until"),
        min(limit, 200),
    )
    desk.pages(call, "seq time outcome kind object person", limit, log_id)


@command(app, "own", "自分の操作の記録を表示します。", "List your own entries.")
def own(desk: Desk, council: InCouncil = None, limit: Limit = 100) -> None:
    """List the caller's own acts, and acts on what the caller's member provided."""
    log_id = desk.council(council)
    call = audit.list_own_log_entries(log_id, min(limit, 200))
    desk.pages(call, "seq time outcome kind object person mine", limit, log_id)


@command(app, "checkpoint", "最新の署名済みチェックポイント。", "Show the newest checkpoint.")
def checkpoint(desk: Desk, council: InCouncil = None, system: System = False) -> None:
    """Show the newest signed checkpoint, to be kept or compared elsewhere."""
    call = audit.read_checkpoint(_log(desk, council, system))
    desk.show(call, "origin size root note verifier_key")


@command(app, "prove", "記録が含まれることを検証します。", "Check that an entry is in the log.")
def prove(
    desk: Desk,
    seq: Annotated[int, typer.Argument(min=0, help=t("番号", "number of the entry"))],
    council: InCouncil = None,
    system: System = False,
    key: Key = None,
) -> None:
    """Fetch the proof of inclusion and check it here."""
    log_id = _log(desk, council, system)
    document = desk.runner().run_plain(audit.prove_inclusion(log_id, seq))
    proof = audit.prove_inclusion(log_id, seq).read(document)
    seen = verify.inclusion(proof, verifier_key=_known_key(desk, proof.checkpoint.origin, key))
    verify.names_log(seen, log_id)
    if desk.as_json:
        desk.print_json(document)
    desk.say(
        t(
            f"記録 {seq} は {seen.origin} の {seen.size} 件の記録に含まれています（検証済み）。",
            f"Entry {seq} is among the {seen.size} of {seen.origin} (verified).",
        )
    )


@command(app, "verify", "記録全体を検証します。", "Verify the whole log.")
def verify_(desk: Desk, council: InCouncil = None, system: System = False, key: Key = None) -> None:
    """Check signature, consistency with what was seen last, and every leaf; remember what was seen.

    Who may not read the leaves checks the first two.
    """
    log_id = _log(desk, council, system)
    shown = desk.run(audit.read_checkpoint(log_id))
    known = _known_key(desk, shown.origin, key)
    signed = verify.checkpoint(shown, known)
    verify.names_log(signed, log_id)
    before = _compare(desk, log_id, signed, shown.verifier_key)
    leaves = _replay(desk, log_id, signed)
    memory = {"note": shown.note, "verifier_key": shown.verifier_key}
    profile.remember(_memory(desk, shown.origin), memory)
    found = {
        "origin": signed.origin,
        "size": signed.size,
        "root": signed.root.hex(),
        "verifier_key": shown.verifier_key,
        "key_known_before": known is not None,
        "consistent_with_size": before,
        "leaves_checked": leaves,
    }
    if desk.as_json:
        desk.print_json(found)
    desk.say(_told(found))


def _told(found: dict[str, object]) -> str:
    size, before, leaves = (
        found[name] for name in ("size", "consistent_with_size", "leaves_checked")
    )
    said = [
        t(
            f"検証できました: {found['origin']}、{size} 件。",
            f"Verified: {found['origin']}, {size} entries.",
        )
    ]
    if before is not None:
        said.append(
            t(f"前回（{before} 件）から変更なし。", f"Unchanged since last seen ({before}).")
        )
    if leaves is None:
        said.append(
            t("記録の中身は読めないため未検証。", "Leaves not checked: you may not read them.")
        )
    else:
        said.append(t(f"記録 {leaves} 件を再計算。", f"{leaves} leaves recomputed."))
    if not found["key_known_before"]:
        said.append(
            t(
                f"検証鍵は初めて見たものです。別の経路で確かめてください: {found['verifier_key']}",
                f"Key seen for the first time; compare it elsewhere: {found['verifier_key']}",
            )
        )
    return "".join(said) if t("ja", "en") == "ja" else " ".join(said)


def _log(desk: Desk, council: str | None, system: bool) -> str | None:
    return None if system else desk.council(council)


def _memory(desk: Desk, origin: str) -> Path:
    return profile.place(desk.root, desk.server, "logs", f"{origin.replace('/', '_')}.json")


def _known_key(desk: Desk, origin: str, given: str | None) -> str | None:
    """The key given, else the one seen before, else None. Raises Unverified if the two differ."""
    kept = profile.recall(_memory(desk, origin))
    known = None if kept is None else str(kept["verifier_key"])
    if given is not None and known is not None and given != known:
        raise Unverified("the key given is not the one seen before")
    return given or known


def _compare(desk: Desk, log_id: str | None, now: notes.Checkpoint, key: str) -> int | None:
    """Check that the log only grew since it was last seen here; its size then, if ever."""
    kept = profile.recall(_memory(desk, now.origin))
    if kept is None:
        return None
    old = notes.open_checkpoint(kept["note"].encode(), notes.parse_verifier_key(key))
    if old.size > now.size:
        raise Unverified(f"the log had {old.size} entries when last seen, and has {now.size}")
    if old.size == now.size and old.root != now.root:
        raise Unverified("two roots are signed for one size")
    try:
        proof = desk.run(audit.prove_consistency(log_id, old.size, now.size))
    except NotFound:
        raise Unverified(f"the server does not know its own checkpoint of {old.size}") from None
    verify.consistency(old, now, proof)
    return old.size


def _replay(desk: Desk, log_id: str | None, signed: notes.Checkpoint) -> int | None:
    """Compute the log anew from its leaves; how many, or None for who may not read them."""
    replay = verify.Replay(signed.origin)
    while replay.range.size < signed.size:
        start = replay.range.size
        try:
            page = desk.run(audit.read_leaves(log_id, start, min(start + BATCH, signed.size)))
        except Refused:
            return None
        if not page.items:
            raise Unverified(f"leaves from {start} on are missing")
        replay.take(page.items)
    replay.leads_to(signed)
    return replay.range.size
