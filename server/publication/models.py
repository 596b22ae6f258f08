"""Rows of publication. All are evidence: written once; the newest text of a request is in force."""

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field

from server.audit.models import Evidence


class Result(Evidence, table=True):
    """研究成果: somebody's own result. There is no column that could restrict it (BR-23, BR-32).

    `owner_membership_id` is the member it was registered for, `owner_id` the researcher it belongs
    to, who need not be a member (a PO registers for researchers, BR-11).
    """

    __tablename__ = "result"

    council_id: str = Field(foreign_key="council.id", index=True)
    owner_membership_id: str = Field(foreign_key="membership.id")
    owner_id: str = Field(foreign_key="person.id", index=True)
    registered_by: str = Field(foreign_key="person.id")
    title: bytes = Field(sa_type=LargeBinary)
    summary: bytes = Field(sa_type=LargeBinary)


class CoOwner(Evidence, table=True):
    """Another person whose own result it is too."""

    __tablename__ = "co_owner"

    council_id: str
    result_id: str = Field(foreign_key="result.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)


class ResultReader(Evidence, table=True):
    """The owner lets a person of the council read the result; `person_id` null: every member."""

    __tablename__ = "result_reader"

    council_id: str
    result_id: str = Field(foreign_key="result.id", index=True)
    person_id: str | None = Field(foreign_key="person.id")
    chosen_by: str = Field(foreign_key="person.id")


class RevealedSecret(Evidence, table=True):
    """The owner declares which passages reveal which provided secret directly (BR-24)."""

    __tablename__ = "revealed_secret"

    council_id: str
    result_id: str = Field(foreign_key="result.id", index=True)
    document_id: str = Field(foreign_key="document.id")
    passages: bytes = Field(sa_type=LargeBinary)


class PublicUseFinding(Evidence, table=True):
    """公的分野での活用が一定程度見込まれる段階: found of one result, on a date, on evidence."""

    __tablename__ = "public_use_finding"

    council_id: str = Field(foreign_key="council.id", index=True)
    result_id: str = Field(foreign_key="result.id", index=True)
    found_on: str
    evidence: bytes = Field(sa_type=LargeBinary)
    meeting: bytes | None = Field(sa_type=LargeBinary)
    recorded_by: str = Field(foreign_key="person.id")


class ExceptionRequest(Evidence, table=True):
    """A member of the government side asks not to publish certain information (BR-26, BR-27)."""

    __tablename__ = "exception_request"

    council_id: str = Field(foreign_key="council.id", index=True)
    result_id: str = Field(foreign_key="result.id", index=True)
    requester_membership_id: str = Field(foreign_key="membership.id")
    requester_id: str = Field(foreign_key="person.id")
    finding_id: str = Field(foreign_key="public_use_finding.id")
    harm: bytes = Field(sa_type=LargeBinary)
    new_facts: bytes | None = Field(sa_type=LargeBinary)


class ExceptionText(Evidence, table=True):
    """Exactly what information is asked to be kept as know-how, until when, open to whom.

    `authorised` is a canonical list of person ids. A changed text is a new row.
    """

    __tablename__ = "exception_text"

    council_id: str
    exception_id: str = Field(foreign_key="exception_request.id", index=True)
    information: bytes = Field(sa_type=LargeBinary)
    until: int = Field(sa_type=BigInteger)
    authorised: bytes = Field(sa_type=LargeBinary)
    written_by: str = Field(foreign_key="person.id")


class Hold(Evidence, table=True):
    """The owner accepts to wait while one round is open; over with the round, or by publishing."""

    __tablename__ = "hold"

    council_id: str
    result_id: str = Field(foreign_key="result.id", index=True)
    round_id: str = Field(foreign_key="round.id")
    accepted_by: str = Field(foreign_key="person.id")


class KnowHow(Evidence, table=True):
    """ノウハウとして管理: the agreed information, and nothing else, until a date (BR-29, BR-35).

    `holder_membership_id` is the member whose result it stems from.
    """

    __tablename__ = "know_how"

    council_id: str = Field(foreign_key="council.id", index=True)
    exception_id: str = Field(foreign_key="exception_request.id", unique=True)
    result_id: str = Field(foreign_key="result.id", index=True)
    round_id: str = Field(foreign_key="round.id", unique=True)
    holder_membership_id: str = Field(foreign_key="membership.id")
    information: bytes = Field(sa_type=LargeBinary)
    valid_from: int = Field(sa_type=BigInteger)
    valid_to: int = Field(sa_type=BigInteger)
    review_at: int = Field(sa_type=BigInteger)


class KnowHowHolder(Evidence, table=True):
    """A person whom the agreed text authorises to read the know-how."""

    __tablename__ = "know_how_holder"

    council_id: str
    know_how_id: str = Field(foreign_key="know_how.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)


class KnowHowRelease(Evidence, table=True):
    """An entry's end has been noticed and entered in the log; its state never waits for it."""

    __tablename__ = "know_how_release"

    council_id: str
    know_how_id: str = Field(foreign_key="know_how.id", unique=True)
    effective_at: int = Field(sa_type=BigInteger)


class Publication(Evidence, table=True):
    """The public record: what the owner published, in clear because it is public."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("council_id", "number"),)

    council_id: str = Field(foreign_key="council.id")
    result_id: str = Field(foreign_key="result.id", unique=True)
    number: int
    title: str
    abstract: str | None
    reference: str | None
    published_at: int = Field(sa_type=BigInteger, index=True)
    published_by: str = Field(foreign_key="person.id")
    secrets_left_out: bool
    know_how_left_out: bool
