"""What a process apart takes from itself before it looks at a stranger's bytes.

Owns its limits. It can then write no file, start no program, leave no core, and use no more
memory than it was given; on Linux it reads nothing but its own code, libraries and fonts (Landlock,
so neither key file nor vault, and no other process either), empties none, has no network, and
reaches neither another's socket nor another process (`calls.py`). What the system refuses is left
out: `confine` says what holds.
"""

import ctypes
import os
import resource
import struct
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from server.confinement import calls

MEMORY = 1536 << 20
CODE = Path(__file__).resolve().parents[1]
# What libraries and fonts are read from, as far as it is there.
LIBRARIES = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib")
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts")

_LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_NPROC, 0),
    (resource.RLIMIT_NOFILE, 64),
    (resource.RLIMIT_AS, MEMORY),
)
# linux/prctl.h, linux/sched.h, linux/landlock.h and the system calls' numbers (asm-generic).
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_PATH_BENEATH, _WHICH_VERSION = 1, 1
# How many kinds of access to files each version of Landlock knows (2: links, 3: truncating, 5:
# devices), TCP (4), and signals and abstract sockets of others (6). What is not named is allowed.
_KINDS_OF_ACCESS = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP, _OTHERS = (4, 0b11), (6, 0b11)


def confine(fonts: Iterable[Path]) -> list[str]:
    """Give up for good what looking at a file needs not; which of the system's means hold."""
    held = []
    with suppress(OSError, ValueError):  # macOS has no limit on the address space
        for limit, most in _LIMITS:
            hard = resource.getrlimit(limit)[1]
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (least, least))
        held.append("limits")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # Whoever is not root gets an empty network only together with a user namespace.
        if libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWNET | _CLONE_NEWUSER) == 0:
            held.append("network")
        if _landlock(libc, [CODE, *_own(), *map(Path, LIBRARIES + FONTS), *fonts]):
            held.append("files")
        if calls.give_up(libc):
            held.append("calls")
    return held


def processor(seconds: int) -> None:
    """Let the next job use this many seconds of the processor; the system kills what takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.RLIM_INFINITY))


def _own() -> list[Path]:
    """Where this Python and what is installed for it lie."""
    return [Path(path) for path in {*sysconfig.get_paths().values(), sys.base_prefix}]


def _landlock(libc: ctypes.CDLL, readable: Iterable[Path]) -> bool:
    """From here on, files below these paths are read, and nothing else is opened at all."""
    version = libc.syscall(_CREATE_RULESET, None, 0, _WHICH_VERSION)
    if version < 1:
        return False
    handled = _handled(version)
    rules = libc.syscall(_CREATE_RULESET, handled, len(handled), 0)
    if rules < 0:
        return False
    for path in readable:
        with suppress(OSError):
            _allow(libc, rules, path)
    held: bool = libc.syscall(_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return held


def _handled(version: int) -> bytes:
    """Everything this version of Landlock can take away (struct landlock_ruleset_attr)."""
    kinds = max(many for since, many in _KINDS_OF_ACCESS.items() if since <= version)
    handled = struct.pack("=Q", (1 << kinds) - 1)
    for since, all_of_it in (_TCP, _OTHERS):
        if version >= since:
            handled += struct.pack("=Q", all_of_it)
    return handled


def _allow(libc: ctypes.CDLL, rules: int, path: Path) -> None:
    place = os.open(path, getattr(os, "O_PATH", 0))
    access = _READ_FILE | _EXECUTE | (_READ_FOLDER if path.is_dir() else 0)
    rule = struct.pack("=Qi", access, place)
    libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0)
    os.close(place)
