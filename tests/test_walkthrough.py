"""docs/walkthrough*.md, executed as printed against a running server, with the CLI only."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("walkthrough.md", "walkthrough-confidential.md")
DAY = 24 * 3600 * 1000


@dataclass
class Step:
    """One command, the text its output must hold, and its exit code."""

    command: str
    expected: list[str] = field(default_factory=list)
    code: int = 0


def steps(page: str) -> list[Step]:
    """The commands of the page's `sh` blocks, and the clock's moves, in order."""
    found: list[Step] = []
    for language, block in re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL):
        if language == "clock":
            days = int(block.split()[0])
            found.append(Step(f'echo $(($(cat "$CLOCK") + {days * DAY})) > "$CLOCK"'))
        if language != "sh":
            continue
        for line in block.strip().splitlines():
            if line.startswith("#=> exit "):
                found[-1].code = int(line.removeprefix("#=> exit "))
            elif line.startswith("#=> "):
                found[-1].expected.append(line.removeprefix("#=> "))
            else:
                found.append(Step(line))
    return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The demonstration on a free port; the environment its commands run in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    clock = tmp_path / "clock"
    clock.write_text("0")
    command = [sys.executable, "-m", "tests.clocked", str(tmp_path / "var"), port, str(clock)]
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait(f"http://localhost:{port}/readyz", process, tmp_path / "server.log")
        yield _environment(tmp_path, port, clock)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
        log.close()
    assert code == 0, (tmp_path / "server.log").read_text()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(900):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not come up:\n" + log.read_text())


def _environment(folder: Path, port: str, clock: Path) -> dict[str, str]:
    programs = folder / "bin"
    programs.mkdir()
    for name, module in (("kyogikai", "clients.cli"), ("kyogikai-server", "server")):
        script = f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n'
        (programs / name).write_text(script)
        (programs / name).chmod(0o755)
    return {
        "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "ja_JP.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "KYOGIKAI_CONFIG": str(folder / "config"),
        "KYOGIKAI_SERVER": f"http://localhost:{port}",
        "KYOGIKAI_PORT": port,
        "DATA": str(folder / "var"),
        "CLOCK": str(clock),
    }


@pytest.mark.parametrize("name", PAGES)
def test_the_walkthrough_works_as_printed(
    served: dict[str, str], tmp_path: Path, name: str
) -> None:
    page = steps((ROOT / "docs" / name).read_text(encoding="utf-8"))
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    script = "".join(
        f'{{ {step.command}\n}} > "{outputs}/{n}" 2>&1\necho $? > "{outputs}/{n}.code"\n'
        for n, step in enumerate(page)
    )
    subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=served, stdin=subprocess.DEVNULL, timeout=280
    )

    wrong = [fault for n, step in enumerate(page) for fault in _faults(step, outputs / str(n))]
    assert not wrong, "\n\n".join(wrong)


def _faults(step: Step, output: Path) -> Iterator[str]:
    """In what a command's output or exit code differs from the page."""
    said = output.read_text(encoding="utf-8") if output.exists() else ""
    ended = output.with_name(f"{output.name}.code")
    code = ended.read_text().strip() if ended.exists() else "none: it was not reached"
    if code != str(step.code):
        yield f"{step.command}\nexit {code}, not {step.code}:\n{said}"
    for text in step.expected:
        if text not in said:
            yield f"{step.command}\ndoes not say {text!r}:\n{said}"
