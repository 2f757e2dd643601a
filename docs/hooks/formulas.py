"""Formulas: a fence of `math` holds LaTeX, which the build turns into MathML.

Browsers show MathML themselves, so pages need no script, and a code host shows such a fence, too.
"""

from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the fence to those of the page."""
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {})
    fences["custom_fences"] = [{"name": "math", "class": "formula", "format": formula}]
    return config


def formula(source: str, *_: Any, **__: Any) -> str:
    """Return the MathML of LaTeX, in a box that scrolls on a narrow screen, with keys as well."""
    return f'<div class="formula" tabindex="0">{convert(source, display="block")}</div>'
