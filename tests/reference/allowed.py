"""Who may do what, once more: plain Python over plain data, from domain.md (c) and its rules."""

from tests.reference.world import World

GOVERNMENT = {"establishing_ministry", "programme_ministry", "implementer_government"}
BY_PART = GOVERNMENT | {"program_director", "program_officer", "funding_agency"}
RESULTS = {"program_director", "rd_implementer", "implementer_private", "knowledge_holder"}


def allowed(w: World, who: str, act: str, kind: str, id: str, now: int) -> bool:
    """Whether a person, signed in and stepped up, may do something to a thing at a moment."""
    seat = next((s for s in w.seats if s.person == who and (s.until or now + 1) > now), None)
    me = bool(seat) and (who, w.council) in w.bound  # BR-36
    role, part, member = (seat.role, seat.category, seat.member) if seat and me else ("", "", "")
    speaks, voice = role == "seat_representative", role in ("seat_representative", "deputy")
    signs, needs = speaks and part == "establishing_ministry", speaks and part in GOVERNMENT
    office = w.offices.get(who, "")
    secretariat, officer = office == "secretariat", office == "compliance_officer"
    watches = office in ("compliance_officer", "auditor", "secretariat")
    checks = watches and not secretariat
    may: list[tuple[str, bool]] = [("explain", checks and kind not in ("document", "result"))]
    if kind == "council":
        asked = any(a.nominee == who and a.state == "open" for a in w.admissions.values())
        may += [("read acknowledge", bool(seat) or asked), ("share", me)]
        may += [("read_roster prove read_own_log", me), ("read read_roster", watches)]
        may += [("confirm_safe_management set_access_rules explain", signs or officer)]
        may += [("invite_member", signs or secretariat), ("see", office == "system_administrator")]
        may += [("register_result", part in RESULTS and role != "deputy")]
        may += [("record_finding", needs), ("provide explain", speaks), ("read_log prove", checks)]
    elif kind == "admission":
        mine, is_open = w.admissions[id].nominee == who, w.admissions[id].state == "open"
        may += [("read", me or mine or watches), ("consent decline", mine and is_open)]
        may += [("decide", signs and is_open), ("withdraw", secretariat and is_open)]
        may += [("comment", voice and is_open), ("read_comments", signs or (me and is_open))]
    elif kind == "membership":
        may += [("read", me or watches), ("remove", signs and id in w.members)]
        acts = "name_seat end_seat leave review_seats invite_handler manage_services explain"
        may += [(acts, speaks and member == id and id in w.members)]
        may += [("name_representative", (signs or secretariat or officer) and id in w.members)]
    elif kind == "document":
        p, state = w.papers[id], w.papers[id].state(now)
        draft, secret, internal = state == "draft", state == "secret", state == "internal"
        mine = me and member == p.member and (voice or (p.author == who and not secret))
        told = secret and who in p.recipients and now < w.safe_until.get(member, 0)  # BR-14, BR-16
        quiet, opens = not p.suspended, told and not p.suspended and (who, id) in w.bound
        takes = mine or (opens and voice) or (internal and voice and quiet)
        may += [("read", mine or opens or (internal and quiet and (me or secretariat)))]
        may += [("publish set_scope", mine and draft), ("set_scope release", mine and secret)]
        may += [("download", takes and part != "think_tank"), ("read", internal and officer)]
        may += [("see acknowledge", told and quiet and not opens), ("see", secret and checks)]
        may += [("see", (secret and secretariat and quiet) or (internal and office == "auditor"))]
        may += [("upload", mine and not secret), ("explain", speaks and internal and quiet)]
        may += [("read_readers explain", mine or (checks and not draft))]
        may += [("record_conflict resume", officer and not draft), ("suspend", officer and secret)]
    elif kind == "round":
        asked, is_open = me and member in w.rounds[id].roster, w.rounds[id].is_open(now)
        told = asked and (voice if is_open else speaks and part in BY_PART)
        may += [("see", asked or watches), ("read", told), ("answer", told and is_open)]
    elif kind == "result":
        r = w.results[id]
        kept = [w.requests[k.request].result for k in w.know_how.values() if now < k.until]
        owns, plain = r.owner == who, not r.published and id not in kept
        shown = me and (r.is_open or who in r.readers)
        may += [("read", owns or shown), ("choose_readers explain", owns)]
        may += [("publish", owns and not r.published)]  # BR-25
        may += [("accept_hold", owns and plain), ("request_exception", shown and plain and needs)]
    else:
        request = w.requests[w.know_how[id].request if kind == "know_how" else id]
        owns, own = w.results[request.result].owner == who, speaks and member == request.member
        may += [("see", owns or me or checks), ("read", owns)]
        if kind == "know_how":
            may += [("read", (me and who in request.authorised) or (speaks and part in BY_PART))]
        else:
            last = w.rounds[request.rounds[-1]] if request.rounds else None
            is_open, idle = last and last.is_open(now), not last or last.ended == "void"
            alive = own and not request.withdrawn and bool(idle or is_open)
            may += [("see", secretariat), ("open_round withdraw", alive), ("read", own)]
            lasting = any(k.request == id and now < k.until for k in w.know_how.values())
            may += [("read", speaks and not lasting), ("read", voice and bool(is_open))]
    return any(act in acts.split() and holds for acts, holds in may)
