"""What verification can find wrong, in words: Japanese first, English second.

Owns the words. A fault names table, row, log and entry as far as they are known.
"""

from collections import Counter
from dataclasses import dataclass, field

WORDS: dict[str, tuple[str, str]] = {
    "entry_missing": ("記録が欠けている", "entries are missing"),
    "leaf_hash": ("葉とそのハッシュが一致しない", "leaf and leaf hash disagree"),
    "leaf_malformed": ("葉の形が正しくない", "the leaf is malformed"),
    "leaf_elsewhere": ("葉が別の場所のもの", "the leaf belongs to another log or number"),
    "entry_column": ("葉と列が食い違う", "a column disagrees with the leaf"),
    "time_backwards": ("時刻が前の記録より古い", "the time is earlier than the entry before"),
    "opening": ("封じた内容が葉と合わない", "the sealed opening does not fit the leaf"),
    "head": ("ログの先頭行が記録と食い違う", "the head of the log disagrees with its entries"),
    "no_log": ("属するログがない", "the log these rows belong to does not exist"),
    "subtree": ("部分木のハッシュが違う", "the hash of a subtree is wrong, missing or foreign"),
    "checkpoint": ("チェックポイントの署名が無効", "a checkpoint is not what was signed"),
    "checkpoint_root": (
        "署名済みの根と記録が一致しない",
        "the entries do not lead to the signed root",
    ),
    "value": ("列の値の型が違う", "a column holds a value that is none of its kind"),
    "row_changed": ("行が記録時から変わっている", "the row is not as it was recorded"),
    "row_foreign": ("どの記録も保証しない行", "no entry vouches for this row"),
    "row_missing": ("記録にある行が存在しない", "a row that was recorded is not there"),
    "key": ("鍵の行を開けない", "the key does not open, or its row was changed"),
    "installation": ("設置の行が最初の記録と違う", "the row differs from the log's first entry"),
    "outside_ahead": (
        "外部の控えの方が新しい（巻き戻し）",
        "the copy outside is ahead: a rollback",
    ),
    "outside_inconsistent": ("外部の控えと履歴が違う", "the copy outside has another history"),
    "outside_unreadable": ("外部の控えが無効", "the copy outside is not validly signed"),
    "outside_unknown": ("外部の控えのログがない", "a copy outside is of a log that is not here"),
    "database": ("データベースファイルの破損", "the database itself reports damage"),
    "unfinished": ("検査を終えられない", "a check could not be finished"),
    "domain": ("規則に反する", "a rule does not hold"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: `code` is stable, `detail` is ours and in English."""

    code: str
    table: str = ""
    row: str = ""
    log: str = ""
    seq: int | None = None
    detail: str = ""

    def words(self) -> str:
        """One line for a person."""
        japanese, english = WORDS[self.code]
        where = [
            f"{name} {value}"
            for name, value in (("table", self.table), ("row", self.row), ("log", self.log))
            if value
        ]
        if self.seq is not None:
            where.append(f"seq {self.seq}")
        detail = f" ({self.detail})" if self.detail else ""
        return f"{' '.join(where)}: {japanese} / {english}{detail}"


@dataclass(slots=True)
class Findings:
    """What was checked, counted, and what was found wrong."""

    counted: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self,
        code: str,
        *,
        table: str = "",
        row: str = "",
        log: str = "",
        seq: int | None = None,
        detail: str = "",
    ) -> None:
        """Note one fault."""
        found = Fault(code=code, table=table, row=row, log=log, seq=seq, detail=detail)
        self.faults.append(found)
