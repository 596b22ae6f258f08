"""What a browser or program calls itself (`User-Agent`), as its owner would call it.

Owns a short list of names. It is a hint for recognising one's own devices and proves nothing.
"""

import re

# The first that is found names it: each browser also claims to be the ones it descends from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chromium", "Chromium"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
PRODUCT = re.compile(r"[^\x00-\x1f]{1,80}")


def device(agent: str | None) -> str | None:
    """`Firefox (Windows)`; a program by its own words; None where nothing is known."""
    if not agent:
        return None
    browser = _first(BROWSERS, agent) if agent.startswith("Mozilla/") else None
    system = _first(SYSTEMS, agent)
    if browser is not None:
        return f"{browser} ({system})" if system else browser
    found = PRODUCT.match(agent)
    return found[0] if found else None


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str | None:
    return next((name for mark, name in names if mark in agent), None)
