import re

import pytest
from hostile import HOSTILE, hostile_invalid_bundle, hostile_report
from pages import PAGE
from strategies import a_bundle, a_report, an_invalid_bundle

from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.bundles import page_of_list
from taskclf.model_registry.rendering.content import (
    Column,
    Facts,
    Fold,
    Folds,
    Group,
    Groups,
    Matrix,
    Note,
    Page,
    Table,
)
from taskclf.model_registry.rendering.layout import width_of
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.rendering.text import as_text

STYLE = re.compile(r"\x1b\[[0-9;]*m")

EXPECTED = """\
Best: a_b
A sentence.

A note.

Name  value

Tables
Model      F1  0.00                                1.00     95 % interval
a|b    0.5000            ──────────○──────────           [0.2500, 0.7500]
and 1,000 more

a_b
true ↓ predicted →  x      y
x                   1      2
y                   0  4,000

less
true ↓ predicted →   x       y
x                   +1      −2
y                    0  +4,000

Groups
reason
  a
  b
  and 3 more
nobody

reason
  a, b, and 3 more

Folds
1 invalid
  reason
    a

Detail
Another note.
"""

AT_A_GLANCE = """\

Folds
1 invalid  a cause

More with --full: every reason; Detail.
"""


def page(*blocks: Table | Matrix | Facts | Groups | Folds | Note) -> Page:
    return Page("t", "outcome", "plain", blocks=blocks)


def test_a_page_is_drawn_as_aligned_columns_without_trailing_space() -> None:
    assert as_text(PAGE, width=80) == EXPECTED


def test_at_a_glance_details_are_left_out_and_named_and_folds_are_brief() -> None:
    before = EXPECTED[: EXPECTED.index("\nFolds")]
    assert as_text(PAGE, width=80, full=False) == before + AT_A_GLANCE


def test_a_terminal_gets_styles_on_the_same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    styled = as_text(PAGE, width=80, terminal=True)
    assert STYLE.search(styled)
    assert STYLE.sub("", styled) == EXPECTED


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_are_left_out_where_nobody_wants_them(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    colours = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
    assert colours.search(as_text(PAGE, width=80, terminal=True))
    monkeypatch.setenv(variable, value)
    assert not colours.search(as_text(PAGE, width=80, terminal=True))


@pytest.mark.parametrize("width", [0, 1, 20, 40, 80])
def test_no_line_is_wider_than_the_terminal_which_has_at_least_20_columns(width: int) -> None:
    for shown in (PAGE, page_of_report(hostile_report())):
        for full in (True, False):
            lines = as_text(shown, width=width, full=full).splitlines()
            # What breaks a command to a CI system takes one more.
            widths = [len(line) - line.lstrip().startswith("\\::") for line in lines]
            assert max(widths) <= max(20, width)


NAMES = ["m" * 255, "模" * 85, "e\u0301" * 85, "\U0001f600" * 60, "m" * 254 + "n"]


@pytest.mark.parametrize("width", [20, 40, 80, 160])
def test_long_full_width_and_combining_names_keep_every_line_within_the_terminal(
    width: int,
) -> None:
    report = a_report(*(a_bundle(name, macro_f1=0.9499) for name in NAMES))
    bundles = [*report.ranked, an_invalid_bundle("b" * 255)]
    for shown in (page_of_report(report), page_of_list(bundles), page_of_bundle(bundles[-1])):
        for full in (True, False):
            for line in as_text(shown, width=width, full=full).splitlines():
                assert width_of(line) <= width, line


@pytest.mark.parametrize("columns", ["0", "-1", "abc", "7"])
def test_the_width_is_the_one_that_is_handed_in(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert as_text(PAGE, width=80) == EXPECTED


def test_rows_that_a_first_look_does_not_need_are_counted() -> None:
    rows = tuple((f"m{number}",) for number in range(30))
    shown = page(Table((Column("Model", "name"),), rows, glance=2, hidden=5))
    assert as_text(shown, width=80, full=False) == "outcome\n\nModel\nm0\nm1\nand 33 more\n"
    assert as_text(shown, width=80).endswith("m28\nm29\nand 5 more\n")


def test_a_brief_takes_two_lines_at_most() -> None:
    fold = Fold("1 invalid", "one two three four five six", Groups((Group("g", ()),)))
    text = as_text(page(Folds((fold,))), width=20, full=False)
    assert text == "outcome\n\n1 invalid  one two\n           three …\n"


def test_values_of_facts_wrap_beside_their_names_or_below_where_there_is_no_room() -> None:
    facts = page(Facts((("Name", "one two three four five"),)))
    assert as_text(facts, width=20) == "outcome\n\nName  one two three\n      four five\n"
    facts = page(Facts((("A longer name", "one two three"),)))
    assert as_text(facts, width=20) == "outcome\n\nA longer name\n  one two three\n"


def matrix(size: int, width: int, wholes: tuple[int, ...] | None = None) -> str:
    labels = tuple(f"label-{number}" for number in range(size))
    counts = tuple(tuple(10 * row + column for column in range(size)) for row in range(size))
    return as_text(page(Matrix("m", labels, counts, wholes)), width=width)


def test_a_matrix_whose_labels_need_too_many_columns_has_numbers_as_heads() -> None:
    assert "label-0  label-1" in matrix(5, 80)
    assert "label-0  label-1" not in matrix(5, 50)
    assert re.search(r"→ +1 +2 +3 +4 +5\n1 label-0 ", matrix(5, 50))


def test_a_matrix_that_needs_too_many_columns_is_told_by_its_largest_cells() -> None:
    text = matrix(5, 30)
    assert "The largest cells off the" in text
    assert re.search(r"True +Predicted +Samples\nlabel-4 +label-3 +43\n", text)
    text = matrix(5, 30, (100,) * 5)
    assert re.search(r"True +Predicted +Difference\nlabel-4 +label-3 +\+43\n", text)


def test_an_encoding_without_lines_gets_ascii() -> None:
    text = as_text(PAGE, width=80, encoding="ascii")
    assert text.isascii()
    assert "a|b    0.5000            ----------o----------           [0.2500, 0.7500]" in text
    assert "true v predicted >" in text
    name = page(Table((Column("Model", "name"),), (("grün",),)))
    assert as_text(name, width=80, encoding="latin-1").endswith("grün\n")
    assert as_text(name, width=80, encoding="ascii").endswith("gr\\xfcn\n")


def test_hostile_names_and_labels_reach_no_terminal() -> None:
    for shown in (
        page_of_report(hostile_report()),
        *(page_of_bundle(hostile_invalid_bundle(name)) for name in HOSTILE),
    ):
        text = STYLE.sub("", as_text(shown, width=80, terminal=True))
        assert all(line.isprintable() for line in text.split("\n"))


def test_hostile_names_are_shown() -> None:
    text = as_text(page_of_report(hostile_report()), width=1000)
    for name in HOSTILE:
        assert printable(name) in text
