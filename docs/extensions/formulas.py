"""Formulas: a fence of `math` holds LaTeX, which the build turns into MathML.

Browsers show MathML themselves, so pages need no script, and a code host shows such a fence, too.
"""

from typing import Any

from latex2mathml.converter import convert


def formula(source: str, *_: Any, **__: Any) -> str:
    """Return the MathML of LaTeX, in a box that scrolls on a narrow screen, with keys as well."""
    return f'<div class="formula" tabindex="0">{convert(source, display="block")}</div>'
