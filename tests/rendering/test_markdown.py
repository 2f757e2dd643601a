import pytest
from hostile import HOSTILE, hostile_invalid_bundle, hostile_report
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pages import PAGE
from seen import Seen

from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.markdown import as_markdown, escaped
from taskclf.model_registry.rendering.report import page_of_report

READER = MarkdownIt("gfm-like")
# A bare host name is no link on a code host; a URL and an e-mail address are.
assert READER.linkify is not None
READER.linkify.set({"fuzzy_link": False})

ELEMENTS = {"h1", "h2", "li", "p", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}

EXPECTED = r"""# Best: a\_b

A note.

- **Name**: value

## Tables

| Model | F1 |
| --- | ---: |
| a\|b | 0.5 |

a\_b

| true ↓ predicted → | x | y |
| --- | ---: | ---: |
| x | 1 | 2 |
| y | 0 | 4,000 |

## Groups

- reason
  - a
  - b
  - and 3 more
- nobody

- reason
  - a, b, and 3 more
"""


def test_a_page_is_written_as_headings_lists_and_tables() -> None:
    assert as_markdown(PAGE) == EXPECTED


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30) | st.sampled_from(HOSTILE))
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    shown = printable(text)
    for wrapped, around in [
        (f"{escaped(shown)}\n", {"p"}),
        (f"| head |\n| --- |\n| {escaped(shown)} |\n", ELEMENTS),
        (f"- {escaped(shown)}\n", {"ul", "li"}),
    ]:
        seen = Seen(READER.render(wrapped))
        assert seen.elements <= around
        assert seen.attributes == set()
        assert "".join(seen.texts).strip().removeprefix("head").strip() == shown.strip()


@pytest.mark.parametrize("text", ["http://a.b", "HTTPS://a.b", "www.a.b", "a@b.c", "mailto:a@b.c"])
def test_addresses_do_not_become_links(text: str) -> None:
    assert "a" not in Seen(READER.render(escaped(text))).elements
    assert text not in escaped(text)


def test_hostile_names_and_labels_create_nothing() -> None:
    for page in (
        page_of_report(hostile_report()),
        *(page_of_bundle(hostile_invalid_bundle(name)) for name in HOSTILE),
    ):
        seen = Seen(READER.render(as_markdown(page)))
        assert seen.elements <= ELEMENTS
        assert seen.attributes <= {"style"}
        assert all(line.isprintable() for line in as_markdown(page).split("\n"))


def test_hostile_names_are_shown() -> None:
    seen = Seen(READER.render(as_markdown(page_of_report(hostile_report()))))
    for name in HOSTILE:
        assert printable(name).strip() in seen.text
