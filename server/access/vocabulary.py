"""The closed words of `policies/`: relations, actions, kinds, categories of membership.

Owns the words alone. What each means for a person is in `policies/README.md`; where a relation
holds is a SQL expression in the `kinds.py` of the domain that owns the thing.
"""

from enum import StrEnum


class Relation(StrEnum):
    """How a person stands to a thing at a moment."""

    SELF = "self"
    INVITED = "invited"
    MEMBER = "member"
    SEAT_REPRESENTATIVE = "seat_representative"
    FORMER_REPRESENTATIVE = "former_representative"
    DEPUTY = "deputy"
    HANDLER = "handler"
    RESEARCH_REPRESENTATIVE = "research_representative"
    ESTABLISHING_MINISTRY = "establishing_ministry"
    PROVIDER = "provider"
    RECIPIENT = "recipient"
    COPY_RECIPIENT = "copy_recipient"
    PRINT_RECIPIENT = "print_recipient"
    RESULT_OWNER = "result_owner"
    RESULT_CO_OWNER = "result_co_owner"
    KNOW_HOW_HOLDER = "know_how_holder"
    SECRETARIAT = "secretariat"
    COMPLIANCE_OFFICER = "compliance_officer"
    AUDITOR = "auditor"
    KEY_CUSTODIAN = "key_custodian"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    OBSERVER = "observer"
    SERVICE = "service"


class KindName(StrEnum):
    """What is guarded."""

    INSTALLATION = "installation"
    PERSON = "person"
    ACCOUNT = "account"
    CONCEPT = "concept"
    COUNCIL = "council"
    ADMISSION = "admission"
    MEMBERSHIP = "membership"
    DOCUMENT = "document"
    ROUND = "round"
    RESULT = "result"
    EXCEPTION = "exception"
    KNOW_HOW = "know_how"
    INFORMATION_REQUEST = "information_request"
    INCIDENT = "incident"
    COOPERATION_REQUEST = "cooperation_request"


class Category(StrEnum):
    """The part a membership plays in its council, as policies/README.md explains."""

    PROGRAM_DIRECTOR = "program_director"
    PROGRAM_OFFICER = "program_officer"
    RD_IMPLEMENTER = "rd_implementer"
    FUNDING_AGENCY = "funding_agency"
    ESTABLISHING_MINISTRY = "establishing_ministry"
    PROGRAMME_MINISTRY = "programme_ministry"
    IMPLEMENTER_GOVERNMENT = "implementer_government"
    IMPLEMENTER_PRIVATE = "implementer_private"
    KNOWLEDGE_HOLDER = "knowledge_holder"
    THINK_TANK = "think_tank"


class SeatRole(StrEnum):
    """What a person in a seat does for the member: speaks, stands in, or handles."""

    REPRESENTATIVE = "seat_representative"
    DEPUTY = "deputy"
    HANDLER = "handler"


SPEAKING = (SeatRole.REPRESENTATIVE, SeatRole.DEPUTY)  # for the member, in the council


class DeputyScope(StrEnum):
    """Which of a representative's acts a deputy does for them, where not all: see grants.csv."""

    ANSWER = "answer"  # reading what is asked of every member, and answering it
    PROVIDE = "provide"  # sharing papers, providing secrets and what follows, taking copies


class OfficeRole(StrEnum):
    """Offices of an installation or of one council; they exclude one another and every seat."""

    SECRETARIAT = "secretariat"
    COMPLIANCE_OFFICER = "compliance_officer"
    AUDITOR = "auditor"
    KEY_CUSTODIAN = "key_custodian"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    ESTABLISHING_MINISTRY = "establishing_ministry"


