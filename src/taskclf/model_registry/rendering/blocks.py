"""Blocks and phrases that several pages share."""

import json
from collections.abc import Mapping, Sequence

from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.rendering.content import Block, Group, Groups, Matrix, Note

_LONGEST_LABEL = 40
_LARGEST_MATRIX = 40
_GROUPED_ABOVE = 10
_NAMES_SHOWN = 20
_REASONS_SHOWN = 100


def shown(value: object) -> str:
    """Return a value of a document as text: strings as they are, others as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def count_of(number: int, noun: str) -> str:
    """Return `1 bundle` or `1,200 bundles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def grouped(names_by_reason: Mapping[str, Sequence[str]]) -> Groups:
    """Return one group for each reason, the most frequent first, naming the bundles it is about.

    Of very many reasons, or very many bundles with one reason, the rest is counted.
    """
    by_frequency = sorted(names_by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = [
        Group(
            f"{count_of(len(names), 'bundle')}: {reason}" if len(names) > 1 else reason,
            tuple(names[:_NAMES_SHOWN]),
            hidden=len(names) - len(names[:_NAMES_SHOWN]),
        )
        for reason, names in by_frequency[:_REASONS_SHOWN]
    ]
    rest = by_frequency[_REASONS_SHOWN:]
    if rest:
        times = sum(len(names) for _, names in rest)
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


def matrix_of(model: str, metrics: BundleMetrics) -> tuple[Block, ...]:
    """Return the confusion matrix of a model, or its largest confusions if it has many labels."""
    # Long labels would make unreadable heads of columns.
    labels = tuple(printable(label, _LONGEST_LABEL) for label in metrics.label_names)
    matrix = Matrix(model, labels, tuple(map(tuple, metrics.confusion_matrix)))
    if len(labels) <= _LARGEST_MATRIX:
        return (matrix,)
    size = f"{len(labels):,} × {len(labels):,}"
    return (Note(f"{model}: the largest confusions of a {size} matrix"), matrix.confusions())
