"""Every page there is, by subject."""

from clients.web.pages import (
    authorising,
    confirming,
    duty,
    enrolling,
    front,
    linking,
    mine,
    passkeys,
    signing_in,
)

PAGES = (
    *front.PAGES,
    *signing_in.PAGES,
    *enrolling.PAGES,
    *duty.PAGES,
    *mine.PAGES,
    *passkeys.PAGES,
    *linking.PAGES,
    *confirming.PAGES,
    *authorising.PAGES,
)
