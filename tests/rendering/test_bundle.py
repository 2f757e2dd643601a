from pathlib import Path

from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import Problem, read_bundle
from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.content import (
    Block,
    Facts,
    Group,
    Groups,
    Matrix,
    Note,
    Page,
    Table,
)
from taskclf.model_registry.rendering.markdown import as_markdown

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


def section(page: Page, title: str) -> tuple[Block, ...]:
    [found] = [section for section in page.sections if section.title == title]
    return found.blocks


def facts(page: Page) -> list[tuple[str, str]]:
    [block] = section(page, "Documents")
    assert isinstance(block, Facts)
    return list(block.pairs)


def test_a_valid_bundle_shows_scores_classes_matrix_and_documents() -> None:
    page = page_of_bundle(a_bundle(reject_threshold=0.5, macro_f1=0.9499, weighted_f1=0.95))
    assert (page.outcome, page.tone) == ("logreg is valid", "good")
    assert facts(page) == [
        ("Macro F1", "0.9499, 95 % interval 0.8855 to 0.9837"),
        ("Weighted F1", "0.9500"),
        ("Path", "/models/logreg"),
        ("Created at", "2026-02-26 12:34:56+00:00"),
        ("Labels", "Build, Debug"),
        ("Feature schema", "v1, hash 4077c2e1"),
        ("Training data", "2026-01-01 to 2026-01-31"),
        ("Dataset hash", "sha256:3b0c"),
        ("Git commit", "unknown"),
        ("Parameters", '{"C": 1.0}'),
        ("Reject threshold", "0.5"),
    ]
    assert section(page, "Confusion matrix") == (
        Matrix("logreg", ("Build", "Debug"), ((45, 2), (3, 50))),
    )
    note, table = section(page, "Classes, worst first")
    assert note == Note("logreg, evaluated on 100 samples.")
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["Build", "Debug"]
    assert all(not section.detail for section in page.sections)


def test_a_bundle_that_its_matrix_contradicts_says_so_with_the_place() -> None:
    page = page_of_bundle(a_bundle(macro_f1=0.99, weighted_f1=0.95))
    assert (page.outcome, page.tone) == ("logreg is valid, with 1 warning", "unsure")
    [groups] = section(page, "1 warning")
    assert isinstance(groups, Groups)
    assert groups.groups[0].title.startswith("metrics.json /macro_f1: Differs by 0.04")
    scores = dict(facts(page))
    assert scores["Macro F1"].startswith(
        "reported 0.9900, by the matrix 0.9499, 95 % interval 0.8855"
    )
    assert scores["Weighted F1"] == "0.9500"


def test_a_checked_bundle_shows_the_warnings_of_the_check() -> None:
    warning = Problem(document="metadata.json", pointer="/x", type="misspelt_key", message="No")
    checked = CheckedBundle(**dict(an_invalid_bundle()), warnings=[warning, warning])
    page = page_of_bundle(checked)
    assert (page.outcome, page.tone) == ("broken is invalid, with 2 warnings", "bad")
    assert section(page, "2 warnings") == (
        Groups((Group("metadata.json /x: No", ()), Group("metadata.json /x: No", ()))),
    )


def test_an_invalid_bundle_shows_its_problems_and_what_could_be_read() -> None:
    page = page_of_bundle(read_bundle(EXAMPLES / "digits-svm-no-metrics"))
    assert (page.outcome, page.tone) == ("digits-svm-no-metrics is invalid", "bad")
    line = "metrics.json: No such file or directory"
    assert section(page, "1 problem") == (Groups((Group(line, ()),)),)
    assert tuple(name for name, _ in facts(page) if "schema" in name) == ("Feature schema",)


def test_a_bundle_that_cannot_be_read_at_all_is_a_page_too() -> None:
    page = page_of_bundle(an_invalid_bundle())
    assert page.outcome == "broken is invalid"
    assert facts(page) == [("Path", "/models/broken")]


def test_a_matrix_too_large_to_look_at_is_told_by_its_largest_confusions() -> None:
    names = [f"label {number}" for number in range(41)]
    counts = [[row * column % 7 for column in range(41)] for row in range(41)]
    page = page_of_bundle(a_bundle(label_names=names, confusion_matrix=counts))
    note, table = section(page, "Confusion matrix")
    assert note == Note("logreg: the largest cells off the diagonal of a 41 × 41 matrix")
    assert isinstance(table, Table)
    assert table.rows[0] == ("label 1", "label 6", "6")
    assert len(table.rows) == 20


def test_a_name_that_is_not_utf_8_is_shown_escaped() -> None:
    bundle = a_bundle().model_copy(update={"path": Path("/models/\udcff")})
    assert r"/models/\\udcff" in as_markdown(page_of_bundle(bundle))
