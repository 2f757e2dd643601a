"""Metrics computed from predictions and matrices agree with scikit-learn and with themselves."""

import enum
import subprocess
import sys
from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score
from strategies import a_metadata

from taskclf.model_registry.evidence import inconsistencies
from taskclf.model_registry.publish import metrics_from_confusion_matrix, metrics_from_predictions

TRUE = ["Build", "Build", "Debug", "Write"]
PREDICTED = ["Build", "Debug", "Debug", "Debug"]
MATRIX = [[1, 1, 0], [0, 1, 0], [0, 1, 0]]

predictions = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abd")), min_size=1)


@settings(deadline=None)  # scikit-learn's
@given(predictions)
def test_the_scores_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    true, predicted = map(list, zip(*pairs, strict=True))
    labels = ["d", "c", "b", "a"]
    metrics = metrics_from_predictions(true, predicted, labels)
    assert metrics.label_names == labels
    assert metrics.confusion_matrix == confusion_matrix(true, predicted, labels=labels).tolist()
    for average in ("macro", "weighted"):
        f1 = f1_score(true, predicted, labels=labels, average=average, zero_division=0)
        assert getattr(metrics, f"{average}_f1") == pytest.approx(f1, abs=1e-12)


@given(predictions)
def test_metrics_never_contradict_their_own_matrix(pairs: list[tuple[str, str]]) -> None:
    true, predicted = zip(*pairs, strict=True)
    metrics = metrics_from_predictions(true, predicted)
    assert inconsistencies(metrics, a_metadata(label_set=metrics.label_names)) == []
    assert metrics == metrics_from_confusion_matrix(metrics.label_names, metrics.confusion_matrix)


def test_by_default_all_labels_that_occur_are_taken_sorted() -> None:
    metrics = metrics_from_predictions(TRUE, PREDICTED)
    assert metrics.label_names == ["Build", "Debug", "Write"]
    assert metrics.confusion_matrix == MATRIX


def test_numbers_are_sorted_as_numbers() -> None:
    assert metrics_from_predictions([10, 2], [2, 1]).label_names == ["1", "2", "10"]


def test_text_and_numbers_together_are_sorted_as_text() -> None:
    assert metrics_from_predictions([10, "b"], [2, "a"]).label_names == ["10", "2", "a", "b"]


class Colour(str, enum.Enum):  # noqa: UP042 - its `str` is "Colour.RED", unlike that of StrEnum
    RED = "red"


class Frame:
    """A column or a table of pandas: it has no `tolist` for a table, and iterates over names."""

    def __init__(self, values: Any) -> None:
        self.values = np.array(values)

    def to_numpy(self) -> Any:
        return self.values


@pytest.mark.parametrize(
    ("labels", "texts"),
    [
        ([0, 1], ["0", "1"]),
        ([False, True], ["False", "True"]),
        ([0.5, 1.0], ["0.5", "1.0"]),
        (np.array([0, 1]), ["0", "1"]),
        (np.array([False, True]), ["False", "True"]),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array(["a", "b"], dtype=object), ["a", "b"]),
        ([np.int64(0), np.int64(1)], ["0", "1"]),
        (("a", "b"), ["a", "b"]),
        (deque(["a", "b"]), ["a", "b"]),
        ((label for label in "ab"), ["a", "b"]),
        ([Colour.RED, "sienna"], ["red", "sienna"]),
        (Frame(["a", "b"]), ["a", "b"]),
    ],
)
def test_labels_of_any_scalar_become_text(labels: Any, texts: list[str]) -> None:
    labels = labels if hasattr(labels, "__len__") or isinstance(labels, Frame) else [*labels]
    metrics = metrics_from_predictions(labels, labels)
    assert metrics.label_names == texts
    assert metrics.confusion_matrix == [[1, 0], [0, 1]]
    assert metrics_from_predictions(labels, labels, labels) == metrics
    assert metrics_from_confusion_matrix(labels, [[1, 0], [0, 1]]) == metrics


@pytest.mark.parametrize("label_names", [["0", "1"], [0, 1]])
def test_a_label_is_known_by_its_value_or_by_its_text(label_names: Any) -> None:
    metrics = metrics_from_predictions(np.array([0, 1, 1]), ["0", "1", "0"], label_names)
    assert metrics.confusion_matrix == [[1, 0], [1, 1]]


def test_a_float_is_known_by_the_integer_that_equals_it() -> None:
    metrics = metrics_from_predictions(np.array([0.0, 1.0]), [0, 1], [0, 1])
    assert (metrics.label_names, metrics.confusion_matrix) == (["0", "1"], [[1, 0], [0, 1]])


def test_of_equal_labels_the_first_gives_the_text() -> None:
    assert metrics_from_predictions([True, False], [1.0, 0]).label_names == ["False", "True"]


def test_a_label_without_samples_counts_as_0_as_scikit_learn_has_it() -> None:
    metrics = metrics_from_predictions(["a"], ["a"], ["a", "b"])
    assert (metrics.macro_f1, metrics.weighted_f1) == (0.5, 1.0)


