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

ELEMENTS = {
    "h1",
    "h2",
    "h3",
    "li",
    "p",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}

EXPECTED = r"""# Best: a_b

A sentence.

A note.

- **Name**: value

## Tables

| Model | F1 |
| --- | ---: |
| a\|b | 0.5000 \[0.2500, 0.7500\] |

and 1,000 more

a_b

| true ↓ predicted → | x | y |
| --- | ---: | ---: |
| x | 1 | 2 |
| y | 0 | 4,000 |

less

| true ↓ predicted → | x | y |
| --- | ---: | ---: |
| x | \+1 | −2 |
| y | 0 | \+4,000 |

## Groups

- reason
  - a
  - b
  - and 3 more
- nobody

- reason
  - a, b, and 3 more

## Folds

### 1 invalid

- reason
  - a

## Detail

Another note.
"""


def test_a_page_is_written_as_headings_lists_and_tables() -> None:
    assert as_markdown(PAGE) == EXPECTED


def test_at_a_glance_details_are_left_out_and_named_and_folds_are_brief() -> None:
    before = EXPECTED[: EXPECTED.index("### 1 invalid")]
    after = "- 1 invalid: a cause\n\nMore with --full: every reason; Detail.\n"
    assert as_markdown(PAGE, full=False) == before + after


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
    | st.text("_a1é*/:#!%&~$@ .", min_size=1, max_size=12)
    | st.sampled_from(HOSTILE)
)
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


@pytest.mark.parametrize(
    "text", ["http://a.b", "HTTPS://a.b", "www.a.b", "a@b.c", "mailto:a@b.c", "//a.bc"]
)
def test_addresses_do_not_become_links(text: str) -> None:
    assert "a" not in Seen(READER.render(escaped(text))).elements
    assert text not in escaped(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#1", r"\#<!-- -->1"),
        ("owner/repo#1", r"owner/repo\#<!-- -->1"),
        ("GH-1", "GH-<!-- -->1"),
        ("!1 &2 ~bug $4", r"\!<!-- -->1 \&<!-- -->2 \~<!-- -->bug \$<!-- -->4"),
        ("%5", "%<!-- -->5"),
        ("95 % of A&B", r"95 % of A\&B"),
    ],
)
def test_what_a_code_host_knows_by_number_does_not_become_a_link(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("schema_hash", "schema_hash"),
        ("_slanted_", r"\_slanted\_"),
        ("__init__", r"\_\_init\_\_"),
        ("a_ b", r"a\_ b"),
        ("a_*b*", r"a\_\*b\*"),
    ],
)
def test_an_underscore_inside_a_word_needs_no_backslash(text: str, shown: str) -> None:
    assert escaped(text) == shown


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
