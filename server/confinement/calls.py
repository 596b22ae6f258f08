"""Calls of the system that a process apart gives up for good (Linux, seccomp).

Owns which: what neither its limits nor Landlock take from it. Landlock minds how a file is opened,
so that without this a socket that lies in the file system (PostgreSQL's, clamd's) would answer, a
file's mode and times would change, and the server itself, the same user's, would take signals and
limits from it. Decides nothing; what is given up answers EPERM.
"""

import ctypes
import errno
import platform
import struct

# Numbers of x86_64 and aarch64 (asm/unistd_64.h, asm-generic/unistd.h); 0: there is none.
_CALLS = {
    # another's socket, network
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "io_uring_setup": (425, 425),
    # another process
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "setpriority": (141, 140),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    "execve": (59, 221),
    "execveat": (322, 281),
    # a file without opening it
    "truncate": (76, 45),
    "chmod": (90, 0),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, 0),
    "lchown": (94, 0),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, 0),
    "utimes": (235, 0),
    "futimesat": (261, 0),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    # the system's own
    "setns": (308, 268),
    "unshare": (272, 97),
    "mount": (165, 40),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
# Its own limits it may lower, nobody else's.
_PRLIMIT = (302, 261)
# Whom a socket signals is not for it to say: F_SETOWN, F_SETOWN_EX; FIOSETOWN, SIOCSPGRP.
_FCNTL, _IOCTL = (72, 25), (16, 29)
_OWNERS = (8, 15, 0x8901, 0x8902)
# What a filter sees of a call (linux/seccomp.h), and how it says what becomes of it.
_NUMBER, _MACHINE, _FIRST, _SECOND = 0, 4, 16, 24
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000  # the same calls by other numbers
_LOAD, _EQUAL, _AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_PR_SET_SECCOMP, _FILTER = 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def give_up(libc: ctypes.CDLL) -> bool:
    """From here on, in this thread and all it starts. Whether the system has the means."""
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    code = _filter(*known)
    program = _Program(len(code) // 8, code)
    held: bool = libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0
    return held


def _filter(column: int, machine: int) -> bytes:
    """Classic BPF: refused are the calls above, those of another machine, another's limits and
    signals. A jump counts the steps between; the last step refuses, the one before it allows.
    """
    refused = sorted(filter(None, (numbers[column] for numbers in _CALLS.values())))
    last = len(refused) + len(_OWNERS) + 12
    made = [
        _step(_LOAD, _MACHINE),
        _step(_EQUAL, machine, no=last - 2),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _X32, yes=last - 4),
        *(_step(_EQUAL, number, yes=last - 5 - at) for at, number in enumerate(refused)),
        _step(_EQUAL, _PRLIMIT[column], no=2),
        _step(_LOAD, _FIRST),
        _step(_EQUAL, 0, yes=2, no=len(_OWNERS) + 5),
        _step(_EQUAL, _FCNTL[column], yes=2),
        _step(_EQUAL, _IOCTL[column], yes=1),
        _step(_ANSWER, _ALLOW),
        _step(_LOAD, _SECOND),
        *(_step(_EQUAL, whose, yes=len(_OWNERS) - at) for at, whose in enumerate(_OWNERS)),
        _step(_ANSWER, _ALLOW),
        _step(_ANSWER, _REFUSE),
    ]
    if len(made) != last + 1:
        raise AssertionError("the jumps are counted otherwise")
    return b"".join(made)


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
