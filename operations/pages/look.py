"""The look that pages share: a template, one stylesheet inside it, and every value escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from operations.pages import words

TEMPLATES: Final = Path(__file__).parent / "templates"


def rendered(template: Path, **values: Any) -> str:
    """A page from a template that extends ``page.html``; a value that is missing raises.

    Whatever is not ``Markup`` is escaped: names of resources are written by whoever attacks.
    """
    environment = Environment(
        loader=FileSystemLoader([template.parent, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("duration", "share", "short", "count"):
        environment.filters[name] = getattr(words, name)
    return environment.get_template(template.name).render(**values)


def written(path: Path, page: str) -> Path:
    """The page as a file, in a folder that is made where it is missing; its full path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path.resolve()
