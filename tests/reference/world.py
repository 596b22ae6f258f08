"""What the reference knows: the facts of one established council, as plain data."""

from dataclasses import dataclass, field

# Which parts a membership can play count as what (domain_tables.py).
GOVERNMENT = {"establishing_ministry", "programme_ministry", "implementer_government"}
BY_PART = GOVERNMENT | {"program_director", "program_officer", "funding_agency"}
MAKERS = {"program_director", "rd_implementer", "implementer_private", "knowledge_holder"}
LEADS = {"program_director", "program_officer"}
OFFICES = ("secretariat", "compliance_officer", "auditor")
# What a council does no more once its end is announced, and what not once it is closed.
BEGINS = {"provide", "ask", "ask_cooperation", "record_finding"}
TAKES = {"share", "export", "invite_member", "confirm_safe_management", "close"}


@dataclass
class Seat:
    person: str
    member: str
    role: str
    category: str
    until: int | None = None


@dataclass
class Admission:
    nominee: str
    state: str = "open"


@dataclass
class Paper:
    member: str
    author: str
    is_secret: bool
    recipients: set[str] = field(default_factory=set)
    ends_at: int = 0
    provided: bool = False
    released: bool = False
    suspended: bool = False
    level: int = 2  # of handling: seen only, printed too, kept too
    choice: str = ""  # what its provider decided for the council's end
    destroyed: bool = False

    def state(self, now: int, closed: bool) -> str:
        """A draft, a secret while its period runs (its provider's alone in a closed council), else
        the council's own.
        """
        if self.is_secret and not self.provided:
            return "draft"
        if not self.is_secret or self.released or now >= self.ends_at:
            return "internal"
        return "retained" if closed else "secret"


@dataclass
class Result:
    owner: str
    member: str
    is_open: bool
    readers: set[str] = field(default_factory=set)
    published: bool = False


@dataclass
class Round:
    roster: set[str]
    bound: set[str]
    closes_at: int
    votes: dict[str, str] = field(default_factory=dict)
    ended: str | None = None

    def is_open(self, now: int) -> bool:
        """Whether it may still be answered."""
        return self.ended is None and now < self.closes_at


@dataclass
class Request:
    result: str
    member: str
    until: int
    authorised: set[str]
    rounds: list[str] = field(default_factory=list)
    withdrawn: bool = False


@dataclass
class KnowHow:
    request: str
    until: int


@dataclass
class World:
    """Everything by its id. `bound` holds (person, council or item) of every acknowledgement."""

    council: str
    members: dict[str, str] = field(default_factory=dict)  # active ones: their category
    gone: set[str] = field(default_factory=set)
    seats: list[Seat] = field(default_factory=list)
    offices: dict[str, str] = field(default_factory=dict)
    bound: set[tuple[str, str]] = field(default_factory=set)
    safe_until: dict[str, int] = field(default_factory=dict)
    admissions: dict[str, Admission] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    know_how: dict[str, KnowHow] = field(default_factory=dict)
    closes_at: int | None = None  # announced, perhaps past

    def is_closed(self, now: int) -> bool:
        """By the clock alone, whoever has noticed."""
        return self.closes_at is not None and now >= self.closes_at

    def about(self, round_id: str) -> list[str]:
        """The result that is asked about in a round."""
        return [r.result for r in self.requests.values() if round_id in r.rounds]

    def lasts(self, request_id: str, now: int) -> bool:
        """What was requested is agreed, and kept still."""
        entries = self.know_how.values()
        return any(k.request == request_id and now < k.until for k in entries)

    def paper(self, id: str, now: int) -> tuple[Paper, bool, bool, bool, bool]:
        """A paper, and whether it is a draft, a secret, retained, the council's own."""
        found = self.papers[id]
        state = found.state(now, self.is_closed(now))
        return (
            found,
            state == "draft",
            state == "secret",
            state == "retained",
            state == "internal",
        )

    def over(self, kind: str, now: int) -> set[str]:
        """What nobody does to things of this kind any more."""
        if kind != "council" or self.closes_at is None:
            return set()
        return BEGINS | TAKES if self.is_closed(now) else BEGINS

    def spoke_last(self, member: str) -> str:
        """Who held the last seat as representative of a member that is gone."""
        mine = [s for s in self.seats if (s.member, s.role) == (member, "seat_representative")]
        return mine[-1].person if mine and member in self.gone else ""