def test_an_array_is_taken_apart_in_batches_that_lose_nothing() -> None:
    labels = np.arange(200_000) % 3
    metrics = metrics_from_predictions(labels, np.roll(labels, 1))
    assert metrics.confusion_matrix == confusion_matrix(labels, np.roll(labels, 1)).tolist()


@pytest.mark.parametrize("matrix", [MATRIX, np.array(MATRIX), Frame(MATRIX), tuple(MATRIX)])
def test_a_matrix_may_be_lists_an_array_or_a_table(matrix: Any) -> None:
    metrics = metrics_from_confusion_matrix(["Build", "Debug", "Write"], matrix)
    assert metrics == metrics_from_predictions(TRUE, PREDICTED)


@pytest.mark.parametrize(
    ("true", "predicted", "message"),
    [
        (["a"], ["a", "b"], r"y_true has 1 labels and y_pred 2; expected one of each"),
        ([], [], r"y_true and y_pred are empty; name the labels with label_names"),
        (["a", float("nan")], ["a", "a"], r"y_true\[1\] is nan; expected text, a number or a"),
        (["a", "a"], np.array([0, np.nan]), r"y_pred\[1\] is nan; expected text"),
        (["a", float("inf")], ["a", "a"], r"y_true\[1\] is inf; expected text"),
        (["a", "a"], ["a", None], r"y_pred\[1\] is None; expected text"),
        (["a", ""], ["a", "a"], r"y_true\[1\] is ''; expected text"),
        (["a", b"a"], ["a", "a"], r"y_true\[1\] is bytes; expected text"),
        (["a", ("a",)], ["a", "a"], r"y_true\[1\] is tuple; expected text"),
        (["a", "a"], np.array([[0.1, 0.9], [0.2, 0.8]]), r"y_pred\[0\] is list; expected text"),
        (["a", "a"], [{}, "a"], r"y_pred\[0\] is dict; expected text"),
    ],
)
def test_what_is_no_label_is_refused_with_its_place(
    true: Any, predicted: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        metrics_from_predictions(true, predicted)


class Unhashable(str):
    __slots__ = ()

    def __hash__(self) -> int:
        raise TypeError("of its own")


def test_an_error_that_a_label_raises_passes_through() -> None:
    with pytest.raises(TypeError, match="of its own"):
        metrics_from_predictions([Unhashable("a")], ["a"])


def test_a_label_that_is_not_asked_for_is_refused_with_its_place() -> None:
    expected = r"^y_pred\[3\] is 'Idle', which is not in label_names \('Build', 'Debug', 'Write'\)$"
    with pytest.raises(ValueError, match=expected):
        metrics_from_predictions(TRUE, [*PREDICTED[:3], "Idle"], ["Build", "Debug", "Write"])
    many = r"^y_true\[0\] is 'Build', which is not in label_names \('0', '1', '2', and 7 more\)$"
    with pytest.raises(ValueError, match=many):
        metrics_from_predictions(TRUE, PREDICTED, range(10))
    with pytest.raises(ValueError, match=r"label_names \(it is empty\)"):
        metrics_from_predictions(TRUE, PREDICTED, [])


def test_scores_given_for_labels_are_refused_before_they_fill_the_memory() -> None:
    scores = np.linspace(0, 1, 100_000)
    with pytest.raises(ValueError, match=r"100,000 different labels .* scores rather than labels"):
        metrics_from_predictions(scores, scores)


@pytest.mark.parametrize(
    ("label_names", "matrix", "message"),
    [
        (["a", None], [[1, 0], [0, 1]], r"label_names\[1\] is None"),
        (["a", np.nan], [[1, 0], [0, 1]], r"label_names\[1\] is nan"),
        ([1, "1"], [[1, 0], [0, 1]], r"(?s)label_names\.1.*Repeats /label_names/0"),
        (["a", "b"], [[1, 0]], r"Has 1 rows, expected 2"),
        (["a", "b"], [[1, 0], [0, -1]], r"confusion_matrix\.1\.1"),
        (["a", "b"], np.array([[1, 0], [0, np.nan]]), r"confusion_matrix\.1\.1"),
        (["a", "b"], np.array([[0.9, 0.1], [0.2, 0.8]]), r"confusion_matrix\.0\.0"),
    ],
)
def test_a_wrong_matrix_is_refused_with_the_place(
    label_names: Any, matrix: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        metrics_from_confusion_matrix(label_names, matrix)


@pytest.mark.parametrize("labels", ["ab", b"ab", {"a", "b"}, {"a": 0, "b": 1}])
def test_what_has_no_order_or_is_a_single_text_is_refused(labels: Any) -> None:
    for arguments in ((labels, ["a", "b"]), (["a", "b"], labels), (["a"], ["a"], labels)):
        with pytest.raises(TypeError, match="should be a list or an array of labels"):
            metrics_from_predictions(*arguments)
    with pytest.raises(TypeError, match="label_names should be a list or an array of labels"):
        metrics_from_confusion_matrix(labels, [[1, 0], [0, 1]])


def test_neither_numpy_nor_pandas_is_imported() -> None:
    program = (
        "import sys\n"
        "from taskclf.model_registry.publish import metrics_from_predictions\n"
        "metrics_from_predictions([0, 1], [1, 1])\n"
        "assert not {'numpy', 'pandas', 'torch'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
