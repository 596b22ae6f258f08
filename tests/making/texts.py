"""Texts in further versions, as an operator puts them in force."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from server.access import texts
from server.access.parts import Parts


def with_version(folder: Path, parts: Parts, text: str, **changed: Any) -> Parts:
    """Parts whose texts stand in `folder`: the shipped ones, and a further version of one."""
    if not folder.exists():
        shutil.copytree(parts.settings.texts, folder)
    file = folder / f"{text}.yaml"
    content = yaml.safe_load(file.read_text("utf-8"))
    last = content["versions"][-1]
    content["versions"].append({**last, "version": last["version"] + 1, **changed})
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return replace(parts, settings=replace(parts.settings, texts=folder))


def in_force(tmp_path: Path, parts: Parts, text: str, **changed: Any) -> list[str]:
    """Put a further version of a text in force, as a start of the server does."""
    return texts.note_in_use(with_version(tmp_path / "texts", parts, text, **changed))
