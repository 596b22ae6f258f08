"""/api/v1: councils from preparation on; admissions, the duty, safe management."""

from fastapi import APIRouter

from server.access import two_parts
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import PERSON_KIND
from server.access.listing import Paging, Seen, beside, visible
from server.access.vocabulary import Action
from server.councils import (
    admissions,
    closing,
    duty,
    establishment,
    invitations,
    roster,
    safety,
    safety_lapses,
    service,
    views,
)
from server.councils import facts as council_facts
from server.councils.kinds import ADMISSION, COUNCIL
from server.councils.models import Admission
from server.councils.schemas import (
    AcknowledgementIn,
    AcknowledgementOut,
    AdmissionIn,
    AdmissionOut,
    ConfirmationIn,
    ConfirmationOut,
    ConfirmationsOut,
    ConsentIn,
    CouncilLineOut,
    CouncilOut,
    DecisionIn,
    DutyOut,
    OfficialIn,
    OfficialOut,
    PrepareIn,
    RequirementIn,
    RequirementOut,
    SignatureIn,
)
from server.programme import queries
from server.programme.kinds import CONCEPT
from server.programme.models import ResearchConcept
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["councils"])


@router.post("/concepts/{concept_id}/council", status_code=201, name="prepareCouncil")
@guarded(Action.PREPARE_COUNCIL, CONCEPT)
def prepare_council(grant: Grant, asked: PrepareIn) -> CouncilOut:
    """Prepare the council of a concept whose adoption has been published (BR-01, BR-02).

    Its expected organs become invitations, never members (BR-08).
    """
    council = service.prepare(
        grant.tx,
        queries.find(grant.tx, ResearchConcept, grant.id),
        mode=asked.representative_mode,
        representative=asked.representative,
        origin_host=grant.parts.settings.origin_host,
        by=grant.person_id,
    )
    grant.note(council=council.id)
    return views.council_out(grant, beside(grant, COUNCIL, council.id))


@router.get("/councils", name="listCouncils")
@guarded(Action.READ, PERSON_KIND)
def list_councils(grant: Grant, page: Paging) -> Page[CouncilLineOut]:
    """The councils I am told of, newest first."""
    found, after = visible(grant, COUNCIL, page)
    return Page(items=views.council_lines(grant, found), next=after)


@router.get("/councils/{council_id}", name="readCouncil")
@guarded(Action.READ, COUNCIL)
def read_council(grant: Grant) -> CouncilOut:
    """A council: its state, ministers, requirements, and what is to be signed."""
    closing.settle(grant)
    return views.council_out(grant, _granted(grant))


@router.post("/councils/{council_id}/requirements", status_code=201, name="recordRequirement")
@guarded(Action.RECORD_REQUIREMENT, COUNCIL)
def record_requirement(grant: Grant, asked: RequirementIn) -> RequirementOut:
    """Record that a requirement for establishing is met or not, and on what basis (BR-03)."""
    tx, by = grant.tx, grant.person_id
    finding = service.record_requirement(tx, grant.id, **asked.model_dump(), by=by)
    grant.note(finding=finding.id, requirement=asked.requirement, met=asked.met)
    return views.requirement_out(grant.tx, finding, in_force=True)


@router.post("/councils/{council_id}/officials", status_code=201, name="nameOfficial")
@guarded(Action.NAME_OFFICIAL, COUNCIL)
def name_official(grant: Grant, asked: OfficialIn) -> OfficialOut:
    """Name who signs for an establishing minister. Takes two persons of two parts: the first call
    proposes.
    """
    two_parts.check(grant)
    office = service.name_official(
        grant.tx, grant.id, minister=asked.minister, person_id=asked.person, by=grant.person_id
    )
    grant.note(office=office.id, minister=asked.minister, person=asked.person)
    return OfficialOut(minister=asked.minister, person=asked.person)


@router.post("/councils/{council_id}/signatures", status_code=201, name="signEstablishment")
@guarded(Action.SIGN_ESTABLISHMENT, COUNCIL)
def sign_establishment(grant: Grant, asked: SignatureIn) -> CouncilOut:
    """Sign for one's minister; with both signatures the council is established (BR-03 to BR-05)."""
    council = council_facts.find_council(grant.tx, grant.id)
    done = establishment.sign(grant.tx, council, digest=asked.digest, by=grant.person_id)
    grant.note(digest=asked.digest, established=done)
    return views.council_out(grant, beside(grant, COUNCIL, grant.id))


@router.get("/councils/{council_id}/admissions", name="listAdmissions")
@guarded(Action.READ, COUNCIL)
def list_admissions(grant: Grant, page: Paging) -> Page[AdmissionOut]:
    """The invitations of a council that I may read, newest first."""
    of_council = ADMISSION.table.c.council_id == grant.id
    found, after = visible(grant, ADMISSION, page, of_council)
    return Page(items=[views.admission_out(grant, seen) for seen in found], next=after)


