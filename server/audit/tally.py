"""Failed sign-ins and bad credentials, counted per network and minute.

Owns the counts of the running minute, in memory. A flood of bad tokens becomes one entry a minute
and network in the system log, never a row each. Nothing is decided on these counts.
"""

import ipaddress
import threading

from server.audit.models import SYSTEM
from server.audit.recorder import Recorder
from server.audit.service import Draft
from server.clock import MINUTE, Clock, Instant


class Tally:
    """Counts refusals of credentials; `flush` writes those of past minutes."""

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder, self._clock = recorder, clock
        self._lock = threading.Lock()
        self._counts: dict[tuple[Instant, str, str], int] = {}

    def count(self, kind: str, address: str | None) -> None:
        """Note one refusal; `kind` is an entry kind such as `session.refused`."""
        minute = self._clock() // MINUTE * MINUTE
        key = (minute, kind, network(address))
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1

    def flush(self, *, everything: bool = False) -> None:
        """Record the counts of minutes that are over (`everything`: also of the running one).

        Raises what the recorder raises; what could not be recorded is counted still.
        """
        now = self._clock() // MINUTE * MINUTE
        with self._lock:
            due = {k: n for k, n in self._counts.items() if everything or k[0] < now}
            for key in due:
                del self._counts[key]
        try:
            for key in sorted(due):
                self._record(key, due[key])
                del due[key]
        finally:
            with self._lock:
                for key, count in due.items():
                    self._counts[key] = self._counts.get(key, 0) + count

    def _record(self, key: tuple[Instant, str, str], count: int) -> None:
        minute, kind, net = key
        body = {"minute": minute, "network": net, "count": count}
        self._recorder.record(
            SYSTEM, Draft(kind=kind, object="installation", outcome="refused", body=body)
        )


def network(address: str | None) -> str:
    """The /24 (IPv4) or /48 (IPv6) an address belongs to; `unknown` where there is none."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
