"""Every operation of the API as a method, for both faces.

Owns the list, and how a described call becomes a method: an `Operation` looks at whose it is and
returns the answer, or what can be awaited for it.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, ParamSpec, TypeVar, overload

from clients.sdk.call import Call
from clients.sdk.calls import (
    access_rules,
    asking,
    audit,
    authorising,
    closing,
    consents,
    councils,
    documents,
    duties,
    identity,
    notices,
    oidc,
    pages,
    passkeys,
    people,
    programme,
    publication,
    rights,
    services,
    taking_out,
    uploads,
)
from clients.sdk.runners import AsyncRunner, Runner

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Operation(Generic[Given, Answer]):
    """A method of either face that runs what `describe` describes."""

    def __init__(self, describe: Callable[Given, Call[Answer]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: Any) -> Callable[Given, Call[Answer]]: ...
    @overload
    def __get__(self, client: Runner, owner: Any) -> Callable[Given, Answer]: ...
    @overload
    def __get__(self, client: AsyncRunner, owner: Any) -> Callable[Given, Awaitable[Answer]]: ...
    def __get__(self, client: Runner | AsyncRunner | None, owner: Any) -> Callable[Given, Any]:
        """The description itself on the class; on a client, what runs it."""
        if client is None:
            return self._describe

        def run(*args: Given.args, **kwargs: Given.kwargs) -> Any:
            return client.run(self._describe(*args, **kwargs))

        run.__name__, run.__doc__ = self._describe.__name__, self._describe.__doc__
        return run


class Operations:
    """The operations, by the names of their `operationId`s in snake case."""

    begin_enrolment = Operation(passkeys.begin_enrolment)
    enrol = Operation(passkeys.enrol)
    begin_sign_in = Operation(passkeys.begin_sign_in)
    sign_in = Operation(passkeys.sign_in)
    list_passkeys = Operation(passkeys.list_passkeys)
    begin_passkey = Operation(passkeys.begin_passkey)
    add_passkey = Operation(passkeys.add_passkey)
    begin_first_passkey = Operation(passkeys.begin_first_passkey)
    add_first_passkey = Operation(passkeys.add_first_passkey)
    rename_passkey = Operation(passkeys.rename_passkey)
    remove_passkey = Operation(passkeys.remove_passkey)
    begin_step_up = Operation(passkeys.begin_step_up)
    step_up = Operation(passkeys.step_up)
    request_step_up = Operation(passkeys.request_step_up)
    list_step_up_requests = Operation(passkeys.list_step_up_requests)
    read_step_up_request = Operation(passkeys.read_step_up_request)
    recover_person = Operation(passkeys.recover_person)
    sign_in_by_password = Operation(passkeys.sign_in_by_password)
    set_password = Operation(passkeys.set_password)
    begin_codes = Operation(passkeys.begin_codes)
    confirm_codes = Operation(passkeys.confirm_codes)
    remove_codes = Operation(passkeys.remove_codes)

    list_providers = Operation(oidc.list_providers)
    begin_sign_in_with = Operation(oidc.begin_sign_in_with)
    complete_sign_in = Operation(oidc.complete_sign_in)
    list_links = Operation(oidc.list_links)
    add_link = Operation(oidc.add_link)
    remove_link = Operation(oidc.remove_link)
    read_me = Operation(identity.read_me)
    authorise_computer = Operation(authorising.authorise_computer)
    exchange_code = Operation(authorising.exchange_code)
    list_sessions = Operation(identity.list_sessions)
    end_session = Operation(identity.end_session)
    end_other_sessions = Operation(identity.end_other_sessions)
    list_tokens = Operation(identity.list_tokens)
    make_token = Operation(identity.make_token)
    revoke_token = Operation(identity.revoke_token)
    register_person = Operation(identity.register_person)
    invite_person = Operation(identity.invite_person)
    appoint = Operation(identity.appoint)
    end_office = Operation(identity.end_office)
    list_offices = Operation(identity.list_offices)
    list_approvals = Operation(identity.list_approvals)

    list_waiting = Operation(notices.list_waiting)
    read_calendar = Operation(notices.read_calendar)
    list_notices = Operation(notices.list_notices)
    read_notice_preference = Operation(notices.read_notice_preference)
    choose_notices = Operation(notices.choose_notices)
    list_failing_notices = Operation(notices.list_failing_notices)
    list_comments = Operation(notices.list_comments)
    add_comment = Operation(notices.add_comment)

    list_visions = Operation(programme.list_visions)
    list_technologies = Operation(programme.list_technologies)
    list_concepts = Operation(programme.list_concepts)
    read_concept = Operation(programme.read_concept)
    publish_adoption = Operation(programme.publish_adoption)
    withdraw_adoption = Operation(programme.withdraw_adoption)
    revise_concept = Operation(programme.revise_concept)
    list_projects = Operation(programme.list_projects)
    add_project = Operation(programme.add_project)
    add_project_person = Operation(programme.add_project_person)
    end_project_person = Operation(programme.end_project_person)
    amend_vision = Operation(programme.amend_vision)

    prepare_council = Operation(councils.prepare_council)
    list_councils = Operation(councils.list_councils)
    read_council = Operation(councils.read_council)
    read_access_rules = Operation(access_rules.read_access_rules)
    set_access_rules = Operation(access_rules.set_access_rules)
    read_closing = Operation(closing.read_closing)
    announce_closing = Operation(closing.announce_closing)
    withdraw_closing = Operation(closing.withdraw_closing)
    read_destruction = Operation(closing.read_destruction)
    decide_disposition = Operation(closing.decide_disposition)
    destroy_content = Operation(closing.destroy_content)
    record_requirement = Operation(councils.record_requirement)
    name_official = Operation(councils.name_official)
    sign_establishment = Operation(councils.sign_establishment)
    list_admissions = Operation(councils.list_admissions)
    invite_member = Operation(councils.invite_member)
    read_admission = Operation(councils.read_admission)
    decide_admission = Operation(councils.decide_admission)
    consent_to_join = Operation(councils.consent_to_join)
    decline_admission = Operation(councils.decline_admission)
    withdraw_admission = Operation(councils.withdraw_admission)
    list_memberships = Operation(councils.list_memberships)
    name_seat = Operation(councils.name_seat)
    end_seat = Operation(councils.end_seat)
    list_service_accounts = Operation(services.list_service_accounts)
    make_service_account = Operation(services.make_service_account)
    end_service_account = Operation(services.end_service_account)
    make_service_token = Operation(services.make_service_token)
    leave_council = Operation(councils.leave_council)
    remove_member = Operation(councils.remove_member)
    list_own_seats = Operation(people.list_own_seats)
    read_review = Operation(people.read_review)
    confirm_seats = Operation(people.confirm_seats)
    invite_handler = Operation(people.invite_handler)
    name_representative = Operation(people.name_representative)
    list_affiliations = Operation(people.list_affiliations)
    add_affiliation = Operation(people.add_affiliation)
    end_affiliation = Operation(people.end_affiliation)
    disable_person = Operation(people.disable_person)
    revoke_confirmation = Operation(people.revoke_confirmation)
    list_conflicts = Operation(people.list_conflicts)
    record_conflict = Operation(people.record_conflict)
    end_conflict = Operation(people.end_conflict)
    read_duty = Operation(councils.read_duty)
    acknowledge_duty = Operation(councils.acknowledge_duty)
    read_text = Operation(duties.read_text)
    list_duties = Operation(duties.list_duties)
    make_duty_link = Operation(duties.make_duty_link)
    list_duty_links = Operation(duties.list_duty_links)
    revoke_duty_link = Operation(duties.revoke_duty_link)
    issue_duty_link = Operation(duties.issue_duty_link)
    list_duty_links_of = Operation(duties.list_duty_links_of)
    withdraw_duty_link = Operation(duties.withdraw_duty_link)
    open_duty_register = Operation(duties.open_duty_register)
    list_bound = Operation(duties.list_bound)
    list_safety = Operation(duties.list_safety)
    list_returns = Operation(duties.list_returns)
    certify_return = Operation(duties.certify_return)
    record_return = Operation(duties.record_return)
    list_confirmations = Operation(councils.list_confirmations)
    confirm_safe_management = Operation(councils.confirm_safe_management)

    list_documents = Operation(documents.list_documents)
    list_document_summaries = Operation(documents.list_document_summaries)
    share_document = Operation(documents.share_document)
    draft_secret = Operation(documents.draft_secret)
    read_document = Operation(documents.read_document)
    read_document_summary = Operation(documents.read_document_summary)
    restate_secret = Operation(documents.restate_secret)
    provide_secret = Operation(documents.provide_secret)
    name_recipients = Operation(documents.name_recipients)
    set_period = Operation(documents.set_period)
    set_handling = Operation(documents.set_handling)
    list_scope_history = Operation(documents.list_scope_history)
    release_secret = Operation(documents.release_secret)
    acknowledge_document = Operation(documents.acknowledge_document)
    suspend_document = Operation(documents.suspend_document)
    resume_document = Operation(documents.resume_document)
    list_readers = Operation(documents.list_readers)
    list_versions = Operation(uploads.list_versions)
    restore_version = Operation(uploads.restore_version)
    begin_upload = Operation(uploads.begin_upload)
    read_upload = Operation(uploads.read_upload)
    complete_upload = Operation(uploads.complete_upload)
    end_upload = Operation(uploads.end_upload)

    read_pages = Operation(pages.read_pages)
    read_trace = Operation(pages.read_trace)
    read_limits = Operation(taking_out.read_limits)

    ask_for_information = Operation(asking.ask_for_information)
    list_information_requests = Operation(asking.list_information_requests)
    list_information_request_summaries = Operation(asking.list_information_request_summaries)
    read_information_request = Operation(asking.read_information_request)
    decline_information_request = Operation(asking.decline_information_request)
    withdraw_information_request = Operation(asking.withdraw_information_request)
    ask_for_cooperation = Operation(asking.ask_for_cooperation)
    list_cooperation_requests = Operation(asking.list_cooperation_requests)
    list_asked_cooperation = Operation(asking.list_asked_cooperation)
    read_cooperation_request = Operation(asking.read_cooperation_request)
    answer_cooperation_request = Operation(asking.answer_cooperation_request)
    decline_cooperation_request = Operation(asking.decline_cooperation_request)
    withdraw_cooperation_request = Operation(asking.withdraw_cooperation_request)
    report_incident = Operation(asking.report_incident)
    list_incidents = Operation(asking.list_incidents)
    read_incident = Operation(asking.read_incident)
    close_incident = Operation(asking.close_incident)
    destroy_reported = Operation(asking.destroy_reported)

    list_rounds = Operation(consents.list_rounds)
    read_round = Operation(consents.read_round)
    read_round_summary = Operation(consents.read_round_summary)
    answer_round = Operation(consents.answer_round)

    list_results = Operation(publication.list_results)
    list_council_results = Operation(publication.list_council_results)
    register_result = Operation(publication.register_result)
    read_result = Operation(publication.read_result)
    publish_result = Operation(publication.publish_result)
    choose_result_readers = Operation(publication.choose_result_readers)
    accept_hold = Operation(publication.accept_hold)
    list_findings = Operation(publication.list_findings)
    record_finding = Operation(publication.record_finding)
    request_exception = Operation(publication.request_exception)
    list_exceptions = Operation(publication.list_exceptions)
    read_exception = Operation(publication.read_exception)
    read_exception_summary = Operation(publication.read_exception_summary)
    open_round = Operation(publication.open_round)
    withdraw_exception = Operation(publication.withdraw_exception)
    list_know_how = Operation(publication.list_know_how)
    read_know_how = Operation(publication.read_know_how)
    list_publications = Operation(publication.list_publications)

    list_log_entries = Operation(audit.list_log_entries)
    list_own_log_entries = Operation(audit.list_own_log_entries)
    read_checkpoint = Operation(audit.read_checkpoint)
    prove_inclusion = Operation(audit.prove_inclusion)
    prove_consistency = Operation(audit.prove_consistency)
    read_leaves = Operation(audit.read_leaves)
    read_log_key = Operation(audit.read_log_key)

    explain_own_rights = Operation(rights.explain_own_rights)
    explain_rights = Operation(rights.explain_rights)
    explain_system_rights = Operation(rights.explain_system_rights)
    list_entitled = Operation(rights.list_entitled)
    list_system_entitled = Operation(rights.list_system_entitled)
    read_audience = Operation(rights.read_audience)
    read_council_audience = Operation(rights.read_council_audience)
    list_prospects = Operation(rights.list_prospects)
    preview_provision = Operation(rights.preview_provision)
