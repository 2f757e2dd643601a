"""A page as HTML, by Jinja2 with autoescape: one file without scripts or external requests."""

import os
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from taskclf.model_registry.rendering.content import CORNER, Block, Page


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(os.path.dirname(__file__)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"zip": zip, "CORNER": CORNER}
    environment.filters |= {"kind": _kind, "place": _place, "score": "{:.4f}".format}
    return environment


def _kind(block: Block) -> str:
    return type(block).__name__


def _place(value: float, scale: tuple[float, float]) -> float:
    """Return how far right of 120 units a value lies; what is off the scale lies at its end."""
    start, end = scale
    return round(120 * min(1.0, max(0.0, (value - start) / (end - start))), 1)


def as_html(page: Page) -> str:
    """Return the page as one complete HTML document."""
    return _environment().get_template("document.html.jinja").render(page=page)


def as_fragment(page: Page) -> str:
    """Return the page as an HTML element, for the output of a notebook's cell."""
    return _environment().get_template("page.html.jinja").render(page=page).strip()
