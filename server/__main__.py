"""`kyogikai-server`: the command for operators.

Owns the names of its commands and their exit codes: 0 done, 1 refused or something is wrong, 2 the
command's words are off. Every reason not to start is one line that says what to do. What a command
needs is imported by the command, so that help and mistakes are answered at once.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from server import settings
from server.settings import ReasonNotToStart, Settings

Run = Callable[[argparse.Namespace, Settings], int]
# New objects before garbage is looked for. Nearly all that is made while starting stays (modules,
# tables, routes): looking through it every 700 objects was a quarter of the time to start.
PATIENCE = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit code."""
    given = _parser().parse_args(arguments)
    gc.set_threshold(PATIENCE, 50, 100)
    try:
        chosen = settings.read(os.environ, data=given.data, port=given.port)
        run: Run = given.run
        return run(given, chosen)
    except ReasonNotToStart as reason:
        print(f"kyogikai-server: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        gc.freeze()  # the process ends, and all of it goes: nothing more to look for


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kyogikai-server", description="協議会サーバの運用 / operating the council server"
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", help="データの場所 / data folder (KYOGIKAI_DATA, ./var)")
    common.add_argument("--port", help="ポート / port (KYOGIKAI_PORT, 8000)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Run, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, parents=[common], description=text)
        added.set_defaults(run=run)
        return added

    serving = command("serve", _serve, "サーバを動かす / serve")
    serving.add_argument("--demo", action="store_true", help="実演用の協議会も作る / with the demo")
    command("worker", _work, "ジョブだけを行う / do the jobs only")
    command("init", _init, "導入する（鍵とデータベース）/ make keys and database")
    command("demo", _demo, "実演用の協議会を作る / make the council of the walkthrough")
    command("load-programme", _load, "登録簿を読み込む / load the K Program registry")
    command("doctor", _doctor, "設定と状態を調べる / settings, state, and what is not protected")
    checking = command("fsck", _fsck, "すべてを計算し直して確かめる / check everything")
    checking.add_argument("--deep", action="store_true", help="内容も読む / read all content too")
    policies = command("policy", _policy, "規則の確認・比較・履歴 / check, compare, list policies")
    policies.add_argument("what", nargs="?", choices=("check", "diff", "history"), default="check")
    _about_policies(policies)
    command("openapi", _openapi, "APIの記述を出力 / print the OpenAPI document")
    command("matrix", _matrix, "権限表を出力 / print who may do what")
    making = command("generated", _generated, "生成ファイルを作る / write the generated files")
    making.add_argument("--check", action="store_true", help="古ければ失敗 / fail when stale")
    writing = command("migration", _migration, "移行の章を作る / write the next migration chapter")
    writing.add_argument("message")
    return parser


def _about_policies(policies: argparse.ArgumentParser) -> None:
    policies.add_argument(
        "policies",
        nargs="*",
        metavar="OLD NEW",
        help="フォルダーかダイジェスト / folders or digests",
    )
    policies.add_argument("--json", action="store_true", dest="as_json", help="JSON で / as JSON")


def _serve(given: argparse.Namespace, chosen: Settings) -> int:
    from server import demo, serve

    if given.demo:
        chosen = replace(chosen, demo=True)
        demo.main(chosen)
    serve.serve(chosen)
    return 0


def _work(_given: argparse.Namespace, chosen: Settings) -> int:
    from server import serve

    serve.work(chosen)
    return 0


def _init(_given: argparse.Namespace, chosen: Settings) -> int:
    from server import serve

    parts = serve.make_ready(chosen)
    parts.database.dispose()
    print(f"{chosen.data}: 準備できました / ready ({chosen.origin})")
    return 0


def _demo(_given: argparse.Namespace, chosen: Settings) -> int:
    from server import demo

    demo.main(replace(chosen, demo=True))
    return 0


def _load(_given: argparse.Namespace, chosen: Settings) -> int:
    from server import serve
    from server.app import build_parts

    parts = build_parts(chosen)
    print(serve.load_programme(parts))
    parts.database.dispose()
    return 0


def _doctor(_given: argparse.Namespace, chosen: Settings) -> int:
    from server import doctor

    return doctor.main(chosen)


def _fsck(given: argparse.Namespace, chosen: Settings) -> int:
    from server import fsck, wiring
    from server.app import build_parts

    parts = build_parts(chosen)
    return fsck.main(parts, wiring.checks(parts, deep=given.deep), deep=given.deep)


def _policy(given: argparse.Namespace, chosen: Settings) -> int:
    from server import policy_commands

    return policy_commands.main(given, chosen)


def _openapi(_given: argparse.Namespace, _chosen: Settings) -> int:
    from server import generated

    print(generated.made()[settings.HERE / "clients" / "openapi.json"], end="")
    return 0


def _matrix(_given: argparse.Namespace, _chosen: Settings) -> int:
    from server import generated

    print(generated.made()[settings.HERE / "policies" / "matrix.md"], end="")
    return 0


def _generated(given: argparse.Namespace, _chosen: Settings) -> int:
    from server import generated

    if not given.check:
        generated.write()
        return 0
    stale = [str(path.relative_to(Path.cwd())) for path in generated.stale()]
    if stale:
        print(f"stale: {', '.join(stale)}; run  python -m server generated", file=sys.stderr)
    return 1 if stale else 0


def _migration(given: argparse.Namespace, chosen: Settings) -> int:
    from server import migrating
    from server.app import build_parts

    parts = build_parts(chosen)
    migrating.write_chapter(parts.database, given.message)
    parts.database.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
