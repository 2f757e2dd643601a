"""A page as HTML, by Jinja2 with autoescape: one file without scripts or external requests."""

from functools import cache
from importlib import resources
from math import ceil

from jinja2 import Environment, FunctionLoader, StrictUndefined

from taskclf.model_registry.rendering.content import CORNER, Axis, Estimate, Mark, Page

_PACKAGE = __name__.rpartition(".")[0]
_SHADES = 9


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"zip": zip, "CORNER": CORNER}
    environment.filters |= {"kind": _kind, "percent": _percent, "shade": _shade}
    environment.tests |= {
        "estimate": lambda cell: isinstance(cell, Estimate),
        "mark": lambda cell: isinstance(cell, Mark),
    }
    return environment


def _template(name: str) -> str:
    # The package may lie in a zip archive.
    return resources.files(_PACKAGE).joinpath(name).read_text("utf-8")


def _kind(block: object) -> str:
    return type(block).__name__


def _percent(value: float, axis: Axis) -> float:
    return round(100 * axis.place(value), 1)


def _shade(share: float) -> str:
    """Return the class of a cell: the sign, and how much of its row it is from 1 to 9."""
    return f"{'n' if share < 0 else 'p'} s{max(1, ceil(min(1.0, abs(share)) * _SHADES))}"


def as_html(page: Page) -> str:
    """Return the page as one complete HTML document."""
    return _environment().get_template("document.html.jinja").render(page=page)


def as_fragment(page: Page) -> str:
    """Return the page as an HTML element, for the output of a notebook's cell."""
    return _environment().get_template("page.html.jinja").render(page=page).strip()
