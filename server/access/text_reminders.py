"""Telling people that a text they acknowledged has a new version in force: it asks them again.

Owns how that is told, for every domain with such a text; whom, each domain says by a query.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select

from server.access import texts
from server.access.kind import Kind
from server.access.matters import Reminder, Telling, Topic
from server.access.vocabulary import Action
from server.database import Tx


def of_new_version(text: str, kind: Kind, behind: Select[Any]) -> Reminder:
    """Whoever `behind` finds (`person_id`, the `id` of the thing of `kind`, `council_id`) is told
    once for each version of `text`.
    """

    def remind(tx: Tx) -> Iterator[Telling]:
        version = texts.current(tx, text)
        for row in tx.connection.execute(behind, {"now": tx.now}):
            yield Telling(
                topic=Topic.TEXT_CHANGED,
                person_id=row.person_id,
                kind=kind,
                id=row.id,
                council_id=row.council_id,
                source=f"{version.id}/{row.id}",
                at=version.since,
                action=Action.ACKNOWLEDGE,
            )

    return remind
