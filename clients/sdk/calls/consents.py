"""Rounds: one question to every member, and the answers."""

from clients.sdk.answers.consents import Answered, Round, RoundSummary
from clients.sdk.call import Call, get, listing, post
from clients.sdk.reading import Page


def list_rounds(state: str | None = None, limit: int | None = None) -> Call[Page[RoundSummary]]:
    """The rounds in which a membership of the caller is asked, in all councils."""
    return listing(RoundSummary, "/rounds").asking(state=state, limit=limit)


def read_round(round_id: str) -> Call[Round]:
    """A round in full: the exact question, who is asked, every answer, the outcome."""
    return get(Round, "/rounds/{round_id}", round_id=round_id)


def read_round_summary(round_id: str) -> Call[RoundSummary]:
    """That there is a round, until when, and what it came to; nothing of what is asked."""
    return get(RoundSummary, "/rounds/{round_id}/summary", round_id=round_id)


def answer_round(
    round_id: str,
    question_sha256: str,
    verdict: str,
    reason: str | None = None,
    researchers_heard: str | None = None,
) -> Call[Answered]:
    """Answer for the caller's member: `consent`, `objection` (with a reason) or `withdrawal`.

    `question_sha256` names the text that is answered; a changed text is refused.
    """
    body = {
        "question_sha256": question_sha256,
        "verdict": verdict,
        "reason": reason,
        "researchers_heard": researchers_heard,
    }
    return post(Answered, "/rounds/{round_id}/answers", body, round_id=round_id)
