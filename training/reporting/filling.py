"""Fills the templates of pages that need nothing from outside."""

from collections.abc import Mapping
from pathlib import Path

import jinja2

SHARED = Path(__file__).parent
"""Here lie the styles that all pages include."""


def filled(template: Path, values: Mapping[str, object]) -> str:
    """Return a template with values.

    Names of classes, tags and files come from anybody: all that it does not call safe is escaped.
    """
    there = jinja2.Environment(
        loader=jinja2.FileSystemLoader([template.parent, SHARED]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return there.get_template(template.name).render(values)
