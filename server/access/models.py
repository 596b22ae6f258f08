"""Rows that decide rights. Each is written once; see server/audit/facts.py for how one ends."""

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel

from server.audit.models import Evidence


class Membership(Evidence, table=True):
    """A member of a council: an organisation, or a person (the PD or PO). Begins when both
    ministers' decision and its own consent exist (BR-07).
    """

    __tablename__ = "membership"

    council_id: str = Field(index=True)
    category: str
    organisation_id: str | None = Field(foreign_key="organisation.id")
    person_id: str | None = Field(foreign_key="person.id")
    valid_from: int = Field(sa_type=BigInteger)


class Seat(Evidence, table=True):
    """A named person acts for a member, in one role, for a term (docs/people.md).

    `scope` narrows what a deputy does for the representative (null: everything a deputy may).
    `valid_to` is the end of the term as named, or `review_by` where that comes first: until then
    the representative confirms the seat, or it lapses; `term_to` then keeps the term as named.
    `continues` is the seat whose confirmed or shortened term this row is.
    """

    __tablename__ = "seat"
    __table_args__ = (Index("seat_by_person", "person_id", "council_id"),)

    council_id: str = Field(index=True)
    membership_id: str = Field(foreign_key="membership.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    role: str
    category: str
    valid_from: int = Field(sa_type=BigInteger)
    valid_to: int | None = Field(sa_type=BigInteger)
    named_by: str
    scope: str | None = None
    review_by: int | None = Field(default=None, sa_type=BigInteger)
    term_to: int | None = Field(default=None, sa_type=BigInteger)
    continues: str | None = None


class Acknowledgement(Evidence, table=True):
    """A person's written acknowledgement of the duty of ACT 62(7) and 95 (BR-36).

    `subject_id` is the council's id, or the id of one item with a scope of its own.
    """

    __tablename__ = "acknowledgement"
    __table_args__ = (Index("acknowledgement_by_person", "person_id", "subject_id"),)

    council_id: str
    person_id: str = Field(foreign_key="person.id")
    subject_id: str
    text_id: str
    text_digest: str


class Office(Evidence, table=True):
    """An office of the installation (`council_id` null: every council's) or of one council."""

    __tablename__ = "office"
    __table_args__ = (Index("office_by_person", "person_id"),)

    council_id: str | None
    person_id: str = Field(foreign_key="person.id")
    role: str
    organisation_id: str | None
    valid_from: int = Field(sa_type=BigInteger)
    valid_to: int | None = Field(sa_type=BigInteger)


class CouncilRule(Evidence, table=True):
    """How one council's things may be reached, and how long its procedures take. A newer row
    replaces the one before it; a column without a value is the default (server/access/rules.py).
    """

    __tablename__ = "council_rule"
    __table_args__ = (Index("council_rule_by_council", "council_id", "log_seq"),)

    council_id: str
    comment_days: int | None
    review_days: int | None
    networks: str | None
    device_bound: bool | None
    made_by: str
    proposed_by: str | None


class PolicyVersion(Evidence, table=True):
    """A policy came into use: the text of its files, by whose digest every decision names it.

    A policy that comes into use again has another row; the newest row is the one in use.
    """

    __tablename__ = "policy_version"

    digest: str = Field(index=True)
    model: str
    grants: str
    actions: str


class Denial(Evidence, table=True):
    """Takes relations to one thing away while it holds: from one person (a conflict of interest),
    or from every recipient (`person_id` null: a suspension, an incident).
    """

    __tablename__ = "denial"
    __table_args__ = (Index("denial_by_thing", "thing_id", "person_id"),)

    council_id: str
    thing_id: str
    person_id: str | None
    kind: str
    reason: bytes = Field(sa_type=LargeBinary)
    made_by: str


class Proposal(Evidence, table=True):
    """The first half of an act that takes two: who proposed what, until when."""

    __tablename__ = "proposal"

    action: str
    thing: str
    digest: str = Field(index=True)
    arguments: bytes = Field(sa_type=LargeBinary)
    proposer_id: str = Field(foreign_key="person.id")
    expires_at: int = Field(sa_type=BigInteger)


class Approval(Evidence, table=True):
    """The second half: another person did the same act, and so it was done."""

    __tablename__ = "approval"

    proposal_id: str = Field(foreign_key="proposal.id", unique=True)
    approver_id: str = Field(foreign_key="person.id")


class ServiceAccount(Evidence, table=True):
    """A program that works for a member of a council, by tokens alone (IDN-7).

    `person_id` is the representative who made it and answers for it: it works while that person
    represents this membership, and never longer. The duty of confidentiality binds persons; so a
    program acknowledges nothing and opens nothing that asks for an acknowledgement of its own.
    """

    __tablename__ = "service_account"

    council_id: str = Field(index=True)
    membership_id: str = Field(foreign_key="membership.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    name: bytes = Field(sa_type=LargeBinary)


class Installation(SQLModel, table=True):
    """The one row that says which installation this database is; fixed at `init`."""

    __tablename__ = "installation"

    id: str = Field(primary_key=True)
    installation: str
    origin: str
    created_at: int = Field(sa_type=BigInteger)
