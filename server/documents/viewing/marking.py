"""What is written into every page and copy that leaves: who has it, since when, under which code.

Owns the wording of a mark and its place in the log: the code stands in the sealed body of the one
entry that lets the page go, and its keyed digest beside that entry, so that a code leads back to
it. Draws nothing: that is `server/rendering`.
"""

from dataclasses import dataclass

from server.access import sitting
from server.access.grant import Grant
from server.access.models import Membership
from server.clock import Instant, in_japan
from server.database import Tx
from server.documents.viewing.codes import new_code
from server.identity import affiliations
from server.identity import service as identity
from server.identity.models import Organisation
from server.ids import Id
from server.keys.service import lookup_digest
from server.rendering.renderer import Lines

NOTE = "mark"
VIEWED, PRINTED, COPIED = "閲覧", "印刷", "写し"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is written: the code, who, of which organisation (None: of none), and when."""

    code: str
    name: str
    organisation: str | None
    at: Instant

    def lines(self, act: str, page: int | None = None) -> Lines:
        """The mark in words; `page` is left out where one mark is on all pages."""
        moment = in_japan(self.at)
        who = f"{self.name}（{self.organisation}）" if self.organisation else self.name
        place = "" if page is None else f"　p.{page}"
        return Lines(
            tile=(who, f"{self.code} {moment:%Y-%m-%d %H:%M}"),
            foot=(
                f"{act}　{who}",
                f"符号 {self.code}{place}　{moment:%Y-%m-%d %H:%M:%S} JST",
            ),
        )


def mark(grant: Grant) -> Mark:
    """A fresh mark for what the granted read lets out; its entry will hold it."""
    tx, person_id = grant.tx, grant.person_id
    made = Mark(
        code=new_code(),
        name=identity.name_of(tx, person_id),
        organisation=_organisation(tx, grant.council_id, person_id),
        at=grant.now,
    )
    grant.mark = digest(tx, grant.council_id, made.code)
    written = {"code": made.code, "name": made.name, "organisation": made.organisation}
    grant.note(**{NOTE: written})
    return made


def digest(tx: Tx, council_id: Id, code: str) -> bytes:
    """By which an entry of this council's log is found from a code."""
    return lookup_digest(tx, NOTE, code, council_id)


def _organisation(tx: Tx, council_id: Id, person_id: Id) -> str | None:
    """The organisation a person sits for in the council; of an officer, the one they belong to."""
    seat = sitting.seat_of(tx, council_id, person_id)
    member = None if seat is None else tx.session.get(Membership, seat.membership_id)
    belongs = None if member is None else member.organisation_id
    if belongs is None:
        held = affiliations.held(tx, person_id)
        belongs = held[0].organisation_id if held else None
    found = None if belongs is None else tx.session.get(Organisation, belongs)
    return None if found is None else found.name_ja
