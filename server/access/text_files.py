"""The folder of texts that people acknowledge or confirm: read strictly, by version.

Owns the shape of a file and the digest of a version. A text in force is never a file's: files are
entered (`texts.py`), and what was entered is what counts.
"""

from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field

from crypto.canonical import canonical
from crypto.digests import sha256
from server.clock import Instant, japan_at
from server.settings import ReasonNotToStart

DUTY, ITEM, CHECKLIST = "duty-of-confidentiality", "item-acknowledgement", "safe-management"
TEXTS = (DUTY, ITEM, CHECKLIST)
Group = Literal["organisational", "human", "physical", "technical"]


class TextError(ReasonNotToStart):
    """The folder of texts is not understood, or not what was entered. Keeps the server down."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Item(_Strict):
    """One thing to be found in place, of a checklist. `required`: no confirmation without it."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    group: Group
    ja: str = Field(min_length=1)
    en: str = Field(min_length=1)
    required: bool = True


class Version(_Strict):
    """One version of a text, in force from a day on, Japan's time."""

    version: int = Field(ge=1)
    effective_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    ja: str = Field(min_length=1)
    en: str = Field(min_length=1)
    items: list[Item] = Field(default=[])
    citations: list[str] = Field(min_length=1)
    counsel_note: str = Field(min_length=1)

    @property
    def begins(self) -> Instant:
        """The beginning of its day in Japan."""
        return japan_at(date.fromisoformat(self.effective_on))


class Text(_Strict):
    """A text in all its versions, oldest first."""

    id: str = Field(pattern=r"^[a-z-]+$")
    versions: list[Version] = Field(min_length=1)


def read(source: str) -> Text:
    """A text from YAML. Raises TextError: unknown or missing field, or versions out of order."""
    try:
        text = Text.model_validate(yaml.safe_load(source))
        days = [version.begins for version in text.versions]
    except (ValueError, yaml.YAMLError) as error:
        raise TextError(f"a text is not understood: {error}") from error
    numbers = [version.version for version in text.versions]
    if numbers != list(range(1, len(numbers) + 1)) or days != sorted(days):
        raise TextError(
            f"{text.id}: versions are numbered 1, 2, 3 … in the order they come into force"
        )
    _check_items(text)
    return text


def _check_items(text: Text) -> None:
    """A checklist has items, each once, some required of every group; no other text has any.

    Raises TextError.
    """
    for version in text.versions:
        ids = [item.id for item in version.items]
        groups = {item.group for item in version.items if item.required}
        wanted = set(get_args(Group)) if text.id == CHECKLIST else set()
        if len(set(ids)) != len(ids) or groups != wanted or bool(ids) != bool(wanted):
            raise TextError(
                f"{text.id}/{version.version}: {CHECKLIST} has items, each once, some required of "
                "every group; no other text has any"
            )


def read_folder(folder: Path) -> dict[str, Text]:
    """Every text, by id. Raises TextError: one is missing, unknown, or misnamed."""
    try:
        found = {file.stem: read(file.read_text("utf-8")) for file in folder.glob("*.yaml")}
    except (OSError, UnicodeDecodeError) as error:
        raise TextError(f"a text in {folder} cannot be read: {error}") from error
    if sorted(found) != sorted(TEXTS) or any(text.id != name for name, text in found.items()):
        wanted = ", ".join(f"{name}.yaml" for name in TEXTS)
        raise TextError(f"{folder} (KYOGIKAI_TEXTS) holds {wanted}, each with its name as `id`")
    return found


def name_of(text_id: str, version: int) -> str:
    """How an acknowledgement names a version: `duty-of-confidentiality/1`."""
    return f"{text_id}/{version}"


def content_of(text_id: str, version: Version) -> str:
    """A version as canonical JSON; what its digest is taken over."""
    content: dict[str, Any] = {"id": name_of(text_id, version.version), **version.model_dump()}
    if not version.items:
        del content["items"]
    return canonical(content).decode()


def digest_of(content: str) -> str:
    """SHA-256 over a canonical version, in hex."""
    return sha256(content.encode()).hex()
