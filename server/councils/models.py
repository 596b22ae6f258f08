"""Rows of a council: each is written once; the newest finding, nomination or decision is in force.

Nothing here says which state a council is in: `kinds.py` reads that off the facts.
"""

from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field

from server.audit.models import Evidence


class RepresentativeMode(StrEnum):
    """Who represents the research; with a PO deemed sole, no researcher takes part (S003)."""

    PD = "pd"
    PO = "po"
    PO_DEEMED_SOLE = "po_deemed_sole"


class Requirement(StrEnum):
    """協議会設置の要件 ①②③ and the precondition of safe management (S003, BR-03)."""

    DESIGNATED_FUND = "designated_fund"
    REPRESENTATIVE_CONSENT = "representative_consent"
    SUPPORT_APPROPRIATE = "support_appropriate"
    SAFE_MANAGEMENT = "safe_management"


class Source(StrEnum):
    """Why somebody is invited: the Act names them, a published list expects them, or proposed."""

    FOUNDING = "founding"
    EXPECTED = "expected"
    PROPOSED = "proposed"


class AdmissionVerdict(StrEnum):
    """What an establishing minister decides about an admission."""

    ADMIT = "admit"
    REFUSE = "refuse"


class Council(Evidence, table=True):
    """指定基金協議会: one per research concept. `log_id` is its own id."""

    __tablename__ = "council"

    concept_id: str = Field(foreign_key="research_concept.id", index=True)
    representative_mode: str
    prepared_by: str = Field(foreign_key="person.id")


class CouncilMinister(Evidence, table=True):
    """An establishing minister (設置大臣) of a council, fixed when it is prepared (BR-05)."""

    __tablename__ = "council_minister"
    __table_args__ = (UniqueConstraint("council_id", "organisation_id"),)

    council_id: str = Field(foreign_key="council.id", index=True)
    organisation_id: str = Field(foreign_key="organisation.id")
    position: int


class RequirementFinding(Evidence, table=True):
    """A requirement was found met or not: by whom, when, on what basis. The newest is in force."""

    __tablename__ = "requirement_finding"

    council_id: str = Field(foreign_key="council.id", index=True)
    requirement: str
    met: bool
    basis: bytes = Field(sa_type=LargeBinary)
    recorded_by: str = Field(foreign_key="person.id")


class EstablishmentSignature(Evidence, table=True):
    """An official signed for a minister what `statement` says; attested by step-up.

    `digest` is SHA-256 over the canonical `statement`, which holds ids and digests only.
    """

    __tablename__ = "establishment_signature"

    council_id: str = Field(foreign_key="council.id", index=True)
    minister_id: str = Field(foreign_key="organisation.id")
    person_id: str = Field(foreign_key="person.id")
    statement: str
    digest: str


class Establishment(Evidence, table=True):
    """Both ministers have signed the same statement: the council exists since `recorded_at`."""

    __tablename__ = "establishment"

    council_id: str = Field(foreign_key="council.id", unique=True)
    digest: str


class Admission(Evidence, table=True):
    """An invitation to become a member; never a membership (BR-08). `as_written`: as published.

    It ends with the reason `declined`, `withdrawn` or `refused`, or by joining.
    """

    __tablename__ = "admission"

    council_id: str = Field(foreign_key="council.id", index=True)
    category: str
    organisation_id: str | None = Field(foreign_key="organisation.id")
    person_id: str | None = Field(foreign_key="person.id")
    source: str
    as_written: str | None
    invited_by: str = Field(foreign_key="person.id")


class Nomination(Evidence, table=True):
    """Who is to consent for the invited one and represent it; a newer nomination ends this."""

    __tablename__ = "nomination"

    council_id: str = Field(foreign_key="council.id")
    admission_id: str = Field(foreign_key="admission.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    named_by: str = Field(foreign_key="person.id")


class AdmissionDecision(Evidence, table=True):
    """An establishing minister's decision about an admission (ACT 62(3), 63(5); BR-07)."""

    __tablename__ = "admission_decision"
    __table_args__ = (UniqueConstraint("admission_id", "minister_id"),)

    council_id: str = Field(foreign_key="council.id")
    admission_id: str = Field(foreign_key="admission.id", index=True)
    minister_id: str = Field(foreign_key="organisation.id")
    person_id: str = Field(foreign_key="person.id")
    verdict: str
    reason: bytes | None = Field(sa_type=LargeBinary)


class JoinConsent(Evidence, table=True):
    """参加への同意, given by the nominee with step-up to exactly what `statement` says."""

    __tablename__ = "join_consent"

    council_id: str = Field(foreign_key="council.id")
    admission_id: str = Field(foreign_key="admission.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    statement: str
    digest: str


class Joining(Evidence, table=True):
    """The membership an admission led to."""

    __tablename__ = "joining"

    council_id: str = Field(foreign_key="council.id")
    admission_id: str = Field(foreign_key="admission.id", unique=True)
    membership_id: str = Field(foreign_key="membership.id", unique=True)


class Removal(Evidence, table=True):
    """Why both establishing ministries removed a member."""

    __tablename__ = "removal"

    council_id: str = Field(foreign_key="council.id")
    membership_id: str = Field(foreign_key="membership.id")
    reason: bytes = Field(sa_type=LargeBinary)
    proposed_by: str = Field(foreign_key="person.id")
    carried_out_by: str = Field(foreign_key="person.id")


class SafeManagementConfirmation(Evidence, table=True):
    """安全管理措置 of a member were found in place, until a date: what BR-16 asks for.

    `checklist` is canonical JSON of the items found in place, of the version of the checklist that
    `checklist_name` and `checklist_digest` say; where these are null, of the kinds of measures.
    """

    __tablename__ = "safe_management_confirmation"

    council_id: str = Field(foreign_key="council.id", index=True)
    membership_id: str = Field(foreign_key="membership.id", index=True)
    checklist: str
    evidence: bytes = Field(sa_type=LargeBinary)
    confirmed_by: str = Field(foreign_key="person.id")
    valid_from: int = Field(sa_type=BigInteger)
    valid_to: int = Field(sa_type=BigInteger)
    checklist_name: str | None = None
    checklist_digest: str | None = None


class AdmissionComment(Evidence, table=True):
    """A member's comment on who is to join; it never holds the ministers up."""

    __tablename__ = "admission_comment"

    council_id: str = Field(foreign_key="council.id")
    admission_id: str = Field(foreign_key="admission.id", index=True)
    membership_id: str = Field(foreign_key="membership.id")
    person_id: str = Field(foreign_key="person.id")
    text: bytes = Field(sa_type=LargeBinary)
