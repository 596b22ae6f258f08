#!/usr/bin/env python3
"""python3 dev.py run | test | exec | bench | lock    (Python >= 3.11)

run [--data DIR] [--port N] [--demo]  サーバーの起動 / serve (./var, http://localhost:8000)
test [PYTEST ARGS]                    すべての検査 / check and test everything
exec -- COMMAND …                     この環境での実行 / run a command in the environment
bench [ROWS]                          速さの測定 / measure
lock [--upgrade, …]                   依存の固定 / lock the dependencies again
"""

# Owns the environment in .venv: who makes it, from which lock, when anew. It holds no rule of the
# product and imports the standard library only. An older Python can read it as well.
from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "kyogikai.stamp"
BOOT = ROOT / ".boot"
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)
# The interpreter that runs this file, also when that one lives in an environment itself.
BASE_PYTHON = str(getattr(sys, "_base_executable", sys.executable))
HINDERING = ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE")  # the latter: each start compiles all anew
COMPILE = ["pip", "compile", "--universal", "--python-version", "3.11", "--no-python-downloads"]
COMPILE += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
COMPILE += ["--custom-compile-command", "python3 dev.py lock"]

# Programs of the operating system that tests start, and the Debian package that brings each. A font
# has no program: what lists those for Japanese must have one to name. The server writes with it.
FONT = {"fc-list": "fontconfig", "fc-list :lang=ja": "fonts-ipaexfont-gothic"}
PROGRAMS = {"chromium": "chromium", "age": "age", "clamd": "clamav-daemon", **FONT}
PROGRAMS |= {"pdftotext": "poppler-utils", "strace": "strace", "unzip": "unzip"}


class Failure(Exception):
    """What this machine lacks, or a step that failed; the text is for the person at the shell."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def refusal(version: tuple[int, ...], system: str = os.name) -> str | None:
    """Why this Python cannot go on, with the command to use instead; None if it can."""
    if system != "posix":
        return "Linux か macOS が必要です（Windows では WSL）/ needs Linux, macOS or WSL"
    if version[:2] >= OLDEST:
        return None
    newer = [n for n in ("python3.13", "python3.12", "python3.11", "python3.14") if shutil.which(n)]
    use = f"{newer[0]} dev.py …" if newer else "apt-get install python3.11 (Debian, Ubuntu)"
    here = ".".join(map(str, version[:2]))
    return f"Python 3.11 以上が必要です（これは {here}）/ needs >= 3.11, this is {here}: {use}"


def environment(level: str) -> dict[str, str]:
    """Make `.venv` hold exactly the lock `level` ("runtime" or "dev"); the variables to run with.

    An environment with the tools of developers serves `run` as well, so it is never taken down.
    """
    import fcntl  # not everywhere: `refusal` speaks first

    with open(__file__, "rb") as this:
        # `run` in one terminal and `exec` in another must not install into each other.
        fcntl.flock(this, fcntl.LOCK_EX)
        made, _, has = (STAMP.read_text("utf-8") if STAMP.exists() else "").partition("\n")
        level = "dev" if has.startswith("dev ") else level
        wanted = f"{level} {hashlib.sha256(lock(level).read_bytes()).hexdigest()}"
        if (made, has) != (identity(), wanted):
            install(lock(level), anew=made != identity())
            STAMP.write_text(f"{identity()}\n{wanted}", "utf-8")
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    kept = {name: value for name, value in os.environ.items() if name not in HINDERING}
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(VENV)}


def lock(level: str) -> Path:
    """The hash-pinned requirements of one level."""
    return LOCKS / f"{level}.txt"


def identity() -> str:
    """Where the environment stands and whose Python it is; another place or Python: made anew."""
    return f"{VENV} {sys.base_prefix} {sys.version_info[0]}.{sys.version_info[1]}"


def install(requirements: Path, *, anew: bool) -> None:
    """By uv where it can be had; else, or where it fails (it reads no pip settings), by pip."""
    print(f"環境を用意しています / installing {requirements.relative_to(ROOT)}", file=sys.stderr)
    STAMP.unlink(missing_ok=True)
    uv = find_uv()
    if uv is None or not install_with_uv(uv, requirements, anew=anew):
        install_with_pip(VENV, requirements)
    make_importable()


def install_with_uv(uv: str, requirements: Path, *, anew: bool) -> bool:
    """Exactly the lock, what is not in it is removed; False if uv failed."""
    no_downloads = "--no-python-downloads"
    sync = ["pip", "sync", no_downloads, "--require-hashes", "--compile-bytecode"]
    try:
        if anew or not PYTHON.exists():
            call([uv, "venv", "--quiet", no_downloads, "--clear", "--python", BASE_PYTHON, VENV])
        call([uv, *sync, "--python", PYTHON, requirements])
    except subprocess.CalledProcessError:
        print("uv では失敗しました。pip で続けます / uv failed; going on with pip", file=sys.stderr)
        return False
    return True


def install_with_pip(place: Path, requirements: Path) -> None:
    """Into a new environment at `place`, because pip removes nothing; no package without its hash.

    Raises Failure naming the package that Debian leaves out of its Python.
    """
    lacking = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if lacking:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise Failure(f"{', '.join(lacking)} がありません / missing: apt-get install {package}")
    call([BASE_PYTHON, "-m", "venv", "--clear", place])
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call([place / "bin" / "python", *pip, "--require-hashes", "-r", requirements])


def find_uv() -> str | None:
    """The uv of this machine, else one installed into `.boot`; None if it cannot be had."""
    here = BOOT / "bin" / "uv"
    if found := shutil.which("uv") or (str(here) if here.exists() else None):
        return found
    try:
        install_with_pip(BOOT, lock("boot"))
    except subprocess.CalledProcessError:
        return None
    return str(here)


def make_importable() -> None:
    """`server`, `crypto`, `clients` by a path file; the two commands by small launchers."""
    import tomllib  # absent before Python 3.11: `refusal` speaks first

    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    path_file = VENV / "lib" / version / "site-packages" / "kyogikai.pth"
    path_file.write_text(f"{ROOT}\n", "utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for name, target in project["scripts"].items():
        module, _, function = target.partition(":")
        launcher = VENV / "bin" / name
        # Through sh: a path in `#!` may be neither long nor hold a space.
        launcher.write_text(
            f"""#!/bin/sh\n'''exec' "{PYTHON}" "$0" "$@"\n'''\n"""
            f"import sys\n\nfrom {module} import {function}\n\nsys.exit({function}())\n",
            "utf-8",
        )
        launcher.chmod(0o755)


