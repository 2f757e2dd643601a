"""`llms.txt`: the site in one page of plain text, for readers that are programs.

    python docs/llms.py SITE

Its form is the proposal at llmstxt.org. Links are relative, since the site has no fixed address.
"""

import html
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]

_FIRST_PARAGRAPH = re.compile(r"<article.*?<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


class _Settings(yaml.SafeLoader):
    """Reads settings that name Python objects, and leaves those out."""


_Settings.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda *_: None)


def llms(site: Path) -> str:
    """Return the pages as the navigation orders and groups them."""
    settings = yaml.load((ROOT / "mkdocs.yml").read_bytes(), _Settings)  # noqa: S506 - a safe one
    text = f"# {settings['site_name']}\n\n> {settings['site_description']}\n"
    for section, pages in groupby(_pages(settings["nav"], "Start"), lambda page: page[0]):
        lines = (_line(site, title, source) for _, title, source in pages)
        text += f"\n## {section}\n\n" + "".join(lines)
    return text


def _pages(nav: list[dict[str, Any]], section: str) -> Iterator[tuple[str, str, str]]:
    """Yield section, title and source of each page."""
    for item in nav:
        for title, below in item.items():
            if isinstance(below, list):
                yield from _pages(below, title)
            else:
                yield section, title, below


def _line(site: Path, title: str, source: str) -> str:
    """Return title, address and first paragraph of a page."""
    name = source.removesuffix(".md")
    address = "index.html" if name == "index" else f"{name}/index.html"
    paragraph = _FIRST_PARAGRAPH.search((site / address).read_text(encoding="utf-8"))
    text = html.unescape(_TAG.sub("", paragraph[1])) if paragraph else ""
    return f"- [{title}]({address}): {' '.join(text.split())}\n"


if __name__ == "__main__":
    built = Path(sys.argv[1])
    (built / "llms.txt").write_text(llms(built), encoding="utf-8", newline="\n")
