"""The conversation with the mail server, held with a real one."""

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from server.access.parts import Parts
from server.notices.letters import Letter
from server.notices.relay import Relay, Unreachable, deliver, relay_of
from tests.making.mail import Mailbox, mail_server, mailing, relay, self_signed


def letter(number: int = 1) -> Letter:
    message = EmailMessage()
    message["Subject"] = f"お知らせ {number}"
    message["To"] = f"p{number}@example.jp"
    message.set_content("本文")
    return Letter(str(number), f"p{number}@example.jp", message)


def handed_in(to: Relay, *letters: Letter) -> dict[str, str | None]:
    """What became of each letter that was tried."""
    became: dict[str, str | None] = {}
    deliver(to, letters or [letter()], lambda each, fault: became.update({each.id: fault}))
    return became


def test_letters_are_accepted_in_one_conversation(parts: Parts) -> None:
    with mail_server() as box:
        became = handed_in(relay(mailing(parts, box)), letter(1), letter(2))

    assert became == {"1": None, "2": None}
    assert [each["Subject"] for each in box.letters] == ["お知らせ 1", "お知らせ 2"]
    assert box.conversations == 1


@pytest.mark.parametrize("answer", ["451 try later p1@example.jp", "554 never p1@example.jp"])
def test_a_refused_letter_is_told_by_its_code_alone(parts: Parts, answer: str) -> None:
    with mail_server() as box:
        box.answer = answer
        became = handed_in(relay(mailing(parts, box)))

    assert became == {"1": f"smtp {answer[:3]}"}


@pytest.mark.parametrize("answer", ["450 busy", "550 no such p1@example.jp"])
def test_a_refused_address_leaves_the_others_be(parts: Parts, answer: str) -> None:
    with mail_server() as box:
        box.to_recipient = answer
        became = handed_in(relay(mailing(parts, box)), letter(1), letter(2))

    assert became == {"1": f"smtp {answer[:3]}", "2": f"smtp {answer[:3]}"}


def test_a_server_that_hangs_keeps_nobody_waiting(parts: Parts) -> None:
    with mail_server() as box:
        box.hangs = True
        became = handed_in(replace(relay(mailing(parts, box)), timeout=0.2), letter(1), letter(2))

    assert became == {"1": "SMTPReadTimeoutError", "2": "disconnected"}


def test_a_server_that_drops_after_the_data_has_not_accepted(parts: Parts) -> None:
    with mail_server() as box:
        box.drops = True
        became = handed_in(relay(mailing(parts, box)), letter(1), letter(2))

    assert became == {"1": "SMTPServerDisconnected", "2": "disconnected"}


def test_nobody_there_is_unreachable(parts: Parts) -> None:
    with mail_server() as box:
        there = relay(mailing(parts, box))
    with pytest.raises(Unreachable, match=r"SMTPConnectError|SMTPConnectTimeoutError"):
        handed_in(there)


def tls(parts: Parts, box: Mailbox, scheme: str, **settings: str) -> Relay:
    url = f"{scheme}://localhost:{box.port}"
    return relay(mailing(parts, box, smtp_url=url, **settings))


def test_a_certificate_nobody_vouches_for_is_refused(parts: Parts, tmp_path: Path) -> None:
    own = self_signed(tmp_path)
    with mail_server(tls_context=own.context(), require_starttls=True) as box:
        with pytest.raises(Unreachable, match="tls"):
            handed_in(tls(parts, box, "smtp+starttls"))
        assert box.raw == []


def test_a_configured_authority_vouches_for_the_certificate(parts: Parts, tmp_path: Path) -> None:
    own = self_signed(tmp_path)
    with mail_server(tls_context=own.context(), require_starttls=True) as box:
        became = handed_in(tls(parts, box, "smtp+starttls", smtp_ca=str(own.certificate)))

    assert became == {"1": None}


def test_a_certificate_of_another_host_is_refused(parts: Parts, tmp_path: Path) -> None:
    own = self_signed(tmp_path, "mail.example.jp")
    strict = {"tls_context": own.context(), "require_starttls": True}
    with mail_server(**strict) as box, pytest.raises(Unreachable, match="tls"):
        handed_in(tls(parts, box, "smtp+starttls", smtp_ca=str(own.certificate)))


def test_without_the_offer_of_tls_nothing_is_said(parts: Parts) -> None:
    """Whoever stands between can take the offer away: that is no reason to speak in clear."""
    with mail_server() as box:
        with pytest.raises(Unreachable):
            handed_in(tls(parts, box, "smtp+starttls"))
        assert box.raw == []


def test_tls_from_the_first_byte(parts: Parts, tmp_path: Path) -> None:
    own = self_signed(tmp_path)
    with mail_server(ssl_context=own.context()) as box:
        with pytest.raises(Unreachable, match="tls"):
            handed_in(tls(parts, box, "smtps"))
        became = handed_in(tls(parts, box, "smtps", smtp_ca=str(own.certificate)))

    assert became == {"1": None}


def test_a_user_signs_in_by_the_secret_of_the_settings(parts: Parts, tmp_path: Path) -> None:
    own = self_signed(tmp_path)
    with mail_server(tls_context=own.context(), require_starttls=True, with_password=True) as box:
        with_user = {
            "smtp_url": f"smtp+starttls://council%40example.jp@localhost:{box.port}",
            "smtp_ca": str(own.certificate),
        }
        with pytest.raises(Unreachable, match="smtp 535"):
            handed_in(relay(mailing(parts, box, **with_user, smtp_password="wrong")))
        became = handed_in(relay(mailing(parts, box, **with_user, smtp_password="hidden-word")))

    assert became == {"1": None}
    assert set(box.users) == {"council@example.jp"}


def test_the_password_is_shown_nowhere(parts: Parts) -> None:
    chosen = replace(parts.settings, smtp_url="smtps://u@mail.example.jp", smtp_password="hidden")
    assert "hidden" not in repr(chosen)
    assert "hidden" not in repr(relay_of(chosen))


def test_an_authority_that_is_no_file_is_told(parts: Parts) -> None:
    with mail_server() as box, pytest.raises(Unreachable, match="ca file"):
        handed_in(tls(parts, box, "smtps", smtp_ca="/nowhere.pem"))


def test_without_a_mail_server_there_is_no_relay(parts: Parts) -> None:
    assert relay_of(parts.settings) is None
