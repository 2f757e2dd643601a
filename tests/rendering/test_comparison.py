from pathlib import Path

import pytest
from hostile import HOSTILE, hostile_bundle
from seen import Seen
from strategies import a_bundle

from taskclf.model_registry import ModelBundle, read_bundle
from taskclf.model_registry.compare import compare
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.rendering import render
from taskclf.model_registry.rendering.comparison import page_of_comparison
from taskclf.model_registry.rendering.content import Block, Estimate, Mark, Matrix, Page, Table
from taskclf.model_registry.rendering.text import as_text

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


def example(name: str) -> ModelBundle:
    return read_bundle(EXAMPLES / f"digits-{name}")


def page_of(candidate: ModelBundle, incumbent: ModelBundle, **options: float) -> Page:
    return page_of_comparison(compare(candidate, incumbent, **options))


def tables(blocks: tuple[Block, ...]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def section(page: Page, title: str) -> tuple[Block, ...]:
    [found] = [s for s in page.sections if s.title == title]
    return found.blocks


@pytest.mark.parametrize(
    ("candidate", "incumbent", "outcome", "tone"),
    [
        ("svm-c1", "naive-bayes", "digits-svm-c1 is better than digits-naive-bayes", "good"),
        ("naive-bayes", "svm-c1", "digits-naive-bayes is worse than digits-svm-c1", "bad"),
        (
            "svm-c10",
            "svm-c1",
            "Cannot tell whether digits-svm-c10 is better than digits-svm-c1",
            "unsure",
        ),
    ],
)
def test_the_page_leads_with_the_verdict_and_its_numbers(
    candidate: str, incumbent: str, outcome: str, tone: str
) -> None:
    comparison = compare(example(candidate), example(incumbent))
    page = page_of_comparison(comparison)
    assert (page.outcome, page.tone) == (outcome, tone)
    assert page.lead == (comparison.reason,)


def test_the_difference_over_all_is_drawn_against_zero() -> None:
    [over_all, _] = tables(page_of(example("naive-bayes"), example("svm-c1")).blocks)
    assert over_all.columns[-1].axis is not None
    assert over_all.columns[-1].axis.mark == 0
    assert [str(cell) for cell in over_all.rows[0]] == [
        "Macro F1",
        "0.8915",
        "0.9930",
        "−0.1015 [−0.1268, −0.0783]",
    ]
    [*_, drawn] = over_all.rows[0]
    assert isinstance(drawn, Estimate)
    assert drawn.tone == "bad"


def test_classes_are_listed_worst_first_by_the_score_that_speaks_most_against_each() -> None:
    [_, classes] = tables(page_of(example("naive-bayes"), example("svm-c1")).blocks)
    assert [(str(row[0]), str(row[1])) for row in classes.rows] == [
        ("8", "worse"),
        ("9", "worse"),
        ("1", "worse"),
        ("3", "worse"),
        ("2", "worse"),
        ("7", "worse"),
        ("5", ""),
        ("4", ""),
        ("0", ""),
        ("6", ""),
    ]
    assert [str(cell) for cell in classes.rows[0]] == [
        *("8", "worse", "F1", "70", "0.7925", "0.9784", "−0.1860 [−0.3269, −0.0612]"),
    ]
    for row in classes.rows:
        drawn = row[-1]
        assert isinstance(drawn, Estimate)
        assert drawn.tone == ("bad" if row[1] else "plain")
    assert classes.columns[-1].axis is not None
    assert classes.columns[-1].axis.mark == 0


def test_a_class_that_lost_recall_alone_is_shown_by_its_recall() -> None:
    # The candidate finds fewer of A, but no longer takes anything else for it.
    candidate = a_bundle("new", confusion_matrix=[[70, 30], [0, 900]])
    incumbent = a_bundle("old", confusion_matrix=[[99, 1], [60, 840]])
    [_, classes] = tables(page_of(candidate, incumbent).blocks)
    assert [str(cell) for cell in classes.rows[0]][:3] == ["Build", "worse", "recall"]


def test_recall_and_f1_of_each_class_are_among_the_details() -> None:
    page = page_of(example("naive-bayes"), example("svm-c1"))
    for name, shown in (
        ("Recall", ("9", "72", "0.8194", "1.0000", "−0.1806 [−0.3794, −0.0260]")),
        ("F1", ("9", "72", "0.8369", "1.0000", "−0.1631 [−0.3012, −0.0593]")),
    ):
        [table] = tables(section(page, f"{name} of each class"))
        assert tuple(map(str, table.rows[1])) == shown


def test_a_gain_is_shown_as_one() -> None:
    page = page_of(example("svm-c1"), example("naive-bayes"))
    [table] = tables(section(page, "F1 of each class"))
    assert isinstance(table.rows[-1][-1], Estimate)
    assert table.rows[-1][-1].tone == "good"


def test_confusions_are_listed_by_how_much_their_share_changed() -> None:
    page = page_of(example("svm-c10"), example("svm-c1"))
    [table] = tables(section(page, "Confused more or less often"))
    assert [tuple(map(str, row)) for row in table.rows] == [
        ("4", "8", "−1.4 %", "less"),
        ("9", "5", "+1.4 %", "more"),
        ("3", "5", "−1.4 %", "less"),
        ("3", "9", "+1.4 %", "more"),
    ]
    assert table.rows[0][-1] == Mark("less", "good")
    [matrix] = section(page, "Difference of the confusion matrices")
    assert isinstance(matrix, Matrix)
    assert matrix.counts[3] == (0, 0, 0, 0, 0, -1, 0, 0, 0, 1)
    assert matrix.wholes == (100,) * 10


def test_of_many_labels_the_largest_differences_stand_for_the_matrix() -> None:
    labels = [f"L{i:03}" for i in range(120)]
    size = range(120)
    diagonal = [[9 * (i == j) for i in size] for j in size]
    shifted = [[8 * (i == j) + (i == (j + 1) % 120) for i in size] for j in size]
    candidate, incumbent = (
        a_bundle(name, label_set=labels, label_names=labels, confusion_matrix=matrix)
        for name, matrix in (("new", shifted), ("old", diagonal))
    )
    page = page_of(candidate, incumbent)
    [_, classes] = tables(page.blocks)
    assert (len(classes.rows), classes.hidden) == (100, 20)
    [confused] = tables(section(page, "Confused more or less often"))
    assert len(confused.rows) == 20
    blocks = section(page, "Difference of the confusion matrices")
    assert not any(isinstance(block, Matrix) for block in blocks)


def test_what_differs_in_the_metadata_is_listed_by_place() -> None:
    page = page_of(example("naive-bayes"), example("svm-c1"))
    [table] = tables(section(page, "What differs in the metadata"))
    assert table.rows[:3] == (
        ("params.estimator", "SVC", "GaussianNB"),
        ("params.C", "1.0", ""),
        ("params.gamma", "0.001", ""),
    )


def test_two_models_that_are_alike_have_no_more_than_their_scores() -> None:
    alike = {"macro_f1": 0.9499, "weighted_f1": 0.95}
    page = page_of(a_bundle("new", **alike), a_bundle("old", **alike))
    assert [s.title for s in page.sections] == ["Recall of each class", "F1 of each class"]


def test_scores_that_the_matrix_contradicts_are_told_of_both() -> None:
    page = page_of(a_bundle("new"), a_bundle("old"))
    assert page.sections[-1].title == "Contradicted by the confusion matrix"
    assert not page.sections[-1].detail
    text = as_text(page, width=100)
    for name in ("new", "old"):
        assert f"\n{name}\n  metrics.json /macro_f1: Differs by 0.07" in text


@pytest.mark.parametrize(
    ("margin", "sentences"),
    [
        (0.0, []),
        (0.01, ["Its macro F1 may be lower by more than 0.01."]),
        (0.25, ["Its macro F1 is not lower by more than 0.25."]),
    ],
)
def test_a_margin_is_answered_where_the_verdict_is_open(
    margin: float, sentences: list[str]
) -> None:
    page = page_of(a_bundle("new"), a_bundle("old"), margin=margin)
    assert list(page.lead[1:]) == sentences


def test_other_samples_and_other_features_are_told() -> None:
    page = page_of(a_bundle("new", confusion_matrix=[[9, 1], [2, 8]], schema_hash="x"), a_bundle())
    assert page.lead[1:] == (
        "The two were not evaluated on the same samples.",
        "They were trained on different feature schemas.",
    )
    [_, classes] = tables(page.blocks)
    assert [column.title for column in classes.columns][3:5] == ["Samples", "Samples before"]
    assert [str(cell) for cell in classes.rows[0]][3:5] == ["10", "53"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_labels_act_in_no_medium(name: str) -> None:
    comparison = compare(hostile_bundle(name), hostile_bundle("old"))
    html = Seen(render(comparison, "html"))
    assert html.elements.isdisjoint({"script", "img", "a"})
    assert "onerror" not in html.attributes
    assert "onmouseover" not in html.attributes
    assert "document.title" not in html.attributes
    for form in ("text", "markdown"):
        shown = render(comparison, form)
        assert all(line.isprintable() for line in shown.split("\n"))
    assert printable(name)[:20] in render(comparison, "text", width=10_000)


def test_a_notebook_shows_it() -> None:
    html = compare(example("svm-c10"), example("svm-c1"))._repr_html_()
    assert html is not None
    assert "Cannot tell whether digits-svm-c10 is better than digits-svm-c1" in html
