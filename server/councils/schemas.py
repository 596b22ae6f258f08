"""What crosses the API about councils, admissions, memberships, seats and the duty."""

from typing import Annotated

from pydantic import Field, StringConstraints

from server.access.vocabulary import Category, DeputyScope, SeatRole
from server.councils.models import AdmissionVerdict, RepresentativeMode, Requirement, Source
from server.councils.safety import Measure
from server.schemas import Asked, Line, RegistryId, Shown, Text, Time, Uuid

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


# ---- asked ----


class PrepareIn(Asked):
    """Who represents the research: the PD or PO in person, and in which mode (S003)."""

    representative_mode: RepresentativeMode
    representative: Uuid


class RequirementIn(Asked):
    """A requirement was found met or not, and on what basis."""

    requirement: Requirement
    met: bool
    basis: Text


class OfficialIn(Asked):
    """Who signs for an establishing minister; takes two persons."""

    minister: RegistryId
    person: Uuid


class SignatureIn(Asked):
    """`establishment.digest` of the council as read: what is signed is exactly that."""

    digest: Digest


class AdmissionIn(Asked):
    """An invitation: an organisation, or the PD or PO in person; `nominee` consents for it."""

    category: Category
    organisation: RegistryId | None = None
    person: Uuid | None = None
    nominee: Uuid | None = None


class DecisionIn(Asked):
    """An establishing minister's decision; a refusal says why."""

    verdict: AdmissionVerdict
    reason: Text | None = None


class ConsentIn(Asked):
    """`digest` of the admission as read: what is consented to is exactly that."""

    digest: Digest


class SeatIn(Asked):
    """A person who is to act for the member, until `valid_to` where a term is given.

    A deputy may be named from a later moment, `valid_from`, and for some of the representative's
    acts only, `scope`: `answer` (rounds), `provide` (papers and secrets); left out: all of them.
    """

    person: Uuid
    role: SeatRole
    valid_from: Time | None = None
    valid_to: Time | None = None
    scope: DeputyScope | None = None


class RemovalIn(Asked):
    """Why a member is removed. The other minister's person sends the same text."""

    reason: Text


class AcknowledgementIn(Asked):
    """Which version of the text was read: its `id`."""

    text: Line


class ConfirmationIn(Asked):
    """What was found in place at a member, and until when that holds: which version of the
    checklist was gone through (its `id`), and which of its items are in place.
    """

    membership: Uuid
    checklist: Line
    items: list[Line] = Field(min_length=1, max_length=200)
    evidence: Text
    valid_to: Time


# ---- shown ----


class BodyOut(Shown):
    """An organisation by id and name."""

    id: str
    name_ja: str


class NamedOut(Shown):
    """A person by id and name."""

    id: Uuid
    name: str


class MinisterOut(Shown):
    """An establishing minister; `signed`: what stands now has been signed for them."""

    organisation: BodyOut
    official: Uuid | None
    signed: bool


class RequirementOut(Shown):
    """A finding about a requirement; of several, the one `in_force` is the newest."""

    id: Uuid
    requirement: Requirement
    met: bool
    basis: str
    recorded_by: Uuid
    recorded_at: Time
    in_force: bool


class EstablishmentOut(Shown):
    """What is to be signed (canonical JSON), its digest, and what is still missing, by name."""

    statement: str
    digest: Digest
    missing: list[str]


class MySeatOut(Shown):
    """The caller's own seat."""

    membership: Uuid
    role: SeatRole
    category: Category


class CouncilLineOut(Shown):
    """A council in a list. `closes_at`: once its closing is announced; past or to come."""

    id: Uuid
    concept_id: str
    title: str
    state: str
    established_at: Time | None
    closes_at: Time | None
    may: list[str]


class CouncilOut(CouncilLineOut):
    """A council. Who is only invited is not told the findings: `requirements` is then empty.

    `establishment` is null once the council is established, and for who is only invited.
    """

    representative_mode: RepresentativeMode
    prepared_at: Time
    ministers: list[MinisterOut]
    requirements: list[RequirementOut]
    establishment: EstablishmentOut | None
    seat: MySeatOut | None
    acknowledged: bool


class OfficialOut(Shown):
    """Who signs for an establishing minister."""

    minister: str
    person: Uuid


class DecidedOut(Shown):
    """An establishing minister's decision about an admission."""

    minister: str
    verdict: AdmissionVerdict
    reason: str | None
    person: Uuid
    decided_at: Time


class AdmissionOut(Shown):
    """An invitation and how far it has come; `statement` is what the nominee consents to."""

    id: Uuid
    council: Uuid
    category: Category
    organisation: BodyOut | None
    person: NamedOut | None
    source: Source
    as_written: str | None
    state: str
    nominee: NamedOut | None
    decisions: list[DecidedOut]
    consented: bool
    statement: str
    digest: Digest
    membership: Uuid | None
    may: list[str]


class SeatOut(Shown):
    """A person who acts for a member, and whether they have acknowledged the duty.

    `scope`: of a deputy who does some of the representative's acts only. `lapses_at`: when the seat
    ends unless the representative confirms it.
    """

    id: Uuid
    person: NamedOut
    role: SeatRole
    scope: DeputyScope | None
    valid_from: Time
    valid_to: Time | None
    lapses_at: Time | None
    acknowledged: bool


class MembershipOut(Shown):
    """A member with its seats; `safe_until`: its safe-management confirmation runs until then."""

    id: Uuid
    category: Category
    organisation: BodyOut | None
    person: NamedOut | None
    state: str
    valid_from: Time
    seats: list[SeatOut]
    safe_until: Time | None
    may: list[str]


class DutyOut(Shown):
    """The duty of confidentiality in the version in force, and whether the caller has
    acknowledged it. Send `id` to acknowledge.
    """

    id: str
    version: int
    effective_on: str
    ja: str
    en: str
    citations: list[str]
    counsel_note: str
    digest: Digest
    acknowledged_at: Time | None


class AcknowledgementOut(Shown):
    """The acknowledgement on record; it never ends, as the duty does not (BR-37)."""

    text: str
    digest: Digest
    acknowledged_at: Time


class ConfirmationOut(Shown):
    """A safe-management confirmation; `evidence` is shown to those who may judge it. `items` of the
    `checklist` were found in place; one from before there were versions has `measures` alone.
    """

    id: Uuid
    membership: Uuid
    measures: list[Measure]
    checklist: str | None
    checklist_digest: str | None
    items: list[str]
    evidence: str | None
    confirmed_by: Uuid
    valid_from: Time
    valid_to: Time
    may: list[str]


class ConfirmationsOut(Shown):
    """The confirmations of a council, newest first."""

    items: list[ConfirmationOut]
