"""Fourteen questions from the access-rights matrix (domain_tables.py) and what they are answered.

Data: the row and column of the matrix, who asks about whom, which act on which thing, and what the
answer says in both languages. tests/clients/test_explaining.py makes the scene and asks by command.
"""

from dataclasses import dataclass

NOT_TOLD = 4  # the command's exit code where there is nothing the asker is told of


@dataclass(frozen=True)
class Case:
    """One question. `about` and `asker` name persons of the scene; `at` names a moment of it.

    `allowed` is None where the answer is that there is no such thing. `says` are pieces of the
    Japanese answer, `says_in_english` of the English one; `never` must appear in neither.
    """

    number: int
    row: int
    column: str
    asker: str
    action: str
    thing: str
    allowed: bool | None
    about: str | None = None
    at: str | None = None
    says: tuple[str, ...] = ()
    says_in_english: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


CASES = (
    Case(
        1, 1, "read council-internal", "pd", "read", "internal", True,
        says=("あなたは、この資料（協議会限り）について「閲覧」を行えます", "「構成員」であるため"),
        says_in_english=("You may read this document (council internal)",),
    ),
    Case(
        2, 11, "read provided secret", "organ_a", "read", "secret", False, about="handler_a",
        says=(
            "handler_a 太郎 さんは", "行えません", "提供者に提供先として指名されている",
            "できる人は 情報提供者", "organ_a 太郎",
        ),
        says_in_english=("may not read", "named by the provider", "can be given by: provider"),
    ),
    Case(
        3, 4, "read provided secret", "organ_a", "read", "secret", False, about="fa",
        says=(
            "× 所属する構成員の安全管理措置の確認が有効である",
            "は 2026-10-01 23:13 JST に終わりました",
            "できる人は 情報管理責任者、構成員代表",
            "compliance 太郎",
            "○ 提供者に提供先として指名されている",
        ),
        says_in_english=("ended at 2026-10-01 23:13 JST", "compliance officer"),
    ),
    Case(
        4, 8, "read provided secret", "private", "read", "secret", False,
        says=(
            "足りないもの：この情報の範囲と義務を、現在の版の文で確認している",
            "できるのは本人だけです",
        ),
        says_in_english=("Only the person can bring about",),
    ),
    Case(
        5, 10, "download, print", "think_tank", "download", "internal", False,
        says=("「シンクタンク」の構成員には開かれていない操作です",),
        says_in_english=("not open to members of category think tank",),
    ),
    Case(
        6, 2, "name handlers", "po", "name_seat", "po_membership", False,
        says=("「プログラム・オフィサー」の構成員には開かれていない操作です",),
        says_in_english=("not open to members of category program officer",),
    ),
    Case(
        7, 13, "read provided secret", "secretariat", "read", "secret", False,
        says=("役職（事務局）にこの操作を許すことは、どの規則にもできません（BR-52）",),
        says_in_english=("No policy can ever let an office (secretariat) do this",),
    ),
    Case(
        8, 15, "read provided secret", "compliance", "read", "secret", False, about="admin",
        says=("役職（システム管理者）にこの操作を許すことは、どの規則にもできません（BR-52）",),
        says_in_english=("system administrator",),
    ),
    Case(
        9, 11, "read provided secret, after its period", "handler_a", "read", "ended", True,
        says=("この資料（協議会限り）について「閲覧」を行えます",),
        says_in_english=("(council internal)",),
    ),
    Case(
        10, 10, "read council-internal, after leaving", "compliance", "read", "internal", False,
        about="think_tank_left",
        says=("行えません", "協議会に席がある", "に終わりました"),
        says_in_english=("a seat in the council", "ended at"),
    ),
    Case(
        10, 10, "read council-internal, the day before", "compliance", "read", "internal", True,
        about="think_tank_left", at="before_leaving",
        says=("行えます", "「構成員」であるため"),
        says_in_english=("Because of being: member",),
    ),
    Case(
        11, 14, "suspend only", "compliance", "read", "suspended", False, about="organ_b",
        says=("停止により", "終えられる人：情報管理責任者"),
        says_in_english=("A suspension takes relations away since", "ended by: compliance officer"),
    ),
    Case(
        12, 8, "consent to exception, by a token", "organ_b_token", "answer", "round", True,
        says=("APIトークンでは行えません", "いまの資格情報ではまだ行えません［refused］"),
        says_in_english=("an API token does not",),
    ),
    Case(
        13, 7, "consent to exception, step-up too old", "organ_b", "answer", "round", True,
        says=("300 秒以内", "いまの資格情報ではまだ行えません［step_up_needed］"),
        says_in_english=("at most 300 s old", "step_up_needed"),
    ),
    Case(14, 12, "none of it", "stranger", "read", "secret", None, never=("secret", "秘密の題名")),
    Case(14, 16, "none of it", "stranger", "read", "internal", None, never=("協議会限り",)),
)  # fmt: skip
