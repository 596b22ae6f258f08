"""The laws of unanimity (SIG-6), and an independent reference of a few lines."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crypto.statements import Verdict
from server.consents.outcome import (
    Answered,
    Asked,
    Event,
    Left,
    Outcome,
    State,
    Stopped,
    outcome,
)

QUESTION, ROSTER, CLOSES = b"q" * 32, b"r" * 32, 100
MEMBERS = ("a", "b", "c")
ASKED = Asked("round", QUESTION, ROSTER, frozenset(MEMBERS), CLOSES)


def consent(membership: str, seq: int, **changed: object) -> Answered:
    said = Answered(
        seq=seq,
        at=seq,
        round="round",
        question=QUESTION,
        roster_digest=ROSTER,
        membership=membership,
        verdict=Verdict.CONSENT,
    )
    return replace(said, **changed)  # type: ignore[arg-type]


ALL = [consent(name, seq) for seq, name in enumerate(MEMBERS, 1)]
answers = st.builds(
    consent,
    membership=st.sampled_from([*MEMBERS, "stranger"]),
    seq=st.just(0),
    verdict=st.sampled_from(Verdict),
    question=st.sampled_from([QUESTION, QUESTION, QUESTION, b"x" * 32]),
    round=st.sampled_from(["round", "round", "round", "another"]),
    roster_digest=st.sampled_from([ROSTER, ROSTER, ROSTER, b"y" * 32]),
)
others = st.one_of(
    st.builds(Left, seq=st.just(0), at=st.just(0), membership=st.sampled_from(MEMBERS)),
    st.builds(
        Stopped,
        seq=st.just(0),
        at=st.just(0),
        state=st.sampled_from([State.VOID, State.WITHDRAWN]),
        why=st.just("why"),
    ),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events in log order, at times that do not go back, some at and after the closing."""
    drawn = draw(st.lists(st.one_of(answers, answers, answers, others), max_size=12))
    times = sorted(draw(st.lists(st.integers(1, 120), min_size=len(drawn), max_size=len(drawn))))
    numbered = enumerate(zip(drawn, times, strict=True))
    return [replace(event, seq=seq, at=at) for seq, (event, at) in numbered]


def naive(events: list[Event], now: int) -> tuple[State, int]:
    """The rules read aloud: try every moment from the first, ask everyone's latest word."""
    happened = [e for e in events if e.at <= now and e.at < CLOSES]
    for count, event in enumerate(happened, 1):
        if isinstance(event, Stopped):
            return event.state, event.at
        so_far = happened[:count]
        gone = {e.membership for e in so_far if isinstance(e, Left)}
        last = {
            e.membership: e.verdict
            for e in so_far
            if isinstance(e, Answered)
            and (e.round, e.question, e.roster_digest) == ("round", QUESTION, ROSTER)
        }
        staying = [m for m in MEMBERS if m not in gone]
        if staying and all(last.get(m) == Verdict.CONSENT for m in staying):
            return State.AGREED, event.at
    return (State.NOT_AGREED, CLOSES) if now >= CLOSES else (State.OPEN, now)


@given(histories(), st.integers(0, 130))
def test_it_agrees_with_the_rules_read_aloud(events: list[Event], now: int) -> None:
    come = outcome(ASKED, events, now)
    assert (come.state, come.at) == naive(events, now)


@given(histories(), st.integers(0, 130), st.randoms())
def test_the_order_of_handing_over_is_irrelevant(events: list[Event], now: int, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(events)
    random.shuffle(shuffled)
    assert outcome(ASKED, shuffled, now) == outcome(ASKED, events, now)


@given(st.permutations(MEMBERS))
def test_simultaneous_consents_agree_in_any_order(order: list[str]) -> None:
    events = [consent(name, seq, at=7) for seq, name in enumerate(order)]
    expected = Outcome(State.AGREED, 7, frozenset(), frozenset())
    assert outcome(ASKED, events, 50) == expected


@given(histories(), st.sampled_from(MEMBERS), st.integers(0, 130))
def test_without_one_members_consent_nothing_is_agreed(
    events: list[Event], silent: str, now: int
) -> None:
    """Neither strangers, duplicates nor any number of others replace a missing voice."""
    kept = [e for e in events if getattr(e, "membership", None) != silent]
    assert outcome(ASKED, kept, now).state is not State.AGREED


@given(histories(), st.integers(0, 130))
def test_what_has_been_decided_stays_decided(events: list[Event], now: int) -> None:
    come = outcome(ASKED, events, now)
    if come.state is not State.OPEN:
        assert outcome(ASKED, events, now + 1000) == come


def one_changed(**changed: object) -> list[Event]:
    return [*ALL[:2], replace(ALL[2], **changed)]  # type: ignore[arg-type]


def test_all_consents_agree_at_the_last_one() -> None:
    assert outcome(ASKED, ALL, 50) == Outcome(State.AGREED, 3, frozenset(), frozenset())


def test_a_consent_at_the_closing_time_is_late() -> None:
    assert outcome(ASKED, one_changed(at=CLOSES), 500).state is State.NOT_AGREED


def test_a_consent_to_another_text_roster_or_round_is_none() -> None:
    for changed in ({"question": b"x" * 32}, {"roster_digest": b"x" * 32}, {"round": "other"}):
        assert outcome(ASKED, one_changed(**changed), 500).state is State.NOT_AGREED


def test_a_withdrawal_before_the_last_consent_blocks() -> None:
    withdrawn = consent("a", 2, verdict=Verdict.WITHDRAWAL)
    events = [consent("a", 1), withdrawn, consent("b", 3), consent("c", 4)]
    come = outcome(ASKED, events, 500)
    assert (come.state, come.missing) == (State.NOT_AGREED, {"a"})


def test_an_ex_members_consent_counts_for_nobody() -> None:
    events = [Left(seq=1, at=1, membership="a"), consent("a", 2), consent("b", 3)]
    assert outcome(ASKED, events, 50).state is State.OPEN


def test_who_leaves_is_dropped_and_named() -> None:
    events = [consent("a", 1), consent("b", 2), Left(seq=3, at=3, membership="c")]
    come = outcome(ASKED, events, 50)
    assert (come.state, come.at, come.dropped) == (State.AGREED, 3, {"c"})


def test_nobody_left_agrees_to_nothing() -> None:
    events = [Left(seq=n, at=n, membership=name) for n, name in enumerate(MEMBERS)]
    assert outcome(ASKED, events, 500).state is State.NOT_AGREED