def call(command: Sequence[str | Path]) -> None:
    """Run a tool of the set-up; it speaks on stderr, since stdout belongs to the command."""
    # uv brings its own certificates; a network that inspects TLS is known to the system's only.
    variables = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1", **os.environ}
    subprocess.run(command, check=True, stdout=sys.stderr, cwd=ROOT, env=variables)


def run(arguments: list[str]) -> None:
    """Serve from a data folder; the server takes this process's place, and Ctrl-C with it."""
    parser = argparse.ArgumentParser(prog="dev.py run", description="サーバーを起動します / serve")
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="データの置き場 / data")
    parser.add_argument("--port", type=int, default=8000, help="ポート番号 / port")
    parser.add_argument("--demo", action="store_true", help="例の協議会を作ります / an example")
    given = parser.parse_args(arguments)
    serve = ["serve", "--data", str(given.data.absolute()), "--port", str(given.port)]
    variables = environment("runtime")
    try:
        install_programs(FONT if sys.platform == "linux" else {})
    except (Failure, subprocess.CalledProcessError) as lacking:
        print(lacking, file=sys.stderr)  # marks on pages are then written in Latin letters alone
    os.chdir(ROOT)
    become(["python", "-m", "server", *serve, *(["--demo"] if given.demo else [])], variables)


def test(arguments: list[str]) -> None:
    """Every check in order; the first that fails ends it by its name. `arguments` are pytest's."""
    variables = environment("dev")
    install_programs(PROGRAMS)
    for name, command in (
        ("ruff check", "ruff check ."),
        ("ruff format", "ruff format --check ."),
        ("mypy", "mypy"),
        ("generated files", "python -m server generated --check"),
        ("pytest", "python -m pytest -n 2 --dist worksteal"),
    ):
        step(name, [*command.split(), *(arguments if name == "pytest" else [])], variables)


def execute(arguments: list[str]) -> None:
    """Run one command in the environment, where the caller stands."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        raise Failure("python3 dev.py exec -- COMMAND …", 2)
    become(command, environment("runtime"))


def bench(arguments: list[str]) -> None:
    """Measure; the rows to measure are given by number."""
    os.chdir(ROOT)
    become(["python", "-m", "tests.bench", *arguments], environment("dev"))


def relock(arguments: list[str]) -> None:
    """Resolve pyproject.toml anew; versions already locked stay unless `--upgrade` is given."""
    uv = find_uv()
    if uv is None:
        raise Failure("uv を用意できません / uv cannot be had: pip install uv")
    runtime = "requirements/runtime.txt"
    for name, source in (
        ("boot", ["requirements/boot.in"]),
        ("runtime", ["pyproject.toml"]),
        ("dev", ["pyproject.toml", "--group", "dev", "-c", runtime]),
    ):
        target = ["--output-file", f"requirements/{name}.txt"]
        call([uv, *COMPILE, *source, *target, *arguments])


def step(name: str, command: Sequence[str], variables: Mapping[str, str]) -> None:
    """One check from the root of the project. Raises Failure with its name and exit code."""
    if name != "pytest":
        print(f"== {name}", flush=True)
    code = subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
    if code:
        raise Failure(f"dev.py test: {name} が失敗しました / failed (exit {code})", abs(code))


def is_there(command: str) -> bool:
    """Whether there is a program (KYOGIKAI_… may say where), with something to say if asked."""
    name, *asked = command.split()
    path = shutil.which(os.environ.get(f"KYOGIKAI_{name.upper()}") or name)
    return path is not None and not (asked and not subprocess.check_output([path, *asked]).strip())


def install_programs(programs: Mapping[str, str]) -> None:
    """What tests need of the operating system. Raises Failure naming all that is missing."""
    missing = sorted({pack for command, pack in programs.items() if not is_there(command)})
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Failure(f"足りないもの / missing: {', '.join(missing)}\n  sudo {' '.join(command)}")
    call(["apt-get", "update", "--quiet"])
    call(command)


def become(command: Sequence[str], variables: Mapping[str, str]) -> None:
    """Give this process to `command`, found on the environment's path first."""
    sys.stdout.flush()
    try:
        os.execvpe(command[0], list(command), dict(variables))
    except OSError as error:
        raise Failure(f"{command[0]}: {error.strerror}", 127) from error


COMMANDS = {"run": run, "test": test, "exec": execute, "bench": bench, "lock": relock}


def main(arguments: list[str]) -> int:
    """The exit code; 2 for a command that does not exist."""
    if not arguments or arguments[0] not in COMMANDS:
        asked = arguments[:1] in (["-h"], ["--help"], ["help"])
        print(__doc__.strip(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    if why := refusal(sys.version_info[:2]):
        print(why, file=sys.stderr)
        return 1
    try:
        COMMANDS[arguments[0]](arguments[1:])
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code
    except subprocess.CalledProcessError as error:
        print(f"失敗しました / failed (exit {error.returncode}): {error.cmd}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
