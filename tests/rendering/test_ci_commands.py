"""No line of a log, whatever the format, is a command to the CI system that keeps the log."""

import re

import pytest
from hostile import HOSTILE, hostile_bundle, hostile_invalid_bundle, hostile_report

from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.bundles import page_of_list
from taskclf.model_registry.rendering.content import Group, Groups, Note, Page
from taskclf.model_registry.rendering.html import as_html
from taskclf.model_registry.rendering.markdown import as_markdown
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.rendering.text import as_text

# GitHub Actions trims a line before it looks for `::`; Azure Pipelines and TeamCity trim nothing
# and look anywhere in it, as GitHub does for `##[`.
COMMAND = re.compile(r"^\s*::|##(\[|vso\[|teamcity\[)", re.IGNORECASE)

PAGES = {
    "a report": page_of_report(hostile_report()),
    "a list": page_of_list([*map(hostile_bundle, HOSTILE), *map(hostile_invalid_bundle, HOSTILE)]),
    "notes": Page("", "", tone="good", blocks=tuple(map(Note, HOSTILE))),
    "groups": Page(
        "", "", tone="good", blocks=(Groups(tuple(Group(name, (name,)) for name in HOSTILE)),)
    ),
    **{f"a bundle {name}": page_of_bundle(hostile_bundle(name)) for name in HOSTILE},
}


def commands_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if COMMAND.search(line)]


@pytest.mark.parametrize("page", PAGES)
def test_no_line_is_a_command(page: str) -> None:
    for text in (
        as_text(PAGES[page], width=10_000),
        as_text(PAGES[page], width=20),  # Wrapped, so that any word may start a line.
        as_markdown(PAGES[page]),
        as_html(PAGES[page]),
    ):
        assert commands_in(text) == []


def test_a_command_is_broken_in_one_place() -> None:
    page = Page("", "", tone="good", blocks=(Note("::add-mask::x"), Note("##vso[task.x]y")))
    assert as_text(page, width=80).split() == [r"\::add-mask::x", r"#\x23vso[task.x]y"]


def test_what_looks_like_a_command_and_is_none_stays_as_it_is() -> None:
    page = Page("", "", tone="good", blocks=(Note("a ::b::c"), Note("## [x] #[y] ##")))
    assert as_text(page, width=80).split("\n")[2:5:2] == ["a ::b::c", "## [x] #[y] ##"]
