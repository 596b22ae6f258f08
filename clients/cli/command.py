"""How a function becomes a command.

Owns the one wrapper around every command: it hands the function its `Desk`, and turns what it
raises into a line on standard error and an exit code.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import typer

from clients.cli.desk import Desk
from clients.cli.faults import Mistake, of_files
from clients.cli.language import t
from clients.cli.profile import Unsafe
from clients.cli.usage import Command, Group
from clients.sdk.problems import Failure
from crypto.errors import Unverified

Function = TypeVar("Function", bound=Callable[..., None])


def noun(ja: str, en: str) -> typer.Typer:
    """A group of commands about one thing."""
    app = typer.Typer(
        cls=Group,
        help=t(ja, en),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # Without this, a group of one command would be that command itself.
    app.callback()(lambda: None)
    return app


def command(app: typer.Typer, name: str, ja: str, en: str) -> Callable[[Function], Function]:
    """Make a function, whose first parameter is the Desk, the command `name`."""

    def register(function: Function) -> Function:
        def run(ctx: typer.Context, **given: Any) -> None:
            desk: Desk = ctx.obj
            try:
                desk.check()
                function(desk, **given)
            except Unsafe as unsafe:
                desk.fail(Mistake(t(
                    f"{unsafe} を他の利用者が読めます。chmod 600 してから、やり直してください。",
                    f"{unsafe} can be read by others. chmod 600 it, then try again.",
                )))  # fmt: skip
            except BrokenPipeError:
                raise  # whoever read what is printed has had enough
            except OSError as error:
                desk.fail(of_files(error))
            except (Failure, Unverified, Mistake) as failure:
                desk.fail(failure)
            finally:
                desk.close()

        _, *parameters = inspect.signature(function).parameters.values()
        context = inspect.Parameter(
            "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
        )
        run.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
        run.__annotations__ = {"ctx": typer.Context} | {p.name: p.annotation for p in parameters}
        run.__name__, run.__doc__ = function.__name__, function.__doc__
        app.command(name, cls=Command, help=t(ja, en))(run)
        return function

    return register
