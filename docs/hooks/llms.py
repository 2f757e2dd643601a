"""`llms.txt`: the site in one page of plain text, for readers that are programs.

Its form is the proposal at llmstxt.org. Links are relative, since the site has no fixed address.
"""

import html
import re
from itertools import groupby
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Write the pages as the navigation orders and groups them, now that all are rendered."""
    by_source = {file.src_uri: file.page for file in files.documentation_pages() if file.page}
    pages = [by_source[uri] for uri in _addresses(config.nav or [])]
    text = f"# {config.site_name}\n\n> {config.site_description}\n"
    for section, group in groupby(pages, lambda page: page.parent.title if page.parent else ""):
        text += f"\n## {section or 'Start'}\n\n" + "".join(map(_line, group))
    target = Path(config.site_dir, "llms.txt")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return env


def _addresses(nav: list[dict[str, object]]) -> list[str]:
    """Return the sources of the navigation's pages, in order."""
    addresses: list[str] = []
    for item in nav:
        for value in item.values():
            addresses += _addresses(value) if isinstance(value, list) else [str(value)]
    return addresses


def _line(page: Page) -> str:
    """Return title, address and first paragraph of a page."""
    paragraph = _FIRST_PARAGRAPH.search(page.content or "")
    text = html.unescape(_TAG.sub("", paragraph[1])) if paragraph else ""
    return f"- [{page.title}]({page.file.dest_uri}): {' '.join(text.split())}\n"
