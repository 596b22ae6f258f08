"""Results and their publication, requests for an exception, know-how, the public record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from clients.sdk.answers.publication import (
    ExceptionLine,
    ExceptionRequest,
    Finding,
    KnowHow,
    KnowHowLine,
    Publication,
    Result,
    ResultLine,
)
from clients.sdk.call import Call, get, listing, post
from clients.sdk.reading import Page


def list_results(limit: int | None = None) -> Call[Page[ResultLine]]:
    """The results the caller may read, in all councils."""
    return listing(ResultLine, "/results").asking(limit=limit)


def list_council_results(council_id: str, limit: int | None = None) -> Call[Page[ResultLine]]:
    """The results of a council that the caller may read."""
    path = "/councils/{council_id}/results"
    return listing(ResultLine, path, council_id=council_id).asking(limit=limit)


def register_result(
    council_id: str,
    title: str,
    summary: str,
    *,
    owner: str | None = None,
    co_owners: Sequence[str] = (),
    reveals: Sequence[Mapping[str, str]] = (),
    readers: Sequence[str] = (),
    open_to_council: bool = False,
) -> Call[Result]:
    """Register a result of one's own (a program officer names the `owner`).

    Each of `reveals` has `document` and `passages`.
    """
    body = {
        "title": title,
        "summary": summary,
        "owner": owner,
        "co_owners": list(co_owners),
        "reveals": list(reveals),
        "readers": list(readers),
        "open_to_council": open_to_council,
    }
    return post(Result, "/councils/{council_id}/results", body, council_id=council_id)


def read_result(result_id: str) -> Call[Result]:
    """A result."""
    return get(Result, "/results/{result_id}", result_id=result_id)


def publish_result(
    result_id: str,
    title: str,
    *,
    abstract: str | None = None,
    reference: str | None = None,
    secrets_left_out: bool = False,
    know_how_left_out: bool = False,
) -> Call[Publication]:
    """Publish one's result; nobody approves it. What is held must be stated to be left out."""
    body = {
        "title": title,
        "abstract": abstract,
        "reference": reference,
        "secrets_left_out": secrets_left_out,
        "know_how_left_out": know_how_left_out,
    }
    return post(Publication, "/results/{result_id}/publication", body, result_id=result_id)


def choose_result_readers(
    result_id: str,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    open_to_council: bool | None = None,
) -> Call[Result]:
    """Let persons of the council, or every member, read one's result, or no longer."""
    body = {"add": list(add), "remove": list(remove), "open_to_council": open_to_council}
    return post(Result, "/results/{result_id}/readers", body, result_id=result_id)


def accept_hold(result_id: str, round_id: str) -> Call[Result]:
    """Accept to wait with publishing until a round closes; one may still publish."""
    return post(Result, "/results/{result_id}/hold", {"round": round_id}, result_id=result_id)


def list_findings(council_id: str, limit: int | None = None) -> Call[Page[Finding]]:
    """The findings about results the caller may read."""
    path = "/councils/{council_id}/findings"
    return listing(Finding, path, council_id=council_id).asking(limit=limit)


def record_finding(
    council_id: str, result: str, found_on: str, evidence: str, meeting: str | None = None
) -> Call[Finding]:
    """Record that public-sector use of a result has become foreseeable."""
    body = {"result": result, "found_on": found_on, "evidence": evidence, "meeting": meeting}
    return post(Finding, "/councils/{council_id}/findings", body, council_id=council_id)


def request_exception(
    result_id: str,
    finding: str,
    harm: str,
    information: str,
    until: datetime,
    authorised: Sequence[str] = (),
    new_facts: str | None = None,
) -> Call[ExceptionRequest]:
    """Ask that exactly `information` not be published until a date, because of `harm`."""
    body = {
        "finding": finding,
        "harm": harm,
        "information": information,
        "until": until,
        "authorised": list(authorised),
        "new_facts": new_facts,
    }
    return post(ExceptionRequest, "/results/{result_id}/exceptions", body, result_id=result_id)


def list_exceptions(council_id: str, limit: int | None = None) -> Call[Page[ExceptionLine]]:
    """The requests of a council and where they stand."""
    path = "/councils/{council_id}/exceptions"
    return listing(ExceptionLine, path, council_id=council_id).asking(limit=limit)


def read_exception(exception_id: str) -> Call[ExceptionRequest]:
    """A request in full."""
    return get(ExceptionRequest, "/exceptions/{exception_id}", exception_id=exception_id)


def read_exception_summary(exception_id: str) -> Call[ExceptionLine]:
    """Where a request stands, without what it says."""
    return get(ExceptionLine, "/exceptions/{exception_id}/summary", exception_id=exception_id)


def open_round(
    exception_id: str, days: int | None = None, text: Mapping[str, Any] | None = None
) -> Call[ExceptionLine]:
    """Fix the text and ask every member (30 days unless told).

    A changed `text` (`information`, `until`, `authorised`) voids the round that was open.
    """
    path = "/exceptions/{exception_id}/rounds"
    return post(ExceptionLine, path, {"days": days, "text": text}, exception_id=exception_id)


def withdraw_exception(exception_id: str) -> Call[ExceptionLine]:
    """Take the request of one's member back; an open round closes with it."""
    path = "/exceptions/{exception_id}/withdrawal"
    return post(ExceptionLine, path, None, exception_id=exception_id)


def list_know_how(council_id: str, limit: int | None = None) -> Call[Page[KnowHowLine]]:
    """The agreed entries of a council, without what they say."""
    path = "/councils/{council_id}/know-how"
    return listing(KnowHowLine, path, council_id=council_id).asking(limit=limit)


def read_know_how(know_how_id: str) -> Call[KnowHow]:
    """A know-how entry in full."""
    return get(KnowHow, "/know-how/{know_how_id}", know_how_id=know_how_id)


def list_publications(limit: int | None = None) -> Call[Page[Publication]]:
    """The public record."""
    call = listing(Publication, "/publications").asking(limit=limit)
    return replace(call, signed_in=False)
