"""Markings the server finds wait for an officer; nobody buries the officers in them."""

import pytest

from server.documents.incidents import found
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import drafted_document, made, run_jobs, uploaded
from tests.server.documents.incidents.test_incidents import closed, incidents_of

MARKED = "特定秘密\n".encode()


def test_who_has_sent_too_many_markings_sends_no_more_until_an_officer_has_closed_some(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "MOST", 2)
    first, second = (made(drafted_document(council.fa, council.id))["id"] for _ in range(2))
    for document in (first, second):
        made(uploaded(council.fa, document, MARKED))
        run_jobs(world)

    refused = uploaded(council.fa, second, b"plain")
    begun = council.fa.post(
        f"/documents/{second}/uploads", {"file_name": "a.txt", "contains_designated_secret": False}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "markings_wait")
    assert begun.json()["code"] == "markings_wait"
    assert refused.json()["limit"] == 2
    other = made(drafted_document(council.organ_b, council.id))["id"]
    assert uploaded(council.organ_b, other, b"plain").status_code == 201, "nobody else is held"
    [one, _] = incidents_of(council, council.compliance)
    assert closed(council, one["id"], "to_be_destroyed").status_code == 201
    assert uploaded(council.fa, second, b"plain").status_code == 201
