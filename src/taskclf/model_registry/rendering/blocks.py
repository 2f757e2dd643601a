"""Blocks and phrases that several pages share."""

import json
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor

from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.evidence import Difference
from taskclf.model_registry.rendering.content import (
    Axis,
    Block,
    Estimate,
    Group,
    Groups,
    Matrix,
    Note,
    Tone,
)

_LONGEST_NAME = 60
_LONGEST_LABEL = 40
_LARGEST_MATRIX = 40
_GROUPED_ABOVE = 10


def shown(value: object) -> str:
    """Return a value of a document as text: strings as they are, others as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def short(name: str) -> str:
    """Return a name as a sentence can hold it: printable, its middle left out if it is long."""
    name = printable(name, 4 * len(name) + 1)
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME // 2]}…{name[1 - _LONGEST_NAME // 2 :]}"


def reported_beside(reported: float, by_matrix: float) -> str:
    """Return a reported score, and what the matrix gives where that is another."""
    if f"{reported:.4f}" == f"{by_matrix:.4f}":
        return f"{reported:.4f}"
    return f"reported {reported:.4f}, by the matrix {by_matrix:.4f}"


def count_of(number: int, noun: str) -> str:
    """Return `1 bundle` or `1,200 bundles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def grouped(
    names_by_reason: Mapping[str, Sequence[str]], *, reasons: int = 100, names: int = 20
) -> Groups:
    """Return one group for each reason, the most frequent first, naming the bundles it is about.

    Of more `reasons`, or more `names` with one reason, the rest is counted.
    """
    by_frequency = sorted(names_by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = [
        Group(
            f"{count_of(len(concerned), 'bundle')}: {reason}" if len(concerned) > 1 else reason,
            tuple(concerned[:names]),
            hidden=max(0, len(concerned) - names),
        )
        for reason, concerned in by_frequency[:reasons]
    ]
    rest = by_frequency[reasons:]
    if rest:
        times = sum(len(concerned) for _, concerned in rest)
        title = f"{count_of(len(rest), 'further reason')}, given {count_of(times, 'time')}"
        groups.append(Group(title, ()))
    return Groups(tuple(groups), in_a_row=True)


def listed(problems: Mapping[str, Sequence[Problem]]) -> Groups:
    """Return the problems by bundle, or, of more than ten bundles, the bundles by problem."""
    if len(problems) <= _GROUPED_ABOVE:
        return Groups(
            tuple(
                Group(name, tuple(map(problem_line, of_bundle)))
                for name, of_bundle in problems.items()
            )
        )
    names: dict[str, list[str]] = {}
    for name, of_bundle in problems.items():
        for problem in of_bundle:
            names.setdefault(problem_line(problem), []).append(name)
    return grouped(names)


def problem_line(problem: Problem) -> str:
    """Return file, pointer and message in one line."""
    place = " ".join(filter(None, (problem.document, problem.pointer)))
    return f"{place}: {problem.message}" if place else problem.message


def estimated(difference: Difference) -> Estimate:
    """Return a difference as a table has it; clear ones stand out."""
    low, high = difference.interval.low, difference.interval.high
    tone: Tone = "good" if low > 0 else "bad" if high < 0 else "plain"
    return Estimate(difference.macro_f1, low, high, signed=True, tone=tone)


def axis_of_scores(estimates: Sequence[Estimate]) -> Axis:
    """Return an axis up to 1 on which three quarters of the intervals lie, the first one marked.

    One model that is far worse would squeeze all others.
    """
    lows = sorted(e.at if e.low is None else e.low for e in estimates)
    start = floor(lows[len(lows) // 4] * 50) / 50
    return Axis(min(0.98, start), 1.0, estimates[0].at)


def axis_of_differences(estimates: Iterable[Estimate]) -> Axis:
    """Return an axis that is symmetric around zero, which is marked, with room for all."""
    sizes = (
        abs(value) for e in estimates for value in (e.value, e.low, e.high) if value is not None
    )
    reach = max(0.01, ceil(max(sizes, default=0) * 100 - 1e-9) / 100)
    return Axis(-reach, reach, 0.0)


def matrix_of(model: str, metrics: BundleMetrics) -> tuple[Block, ...]:
    """Return the confusion matrix of a model, or its largest confusions if it has many labels."""
    counts = tuple(map(tuple, metrics.confusion_matrix))
    return _or_confusions(Matrix(model, _heads(metrics.label_names), counts))


def matrix_of_differences(
    one: tuple[str, BundleMetrics], other: tuple[str, BundleMetrics]
) -> tuple[Block, ...]:
    """Return one model's confusion matrix less the other's, or nothing for other labels.

    Where both rows have as many samples the cells count samples, else each is a difference of
    percentages of its row.
    """
    (name, first), (other_name, second) = one, other
    order = {label: place for place, label in enumerate(second.label_names)}
    if order.keys() != set(first.label_names):
        return ()
    places = [order[label] for label in first.label_names]
    theirs = [[second.confusion_matrix[row][column] for column in places] for row in places]
    ours = first.confusion_matrix
    wholes = list(map(sum, ours))
    title = f"{short(name)} less {short(other_name)}"
    if wholes != list(map(sum, theirs)):
        title += ", in percent of each row"
        ours, theirs, wholes = _percent(ours), _percent(theirs), [100] * len(ours)
    counts = tuple(
        tuple(a - b for a, b in zip(*rows, strict=True)) for rows in zip(ours, theirs, strict=True)
    )
    return _or_confusions(Matrix(title, _heads(first.label_names), counts, tuple(wholes)))


def matrix_of_shares(
    title: str, labels: Sequence[str], shares: Sequence[Sequence[float]]
) -> tuple[Block, ...]:
    """Return differences of shares, from -1 to 1, as a matrix in percent of each row."""
    counts = tuple(tuple(round(100 * share) for share in row) for row in shares)
    return _or_confusions(Matrix(title, _heads(labels), counts, (100,) * len(counts)))


def _heads(labels: Iterable[str]) -> tuple[str, ...]:
    # Long labels would make unreadable heads of columns.
    return tuple(printable(label, _LONGEST_LABEL) for label in labels)


def _percent(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[round(100 * n / (sum(row) or 1)) for n in row] for row in counts]


def _or_confusions(matrix: Matrix) -> tuple[Block, ...]:
    if len(matrix.labels) <= _LARGEST_MATRIX:
        return (matrix,)
    size = f"{len(matrix.labels):,} × {len(matrix.labels):,}"
    text = f"{matrix.title}: the largest cells off the diagonal of a {size} matrix"
    return (Note(text), matrix.confusions())
