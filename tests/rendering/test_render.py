"""The public function: every subject in every format."""

import sys

import pytest
from strategies import a_bundle, a_report

from taskclf.model_registry.explain import explain
from taskclf.model_registry.rendering import render
from taskclf.model_registry.rendering.pages import page_of

REPORT = a_report(a_bundle("a"), a_bundle("b"))


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        (REPORT, "Best: a"),
        (explain(REPORT), "Best: a"),
        (a_bundle("c"), "c is valid"),
        ([a_bundle("d")], "1 bundle, 1 valid"),
    ],
    ids=["report", "explanation", "bundle", "list"],
)
def test_every_subject_is_shown_in_every_format(subject: object, outcome: str) -> None:
    assert render(subject).startswith(outcome)
    assert render(subject, "markdown").startswith(f"# {outcome}")
    html = render(subject, format="html")
    assert html.startswith("<!DOCTYPE html>")
    assert f"<h1><bdi>{outcome}" in html


def test_text_can_be_narrow_and_short() -> None:
    text = render(REPORT, width=40, full=False)
    assert max(map(len, text.splitlines())) <= 40
    assert "More with --full" in text
    assert "Decision\n" in render(REPORT)


def test_what_has_no_page_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="nothing shows a dict"):
        render({})


def test_a_format_that_does_not_exist_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="no format 'pdf'; there are 'text', 'markdown' and"):
        render(REPORT, "pdf")  # type: ignore[arg-type]


@pytest.mark.parametrize(("package", "form"), [("rich", "text"), ("jinja2", "html")])
def test_a_package_that_is_missing_is_named_with_how_to_install_it(
    package: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    for module in ("text", "layout", "html"):
        name = f"taskclf.model_registry.rendering.{module}"
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError, match=f"{form} needs {package}: pip install"):
        render(REPORT, form)  # type: ignore[arg-type]
    assert render(REPORT, "markdown")


def test_a_subclass_is_shown_as_what_it_is_derived_from() -> None:
    class Mine(type(REPORT)):  # type: ignore[misc]
        pass

    mine = Mine.model_validate(REPORT.model_dump())
    assert page_of(mine) == page_of(REPORT)
