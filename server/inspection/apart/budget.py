"""How much time of the processor one paper may take.

Owns the count. The process is killed later, by the system or the server: this ends it in time to
say why.
"""

import time

from server.inspection.unsearched import Unsearched, Why


class Budget:
    """Seconds of the processor from now on."""

    def __init__(self, seconds: float) -> None:
        self._until = time.process_time() + seconds

    def check(self) -> None:
        """Raises Unsearched(TOO_COMPLEX) once they are used up."""
        if time.process_time() > self._until:
            raise Unsearched(Why.TOO_COMPLEX)
