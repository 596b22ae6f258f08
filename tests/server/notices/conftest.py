"""A mail server of one's own, and the server's parts that know it."""

from collections.abc import Iterator

import pytest

from server.access.parts import Parts
from tests.making.mail import Mailbox, mail_server, mailing


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def mailed(parts: Parts, box: Mailbox) -> Parts:
    return mailing(parts, box)