class Action(StrEnum):
    """What can be done to a guarded thing."""

    # installation
    READ = "read"
    SEE = "see"
    APPOINT = "appoint"
    REGISTER_PERSON = "register_person"
    INVITE_PERSON = "invite_person"
    AFFILIATE = "affiliate"
    DISABLE_PERSON = "disable_person"
    READ_SYSTEM_LOG = "read_system_log"
    READ_FAILING_NOTICES = "read_failing_notices"
    ISSUE_DUTY_LINK = "issue_duty_link"
    AMEND_VISION = "amend_vision"
    # person
    STEP_UP = "step_up"
    SIGN_OUT = "sign_out"
    AUTHORISE = "authorise"
    ADD_PASSKEY = "add_passkey"
    ADD_FIRST_PASSKEY = "add_first_passkey"
    RENAME_PASSKEY = "rename_passkey"
    REMOVE_PASSKEY = "remove_passkey"
    SET_PASSWORD = "set_password"  # noqa: S105  an action, not a password
    CHOOSE_NOTICES = "choose_notices"
    MAKE_TOKEN = "make_token"  # noqa: S105
    REVOKE_TOKEN = "revoke_token"  # noqa: S105
    ADD_LINK = "add_link"
    REMOVE_LINK = "remove_link"
    MAKE_DUTY_LINK = "make_duty_link"
    REVOKE_DUTY_LINK = "revoke_duty_link"
    # account
    RECOVER_PERSON = "recover_person"
    # concept
    PUBLISH_ADOPTION = "publish_adoption"
    REVISE = "revise"
    ADD_PROJECT = "add_project"
    PREPARE_COUNCIL = "prepare_council"
    # council
    RECORD_REQUIREMENT = "record_requirement"
    NAME_OFFICIAL = "name_official"
    SIGN_ESTABLISHMENT = "sign_establishment"
    INVITE_MEMBER = "invite_member"
    ACKNOWLEDGE = "acknowledge"
    CONFIRM_SAFE_MANAGEMENT = "confirm_safe_management"
    SET_ACCESS_RULES = "set_access_rules"
    READ_ROSTER = "read_roster"
    SHARE = "share"
    ASK = "ask"
    ASK_COOPERATION = "ask_cooperation"
    EXPORT = "export"
    PROVIDE = "provide"
    REGISTER_RESULT = "register_result"
    RECORD_FINDING = "record_finding"
    READ_LOG = "read_log"
    READ_OWN_LOG = "read_own_log"
    PROVE = "prove"
    EXPLAIN = "explain"
    # admission
    DECIDE = "decide"
    COMMENT = "comment"
    READ_COMMENTS = "read_comments"
    CONSENT = "consent"
    DECLINE = "decline"
    # membership
    NAME_SEAT = "name_seat"
    NAME_REPRESENTATIVE = "name_representative"
    REVIEW_SEATS = "review_seats"
    INVITE_HANDLER = "invite_handler"
    END_SEAT = "end_seat"
    MANAGE_SERVICES = "manage_services"
    LEAVE = "leave"
    CERTIFY_RETURN = "certify_return"
    RECORD_RETURN = "record_return"
    REMOVE = "remove"
    CLOSE = "close"
    # document
    VIEW = "view"
    OPEN = "open"
    PRINT = "print"
    DOWNLOAD = "download"
    TRACE = "trace"
    HAND_OVER = "hand_over"
    UPLOAD = "upload"
    PUBLISH = "publish"
    DISPOSE = "dispose"
    DESTROY = "destroy"
    SET_SCOPE = "set_scope"
    RELEASE = "release"
    SUSPEND = "suspend"
    RESUME = "resume"
    RECORD_CONFLICT = "record_conflict"
    READ_READERS = "read_readers"
    REPORT_INCIDENT = "report_incident"
    # incident, cooperation request
    CLOSE_INCIDENT = "close_incident"
    REPLY = "reply"
    # result, exception, round
    CHOOSE_READERS = "choose_readers"
    REQUEST_EXCEPTION = "request_exception"
    ACCEPT_HOLD = "accept_hold"
    OPEN_ROUND = "open_round"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
