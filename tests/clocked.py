"""A real server whose clock a test can move: `python -m tests.clocked DATA PORT FILE`.

`FILE` holds the milliseconds to add to the machine's time. Only the injected clock differs from
`kyogikai-server serve --demo`.
"""

import sys
from dataclasses import replace
from pathlib import Path

from server import demo, serve, settings
from server.clock import Instant, system_clock


def main() -> None:
    """Make the demonstration, then serve until ended."""
    data, port, file = sys.argv[1:4]
    offset = Path(file)

    def clock() -> Instant:
        return system_clock() + int(offset.read_text() or 0)

    chosen = replace(settings.read({}, data=data, port=port), demo=True)
    demo.main(chosen)
    serve.serve(chosen, clock)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
