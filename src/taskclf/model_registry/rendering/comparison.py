"""The page about a candidate and the incumbent: the verdict, the classes, what else differs."""

import heapq
from collections.abc import Iterator, Sequence

from taskclf.model_registry.compare import ClassComparison, Comparison, ScoreComparison, Verdict
from taskclf.model_registry.rendering.blocks import (
    axis_of_differences,
    estimated,
    listed,
    matrix_of_shares,
    short,
)
from taskclf.model_registry.rendering.content import (
    Block,
    Cell,
    Column,
    Estimate,
    Mark,
    Note,
    Page,
    Section,
    Table,
    Tone,
    signed,
)
from taskclf.model_registry.rendering.values import table_of_values

_GLANCE = 10
_CLASSES = 100
_CONFUSIONS = 20

_OUTCOMES: dict[Verdict, tuple[str, Tone]] = {
    "better": ("{} is better than {}", "good"),
    "worse": ("{} is worse than {}", "bad"),
    "cannot tell": ("Cannot tell whether {} is better than {}", "unsure"),
}


def page_of_comparison(comparison: Comparison) -> Page:
    """Describe whether a candidate should replace the incumbent, over all and class by class."""
    outcome, tone = _OUTCOMES[comparison.verdict]
    return Page(
        title="Comparison of a candidate with the incumbent",
        outcome=outcome.format(short(comparison.candidate), short(comparison.incumbent)),
        tone=tone,
        lead=tuple(_lead(comparison)),
        blocks=(_over_all(comparison), *_classes(comparison.classes)),
        sections=tuple(_sections(comparison)),
    )


def _lead(comparison: Comparison) -> Iterator[str]:
    yield comparison.reason
    if comparison.verdict == "cannot tell" and comparison.margin:
        verb = "is not" if comparison.not_worse else "may be"
        yield f"Its macro F1 {verb} lower by more than {comparison.margin:g}."
    if not comparison.same_samples:
        yield "The two were not evaluated on the same samples."
    if any(change.pointer == "/schema_hash" for change in comparison.changed):
        yield "They were trained on different feature schemas."


def _over_all(comparison: Comparison) -> Table:
    difference = estimated(comparison.macro_f1)
    columns = (
        Column("Score"),
        Column("Candidate", "number"),
        Column("Incumbent", "number"),
        Column("Difference", "number", axis=axis_of_differences([difference])),
    )
    now, before = comparison.candidate_macro_f1, comparison.incumbent_macro_f1
    row = ("Macro F1", f"{now:.4f}", f"{before:.4f}", difference)
    return Table(columns, (row,), caption="Over all")


def _classes(classes: Sequence[ClassComparison]) -> tuple[Block, ...]:
    """Return each class by the score that speaks most against the candidate, worst first."""
    shown = [(one, *min(_scores(one), key=_upper_limit)) for one in _worst_first(classes)]
    columns, rows = _table([(one, score) for one, _, score in shown])
    names = [(Mark("worse", "bad") if one.worse else "", name) for one, name, _ in shown]
    table = Table(
        (columns[0], Column("Verdict"), Column("By"), *columns[1:]),
        tuple((row[0], *name, *row[1:]) for row, name in zip(rows, names, strict=True)),
        caption="Classes, worst first",
        glance=_GLANCE,
        hidden=len(classes) - len(rows),
    )
    note = Note(
        "The intervals of all classes hold at once with 97.5 % confidence. Where samples are few, "
        "that no class is clearly worse is weak evidence."
    )
    return table, note


def _both_scores(classes: Sequence[ClassComparison]) -> Iterator[Section]:
    shown = _worst_first(classes)
    for place, name in enumerate(("Recall", "F1")):
        columns, rows = _table([(one, _scores(one)[place][1]) for one in shown])
        table = Table(columns, rows, hidden=len(classes) - len(rows))
        yield Section(f"{name} of each class", (table,), detail=True)


def _table(
    scores: Sequence[tuple[ClassComparison, ScoreComparison]],
) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    estimates = [_estimate(score) for _, score in scores]
    columns = [
        Column("Class", "name"),
        Column("Samples", "number", drop=7),
        Column("Samples before", "number", drop=8),
        Column("Candidate", "number", drop=1),
        Column("Incumbent", "number", drop=2),
        Column("Difference", "number", axis=axis_of_differences(estimates)),
    ]
    rows: list[list[Cell]] = [
        [
            one.label,
            f"{one.candidate_support:,}",
            f"{one.incumbent_support:,}",
            f"{score.candidate:.4f}",
            f"{score.incumbent:.4f}",
            estimate,
        ]
        for (one, score), estimate in zip(scores, estimates, strict=True)
    ]
    if all(one.candidate_support == one.incumbent_support for one, _ in scores):
        columns = [*columns[:2], *columns[3:]]
        rows = [[*row[:2], *row[3:]] for row in rows]
    return tuple(columns), tuple(map(tuple, rows))


def _worst_first(classes: Sequence[ClassComparison]) -> list[ClassComparison]:
    def key(one: ClassComparison) -> tuple[bool, float, str]:
        return not one.worse, min(one.recall.difference, one.f1.difference), one.label

    return sorted(classes, key=key)[:_CLASSES]


def _scores(one: ClassComparison) -> tuple[tuple[str, ScoreComparison], ...]:
    return ("recall", one.recall), ("F1", one.f1)


def _upper_limit(named: tuple[str, ScoreComparison]) -> float:
    return named[1].interval.high


def _estimate(score: ScoreComparison) -> Estimate:
    low, high = score.interval.low, score.interval.high
    tone: Tone = "good" if low > 0 else "bad" if high < 0 else "plain"
    return Estimate(score.difference, low, high, signed=True, tone=tone)


def _sections(comparison: Comparison) -> Iterator[Section]:
    yield from _both_scores(comparison.classes)
    labels = [one.label for one in comparison.classes]
    confused = _confusions(labels, comparison.confusion_difference)
    if confused.rows:
        yield Section("Confused more or less often", (confused,), detail=True)
        title = "Candidate minus incumbent, in percent of each row"
        matrix = matrix_of_shares(title, labels, comparison.confusion_difference)
        yield Section("Difference of the confusion matrices", matrix, detail=True)
    if comparison.changed:
        values = table_of_values(comparison.changed, "Incumbent", "Candidate")
        yield Section("What differs in the metadata", (values,), detail=True)
    found = {
        model_id: problems
        for model_id, problems in (
            (comparison.candidate, comparison.candidate_inconsistencies),
            (comparison.incumbent, comparison.incumbent_inconsistencies),
        )
        if problems
    }
    if found:
        yield Section("Contradicted by the confusion matrix", (listed(found),))


def _confusions(labels: Sequence[str], shares: Sequence[Sequence[float]]) -> Table:
    """Return the confusions whose share of the true class changed most."""
    changed = (
        (-abs(share), share, true, predicted)
        for true, row in enumerate(shares)
        for predicted, share in enumerate(row)
        if share and true != predicted
    )
    columns = (
        Column("True", "name"),
        Column("Predicted", "name"),
        Column("Share of the true class", "number"),
        Column("Confused"),
    )
    return Table(
        columns,
        tuple(
            (
                labels[true],
                labels[predicted],
                f"{signed(100 * share, 1)} %",
                Mark("more", "bad") if share > 0 else Mark("less", "good"),
            )
            for _, share, true, predicted in heapq.nsmallest(_CONFUSIONS, changed)
        ),
    )
