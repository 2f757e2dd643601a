"""The metrics of a model, computed: what is reported follows from the confusion matrix.

Labels and counts come in lists, or in anything that answers to `tolist` or `to_numpy`, as what
NumPy, pandas and PyTorch hold does. None of them is imported.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import chain
from math import isfinite, isqrt
from typing import Any

from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.contract.printable import quoted, some_of
from taskclf.model_registry.evidence.scores import scores_from
from taskclf.model_registry.reading.files import MAX_DOCUMENT_BYTES

_BATCH = 65_536
"""Labels taken out of an array at a time: as Python objects they take many times the memory."""

_MOST_LABELS = isqrt(MAX_DOCUMENT_BYTES // 2)
"""A cell takes two bytes or more, so a matrix of more labels has no room in a document."""


def metrics_from_confusion_matrix(label_names: Iterable[Any], matrix: Any) -> BundleMetrics:
    """Return the metrics that a confusion matrix gives.

    F1 is that of scikit-learn with `labels=label_names` and `zero_division=0`.

    Args:
        label_names: The labels in the order of rows and columns: text, numbers or booleans. Each
            becomes text in the document.
        matrix: Counts of evaluated samples, n rows by n columns for n labels; rows are the true
            labels, columns the predicted ones. Nested lists, an array, or a data frame.

    Raises:
        TypeError: If `label_names` is a single string or has no order.
        ValueError: If a label is missing or NaN, if two labels become the same text, or if the
            matrix is not square or contains anything but counts. The message says where.
    """
    return _metrics(list(map(_text, _names(label_names))), _from_frame(matrix))


def metrics_from_predictions(
    y_true: Iterable[Any], y_pred: Iterable[Any], label_names: Iterable[Any] | None = None
) -> BundleMetrics:
    """Return the metrics of a model from the true labels of held-out samples and its answers.

    F1 is that of scikit-learn with `labels=label_names` and `zero_division=0`. Each label becomes
    text in the document: `2` is `"2"`. Labels that are equal, or have the same text, are one.

    Args:
        y_true: The true label of each sample: text, numbers or booleans, in a list, an array or a
            column of a data frame.
        y_pred: The predicted label of each sample, in the same order.
        label_names: The labels in the order that rows and columns should have. By default all that
            occur, sorted: a label of the training data that no test sample has is then left out.

    Raises:
        TypeError: If an argument is a single string or has no order.
        ValueError: If the lengths differ; if a label is missing, NaN or not in `label_names`; or
            if there is none, or more than a document has room for. The message says where.
    """
    columns = {"y_true": _column(y_true, "y_true"), "y_pred": _column(y_pred, "y_pred")}
    true, predicted = columns.values()
    if len(true) != len(predicted):
        raise ValueError(
            f"y_true has {len(true):,} labels and y_pred {len(predicted):,}; "
            "expected one of each for every sample"
        )
    given = None if label_names is None else _names(label_names)
    # The first of several equal labels gives the text, and what the caller lists comes first.
    text_of = {label: _text(label) for label in given or ()}
    try:
        pairs = _count_pairs(true, predicted)
    except TypeError:  # Something that has no hash, and so is no label.
        _refuse_first(columns, _fault)
        raise
    for label in chain((row for row, _ in pairs), (column for _, column in pairs)):
        text_of.setdefault(label, _text(label))
    if "" in text_of.values():
        _refuse_first(columns, _fault)
    names = list(map(_text, given)) if given is not None else _sorted_texts(text_of)
    index = {name: at for at, name in enumerate(names)}
    if not index.keys() >= set(text_of.values()):
        _refuse_first(columns, partial(_fault_of_unknown, text_of, index))
    return _metrics(names, _matrix(pairs, text_of, index))


def _metrics(names: list[str], matrix: Any) -> BundleMetrics:
    counted = BundleMetrics(macro_f1=0, weighted_f1=0, label_names=names, confusion_matrix=matrix)
    scores = scores_from(counted)
    return counted.model_copy(
        update={"macro_f1": scores.macro_f1, "weighted_f1": scores.weighted_f1}
    )


def _matrix(
    pairs: Mapping[tuple[Any, Any], int], text_of: Mapping[Any, str], index: Mapping[str, int]
) -> list[list[int]]:
    if not index:
        raise ValueError("y_true and y_pred are empty; name the labels with label_names")
    if len(index) > _MOST_LABELS:
        raise ValueError(
            f"{len(index):,} different labels are more than a document has room for "
            f"({_MOST_LABELS:,}); are these scores rather than labels?"
        )
    matrix = [[0] * len(index) for _ in index]
    for (row, column), count in pairs.items():
        matrix[index[text_of[row]]][index[text_of[column]]] += count
    return matrix


def _count_pairs(true: Sequence[Any], predicted: Sequence[Any]) -> Counter[tuple[Any, Any]]:
    pairs: Counter[tuple[Any, Any]] = Counter()
    for rows, columns in zip(_batches(true), _batches(predicted), strict=True):
        pairs.update(zip(rows, columns, strict=True))
    return pairs


def _sorted_texts(text_of: Mapping[Any, str]) -> list[str]:
    try:
        labels = sorted(text_of)
    except TypeError:  # Text and numbers.
        labels = sorted(text_of, key=text_of.__getitem__)
    return [*dict.fromkeys(text_of[label] for label in labels)]


def _names(label_names: Iterable[Any]) -> list[Any]:
    column = _column(label_names, "label_names")
    _refuse_first({"label_names": column}, _fault)
    return [*chain.from_iterable(_batches(column))]


def _column(labels: Iterable[Any], name: str) -> Sequence[Any]:
    """Return the labels as something that has a length and can be sliced."""
    if isinstance(labels, (str, bytes, Mapping, AbstractSet)):
        raise TypeError(f"{name} should be a list or an array of labels, not a {_kind(labels)}")
    column: Any = _from_frame(labels)
    return column if hasattr(column, "tolist") or isinstance(column, (list, tuple)) else [*column]


def _batches(column: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(column), _BATCH):
        yield _as_list(column[start : start + _BATCH])


def _as_list(values: Any) -> Any:
    return values.tolist() if hasattr(values, "tolist") else values


def _from_frame(values: Any) -> Any:
    return values.to_numpy() if hasattr(values, "to_numpy") else values


def _refuse_first(
    columns: Mapping[str, Sequence[Any]], fault_of: Callable[[Any], str | None]
) -> None:
    """Raise for the first label that has a fault, with its place; do nothing when none has."""
    for name, column in columns.items():
        for at, label in enumerate(chain.from_iterable(_batches(column))):
            fault = fault_of(label)
            if fault is not None:
                raise ValueError(f"{name}[{at}] is {fault}")


def _text(label: Any) -> str:
    """Return the text of a label, empty for what is none."""
    if isinstance(label, str):
        return str.__str__(label)  # Of an enumeration, its value.
    scalar = _as_list(label)
    if isinstance(scalar, (bool, int)) or (isinstance(scalar, float) and isfinite(scalar)):
        return str(scalar)
    return ""


def _fault(label: Any) -> str | None:
    if isinstance(label, Hashable) and _text(label):
        return None
    shown = repr(label) if isinstance(label, (str, float)) or label is None else _kind(label)
    return f"{shown}; expected text, a number or a boolean"


def _fault_of_unknown(
    text_of: Mapping[Any, str], index: Mapping[str, int], label: Any
) -> str | None:
    text = text_of[label]
    if text in index:
        return None
    return f"{quoted(text, 40)}, which is not in label_names ({some_of(index) or 'it is empty'})"


def _kind(value: object) -> str:
    return type(value).__name__
