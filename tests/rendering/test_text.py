import re

import pytest
from hostile import HOSTILE, hostile_invalid_bundle, hostile_report
from pages import PAGE

from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.content import Column, Matrix, Page, Table
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.rendering.text import as_text

STYLE = re.compile(r"\x1b\[[0-9;]*m")

EXPECTED = """\
Best: a_b

A note.

Name  value

Tables

Model   F1
a|b    0.5

a_b
true ↓ predicted →  x      y
x                   1      2
y                   0  4,000

Groups

reason
  a
  b
  and 3 more
nobody

reason
  a, b, and 3 more
"""


def test_a_page_is_drawn_as_aligned_columns_without_trailing_space() -> None:
    assert as_text(PAGE, width=80) == EXPECTED


def test_a_terminal_gets_styles_on_the_same_text() -> None:
    styled = as_text(PAGE, width=80, terminal=True)
    assert STYLE.search(styled)
    plain = [line.rstrip() for line in STYLE.sub("", styled).splitlines()]
    assert plain == EXPECTED.splitlines()


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    colours = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
    assert colours.search(as_text(PAGE, width=80, terminal=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colours.search(as_text(PAGE, width=80, terminal=True))


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_narrow_terminal_wraps_and_cuts_nothing(width: int) -> None:
    name = "a-name-that-is-longer-than-the-column-has-room-for"
    columns = (Column("Model", "name"), Column("F1", "number"))
    page = Page("t", "o", good=False, blocks=(Table(columns, ((name, "0.5000"),)),))
    lines = as_text(page, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert name in "".join(line.removesuffix("0.5000").strip() for line in lines)


def matrix(size: int, width: int) -> str:
    labels = tuple(f"label-{number}" for number in range(size))
    counts = tuple(tuple(10 * row + column for column in range(size)) for row in range(size))
    return as_text(Page("t", "o", good=True, blocks=(Matrix("m", labels, counts),)), width=width)


def test_a_matrix_whose_labels_need_too_many_columns_has_numbers_as_heads() -> None:
    assert "label-0  label-1" in matrix(5, 80)
    assert "label-0  label-1" not in matrix(5, 50)
    assert re.search(r"→ +1 +2 +3 +4 +5\n1 label-0 ", matrix(5, 50))


def test_a_matrix_that_needs_too_many_columns_is_told_by_its_largest_confusions() -> None:
    text = matrix(5, 30)
    assert "The largest confusions" in text
    assert re.search(r"True +Predicted +Samples\nlabel-4 +label-3 +43\n", text)


def test_hostile_names_and_labels_reach_no_terminal() -> None:
    for page in (
        page_of_report(hostile_report()),
        *(page_of_bundle(hostile_invalid_bundle(name)) for name in HOSTILE),
    ):
        text = STYLE.sub("", as_text(page, width=80, terminal=True))
        assert all(line.isprintable() for line in text.split("\n"))


def test_hostile_names_are_shown() -> None:
    text = as_text(page_of_report(hostile_report()), width=1000)
    for name in HOSTILE:
        assert printable(name) in text
