"""What crosses the API about the duty register, its links, and certificates of return."""

from typing import Literal

from pydantic import Field

from server.documents.models import EndGround
from server.duties.returns import Outcome
from server.schemas import Asked, Line, Shown, Text, Time, Uuid

State = Literal["council_internal", "provision_draft", "provided_secret", "retained"]


class DutyItemOut(Shown):
    """A secret that binds me: of whom, since when, until when; also once it has ended (`ended_at`,
    `why`). `title` only while I may read it. `certificate`: what my member certified on leaving.
    """

    document: Uuid
    council: Uuid
    council_title: str
    provider: str = Field(description="提供者の組織（個人の構成員は氏名） / by name")
    state: State
    text: str
    acknowledged_at: Time
    first_opened: Time | None
    last_opened: Time | None
    until: Time | None
    ended_at: Time | None
    why: EndGround | None
    certificate: Outcome | None
    title: str | None


class RegisterOut(Shown):
    """A register as a link shows it: of whom, as it stands now; without any title."""

    person: Uuid
    name: str
    expires_at: Time
    items: list[DutyItemOut]


class RegisterIn(Asked):
    """The link, whole or its token alone."""

    link: Line


class DutyLinkOut(Shown):
    """A link that can be used now; the link itself is not kept."""

    id: Uuid
    person: Uuid
    made_by: Uuid
    made_at: Time
    expires_at: Time


class NewDutyLinkOut(DutyLinkOut):
    """`link` is shown once."""

    link: str


class DutyLinksOut(Shown):
    """Links that can be used now: one at most."""

    items: list[DutyLinkOut]


class BoundOut(Shown):
    """A person whom a secret binds. `left_at`: since when they have no seat in the council.

    `certificate`: what their member certified on leaving; `certificate_owed`: it has not yet.
    """

    person: Uuid
    name: str
    membership: Uuid | None
    text: str
    acknowledged_at: Time
    first_opened: Time | None
    last_opened: Time | None
    left_at: Time | None
    certificate: Outcome | None
    certificate_owed: bool


class BoundListOut(Shown):
    """Everybody whom a secret binds, in the order they acknowledged it; also who left."""

    items: list[BoundOut]


class CertificateIn(Asked):
    """What became of what was received: all that is open, or these `documents`."""

    outcome: Outcome
    statement: Text
    documents: list[Uuid] = Field(default=[], max_length=1000)


class CertificateOut(Shown):
    """A certificate. `on_paper`: recorded by a compliance officer."""

    id: Uuid
    outcome: Outcome
    documents: list[Uuid]
    statement: str
    signed_by: Uuid
    signed_at: Time
    on_paper: bool


class ReturnsOut(Shown):
    """What a member received, what is certified of it, what is not. `ended_at` is null while
    the member takes part: then it is what it would owe if it left now.
    """

    membership: Uuid
    ended_at: Time | None
    received: list[Uuid]
    uncertified: list[Uuid]
    certificates: list[CertificateOut]
