"""Bundles and reports in a notebook: HTML with the extra, the plain repr without."""

import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
from strategies import a_bundle, a_metadata

from taskclf.model_registry import SelectionPolicy, find_best_model

ROOT = Path(__file__).parents[1]

CELL = """
from taskclf.model_registry import SelectionPolicy, find_best_model, read_bundle
bundle = read_bundle("examples/models/digits-svm-c1")
find_best_model("examples/models", SelectionPolicy(), bundle.metadata.schema_hash,
                bundle.metadata.label_set)
"""


# The kernel's own libraries warn of what they will change.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_notebook_shows_a_report_as_html() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}
    ).execute()
    [output] = notebook.cells[0].outputs
    assert "Best: digits-svm-c10" in output.data["text/html"]
    assert output.data["text/plain"].startswith("SelectionReport(")


def test_a_bundle_is_html_too() -> None:
    html = a_bundle()._repr_html_()
    assert html is not None
    assert "logreg is valid" in html


def test_a_document_by_itself_is_its_plain_repr() -> None:
    assert a_metadata()._repr_html_() is None


def test_without_jinja_the_plain_repr_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("taskclf.model_registry.rend")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert a_bundle()._repr_html_() is None
    report = find_best_model("nowhere", SelectionPolicy(), "x", ["y"])
    assert report._repr_html_() is None
