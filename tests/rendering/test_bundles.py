from datetime import datetime
from pathlib import Path

import pytest
from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import list_bundles
from taskclf.model_registry.rendering.bundles import Order, grouped_by_features, page_of_list
from taskclf.model_registry.rendering.content import Groups, Page, Table

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


def tables(page: Page) -> list[Table]:
    return [
        block for section in page.sections for block in section.blocks if isinstance(block, Table)
    ]


def test_bundles_are_grouped_by_whom_they_serve_the_largest_group_first() -> None:
    page = page_of_list(list_bundles(EXAMPLES))
    assert (page.outcome, page.tone) == ("18 bundles, 13 valid of 4 kinds", "unsure")
    assert [section.title for section in page.sections] == [
        "10 bundles: schema 85e94657205f7ae…, 10 labels 0, 1, 2, 3, 4, …",
        "1 bundle: schema eca700081594245…, 10 labels 0, 1, 2, 3, 4, …",
        "1 bundle: schema 85e94657205f7ae…, 2 labels even, odd",
        "1 bundle: schema 74928cb363f0868…, 3 labels class_0, class_1, class_2",
        "5 invalid",
    ]
    assert sum(len(table.rows) for table in tables(page)) == 13


def test_a_row_has_scores_samples_and_the_instant_in_utc() -> None:
    [row] = tables(page_of_list([a_bundle(created_at="2026-02-26T12:34:56+05:30")]))[0].rows
    assert row == ("logreg", "0.8700", "0.8900", "100", "2026-02-26 07:04")


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_utc_lacks_is_shown_as_it_is(instant: str) -> None:
    [row] = tables(page_of_list([a_bundle(created_at=instant)]))[0].rows
    assert row[-1] == str(datetime.fromisoformat(instant))


def test_what_is_wrong_with_the_others_follows() -> None:
    *_, invalid = page_of_list(list_bundles(EXAMPLES)).sections
    [groups] = invalid.blocks
    assert isinstance(groups, Groups)
    assert len(groups.groups) == 5


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["a", "b", "c"]),
        ("macro_f1", ["c", "b", "a"]),
        ("weighted_f1", ["b", "a", "c"]),
        ("samples", ["b", "c", "a"]),
        ("created_at", ["a", "c", "b"]),
    ],
)
def test_a_list_can_be_sorted_the_highest_and_the_newest_first(
    order: Order, names: list[str]
) -> None:
    page = page_of_list(
        [
            a_bundle("a", macro_f1=0.1, weighted_f1=0.5, created_at="2026-03-03T00:00:00Z",
                     confusion_matrix=[[1, 0], [0, 1]]),
            a_bundle("b", macro_f1=0.2, weighted_f1=0.9, created_at="2026-01-01T00:00:00Z",
                     confusion_matrix=[[9, 0], [0, 9]]),
            a_bundle("c", macro_f1=0.3, weighted_f1=0.1, created_at="2026-02-02T00:00:00Z",
                     confusion_matrix=[[5, 0], [0, 5]]),
        ],
        order,
    )  # fmt: skip
    assert [row[0] for row in tables(page)[0].rows] == names


def test_an_empty_directory_is_a_list_of_nothing() -> None:
    page = page_of_list([])
    assert (page.outcome, page.tone, page.sections) == ("0 bundles, 0 valid", "good", ())


def test_the_order_of_labels_makes_no_group() -> None:
    one, other = a_bundle("a"), a_bundle("b", label_set=["Debug", "Build"])
    [(features, group)] = grouped_by_features([one, other, an_invalid_bundle()])
    assert features == ("4077c2e1", frozenset({"Build", "Debug"}))
    assert group == [one, other]