@router.post("/councils/{council_id}/admissions", status_code=201, name="inviteMember")
@guarded(Action.INVITE_MEMBER, COUNCIL)
def invite_member(grant: Grant, asked: AdmissionIn) -> AdmissionOut:
    """Invite a member, or nominate who consents for one already invited."""
    admission = invitations.invite(
        grant.tx,
        council_facts.find_council(grant.tx, grant.id),
        asked.category,
        organisation_id=asked.organisation,
        person_id=asked.person,
        nominee=asked.nominee,
        by=grant.person_id,
    )
    grant.note(admission=admission.id, nominee=asked.nominee)
    return views.admission_out(grant, beside(grant, ADMISSION, admission.id))


@router.get("/admissions/{admission_id}", name="readAdmission")
@guarded(Action.READ, ADMISSION)
def read_admission(grant: Grant) -> AdmissionOut:
    """An invitation, how far it has come, and what is consented to."""
    return views.admission_out(grant, _granted(grant))


@router.post("/admissions/{admission_id}/decision", name="decideAdmission")
@guarded(Action.DECIDE, ADMISSION)
def decide_admission(grant: Grant, asked: DecisionIn) -> AdmissionOut:
    """Decide for one's minister; both ministers decide (BR-07)."""
    tx, by = grant.tx, grant.person_id
    minister = establishment.minister_of(tx, grant.council_id, by)
    admissions.decide(tx, _admission(grant), minister=minister, **asked.model_dump(), by=by)
    grant.note(minister=minister, verdict=asked.verdict)
    return _admission_now(grant)


@router.post("/admissions/{admission_id}/consent", name="consentToJoin")
@guarded(Action.CONSENT, ADMISSION)
def consent_to_join(grant: Grant, asked: ConsentIn) -> AdmissionOut:
    """Consent to join, as the nominee, to exactly what `statement` says (BR-04, BR-07)."""
    admissions.consent(grant.tx, _admission(grant), digest=asked.digest, by=grant.person_id)
    grant.note(digest=asked.digest)
    return _admission_now(grant)


@router.post("/admissions/{admission_id}/decline", name="declineAdmission")
@guarded(Action.DECLINE, ADMISSION)
def decline_admission(grant: Grant) -> AdmissionOut:
    """Decline, as the nominee; the invitation is over."""
    admissions.decline(grant.tx, _admission(grant), by=grant.person_id)
    return _admission_now(grant)


@router.post("/admissions/{admission_id}/withdrawal", name="withdrawAdmission")
@guarded(Action.WITHDRAW, ADMISSION)
def withdraw_admission(grant: Grant) -> AdmissionOut:
    """Take an invitation back."""
    admissions.withdraw(grant.tx, _admission(grant), by=grant.person_id)
    return _admission_now(grant)


@router.get("/councils/{council_id}/duty", name="readDuty")
@guarded(Action.READ, COUNCIL)
def read_duty(grant: Grant) -> DutyOut:
    """The duty of confidentiality in force, and whether I have acknowledged it."""
    return views.duty_out(grant)


@router.post("/councils/{council_id}/acknowledgement", status_code=201, name="acknowledgeDuty")
@guarded(Action.ACKNOWLEDGE, COUNCIL)
def acknowledge_duty(grant: Grant, asked: AcknowledgementIn) -> AcknowledgementOut:
    """Acknowledge the duty; before that nothing non-public opens (BR-36)."""
    row = duty.acknowledge(grant.tx, grant.id, grant.person_id, asked.text)
    grant.note(text=row.text_id, text_digest=row.text_digest)
    return AcknowledgementOut(
        text=row.text_id, digest=row.text_digest, acknowledged_at=row.recorded_at
    )


@router.get("/councils/{council_id}/safe-management-confirmations", name="listConfirmations")
@guarded(Action.READ_ROSTER, COUNCIL)
def list_confirmations(grant: Grant) -> ConfirmationsOut:
    """Every safe-management confirmation of the council's members."""
    safety_lapses.settle(grant)
    found = safety.confirmations(grant.tx, grant.id)
    return ConfirmationsOut(items=[roster.confirmation_out(grant, one) for one in found])


@router.post(
    "/councils/{council_id}/safe-management-confirmations",
    status_code=201,
    name="confirmSafeManagement",
)
@guarded(Action.CONFIRM_SAFE_MANAGEMENT, COUNCIL)
def confirm_safe_management(grant: Grant, asked: ConfirmationIn) -> ConfirmationOut:
    """Confirm that a member's safe-management measures are in place, until a date (BR-16)."""
    found = safety.confirm(grant.tx, grant.id, **dict(asked), by=grant.person_id)
    grant.note(confirmation=found.id, membership=asked.membership)
    return roster.confirmation_out(grant, found)


def _granted(grant: Grant) -> Seen:
    return Seen(grant.thing, grant.held, grant.may)


def _admission(grant: Grant) -> Admission:
    return council_facts.find_admission(grant.tx, grant.id)


def _admission_now(grant: Grant) -> AdmissionOut:
    return views.admission_out(grant, beside(grant, ADMISSION, grant.id))
