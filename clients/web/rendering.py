"""From a template and values to a page.

Owns the templates' environment: everything is escaped, a name that is missing is an error, and
each text stands in both languages where it is used: `{{ t("サインイン", "Sign in") }}`.
"""

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from clients.web import language as languages
from clients.web.assets import Assets
from clients.web.devices import device
from clients.web.words import word

TEMPLATES = Path(__file__).parent / "templates"


class Templates:
    """The templates, with what every page uses."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(asset=assets.address, device=device)

    def render(self, name: str, language: str, **values: Any) -> str:
        """The page of template `name` in this language."""
        return self._environment.get_template(name).render(
            lang=language,
            t=partial(told, language),
            when=partial(languages.when, language=language),
            word=partial(word, language=language),
            **values,
        )


def told(language: str, ja: str, en: str) -> str:
    """The one of two texts that this visitor reads."""
    return en if language == languages.ENGLISH else ja
