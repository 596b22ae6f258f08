"""A letter: one mail to one person about one or several notices.

Owns what a mail says. It is put together from council, topic, number, deadline, address of the
page and command; there is nothing else to put in, so nothing confidential can be in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from server.access.matters import Topic, number_of
from server.clock import Instant, in_japan
from server.database import Tx
from server.ids import Id
from server.notices.calendar import Due, calendar
from server.notices.models import Notice
from server.notices.saying import (
    WITHOUT_COUNCIL,
    council_name,
    day_ja,
    moment_en,
    moment_ja,
)
from server.notices.words import TOPICS, place_of
from server.settings import Settings

SENDER = "協議会 Kyogikai"
CLOSING = (
    "このメールには、題名・内容・氏名を書いていません。サインインしてご確認ください。\n"
    "返信は届きません。通知の頻度は kyogikai notice daily / immediate で変えられます。"
)
CLOSING_EN = (
    "This mail holds no title, no content and no names: sign in to see what it is about.\n"
    "Replies reach nobody. How often you are told: kyogikai notice daily / immediate."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent; `id` names the group of notices it carries."""

    id: Id
    to: str
    message: EmailMessage


def write(
    tx: Tx, settings: Settings, letter: Id, to: str, notices: Sequence[Notice], now: Instant
) -> Letter:
    """The letter about these notices; the same notices give the same mail but for its date."""
    host = urlsplit(settings.origin).hostname or "localhost"
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _subject(tx, notices)
    message["From"] = Address(SENDER, addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(in_japan(now))
    message["Message-ID"] = f"<{letter}@{host}>"
    # RFC 3834: so that no absence note comes back, and no list sends it on.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "ja, en"
    message.set_content(_text(tx, settings.origin, notices), cte="base64")
    for method, dues in _dues(tx, notices).items():
        if dues:
            message.add_attachment(
                calendar(host, dues, method=method),
                maintype="text",
                subtype="calendar",
                filename=f"{method.lower()}.ics",
                params={"method": method, "charset": "utf-8"},
            )
    return Letter(letter, to, message)


def _subject(tx: Tx, notices: Sequence[Notice]) -> str:
    """【協議会名】用件（期限…）, as offices write it."""
    deadlines = [each.deadline for each in notices if each.deadline is not None]
    until = f"（期限{day_ja(min(deadlines))}）" if deadlines else ""
    councils = {each.council_id for each in notices}
    name = council_name(tx, notices[0].council_id) if len(councils) == 1 else WITHOUT_COUNCIL[0]
    if len(notices) == 1:
        what = TOPICS[Topic(notices[0].topic)].ja.partition("（")[0]
        return f"【{name}】{what}{until}"
    return f"【{name}】通知{len(notices)}件{until}"


def _text(tx: Tx, origin: str, notices: Sequence[Notice]) -> str:
    japanese = [_japanese(tx, origin, each) for each in notices]
    english = [_english(tx, origin, each) for each in notices]
    return "\n\n".join([*japanese, CLOSING, "-" * 60, *english, CLOSING_EN]) + "\n"


def _japanese(tx: Tx, origin: str, notice: Notice) -> str:
    lines = [
        f"協議会　： {council_name(tx, notice.council_id)}",
        f"用件　　： {TOPICS[Topic(notice.topic)].ja}",
        f"番号　　： {number_of(matter_of(notice))}",
    ]
    if notice.deadline is not None:
        lines.append(f"期限　　： {moment_ja(notice.deadline)}")
    return "\n".join([*lines, f"開く　　： {origin}/", f"コマンド： {_command(notice)}"])


def _english(tx: Tx, origin: str, notice: Notice) -> str:
    lines = [
        f"Council : {council_name(tx, notice.council_id)}",
        f"Matter  : {TOPICS[Topic(notice.topic)].en}",
        f"Number  : {number_of(matter_of(notice))}",
    ]
    if notice.deadline is not None:
        lines.append(f"Deadline: {moment_en(notice.deadline)}")
    return "\n".join([*lines, f"Open    : {origin}/", f"Command : {_command(notice)}"])


def matter_of(notice: Notice) -> Id:
    """What the number is of: the thing; where that is the person or the server, the fact itself."""
    own = notice.kind in ("person", "installation")
    return notice.source.partition("/")[0] if own else notice.thing_id


def _command(notice: Notice) -> str:
    return place_of(notice.topic, notice.kind, notice.thing_id, notice.council_id)[1]


def _dues(tx: Tx, notices: Sequence[Notice]) -> dict[str, list[Due]]:
    """The deadlines to enter into a calendar, and those to take out of it again."""
    found: dict[str, list[Due]] = {"PUBLISH": [], "CANCEL": []}
    for each in notices:
        if each.kind in ("person", "installation"):
            continue  # several deadlines of one's own would share an identity
        if each.deadline is not None:
            found["PUBLISH"].append(_due(tx, each, each.deadline))
        elif each.done and each.sequence:
            found["CANCEL"].append(_due(tx, each, each.made_at))
    return found


def _due(tx: Tx, notice: Notice, at: Instant) -> Due:
    name, what = council_name(tx, notice.council_id), TOPICS[Topic(notice.topic)]
    number = number_of(matter_of(notice))
    return Due(
        kind=notice.kind,
        thing_id=notice.thing_id,
        summary=f"【{name}】{what.ja}",
        description=f"番号 {number}\n{what.en} ({number})",
        deadline=at,
        sequence=notice.sequence,
        stamped_at=notice.made_at,
        lifted=notice.done,
    )
