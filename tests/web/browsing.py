"""A person at a real Chromium with a virtual passkey device, who notices whatever goes wrong.

Owns how the browser is found and started. Every message of the console, every violation of the
page's policy and every failure of a script is a failure of the test.
"""

import os
import shutil
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, Playwright, Route

CHROMIUM = "KYOGIKAI_CHROMIUM"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
DESKTOP, PHONE = {"width": 1100, "height": 900}, {"width": 375, "height": 800}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def chromium() -> str:
    """Where Chromium is: as $KYOGIKAI_CHROMIUM says, else on PATH."""
    found = os.environ.get(CHROMIUM) or shutil.which("chromium")
    assert found, f"no Chromium: apt-get install chromium, or set {CHROMIUM}"
    return found


def open_browser(playwright: Playwright) -> Browser:
    """A headless Chromium that talks to nobody but the pages it is sent to."""
    environment = {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}
    return playwright.chromium.launch(executable_path=chromium(), args=FLAGS, env=environment)


class Person:
    """Somebody with a browser of their own. `trouble` is what the browser complained of."""

    def __init__(self, browser: Browser, origin: str, locale: str = "ja-JP") -> None:
        self.origin = origin
        self.context = browser.new_context(
            locale=locale, timezone_id="Asia/Tokyo", viewport=DESKTOP, base_url=origin
        )
        self.trouble: list[str] = []
        self.allowed: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self._devtools: CDPSession = self.context.new_cdp_session(self.page)
        self._devtools.send("WebAuthn.enable")
        self.device = self.add_device()

    def _hear(self, message: ConsoleMessage) -> None:
        """What is said of our pages; what others say of theirs is theirs."""
        where = message.location["url"]
        if not where or where.startswith(self.origin):
            self.trouble.append(message.text)

    def add_device(self, transport: str = "internal") -> str:
        """Another device that can keep passkeys."""
        options = {**AUTHENTICATOR, "transport": transport}
        made = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return str(made["authenticatorId"])

    def use_only(self, device: str, devices: list[str]) -> None:
        """Touch this device alone when the browser asks."""
        for each in devices:
            self._devtools.send(
                "WebAuthn.setAutomaticPresenceSimulation",
                {"authenticatorId": each, "enabled": each == device},
            )

    def touch_next(self, device: str, devices: list[str]) -> None:
        """Once it has been proved who one is, touch this device: changed before the page goes on,
        for it asks for the next touch at once.
        """

        def change(route: Route) -> None:
            self.use_only(device, devices)
            route.continue_()

        self.page.route("**/web/step-up", change, times=1)

    def refuse_verification(self) -> None:
        """Fail at fingerprint and PIN."""
        wanted = {"authenticatorId": self.device, "isUserVerified": False}
        self._devtools.send("WebAuthn.setUserVerified", wanted)

    def expects(self, status: str) -> None:
        """A refusal follows, which the browser notes in its console."""
        self.allowed.append(f"the server responded with a status of {status}")

    def double_text(self) -> None:
        """Set all text to twice its size, as a browser's settings do."""
        self.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")

    def goto(self, path: str) -> None:
        """Open a page."""
        self.page.goto(path)

    def press(self, name: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("link", name=name, exact=True).click()

    def reads(self, text: str) -> None:
        """See a heading with these words."""
        self.page.get_by_role("heading", name=text, exact=True, level=1).wait_for()

    def is_told(self, text: str) -> None:
        """See a text."""
        self.page.get_by_text(text).first.wait_for()

    def cookies(self) -> dict[str, Any]:
        """The cookies the browser holds for this site, by name."""
        return {str(c["name"]): c for c in self.context.cookies(self.origin)}

    def assert_accessible(self) -> None:
        """No rule of WCAG 2.2 A and AA that axe knows is broken on this page."""
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": WCAG}})
        broken = [
            (each["id"], [node["html"] for node in each["nodes"]])
            for each in found.response["violations"]
        ]
        assert not broken, f"{self.page.url}: {broken}"
        assert found.response["passes"]

    def assert_fits(self) -> None:
        """Nothing is cut off or needs scrolling sideways."""
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def leave(self) -> None:
        """Close the browser; it must have had nothing to complain of."""
        self.context.close()
        for expected in self.allowed:
            found = [each for each in self.trouble if expected in each]
            assert found, f"{expected} did not happen: {self.trouble}"
            self.trouble.remove(found[0])
        assert not self.trouble
