"""`llms.txt`: the site in one page of plain text, for readers that are programs.

Its form is the proposal at llmstxt.org. Links are relative, since the site has no fixed address.
"""

import html
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")

_lines: dict[str, str] = {}


def on_page_content(content: str, page: Page, **_: object) -> None:
    """Keep one line for the page: title, address, first paragraph."""
    paragraph = _FIRST_PARAGRAPH.search(content)
    text = " ".join(html.unescape(_TAG.sub("", paragraph[1])).split()) if paragraph else ""
    _lines[page.file.src_uri] = (
        f"- [{page.title}]({page.file.dest_uri}){': ' if text else ''}{text}"
    )


def on_post_build(config: MkDocsConfig) -> None:
    """Write the lines in the order of the navigation."""
    lines = [_lines[page] for item in config.nav or () for page in item.values()]
    text = f"# {config.site_name}\n\n> {config.site_description}\n\n## Pages\n\n"
    Path(config.site_dir, "llms.txt").write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
