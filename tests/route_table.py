"""What every route answers every caller: the expectation, as data.

`ROUTES` has for each guarded operation, and each thing it is asked about, who gets through (`ok`),
who may know of the thing but not do this (`refused`: 403), and who may do it but has done it
already (`conflict`: 409). Everybody else who is signed in is told that there is no such thing
(404), and whoever is not gets 401. `by_token` says that an API token with the right scope does.
`OPEN` has the operations that keep nobody out. The callers are those of tests/policies/stage.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from server.clock import DAY, to_text
from tests.making import documents, own_sign_in, programs
from tests.making.councils import CHECKED
from tests.policies.stage import Stage

# --- callers ------------------------------------------------------------------------------------
NO_PART = "outsider stranger officer_elsewhere ex_member lapsed tank_staff"
REPS = "representative recipient named provider owner think_tank minister"
MEMBERS = f"handler deputy {REPS}"
WAITING = "unacknowledged invited"
WATCHING = "secretariat compliance auditor"
OFFICERS = f"{WATCHING} administrator custodian"
EVERYONE = f"{NO_PART} {WAITING} {MEMBERS} {OFFICERS}"
GOVERNMENT = "representative recipient minister"
COUNCIL_READERS = f"{MEMBERS} {WAITING} {WATCHING}"


@dataclass(frozen=True)
class Row:
    """What is asked about, and who is answered how; names of callers, separated by spaces."""

    about: str
    ok: str = ""
    refused: str = ""
    conflict: str = ""

    def status(self, caller: str) -> int:
        """The class of the answer: 200 for everything that is done, also for a proposal (202)."""
        for status, names in ((200, self.ok), (403, self.refused), (409, self.conflict)):
            if caller in names.split():
                return status
        return 404


@dataclass(frozen=True)
class Operation:
    """How an operation is asked validly, and its rows. `path` fills further path parameters."""

    rows: tuple[Row, ...]
    ask: Callable[[Stage], Mapping[str, Any]] | None = None
    path: Mapping[str, str] | None = None
    by_token: bool = False


def seeing(*rows: Row, ask: Callable[[Stage], Mapping[str, Any]] | None = None) -> Operation:
    """An operation that a token with scope `read` does."""
    return Operation(rows, ask, by_token=True)


def doing(
    *rows: Row,
    ask: Callable[[Stage], Mapping[str, Any]] | None = None,
    path: Mapping[str, str] | None = None,
) -> Operation:
    """An operation of a signed-in person."""
    return Operation(rows, ask, path)


def body(value: Any) -> Callable[[Stage], Mapping[str, Any]]:
    """A body that is the same on every stage."""
    return lambda _: {"json": value}


def named(name: str) -> Callable[[Stage], Mapping[str, Any]]:
    """A body made with the stage."""
    return lambda stage: {"json": stage.bodies[name]}


def own(name: str) -> Callable[[Stage], Mapping[str, Any]]:
    """A body that is the asker's own; of somebody without one, another's."""

    def ask(stage: Stage) -> Mapping[str, Any]:
        token = stage.asker.token if stage.asker else ""
        others = stage.ceremonies[stage.callers["representative"].token]
        return {"json": stage.ceremonies.get(token, others)[name]}

    return ask


def query(**values: Any) -> Callable[[Stage], Mapping[str, Any]]:
    """Parameters of a query."""
    return lambda _: {"params": values}


def in_forty_days(stage: Stage) -> Mapping[str, Any]:
    """A closing that is announced in time."""
    closes_at = to_text(stage.world.clock() + 40 * DAY)
    return {"json": {"closes_at": closes_at, "reason": "目的を達したため"}}


def since(name: str) -> Callable[[Stage], Mapping[str, Any]]:
    """The query of a proof since a checkpoint the stage has seen."""
    return lambda stage: {"params": {"old": stage.bodies[name]}}


def person(stage: Stage, name: str = "outsider") -> str:
    """The id of a caller."""
    return stage.callers[name].person_id


def of_council(ok: str, refused: str = "") -> Row:
    """About the council: whoever reads it and is not `ok` may know of it, and is refused."""
    rest = [n for n in f"{COUNCIL_READERS} administrator".split() if n not in ok.split()]
    return Row("council", ok=ok, refused=refused or " ".join(rest))


# The public key of the age specification's first example.
AGE_RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
ME = Row("me", ok=EVERYONE)
MAKING = {"action": "make_token", "thing": "person/of-the-table"}
READS_COUNCIL = of_council(COUNCIL_READERS)
READS_ROSTER = of_council(f"{MEMBERS} {WATCHING}")
PROVES = of_council(f"{MEMBERS} compliance auditor")
READS_LOG = of_council("compliance auditor")
READS_INSTALLATION = Row("installation", ok=OFFICERS)
READS_SYSTEM_LOG = Row(
    "installation", ok="compliance auditor", refused="secretariat administrator custodian"
)
REGISTERS = Row(
    "installation", ok="secretariat administrator", refused="compliance auditor custodian"
)
APPOINTS = Row(
    "installation", ok="administrator compliance", refused="secretariat auditor custodian"
)
ISSUES = Row("installation", ok="compliance", refused="secretariat auditor administrator custodian")
RETURNED = {"outcome": "destroyed", "statement": "裁断した"}


def of_preparing(ok: str) -> Row:
    """About a council that both ministers are yet to sign for."""
    rest = [n for n in f"minister {WATCHING} administrator".split() if n not in ok.split()]
    return Row("preparing", ok=ok, refused=" ".join(rest))


def no_longer() -> Row:
    """What belongs to preparing, asked of the established council: over for everybody."""
    return Row("council", refused=f"{COUNCIL_READERS} administrator")


def of_admission(ok: str) -> Row:
    """About an open invitation."""
    rest = [n for n in f"{MEMBERS} invited {WATCHING}".split() if n not in ok.split()]
    return Row("admission", ok=ok, refused=" ".join(rest))


def of_membership(ok: str) -> Row:
    """About the member the representative speaks for."""
    rest = [n for n in f"{MEMBERS} {WATCHING}".split() if n not in ok.split()]
    return Row("membership", ok=ok, refused=" ".join(rest))


def of_left(ok: str) -> Row:
    """About a member that has left, which ex_member represented."""
    rest = [n for n in f"ex_member {MEMBERS} {WATCHING}".split() if n not in ok.split()]
    return Row("left", ok=ok, refused=" ".join(rest))


# --- documents: an internal paper, a secret, one suspended, a draft, one whose secrecy ended ------
READ_DOCUMENT = (
    Row("internal", ok=f"{MEMBERS} secretariat compliance", refused="auditor"),
    Row("secret", ok="provider recipient", refused="named secretariat compliance auditor"),
    Row("suspended", ok="provider", refused="compliance auditor"),
    Row("draft", ok="provider"),
    Row("released", ok=f"{MEMBERS} secretariat compliance", refused="auditor"),
    Row("expired", ok=f"{MEMBERS} secretariat compliance", refused="auditor"),
)
OPEN_DOCUMENT = tuple(
    Row("secret", ok="provider", refused="recipient named secretariat compliance auditor")
    if row.about == "secret"
    else row
    for row in READ_DOCUMENT
)
DOWNLOAD_DOCUMENT = (
    Row(
        "internal",
        ok="deputy representative recipient named provider owner minister",
        refused=f"think_tank handler {WATCHING}",
    ),
    Row("secret", ok="provider recipient", refused="named secretariat compliance auditor"),
    Row("suspended", ok="provider", refused="compliance auditor"),
    Row(
        "expired",
        ok="deputy representative recipient named provider owner minister",
        refused=f"think_tank handler {WATCHING}",
    ),
    Row("draft", ok="provider"),
)
UPLOAD_DOCUMENT = (
    Row(
        "internal",
        ok="provider",
        refused=f"{MEMBERS.replace(' provider', '')} {WATCHING}",
    ),
    Row("secret", refused=f"provider recipient named {WATCHING}"),
    Row("suspended", refused="provider compliance auditor"),
    Row("expired", ok="provider", refused=f"{MEMBERS.replace(' provider', '')} {WATCHING}"),
    Row("draft", ok="provider"),
)


# An upload, and a version, belong to one document: of the others nobody has them.
OWN_UPLOAD = tuple(
    replace(row, ok="") if row.about in ("expired", "draft") else row for row in UPLOAD_DOCUMENT
)
UPLOAD_PATH = {"upload_id": "upload"}


def of_secret(ok: str, conflict: str = "") -> Row:
    """About a secret: its scope, its officers, and whoever is still to acknowledge it."""
    all_ = f"provider recipient named {WATCHING}".split()
    rest = [n for n in all_ if n not in f"{ok} {conflict}".split()]
    return Row("secret", ok=ok, conflict=conflict, refused=" ".join(rest))


def suspended(ok: str = "", conflict: str = "") -> Row:
    """About a suspended secret: who must end or watch it knows of it, and nobody else."""
    all_ = "provider compliance auditor".split()
    rest = [n for n in all_ if n not in f"{ok} {conflict}".split()]
    return Row("suspended", ok=ok, conflict=conflict, refused=" ".join(rest))


def expired(ok: str = "", conflict: str = "") -> Row:
    """About what was a secret until its period ended: a paper of the council now (BR-20)."""
    all_ = f"{MEMBERS} {WATCHING}".split()
    rest = [n for n in all_ if n not in f"{ok} {conflict}".split()]
    return Row("expired", ok=ok, conflict=conflict, refused=" ".join(rest))


DRAFTS = Row("draft", ok="provider")
WATCH_DOCUMENT = (
    Row(
        "internal",
        ok="provider compliance auditor",
        refused=f"{MEMBERS.replace(' provider', '')} secretariat",
    ),
    of_secret("provider compliance auditor"),
    suspended("provider compliance auditor"),
    expired("provider compliance auditor"),
    DRAFTS,
)


# --- requests: the handler asks the provider; a ministry asks some members and a think tank -------
def of_request(ok: str = "", about: str = "information_request") -> Row:
    """About a request for information: the two sides and the watching offices know of it."""
    rest = [n for n in f"handler provider {WATCHING}".split() if n not in ok.split()]
    return Row(about, ok=ok, refused=" ".join(rest))


def of_cooperation(ok: str) -> Row:
    """About a request for cooperation: every member knows of it, and the staff that is asked."""
    rest = [n for n in f"{MEMBERS} tank_staff {WATCHING}".split() if n not in ok.split()]
    return Row("cooperation_request", ok=ok, refused=" ".join(rest))


def of_incident(ok: str = "", about: str = "incident") -> Row:
    """About an incident the handler reported about a paper of the provider."""
    rest = [n for n in f"handler provider {WATCHING}".split() if n not in ok.split()]
    return Row(about, ok=ok, refused=" ".join(rest))


# --- results ------------------------------------------------------------------------------------
OWNS = (
    Row("result", ok="owner", refused=MEMBERS.replace(" owner", "")),
    Row("closed_result", ok="owner"),
    Row("others_result", ok="named"),
)


def of_exception(about: str, ok: str) -> Row:
    """About a request: every member and the watching offices know that it was made."""
    rest = [n for n in f"{MEMBERS} {WATCHING}".split() if n not in ok.split()]
    return Row(about, ok=ok, refused=" ".join(rest))


def of_round(ok: str) -> Row:
    """About a round in which every member is asked."""
    rest = [n for n in f"{MEMBERS} {WATCHING}".split() if n not in ok.split()]
    return Row("round", ok=ok, refused=" ".join(rest))


# --- answers about rights: of the internal paper, about somebody who has no part in it ---
_INSIDE = f"{MEMBERS} secretariat compliance auditor"


def explains(ok: str) -> Row:
    """Whoever is told of the paper and may not ask is refused; others are told of no paper."""
    rest = [n for n in f"{_INSIDE} administrator".split() if n not in ok.split()]
    return Row("council", ok=ok, refused=" ".join(rest))


EXPLAINS = explains("provider compliance auditor")
# Who represents a member is told of its own persons, and of none where it has none among them.
EXPLAINS_OWN = explains(f"{REPS} compliance auditor")


def about_paper(stage: Stage) -> dict[str, str]:
    """The question that is asked."""
    of = {"kind": "document", "thing": stage.things["internal"], "action": "read"}
    return {**of, "person": person(stage)}


ROUTES: dict[str, Operation] = {
    # --- oneself
    "readMe": seeing(ME),
    "listSessions": seeing(ME),
    "endOtherSessions": doing(ME),
    "endSession": doing(ME, path={"session_id": "current"}),
    "beginStepUp": doing(ME, ask=body(MAKING)),
    "stepUp": doing(ME, ask=own("step_up")),
    "requestStepUp": doing(ME, ask=body(MAKING)),
    "listStepUpRequests": doing(ME),
    "readStepUpRequest": doing(
        Row("step_up_request", ok="representative"), path={"request_id": "step_up_request"}
    ),
    "listPasskeys": seeing(ME),
    "beginPasskey": doing(ME),
    "addPasskey": doing(ME, ask=own("addition")),
    # Whoever has a passkey has no first one to add.
    "beginFirstPasskey": doing(Row("me", conflict=EVERYONE)),
    "addFirstPasskey": doing(Row("me", conflict=EVERYONE), ask=own("addition")),
    "renamePasskey": doing(
        Row("passkey", ok="representative"),
        path={"passkey_id": "passkey"},
        ask=body({"name": "別の名前"}),
    ),
    "removePasskey": doing(Row("passkey", ok="representative"), path={"passkey_id": "passkey"}),
    # The stage is of a server for demonstrations: elsewhere there are no passwords.
    "setPassword": doing(ME, ask=body({"new": "correct horse battery staple"})),
    "beginCodes": doing(ME),
    # Nobody here has codes, or has begun to set them up.
    "confirmCodes": doing(Row("me"), ask=body({"code": "123456"})),
    "removeCodes": doing(Row("me")),
    "authoriseComputer": doing(ME, ask=body(programs.asking())),
    "listLinks": seeing(ME),
    "addLink": doing(ME, ask=body({"provider": own_sign_in.PROVIDER})),
    "removeLink": doing(Row("link", ok="representative"), path={"link_id": "link"}),
    "listTokens": seeing(ME),
    "makeToken": doing(ME, ask=body({"name": "集計", "scopes": ["read"]})),
    "revokeToken": doing(Row("token", ok="representative"), path={"token_id": "token"}),
    "listWaiting": seeing(ME),
    "readCalendar": seeing(ME),
    "listNotices": seeing(ME),
    "readNoticePreference": seeing(ME),
    "chooseNotices": doing(ME, ask=body({"daily": True})),
    "listCouncils": seeing(ME),
    "listRounds": seeing(ME),
    "listAskedCooperation": seeing(ME),
    "listResults": seeing(ME),
    # --- the installation
    "registerPerson": doing(
        REGISTERS,
        ask=body(
            {
                "name": "丙野 三郎",
                "kana": "ヘイノ サブロウ",
                "email": "new@example.jp",
                "organisation": "office-org",
                "title": "係長",
            }
        ),
    ),
    "invitePerson": doing(REGISTERS, path={"person": "newcomer"}),
    # Of who holds an office; colleagues are in tests/server/identity/test_recovery.py.
    "recoverPerson": doing(Row("account", ok="administrator compliance")),
    "listOffices": seeing(READS_INSTALLATION),
    "appoint": doing(
        APPOINTS, ask=lambda s: {"json": {"person": person(s), "role": "key_custodian"}}
    ),
    "endOffice": doing(APPOINTS, ask=lambda s: {"json": {"office": s.things["office"]}}),
    "listApprovals": seeing(READS_INSTALLATION),
    "listFailingNotices": seeing(
        Row("installation", ok="administrator", refused="secretariat compliance auditor custodian")
    ),
    "amendVision": doing(
        Row("installation", ok="secretariat", refused="compliance auditor administrator custodian"),
        path={"vision_id": "V1"},
        ask=body(
            {
                "amended_on": "2026-09-01",
                "reason": "見直し",
                "technologies": [
                    {"id": "T-OCN-90", "domain": "海洋", "name_ja": "新しい技術（架空）"}
                ],
            }
        ),
    ),
    # --- the programme
    "publishAdoption": doing(
        Row("concept_in_call", ok="secretariat"), ask=body({"published_on": "2026-09-01"})
    ),
    "withdrawAdoption": doing(
        Row("concept_adopted", ok="secretariat"),
        path={"adoption": "adoption_unused"},
        ask=body({"ground": "recorded_in_error"}),
    ),
    "reviseConcept": doing(
        Row("concept_in_call", ok="secretariat"),
        Row("concept_adopted", ok="secretariat"),
        ask=body({"revised_on": "2026-09-01", "changes": "追記", "reason": "見直し"}),
    ),
    "listProjects": seeing(Row("concept_adopted", ok="secretariat")),
    "addProject": doing(
        Row("concept_adopted", ok="secretariat"),
        ask=lambda s: {
            "json": {
                "adoption_id": s.things["adoption"],
                "title": "採択課題（架空）",
                "people": [
                    {
                        "person_id": person(s),
                        "organisation_id": "a-university",
                        "role": "principal_investigator",
                    }
                ],
            }
        },
    ),
    "addProjectPerson": doing(
        Row("concept_adopted", ok="secretariat"),
        path={"project": "project"},
        ask=lambda s: {
            "json": {
                "person_id": person(s),
                "organisation_id": "a-university",
                "role": "rd_implementer",
            }
        },
    ),
    "endProjectPerson": doing(
        Row("concept_adopted", ok="secretariat"),
        path={"project": "project", "person": "project_lead"},
        ask=body({}),
    ),
    "prepareCouncil": doing(
        Row("concept_adopted", ok="secretariat"),
        ask=lambda s: {"json": {"representative_mode": "pd", "representative": person(s)}},
    ),
    # --- a council
    "readCouncil": seeing(READS_COUNCIL),
    "readAccessRules": seeing(READS_ROSTER),
    "setAccessRules": doing(of_council("minister compliance"), ask=body({"comment_days": 0})),
    "readClosing": seeing(READS_ROSTER),
    "announceClosing": doing(of_council("minister"), ask=in_forty_days),
    "withdrawClosing": doing(
        of_council("minister"), ask=lambda stage: {"json": {"closing": stage.council.id}}
    ),
    "recordRequirement": doing(
        of_preparing("secretariat"),
        no_longer(),
        ask=body({"requirement": "designated_fund", "met": True, "basis": "確認した"}),
    ),
    "nameOfficial": doing(
        of_preparing("secretariat compliance"),
        no_longer(),
        ask=lambda s: {
            "json": {
                "minister": s.council.organisations["minister_fund"],
                "person": person(s, "minister"),
            }
        },
    ),
    "signEstablishment": doing(of_preparing("minister"), no_longer(), ask=named("signature")),
    "listAdmissions": seeing(READS_COUNCIL),
    "inviteMember": doing(
        of_council("minister secretariat"),
        ask=body({"category": "knowledge_holder", "organisation": "b-university"}),
    ),
    "readAdmission": seeing(of_admission(f"{MEMBERS} invited {WATCHING}")),
    "decideAdmission": doing(of_admission("minister"), ask=body({"verdict": "admit"})),
    "consentToJoin": doing(of_admission("invited"), ask=named("consent")),
    "declineAdmission": doing(of_admission("invited")),
    "listComments": seeing(of_admission(MEMBERS)),
    # The council of the stage keeps no comment period.
    "addComment": doing(
        Row("admission", conflict=f"deputy {REPS}", refused=f"handler invited {WATCHING}"),
        ask=body({"text": "意見"}),
    ),
    "withdrawAdmission": doing(of_admission("secretariat")),
    "listMemberships": seeing(READS_ROSTER),
    "nameSeat": doing(
        of_membership("representative"),
        ask=lambda s: {"json": {"person": person(s, "ex_member"), "role": "handler"}},
    ),
    "listOwnSeats": seeing(ME),
    "readReview": seeing(Row("membership", ok=f"{MEMBERS} {WATCHING}")),
    "confirmSeats": doing(of_membership("representative"), ask=body({})),
    "inviteHandler": doing(
        of_membership("representative"),
        ask=body(
            {
                "name": "丁野 四郎",
                "kana": "テイノ シロウ",
                "email": "colleague@example.jp",
                "title": "係員",
            }
        ),
    ),
    "nameRepresentative": doing(
        of_membership("minister secretariat compliance"),
        ask=lambda s: {"json": {"person": person(s, "ex_member"), "basis": "届出"}},
    ),
    "listAffiliations": doing(REGISTERS, path={"person": "newcomer"}),
    "addAffiliation": doing(
        REGISTERS,
        ask=body({"organisation": "b-university", "title": "教授"}),
        path={"person": "newcomer"},
    ),
    "endAffiliation": doing(
        REGISTERS, ask=body({"organisation": "a-university"}), path={"person": "newcomer"}
    ),
    "disablePerson": doing(APPOINTS, ask=body({"reason": "退職"}), path={"person": "newcomer"}),
    "revokeConfirmation": doing(
        of_council("minister compliance"),
        ask=body({"reason": "事故"}),
        path={"confirmation": "confirmation"},
    ),
    "listConflicts": seeing(
        Row(
            "internal",
            ok="provider compliance auditor",
            refused=f"{MEMBERS.replace(' provider', '')} secretariat",
        ),
        of_secret("provider compliance auditor"),
        suspended("provider compliance auditor"),
        expired("provider compliance auditor"),
        Row("draft", ok="provider"),
    ),
    "recordConflict": doing(
        Row("internal", ok="compliance", refused=f"{MEMBERS} secretariat auditor"),
        of_secret("compliance"),
        suspended("compliance"),
        expired("compliance"),
        Row("draft", refused="provider"),
        ask=lambda s: {"json": {"person": person(s, "handler"), "reason": "競合"}},
    ),
    "endConflict": doing(
        Row(
            "conflicted",
            ok="compliance",
            refused=f"{MEMBERS.replace('handler ', '')} secretariat auditor",
        ),
        # Who may end one finds none here.
        Row("suspended", refused="provider auditor"),
        Row("expired", refused=f"{MEMBERS} secretariat auditor"),
        ask=lambda s: {"json": {"person": person(s, "handler"), "reason": "解消"}},
    ),
    "endSeat": doing(of_membership("representative"), path={"seat": "deputy_seat"}),
    "listServiceAccounts": seeing(Row("membership", ok=f"{MEMBERS} {WATCHING}")),
    "makeServiceAccount": doing(of_membership("representative"), ask=body({"name": "文書保管"})),
    "endServiceAccount": doing(of_membership("representative"), path={"account": "service"}),
    "makeServiceToken": doing(
        of_membership("representative"),
        path={"account": "service"},
        ask=body({"scopes": ["read"]}),
    ),
    "leaveCouncil": doing(of_membership("representative")),
    "readText": Operation((ME,), path={"text": "duty-of-confidentiality"}, by_token=True),
    "listSafety": seeing(READS_ROSTER),
    "listReturns": seeing(of_membership("representative"), of_left("ex_member compliance auditor")),
    "certifyReturn": doing(of_left("ex_member"), ask=body(RETURNED)),
    "recordReturn": doing(of_left("compliance"), ask=body(RETURNED)),
    "listDuties": seeing(ME),
    "listBound": seeing(*WATCH_DOCUMENT),
    "makeDutyLink": doing(ME),
    "listDutyLinks": seeing(ME),
    "revokeDutyLink": doing(Row("duty_link", ok="representative"), path={"link": "duty_link"}),
    "issueDutyLink": doing(ISSUES, path={"person": "newcomer"}),
    "listDutyLinksOf": Operation((READS_SYSTEM_LOG,), path={"person": "newcomer"}, by_token=True),
    "withdrawDutyLink": doing(ISSUES, path={"person": "newcomer", "link": "issued_link"}),
    "removeMember": doing(of_membership("minister"), ask=body({"reason": "要件を欠くため"})),
    "readDuty": seeing(READS_COUNCIL),
    "acknowledgeDuty": doing(
        Row("council", ok=WAITING, conflict=MEMBERS, refused=f"{WATCHING} administrator"),
        ask=named("duty"),
    ),
    "listConfirmations": seeing(READS_ROSTER),
    "confirmSafeManagement": doing(
        of_council("minister compliance"),
        ask=lambda s: {
            "json": {
                "membership": s.things["membership"],
                **CHECKED,
                "evidence": "確認書",
                "valid_to": s.bodies["later"],
            }
        },
    ),
    # --- documents
    "listDocuments": seeing(READS_COUNCIL),
    "listDocumentSummaries": seeing(READS_COUNCIL),
    "shareDocument": Operation(
        (of_council(MEMBERS),),
        body({"title": "資料", "contains_designated_secret": False}),
        by_token=True,
    ),
    "draftSecret": doing(
        of_council(REPS),
        ask=body({"title": "案", "contains_designated_secret": False, "is_own_result": False}),
    ),
    "readDocument": seeing(*READ_DOCUMENT),
    "readDocumentSummary": seeing(
        Row("internal", ok="auditor", refused=f"{MEMBERS} secretariat compliance"),
        of_secret(f"named {WATCHING}"),
        suspended("compliance auditor"),
        expired("auditor"),
        Row("draft", refused="provider"),
    ),
    "restateSecret": doing(
        DRAFTS,
        of_secret("", conflict="provider"),
        suspended(conflict="provider"),
        expired(),
        ask=body({"subject": "別の対象"}),
    ),
    "provideSecret": doing(DRAFTS, of_secret(""), suspended(), expired()),
    "nameRecipients": doing(
        DRAFTS,
        of_secret("provider"),
        suspended("provider"),
        expired(),
        ask=lambda s: {"json": {"add": [person(s, "representative")], "reason": "検討のため"}},
    ),
    "setHandling": doing(
        DRAFTS,
        of_secret("provider"),
        suspended("provider"),
        expired(),
        ask=body({"handling": "print", "reason": "会議で配るため"}),
    ),
    "setPeriod": doing(
        DRAFTS,
        of_secret("provider"),
        suspended("provider"),
        expired(),
        ask=lambda s: {"json": {"ends_at": to_text(s.world.clock() + 10 * DAY), "reason": "短縮"}},
    ),
    "readDestruction": seeing(*READ_DOCUMENT),
    "decideDisposition": doing(
        Row("internal", refused=f"{MEMBERS} {WATCHING}"),
        of_secret("", conflict="provider"),
        suspended(conflict="provider"),
        expired(),
        Row("draft", conflict="provider"),
        ask=body({"choice": "kept"}),
    ),
    "destroyContent": doing(
        Row(
            "internal",
            ok="provider",
            refused=f"{MEMBERS.replace(' provider', '')} {WATCHING}",
        ),
        of_secret("provider"),
        suspended("provider"),
        expired(conflict="provider"),
        DRAFTS,
        ask=body({"reason": "目的を達したため"}),
    ),
    "releaseSecret": doing(
        Row("draft", refused="provider"),
        of_secret("provider"),
        suspended("provider"),
        expired(),
        ask=body({}),
    ),
    "acknowledgeDocument": doing(of_secret("named"), suspended(), expired(), ask=named("scope")),
    "suspendDocument": doing(
        of_secret("compliance"),
        suspended(conflict="compliance"),
        expired(),
        ask=body({"reason": "確認のため"}),
    ),
    "resumeDocument": doing(suspended("compliance"), expired(conflict="compliance")),
    # --- requests for information and cooperation, incidents
    "askForInformation": doing(of_council(MEMBERS), ask=named("information_request")),
    "listInformationRequests": seeing(READS_COUNCIL),
    "listInformationRequestSummaries": seeing(READS_COUNCIL),
    "readInformationRequest": seeing(of_request("handler provider")),
    "declineInformationRequest": doing(
        of_request("provider"), of_request(about="declined_request"), ask=body({"reason": "否"})
    ),
    "withdrawInformationRequest": doing(
        of_request("handler"), of_request(about="declined_request")
    ),
    "askForCooperation": doing(
        of_council("minister owner secretariat"), ask=named("cooperation_request")
    ),
    "listCooperationRequests": seeing(READS_COUNCIL),
    "readCooperationRequest": seeing(of_cooperation(f"{MEMBERS} secretariat tank_staff")),
    "answerCooperationRequest": doing(
        of_cooperation("representative deputy provider tank_staff"), ask=body({"text": "回答"})
    ),
    "declineCooperationRequest": doing(
        of_cooperation("representative deputy provider tank_staff"), ask=body({"reason": "否"})
    ),
    "withdrawCooperationRequest": doing(of_cooperation("minister secretariat")),
    "reportIncident": doing(
        Row("internal", ok=f"{MEMBERS} secretariat compliance", refused="auditor"),
        of_secret("provider recipient compliance"),
        suspended("provider compliance"),
        expired(f"{MEMBERS} secretariat compliance"),
        Row("under_incident", conflict="compliance", refused="auditor"),
        DRAFTS,
        ask=body({"about": "wrong_disclosure", "note": "宛先が違う"}),
    ),
    "listIncidents": seeing(READS_COUNCIL),
    "readIncident": seeing(of_incident("compliance")),
    "closeIncident": doing(
        of_incident("compliance"),
        of_incident(about="closed_incident"),
        ask=body({"outcome": "released", "done": "確認した"}),
    ),
    "destroyReported": doing(
        of_incident(),
        Row(
            "closed_incident", conflict="compliance", refused="handler provider secretariat auditor"
        ),
    ),
    "listReaders": seeing(*WATCH_DOCUMENT),
    "listScopeHistory": seeing(*WATCH_DOCUMENT),
    "uploadContent": Operation(
        UPLOAD_DOCUMENT,
        lambda _: {
            "content": documents.CONTENT,
            "params": {"file_name": "a.txt"},
            "headers": {"Content-Type": "text/plain"},
        },
        by_token=True,
    ),
    "uploadForm": Operation(
        UPLOAD_DOCUMENT,
        lambda _: {"files": {"file": ("a.txt", documents.CONTENT, "text/plain")}},
        by_token=True,
    ),
    "beginUpload": Operation(
        UPLOAD_DOCUMENT,
        body(
            {
                "file_name": "a.txt",
                "media_type": "text/plain",
                "contains_designated_secret": False,
            }
        ),
        by_token=True,
    ),
    "readUpload": Operation(OWN_UPLOAD, path=UPLOAD_PATH, by_token=True),
    "probeUpload": Operation(OWN_UPLOAD, path=UPLOAD_PATH, by_token=True),
    "uploadPart": Operation(
        OWN_UPLOAD,
        lambda _: {
            "content": b"more",
            "headers": {
                "Upload-Offset": str(len(documents.CONTENT)),
                "Content-Type": "application/partial-upload",
            },
        },
        path=UPLOAD_PATH,
        by_token=True,
    ),
    "completeUpload": Operation(OWN_UPLOAD, path=UPLOAD_PATH, by_token=True),
    "endUpload": Operation(OWN_UPLOAD, path=UPLOAD_PATH, by_token=True),
    "listVersions": seeing(*READ_DOCUMENT),
    "restoreVersion": Operation(OWN_UPLOAD, path={"version_id": "internal_version"}, by_token=True),
    "readContent": seeing(*OPEN_DOCUMENT),
    "probeContent": seeing(*OPEN_DOCUMENT),
    "readDownload": seeing(*DOWNLOAD_DOCUMENT),
    "probeDownload": seeing(*DOWNLOAD_DOCUMENT),
    "readPages": seeing(*READ_DOCUMENT),
    "readPage": Operation(READ_DOCUMENT, path={"page": "1"}, by_token=True),
    "readPrint": seeing(*DOWNLOAD_DOCUMENT),
    "readTrace": doing(of_council("compliance"), path={"code": "mark"}),
    "readArchive": seeing(
        of_council("deputy representative recipient named provider owner minister")
    ),
    "readLimits": seeing(READS_COUNCIL),
    "handOver": doing(
        *(
            Row("secret", ok="provider", refused="recipient named secretariat compliance auditor")
            if row.about == "secret"
            else row
            for row in DOWNLOAD_DOCUMENT
        ),
        ask=body({"recipients": [AGE_RECIPIENT]}),
    ),
    # --- answers about rights
    "explainOwnRights": seeing(ME, ask=query(kind="person", thing="me", action="read")),
    "explainRights": seeing(EXPLAINS, ask=lambda s: {"params": about_paper(s)}),
    "explainSystemRights": seeing(
        READS_SYSTEM_LOG, ask=lambda s: {"params": {"person": person(s), "action": "appoint"}}
    ),
    "listEntitled": seeing(
        EXPLAINS_OWN,
        ask=lambda s: {"params": {k: v for k, v in about_paper(s).items() if k != "person"}},
    ),
    "listSystemEntitled": seeing(READS_SYSTEM_LOG, ask=query(action="appoint")),
    "readAudience": seeing(*READ_DOCUMENT),
    "readCouncilAudience": seeing(READS_ROSTER),
    "listProspects": doing(of_council(REPS)),
    "previewProvision": doing(
        of_council(REPS),
        ask=lambda s: {"json": {"recipients": [person(s, "named")], "until": s.bodies["later"]}},
    ),
    # --- the log
    "listLogEntries": seeing(READS_LOG),
    "listSystemLogEntries": seeing(READS_SYSTEM_LOG),
    "listOwnLogEntries": seeing(of_council(MEMBERS)),
    "readLeaves": seeing(READS_LOG, ask=query(start=0, end=3)),
    "readSystemLeaves": seeing(READS_SYSTEM_LOG, ask=query(start=0, end=3)),
    "readCheckpoint": seeing(PROVES),
    "readSystemCheckpoint": seeing(READS_SYSTEM_LOG),
    "proveInclusion": seeing(PROVES, ask=query(seq=0)),
    "proveSystemInclusion": seeing(READS_SYSTEM_LOG, ask=query(seq=0)),
    "proveConsistency": seeing(PROVES, ask=since("size of councils")),
    "proveSystemConsistency": seeing(READS_SYSTEM_LOG, ask=since("size of system")),
    # --- consents
    "readRoundSummary": seeing(of_round(f"{MEMBERS} {WATCHING}")),
    "readRound": seeing(of_round(f"deputy {REPS}")),
    "answerRound": doing(of_round(f"deputy {REPS}"), ask=named("answer")),
    # --- publication
    "listCouncilResults": seeing(READS_COUNCIL),
    "registerResult": doing(
        of_council("owner named"), ask=body({"title": "成果", "summary": "概要"})
    ),
    "readResult": seeing(
        Row("result", ok=MEMBERS),
        Row("closed_result", ok="owner"),
        Row("others_result", ok="named"),
    ),
    "publishResult": doing(*OWNS, ask=body({"title": "成果"})),
    "chooseResultReaders": doing(*OWNS, ask=body({"open_to_council": True})),
    "acceptHold": doing(
        Row("asked_result", ok="owner", refused=MEMBERS.replace(" owner", "")),
        ask=lambda s: {"json": {"round": s.things["round"]}},
    ),
    "listFindings": seeing(READS_COUNCIL),
    "recordFinding": doing(
        of_council(GOVERNMENT),
        ask=lambda s: {
            "json": {
                "result": s.things["result"],
                "found_on": "2026-09-01",
                "evidence": "利用計画",
            }
        },
    ),
    "requestException": doing(
        Row(
            "result",
            ok=GOVERNMENT,
            refused="handler deputy named provider owner think_tank",
        ),
        Row("closed_result", refused="owner"),
        ask=named("request"),
    ),
    "listExceptions": seeing(READS_COUNCIL),
    "readException": seeing(
        of_exception("exception", REPS),
        of_exception("exception_open", f"deputy {REPS}"),
        of_exception("exception_agreed", "representative owner"),
    ),
    "readExceptionSummary": seeing(of_exception("exception", f"{MEMBERS} {WATCHING}")),
    "openRound": doing(of_exception("exception", "representative"), ask=body({"days": 10})),
    "withdrawException": doing(of_exception("exception", "representative")),
    "listKnowHow": seeing(READS_COUNCIL),
    "readKnowHow": seeing(
        Row(
            "know_how",
            ok=f"owner provider {GOVERNMENT}",
            refused="named think_tank deputy handler compliance auditor",
        )
    ),
}

# Operations that keep nobody out, and how they are asked validly.
OPEN: dict[str, Callable[[Stage], Mapping[str, Any]] | None] = {
    "readOpenApi": None,
    "readReference": None,
    "readHealth": None,
    "readReadiness": None,
    "beginSignIn": None,
    "signIn": named("sign_in"),
    "signInByPassword": named("password"),
    "beginEnrolment": named("link"),
    "enrol": named("enrolment"),
    "exchangeCode": named("exchange"),
    "listProviders": None,
    "openDutyRegister": named("duty_register"),
    "beginSignInWith": body({"provider": own_sign_in.PROVIDER}),
    "completeSignIn": named("answer_there"),
    "signOutByProvider": lambda stage: {"data": stage.bodies["signed_out_there"]},
    "listVisions": None,
    "listTechnologies": None,
    "listConcepts": None,
    "readConcept": None,
    "readLogKey": None,
    "listPublications": None,
}
