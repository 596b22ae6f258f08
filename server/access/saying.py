"""An explanation in sentences, in Japanese and in English.

Owns the wording. Every fact comes from the answer itself; the words for relations, kinds, states
and actions are those of the clients' glossary, so that people read the same word everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from clients.cli.terms import WORDS
from server.access.explanation_schemas import ConditionOut, ExplanationOut
from server.clock import SECOND, Instant

JST = timezone(timedelta(hours=9))
NOT_TO_BE_HAD = {"holds_office", "is_official", "is_service", "is_service_of_source", "is_self"}
DENIALS = {
    "incident": ("事案が開かれているため", "An open incident"),
    "suspension": ("停止により", "A suspension"),
    "conflict_of_interest": ("利益相反のため", "A conflict of interest"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, twice."""

    ja: str
    en: str


def moment(at: Instant) -> str:
    """A moment, for people: to the minute, in Japan's time."""
    return f"{datetime.fromtimestamp(at / SECOND, UTC).astimezone(JST):%Y-%m-%d %H:%M} JST"


def _ja(words: Sequence[str]) -> str:
    return "、".join(f"{WORDS.get(word, word)}" for word in words)


def _en(words: Sequence[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)


def sentences(answer: ExplanationOut, *, is_own: bool) -> tuple[list[str], list[str]]:
    """The answer as a person would give it, in Japanese and in English: what, why, what is missing,
    what is needed besides.
    """
    said = [
        _verdict(answer, is_own),
        *(_reasons(answer) if answer.allowed else _obstacles(answer)),
        *_besides(answer),
        *_of_policy(answer),
    ]
    return [each.ja for each in said], [each.en for each in said]


def _verdict(answer: ExplanationOut, is_own: bool) -> Said:
    ja_who = "あなた" if is_own else f"{answer.name} さん" if answer.name else "この人"
    en_who = "You" if is_own else answer.name or "This person"
    ends = "行えます" if answer.allowed else "行えません"
    kind_ja, kind_en = WORDS.get(answer.kind, answer.kind), answer.kind.replace("_", " ")
    state_ja, state_en = WORDS.get(answer.state, answer.state), answer.state.replace("_", " ")
    when = moment(answer.at)
    return Said(
        f"{when} の時点で、{ja_who}は、この{kind_ja}（{state_ja}）について"
        f"「{_ja([answer.action])}」を{ends}。",
        f"At {when}, {en_who} {'may' if answer.allowed else 'may not'} "
        f"{_en([answer.action])} this {kind_en} ({state_en}).",
    )


def _reasons(answer: ExplanationOut) -> Iterator[Said]:
    yield Said(
        f"この{WORDS.get(answer.kind, answer.kind)}に対して「{_ja(answer.by)}」であるためです。",
        f"Because of being: {_en(answer.by)}.",
    )
    for relation in answer.relations:
        ends = [c.until for way in relation.ways for c in way if c.holds and c.until is not None]
        if relation.holds and ends:
            until = moment(min(ends))
            yield Said(
                f"「{_ja([relation.relation])}」の条件の一部は {until} に終わります。",
                f"A condition of {_en([relation.relation])} ends at {until}.",
            )


def _obstacles(answer: ExplanationOut) -> Iterator[Said]:
    if answer.denied is not None:
        yield _denial(answer)
    if not answer.possible:
        yield Said(
            f"「{_ja([answer.action])}」は、誰もこの種類のものに対して行えません。",
            f"Nobody may {_en([answer.action])} a thing of this kind.",
        )
    elif answer.state not in answer.possible:
        yield Said(
            f"この状態では、誰も行えません。行える状態：{_ja(list(answer.possible))}。",
            f"In this state nobody may. It is possible while: {_en(list(answer.possible))}.",
        )
    fits = answer.besides is None or answer.besides.category_fits
    if not fits and answer.besides is not None:
        yield Said(
            f"「{_ja([answer.category or ''])}」の構成員には開かれていない操作です"
            f"（開かれている区分：{_ja(answer.besides.categories)}）。",
            f"It is not open to members of category {_en([answer.category or ''])} "
            f"(open to: {_en(answer.besides.categories)}).",
        )
    if answer.denied is None and fits:
        yield from _missing(answer)
    if closed := sorted({*answer.closed_to} & {*answer.held}):
        yield Said(
            f"役職（{_ja(closed)}）にこの操作を許すことは、どの規則にもできません（BR-52）。",
            f"No policy can ever let an office ({_en(closed)}) do this (BR-52).",
        )


def _denial(answer: ExplanationOut) -> Said:
    since = moment(answer.denied_since) if answer.denied_since is not None else ""
    ja, en = DENIALS.get(answer.denied or "", DENIALS["suspension"])
    return Said(
        f"{ja}、{since} から関係が認められていません。"
        + (f"終えられる人：{_ja(answer.lifted_by)}。" if answer.lifted_by else ""),
        f"{en} takes relations away since {since}."
        + (f" It can be ended by: {_en(answer.lifted_by)}." if answer.lifted_by else ""),
    )


def _missing(answer: ExplanationOut) -> Iterator[Said]:
    """What is missing for each relation that would do, by the way that is nearest to holding.

    Of an office, or of being what nobody can become, nothing is said: nobody asks to be appointed
    so as to read.
    """
    shown: set[str] = set()
    for relation in answer.relations:
        ways = [[c for c in way if not c.holds] for way in relation.ways]
        missing = min(ways, key=len)
        if {condition.condition for condition in missing} & NOT_TO_BE_HAD:
            continue
        yield Said(
            f"「{_ja([relation.relation])}」であるために足りないもの："
            f"{'、'.join(condition.ja for condition in missing)}。",
            f"Missing for {_en([relation.relation])}: {'; '.join(c.en for c in missing)}.",
        )
        for condition in missing:
            if condition.condition not in shown:
                shown.add(condition.condition)
                yield from _remedy(condition)


def _remedy(condition: ConditionOut) -> Iterator[Said]:
    if condition.ended is not None:
        ended = moment(condition.ended)
        yield Said(
            f"「{condition.ja}」は {ended} に終わりました。",
            f"“{condition.en}” ended at {ended}.",
        )
    if condition.by_oneself:
        yield Said(
            f"「{condition.ja}」：できるのは本人だけです。",
            f"Only the person can bring about: {condition.en}.",
        )
    elif condition.granted_by:
        ja = f"{_ja(condition.granted_by)}{_named(condition)}"
        en = f"{_en(condition.granted_by)}{_named(condition)}"
        yield Said(
            f"「{condition.ja}」：できる人は {ja}。", f"“{condition.en}” can be given by: {en}."
        )


def _named(condition: ConditionOut) -> str:
    names = ", ".join(person.name for person in condition.persons)
    return f" ({names})" if names else ""


def _besides(answer: ExplanationOut) -> Iterator[Said]:
    needs = answer.besides
    if needs is None or not answer.allowed:
        return
    if needs.scope == "session":
        yield Said(
            "サインインした本人だけが行えます。APIトークンでは行えません。",
            "Only a signed-in person does this; an API token does not.",
        )
    if needs.step_up_seconds:
        yield Said(
            "この操作のための本人確認（パスキー）を、"
            f"{needs.step_up_seconds} 秒以内に行っている必要があります。",
            f"It takes a passkey's proof for this very act, at most {needs.step_up_seconds} s old.",
        )
    if needs.networks:
        ranges = ", ".join(needs.networks)
        yield Said(
            f"この協議会のものは、決められたネットワーク（{ranges}）からだけ扱えます。",
            f"The council's things are reached from certain networks only: {ranges}.",
        )
    if needs.device_bound:
        yield Said(
            "本人確認には、端末から取り出せないパスキーが必要です。",
            "The proof takes a passkey that cannot leave its device.",
        )
    if needs.persons == 2:
        yield Said(
            "二人で行います。権限を持つもう一人が、同じ内容で行うと成立します。",
            "It takes two persons: another with the right does exactly the same.",
        )
    for code in needs.obstacles or ():
        yield Said(
            f"ただし、いまの資格情報ではまだ行えません［{code}］。",
            f"But with the present credential it cannot be done yet [{code}].",
        )


def _of_policy(answer: ExplanationOut) -> Iterator[Said]:
    if not answer.policy_known:
        yield Said(
            "当時の規則は記録がないため、知られている最も古い規則で答えています。",
            "No policy is on record for that day: the earliest one known was asked.",
        )
