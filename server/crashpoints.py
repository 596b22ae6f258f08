"""Named places where a fault test ends the process (REL-2). Nothing in production.

Owns the one hook that `tests/faults` sets; without it a crash point does nothing.
"""

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def crashpoint(name: str) -> None:
    """Mark a step after which a crash must leave the state before or after, never between."""
    if _hook is not None:
        _hook(name)


def set_hook(hook: Callable[[str], None] | None) -> None:
    """Let a fault test see each crash point as it is passed."""
    global _hook
    _hook = hook
