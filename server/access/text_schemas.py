"""A version of a text as it is shown: also where another answer carries one."""

from typing import Literal

from pydantic import Field

from server.access.texts import InForce
from server.schemas import Shown, Time

Group = Literal["organisational", "human", "physical", "technical"]


class TextItemOut(Shown):
    """One thing a checklist asks for. `required`: no confirmation without it."""

    id: str
    group: Group
    ja: str
    en: str
    required: bool


class TextOut(Shown):
    """A text in one version, whole; `digest` is SHA-256 over its canonical form (docs/formats.md).

    Send `id` to say that this version was read. `since`: when it came, or will come, into force.
    """

    id: str
    version: int
    effective_on: str
    since: Time
    ja: str
    en: str
    items: list[TextItemOut] = Field(default=[])
    citations: list[str]
    counsel_note: str
    digest: str


def text_out(version: InForce) -> TextOut:
    """A version as it was entered."""
    return TextOut(**version.content, since=version.since, digest=version.digest)
