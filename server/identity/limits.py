"""Whoever fails to prove who they are has to wait; nobody is locked out by a stranger (IDN-9).

Owns the table `known_network`, and who a failure counts against: the network it came from and,
where somebody was named, them. Both are kept as keyed digests, and a name counts alike whether
anybody has it or not (ASVS 6.3.1, 6.3.8).

A passkey is never asked to wait, because nobody guesses one. Who comes from a network where they
signed in before waits only for failures against themself from that same network. What is left to a
flood of strangers is to slow their own networks, and guesses from where the person never was.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, LargeBinary, Table, delete, select, update
from sqlmodel import Field, SQLModel

from server.audit.tally import Tally
from server.clock import DAY, SECOND
from server.database import Database, Tx, insert
from server.identity import attempts
from server.identity.attempts import Counter
from server.ids import Id
from server.keys.service import lookup_digest
from server.networks import HOST, SITE, around
from server.problems import Problem

# Failures that cost nothing: one person from one network, anybody from one network, anybody from
# its surroundings, and against one person from networks where they never signed in.
PAIR_FREE, HOST_FREE, SITE_FREE, ACCOUNT_FREE = 5, 10, 50, 20
# Sign-ins begun at an organisation's service and not completed, from one network: each is a row.
BEGUN_FREE = 100
KNOWN_FOR = 90 * DAY
# Answers to who failed to prove who they are; any other (busy, malformed) is no failure of theirs.
FAILURES = frozenset({400, 401, 403, 404, 410})
ANYBODY = "*"


class KnownNetwork(SQLModel, table=True):
    """A network from which a person (or anybody) has signed in, and when last."""

    __tablename__ = "known_network"

    key: bytes = Field(primary_key=True, sa_type=LargeBinary)
    seen_at: int = Field(sa_type=BigInteger, index=True)


class TooManyAttempts(Problem):
    """429, before anything else is looked at: the same for persons that exist and that do not."""

    status, code = 429, "too_many_attempts"
    ja = (
        "失敗が続いたため、wait_seconds 秒待ってからやり直してください。"
        "パスキーでのサインインは、待たずにできます。"
    )
    en = "Too many failures: retry after `wait_seconds`. A passkey signs you in without waiting."


_known: Table = KnownNetwork.__table__  # type: ignore[attr-defined]


@contextmanager
def guess(database: Database, tally: Tally, address: str | None, account: str) -> Iterator[None]:
    """Around checking what can be guessed (a password, a code) against `account`: the person's id,
    or what was sent in its place where there is none.

    The attempt is counted before it is made, so that many at once are not cheaper, and given back
    unless it fails. Raises TooManyAttempts.
    """
    with database.reading() as tx:
        counters = _against(tx, address, account)
        wait = attempts.wait(tx, counters)
    _pass(tally, address, wait)
    with database.changing() as tx:
        wait = attempts.charge(tx, counters)
    _pass(tally, address, wait)
    try:
        yield
    except Exception as failure:
        if not _is_failure(failure):
            _give_back(database, counters)
        raise
    _give_back(database, counters)


@contextmanager
def proof(
    database: Database, tally: Tally, address: str | None, *, passkey: bool = False
) -> Iterator[None]:
    """Around checking what nobody guesses: a passkey, a one-time link, a provider's answer.

    Only failures count, and only against the network. Networks where nobody ever signed in have to
    wait; a passkey never has. Raises TooManyAttempts.
    """
    with database.reading() as tx:
        counters = _of_network(tx, address)
        waits = not passkey and not _is_known(tx, ANYBODY, address)
        wait = attempts.wait(tx, counters) if waits else 0
    _pass(tally, address, wait)
    try:
        yield
    except Exception as failure:
        if _is_failure(failure):
            with database.changing() as tx:
                attempts.charge(tx, counters, anyway=True)
        raise


def begin(database: Database, tally: Tally, address: str | None) -> None:
    """Count a sign-in that goes by another place; `completed` takes it back.

    Raises TooManyAttempts for a network that begins many and completes none.
    """
    with database.changing() as tx:
        wait = attempts.charge(tx, [_begun(tx, address)])
    _pass(tally, address, wait)


def completed(tx: Tx, address: str | None) -> None:
    """What was begun from this network came back with a proof."""
    attempts.give_back(tx, [_begun(tx, address)])


def welcome(tx: Tx, address: str | None, person_id: Id) -> None:
    """Remember where a person has just signed in from, and forgive them what they failed there."""
    network = around(address, HOST)
    for who in sorted((person_id, ANYBODY)):
        row = {"key": _digest(tx, "known", who, network), "seen_at": tx.now}
        query = insert(tx, _known).values(row)
        again = query.on_conflict_do_update(index_elements=["key"], set_={"seen_at": tx.now})
        tx.connection.execute(again)
    attempts.forgive(tx, _digest(tx, "pair", person_id, network))


def sweep(tx: Tx) -> None:
    """Forget failures that no longer count, and networks nobody signs in from any more."""
    attempts.sweep(tx)
    ahead = update(_known).where(_known.c.seen_at > tx.now)  # the clock was set back
    tx.connection.execute(ahead.values(seen_at=tx.now))
    tx.connection.execute(delete(_known).where(_known.c.seen_at <= tx.now - KNOWN_FOR))


def _of_network(tx: Tx, address: str | None) -> list[Counter]:
    host, site = around(address, HOST), around(address, SITE)
    return [
        Counter(_digest(tx, "host", host), HOST_FREE),
        Counter(_digest(tx, "site", site), SITE_FREE),
    ]


def _begun(tx: Tx, address: str | None) -> Counter:
    return Counter(_digest(tx, "begun", around(address, HOST)), BEGUN_FREE)


def _against(tx: Tx, address: str | None, account: str) -> list[Counter]:
    pair = Counter(_digest(tx, "pair", account, around(address, HOST)), PAIR_FREE)
    if _is_known(tx, account, address):
        return [pair]
    return [pair, *_of_network(tx, address), Counter(_digest(tx, "who", account), ACCOUNT_FREE)]


def _is_known(tx: Tx, who: str, address: str | None) -> bool:
    key = _digest(tx, "known", who, around(address, HOST))
    query = select(_known.c.key).where(_known.c.key == key, _known.c.seen_at > tx.now - KNOWN_FOR)
    return tx.connection.scalar(query) is not None


def _digest(tx: Tx, *words: str) -> bytes:
    return lookup_digest(tx, "attempts", "\0".join(words))


def _give_back(database: Database, counters: list[Counter]) -> None:
    with database.changing() as tx:
        attempts.give_back(tx, counters)


def _pass(tally: Tally, address: str | None, wait: int) -> None:
    if wait > 0:
        tally.count("session.limited", address)
        seconds = -(-wait // SECOND)
        raise TooManyAttempts(headers={"Retry-After": str(seconds)}, wait_seconds=seconds)


def _is_failure(failure: Exception) -> bool:
    return isinstance(failure, Problem) and failure.status in FAILURES
