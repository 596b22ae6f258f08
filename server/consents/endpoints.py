"""/api/v1: rounds, and answering them."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import PERSON_KIND
from server.access.listing import visible
from server.access.vocabulary import Action
from server.consents import answering, views
from server.consents.kinds import ROUND
from server.consents.schemas import (
    AnsweredOut,
    AnswerIn,
    RoundOut,
    RoundQuery,
    RoundSummaryOut,
)
from server.problems import Problem
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["consents"])


class AnotherQuestion(Problem):
    status, code = 409, "another_question"
    ja = "この回答は別の文章に対するものです。手続を読み直し、その文章に回答してください。"
    en = "This answers another text. Read the round again and answer the text it asks about."


@router.get("/rounds", name="listRounds")
@guarded(Action.READ, PERSON_KIND)
def list_rounds(grant: Grant, page: Annotated[RoundQuery, Query()]) -> Page[RoundSummaryOut]:
    """The rounds in which a membership of mine is asked, in all my councils, newest first."""
    conditions = () if page.state is None else (ROUND.state == page.state,)
    shown, after = visible(grant, ROUND, page, *conditions, action=Action.SEE)
    return Page(items=[views.seen(grant.tx, each) for each in shown], next=after)


@router.get("/rounds/{round_id}/summary", name="readRoundSummary")
@guarded(Action.SEE, ROUND)
def read_summary(grant: Grant) -> RoundSummaryOut:
    """That there is a round, until when, and what it came to; not what it asks or who said what."""
    return views.summary(grant.tx, grant.id, grant.thing.state, [*grant.may])


@router.get("/rounds/{round_id}", name="readRound")
@guarded(Action.READ, ROUND)
def read_round(grant: Grant) -> RoundOut:
    """A round in full: the exact question, who is asked, every answer, the outcome."""
    return views.full(grant)


@router.post("/rounds/{round_id}/answers", status_code=201, name="answerRound")
@guarded(Action.ANSWER, ROUND)
def answer_round(grant: Grant, asked: AnswerIn) -> AnsweredOut:
    """Consent, object or withdraw for my member. Attested by the server after a step-up; may be
    changed until the round closes; the last consent closes it.
    """
    round_ = views.load(grant.tx, grant.id)
    if asked.question_sha256 != round_.question_digest:
        raise AnotherQuestion
    said = answering.Said(
        verdict=asked.verdict, reason=asked.reason, researchers_heard=asked.researchers_heard
    )
    return views.answered(grant.tx, round_, answering.answer(grant, round_, said))
