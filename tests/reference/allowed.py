"""Who may do what, once more: plain Python over plain data, from the matrix and docs/rules.md."""

from tests.reference.world import BY_PART, GOVERNMENT, LEADS, MAKERS, OFFICES, World


def allowed(w: World, who: str, act: str, kind: str, id: str, now: int) -> bool:
    """Whether a person, signed in and stepped up, may do something to a thing at a moment."""
    seat = next((s for s in w.seats if s.person == who and (s.until or now + 1) > now), None)
    me = bool(seat) and (who, w.council) in w.bound  # BR-36
    role, part, member = (seat.role, seat.category, seat.member) if seat and me else ("", "", "")
    speaks, voice = role == "seat_representative", role in ("seat_representative", "deputy")
    signs, needs = speaks and part == "establishing_ministry", speaks and part in GOVERNMENT
    office = w.offices.get(who, "")
    secretariat, officer, auditor = (office == each for each in OFFICES)
    checks, watches = officer or auditor, officer or auditor or secretariat
    may: list[tuple[str, bool]] = [("explain", checks and kind not in ("document", "result"))]
    if kind == "council":
        asked = any(a.nominee == who and a.state == "open" for a in w.admissions.values())
        may += [("read acknowledge", bool(seat) or asked), ("provide explain", speaks)]
        may += [("ask_cooperation", secretariat or signs or (speaks and part in LEADS))]
        may += [("read_roster prove read_own_log share ask", me), ("read read_roster", watches)]
        may += [("confirm_safe_management set_access_rules explain", signs or officer)]
        may += [("invite_member", signs or secretariat), ("see", office == "system_administrator")]
        may += [("register_result", part in MAKERS and role != "deputy"), ("record_finding", needs)]
        may += [("export", voice and part != "think_tank"), ("read_log prove", checks)]
        may += [("trace", officer), ("close", signs)]
    elif kind == "admission":
        mine, is_open = w.admissions[id].nominee == who, w.admissions[id].state == "open"
        may += [("read", me or mine or watches), ("consent decline", mine and is_open)]
        may += [("decide", signs and is_open), ("withdraw", secretariat and is_open)]
        may += [("comment", voice and is_open), ("read_comments", signs or (me and is_open))]
    elif kind == "membership":
        acts = "name_seat end_seat leave review_seats invite_handler manage_services explain see"
        may += [("see certify_return", who == w.spoke_last(id)), ("see", checks and id in w.gone)]
        may += [("read", me or watches), (acts, speaks and member == id in w.members)]
        may += [("name_representative", (signs or secretariat or officer) and id in w.members)]
        may += [("remove", signs and id in w.members), ("record_return", officer and id in w.gone)]
    elif kind == "document":
        p, draft, secret, sealed, internal = w.paper(id, now)
        mine = me and member == p.member and (voice or (p.author == who and (draft or internal)))
        told = secret and who in p.recipients and now < w.safe_until.get(member, 0)  # BR-14, BR-16
        quiet, opens = not p.suspended, told and not p.suspended and (who, id) in w.bound
        reads = internal and ((quiet and (me or secretariat)) or officer)
        level = 3 if mine or (internal and voice and quiet) else p.level if opens and voice else 0
        may += [("read view report_incident", mine or opens or reads), ("open", mine or reads)]
        may += [("publish", mine and draft), ("set_scope", mine and (draft or secret))]
        may += [("release", mine and (secret or sealed)), ("upload", mine and (draft or internal))]
        may += [(" ".join("print download hand_over".split()[:level]), part != "think_tank")]
        may += [("see acknowledge", told and quiet and not opens), ("destroy", mine)]
        may += [("see", (secret or sealed) and (checks or (secretariat and quiet)))]
        may += [("see", internal and auditor), ("explain", speaks and internal and quiet)]
        may += [("read_readers explain", mine or (checks and not draft))]
        may += [("record_conflict resume", officer and (secret or internal))]
        may += [("suspend report_incident", officer and secret), ("dispose", mine and not internal)]
    elif kind == "round":
        asked, is_open = me and member in w.rounds[id].roster, w.rounds[id].is_open(now)
        told = asked and (voice if is_open else speaks and part in BY_PART)
        may += [("see", asked or watches), ("read", told), ("answer", told and is_open)]
        may += [("see read", any(w.results[r].owner == who for r in w.about(id)))]
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
            may += [("read", speaks and not w.lasts(id, now)), ("read", voice and bool(is_open))]
    return act not in w.over(kind, now) and any(act in a.split() and holds for a, holds in may)
