"""What can be wrong with the shipped registry, in words an operator can act on.

Owns the list of rules and the one error that names every fault at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from server.settings import ReasonNotToStart


class Rule(StrEnum):
    """The rules of the registry; the value is the stable code shown in messages."""

    UNREADABLE = "unreadable"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    WRONG_VALUE = "wrong-value"
    NOT_NFC = "not-nfc"
    ID_TWICE = "id-twice"
    NAME_TWICE = "name-twice"
    NO_SUCH_ID = "no-such-id"
    WRONG_KIND = "wrong-kind"
    PARENT_CYCLE = "parent-cycle"
    OTHER_VISION = "other-vision"
    NAMED_TWICE = "named-twice"
    WITHOUT_LIST = "without-list"
    NO_REPRESENTATIVE = "no-representative"
    NOT_AN_ORGAN = "not-an-organ"
    BARE_OFFICE = "bare-office"
    NAME_DIFFERS = "name-differs"
    NOT_AS_PRINTED = "not-as-printed"
    MINISTERS = "ministers"
    ESTABLISHER_AMONG_ORGANS = "establisher-among-organs"
    DATES = "dates"
    COUNT = "count"


WORDS: dict[Rule, tuple[str, str]] = {
    Rule.UNREADABLE: (
        "ファイルを読めません。存在とYAMLの書式（同じ項目の重複を含む）を確認してください",
        "the file cannot be read; check that it exists and is YAML with every key once",
    ),
    Rule.UNKNOWN_FIELD: (
        "未知の項目です。削除するか、つづりを直してください",
        "unknown field; remove it or correct its spelling",
    ),
    Rule.MISSING_FIELD: (
        "必須の項目がありません。追加してください（不明なら null）",
        "a required field is missing; add it (null where the field allows it)",
    ),
    Rule.WRONG_VALUE: (
        "値の形式が違います。直してください（日付は引用符で囲む）",
        "the value has the wrong form; correct it (dates are quoted text)",
    ),
    Rule.NOT_NFC: (
        "文字列がNFCではありません。正規化してください",
        "the text is not NFC; normalise it",
    ),
    Rule.ID_TWICE: (
        "同じidが二度あります。一方を消すか別のidにしてください",
        "the id occurs twice; remove one entry or give it another id",
    ),
    Rule.NAME_TWICE: (
        "同じ名称の組織が二つあります。一つにまとめてください",
        "two organisations bear this name; make them one",
    ),
    Rule.NO_SUCH_ID: (
        "参照先がありません。参照を直すか、参照先を追加してください",
        "the reference leads nowhere; correct it or add what it names",
    ),
    Rule.WRONG_KIND: (
        "参照先の種類か役割が違います。参照か、参照先の kind, programme_roles を直してください",
        "what is named is of another kind or role; correct the reference or the entry it names",
    ),
    Rule.PARENT_CYCLE: (
        "parent が自分自身に戻ります。parent を直してください",
        "following `parent` leads back to the entry itself; correct it",
    ),
    Rule.OTHER_VISION: (
        "研究開発構想と技術のビジョンが異なります。どちらかの vision を直してください",
        "the concept and its technology belong to different visions; correct one of them",
    ),
    Rule.NAMED_TWICE: (
        "同じものが一つの構想に二度挙げられています。一つ消してください",
        "named twice in one concept; remove one",
    ),
    Rule.WITHOUT_LIST: (
        "一覧のない構想に一覧の内容があります。council_list を入れるか空にしてください",
        "no `council_list`, yet ministers, organs or PD/PO; name the list or empty them",
    ),
    Rule.NO_REPRESENTATIVE: (
        "協議会の一覧がある構想には representative: PD か PO が必要です",
        "a concept with a council list needs `representative`: PD or PO",
    ),
    Rule.NOT_AN_ORGAN: (
        "関係行政機関等の役割（council_participating_organ）がない組織です",
        "an organ lacks the role council_participating_organ; correct it or its programme_roles",
    ),
    Rule.BARE_OFFICE: (
        "内閣府・内閣官房は部局名で書きます。部局のidにしてください",
        "内閣府 and 内閣官房 take part only by a named sub-office; give the id of the sub-office",
    ),
    Rule.NAME_DIFFERS: (
        "印刷された名称に組織名が含まれません。as_written か id を直してください",
        "the printed name does not contain the organisation's name; correct as_written or the id",
    ),
    Rule.NOT_AS_PRINTED: (
        "印刷された一覧と一致しません。organs か organs_verbatim を資料どおりに直してください",
        "the organs differ from the list as printed; correct organs or organs_verbatim",
    ),
    Rule.MINISTERS: (
        "設置大臣は基金所管大臣、内閣総理大臣の順です（BR-05）。直してください",
        "ministers are the fund's minister, then the Prime Minister (BR-05); correct them",
    ),
    Rule.ESTABLISHER_AMONG_ORGANS: (
        "設置大臣の省が関係行政機関等に重ねて挙げられています。organs から除いてください",
        "the establishing ministry is repeated among the organs; remove it there",
    ),
    Rule.DATES: (
        "日付が食い違うか、暦にありません。資料を確認してください",
        "the dates disagree or are not in the calendar; check them against the document",
    ),
    Rule.COUNT: (
        "件数が counts の記載と違います。項目か counts を直してください",
        "the number of entries is not the one stated; correct the entries or the number",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: in which file, at which entry, what was found there."""

    file: str
    id: str
    rule: Rule
    found: str

    def __str__(self) -> str:
        ja, en = WORDS[self.rule]
        return f"{self.file}: {self.id}: {self.rule}: {self.found}\n    {ja}\n    {en}"


class RegistryError(ReasonNotToStart):
    """The registry cannot be used; `faults` holds every fault found, never only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        listed = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(
            f"K Program の登録データに誤りがあります（{len(self.faults)} 件）"
            f" / the K Program registry has {len(self.faults)} faults:\n{listed}"
        )
