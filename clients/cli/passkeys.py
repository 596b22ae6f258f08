"""A software passkey in a file, for demonstrations and automated tests.

Owns the file: readable by its owner only, used by one command at a time, written again after each
use (it counts them). The signing itself is `clients.sdk.authenticator`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from clients.cli import profile
from clients.cli.browser import origin
from clients.cli.faults import Mistake
from clients.cli.language import t
from clients.sdk.answers.identity import Session
from clients.sdk.calls import passkeys as calls

if TYPE_CHECKING:
    from clients.cli.desk import Desk
    from clients.sdk.authenticator import Authenticator


@contextmanager
def opened(path: Path, *, fresh: bool = False) -> "Iterator[Authenticator]":
    """The authenticator that a file holds, kept again when done; `fresh`: of a file to be made.

    Raises Mistake for a file that is none, NoPasskey's message as Mistake, Unsafe, OSError.
    """
    from clients.sdk.authenticator import Authenticator, NoPasskey

    with alone(path):
        kept = profile.recall(path)
        if kept is None and (path.exists() or not fresh):
            raise _unusable(path)
        try:
            authenticator = Authenticator.from_dict(kept) if kept else Authenticator()
        except (KeyError, TypeError, ValueError):
            raise _unusable(path) from None
        try:
            yield authenticator
        except NoPasskey as error:
            raise Mistake(
                t(
                    f"{path} のパスキーは使えません: {error}",
                    f"The passkey in {path} cannot be used: {error}",
                )
            ) from None
        finally:
            # Also when the server refuses: what was counted stays counted.
            if authenticator.keys:
                profile.remember(path, authenticator.to_dict())


def warn(desk: "Desk") -> None:
    """Say what a passkey in a file is good for, and what not."""
    desk.say(
        t(
            "注意: ファイルのパスキーは実演と自動試験のためのものです。"
            "ファイルを読める人は本人になりすませます。",
            "Note: a passkey in a file is for demonstrations and automated tests. "
            "Whoever can read the file is you.",
        )
    )


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other commands of this computer from using the same file meanwhile."""
    if os.name != "posix":
        yield
        return
    import fcntl

    lock = path.with_name(f".{path.name}.lock")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _unusable(path: Path) -> Mistake:
    return Mistake(
        t(
            f"{path} はパスキーのファイルではないか、ありません。",
            f"{path} is no file with a passkey, or is not there.",
        )
    )


def sign_in(desk: "Desk", path: Path) -> Session:
    """Sign in with the passkey in a file."""
    warn(desk)
    runner = desk.runner(signed_in=False)
    with opened(path) as authenticator:
        begun = runner.run(calls.begin_sign_in())
        credential = authenticator.get(begun.options, origin(desk.server))
        return runner.run(calls.sign_in(begun.challenge, credential))


def enrol(desk: "Desk", path: Path, link: str) -> Session:
    """Register a fresh passkey by a one-time link, and keep it in a file; that signs in as well."""
    warn(desk)
    runner = desk.runner(signed_in=False)
    with opened(path, fresh=True) as authenticator:
        begun = runner.run(calls.begin_enrolment(link))
        credential = authenticator.create(begun.options, origin(desk.server))
        return runner.run(calls.enrol(link, begun.challenge, path.stem, credential))
