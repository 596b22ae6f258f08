"""A council on its way to its end, made over the API as both ministries would."""

from collections.abc import Iterator
from typing import Any

from server import jobs, wiring
from server.clock import DAY, to_text
from server.notices import making
from tests.factories import Caller, World
from tests.making.asking import reported
from tests.making.councils import MadeCouncil
from tests.making.documents import drafted_secret
from tests.making.publication import stepped_up
from tests.never_at_rest import CANARY

REASON = f"研究開発構想の目的を達したため（架空）{CANARY}"


def closing_body(world: World, days: float = 30, **changed: Any) -> dict[str, Any]:
    """A closing so many days ahead."""
    return {"closes_at": to_text(world.clock() + round(days * DAY)), "reason": REASON, **changed}


def announced(world: World, council: MadeCouncil, days: float = 30, **changed: Any) -> Any:
    """Both ministries announce; the closing as then shown."""
    body, path = closing_body(world, days, **changed), f"/councils/{council.id}/closing"
    first = council.minister_fund.post(path, body)
    assert first.status_code == 202, first.text
    second = council.minister_pm.post(path, body)
    assert second.status_code == 201, second.text
    return second.json()


def closed_council(
    world: World, council: MadeCouncil, days: float = 30, *, noticed: bool = True
) -> MadeCouncil:
    """The council after its announced end, everybody with a fresh session."""
    announced(world, council, days)
    return over(world, council, days, noticed=noticed)


def over(
    world: World, council: MadeCouncil, days: float = 30, *, noticed: bool = True
) -> MadeCouncil:
    """Time passes; with `noticed` the worker has been there."""
    world.clock.days(days)
    if noticed:
        run_every_job(world)
    return stepped_up(world, council)


def run_every_job(world: World) -> None:
    """What a worker would do now, of every domain; none fails."""
    jobs.run_due(world.parts.database, wiring.jobs(world.parts))
    with world.parts.database.reading() as tx:
        assert jobs.failing(tx) == []


def disposed(provider: Caller, document: str, choice: str, **more: Any) -> Any:
    """The answer to a provider's decision about its content."""
    return provider.post(f"/documents/{document}/disposition", {"choice": choice, **more})


def told(world: World, caller: Caller) -> list[str]:
    """The topics a person has been told of, in order."""
    making.read_logs(world.parts, wiring.NOTICES)
    making.remind(world.parts, wiring.NOTICES)
    return [each["topic"] for each in caller.get("/me/notices?limit=200").json()["items"]]


def every_topic(world: World, council: MadeCouncil, title: str) -> Iterator[None]:
    """Everything that is told of a council's end and of the end of content, step by step."""
    council = stepped_up(world, council)
    to = [council.organ_b]
    for reason in (None, REASON):
        made = drafted_secret(world, council, council.fa, to, days=90, title=title)
        assert council.fa.post(f"/documents/{made.id}/provision").status_code == 201
        if reason is not None:
            council.fa.post(f"/documents/{made.id}/destruction", {"reason": reason})
    reported(council.fa, drafted_secret(world, council, council.fa, to, days=90, title=title).id)
    closing = announced(world, council)["closing"]["id"]
    yield
    for minister in (council.minister_fund, council.minister_pm):
        minister.post(f"/councils/{council.id}/closing/withdrawal", {"closing": closing})
    yield
    announced(world, council)
    world.clock.days(24)
    yield
    over(world, council, 6)
    yield
