from typing import Any

import pytest
from strategies import a_metadata, a_metrics

from taskclf.model_registry.contract.change import (
    Change,
    metadata_changes,
    metrics_changes,
    value_changes,
)


def found(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    return [(c.pointer, c.before, c.after) for c in value_changes(None, before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("/a", 1, 2)]),
        ({"a": 1}, {"b": 1}, [("/a", 1, None), ("/b", None, 1)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("/a/c", 2, 3)]),
        ({"a": {"b": 1}}, {"a": [1]}, [("/a", {"b": 1}, [1])]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("/a", [1, 2], [1, 3])]),
        ({"a": [[1, 2], [3, 4]]}, {"a": [[1, 2], [3, 5]]}, [("/a/1", [3, 4], [3, 5])]),
        ({"a": [[1]]}, {"a": [[1], [2]]}, [("/a", [[1]], [[1], [2]])]),
        ({"a": 1}, {"a": True}, [("/a", 1, True)]),
        ({"a": 1}, {"a": 1.0}, [("/a", 1, 1.0)]),
        ({"a": None}, {}, []),
        ({"x/y~z": 1}, {"x/y~z": 2}, [("/x~1y~0z", 1, 2)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "b": 1}}, []),
        ({"a": [{"b": 1, "c": 2}]}, {"a": [{"c": 2, "b": 1}]}, []),
    ],
)
def test_objects_differ_by_key_matrices_by_row_and_everything_else_as_a_whole(
    before: Any, after: Any, expected: list[tuple[str, Any, Any]]
) -> None:
    assert [(p, repr(b), repr(a)) for p, b, a in found(before, after)] == [
        (p, repr(b), repr(a)) for p, b, a in expected
    ]


def test_metadata_differ_by_field_and_labels_have_no_order() -> None:
    before = a_metadata(params={"C": 1.0, "kernel": "rbf"})
    after = a_metadata(
        params={"C": 10.0, "kernel": "rbf"}, git_commit="9fceb02", label_set=["Debug", "Build"]
    )
    assert metadata_changes(before, after) == [
        Change(document="metadata.json", pointer="/params/C", before=1.0, after=10.0),
        Change(document="metadata.json", pointer="/git_commit", before="unknown", after="9fceb02"),
    ]


def test_metrics_differ_by_score_and_row() -> None:
    after = a_metrics(macro_f1=0.9, confusion_matrix=[[45, 2], [2, 51]])
    assert [change.pointer for change in metrics_changes(a_metrics(), after)] == [
        "/macro_f1",
        "/confusion_matrix/1",
    ]
