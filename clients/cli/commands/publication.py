"""The public record of published results."""

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.sdk.calls import publication

app = noun("公表の記録", "The public record")


@command(app, "list", "公表された成果の一覧。", "List what has been published.")
def list_(desk: Desk) -> None:
    """List the public record; anyone may."""
    desk.pages(publication.list_publications(), "number published_at title reference council")
