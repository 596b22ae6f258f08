"""The last consent and the requester's withdrawal at the same moment: one of them happened."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.factories import World
from tests.making.councils import established_council
from tests.making.publication import all_consent, asked_round, closed


@pytest.mark.parametrize("turn", range(3))
def test_the_last_consent_and_a_withdrawal_never_both_happen(world: World, turn: int) -> None:
    council = established_council(world)
    made, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id, "private")
    digest = council.private.get(f"/rounds/{round_id}").json()["question_sha256"]
    body = {"question_sha256": digest, "verdict": "consent"}
    start = Barrier(2)

    def consent() -> int:
        start.wait()
        return int(council.private.post(f"/rounds/{round_id}/answers", body).status_code)

    def withdraw() -> int:
        start.wait()
        return int(council.organ_a.post(f"/exceptions/{wanted['id']}/withdrawal").status_code)

    with ThreadPoolExecutor(2) as pool:
        acts = [pool.submit(act) for act in ((consent, withdraw), (withdraw, consent))[turn % 2]]
    statuses = sorted(act.result() for act in acts)

    agreed = closed(world, round_id)[0] == "agreed"
    states = (
        council.pd.get(f"/exceptions/{wanted['id']}").json()["state"],
        council.pd.get(f"/results/{made['id']}").json()["state"],
    )
    assert states == (("agreed", "know_how") if agreed else ("withdrawn", "publishable"))
    assert statuses == ([201, 403] if agreed else [200, 403])
