"""The page about an explanation: the verdict in plain words, and the ranking that it comes from."""

from collections.abc import Iterator, Sequence

from taskclf.model_registry.explain import Explanation, Standing
from taskclf.model_registry.rendering.blocks import (
    axis_of_scores,
    listed,
    short,
)
from taskclf.model_registry.rendering.content import (
    Block,
    Cell,
    Column,
    Estimate,
    Mark,
    Page,
    Section,
    Table,
    Tone,
    signed,
)
from taskclf.model_registry.rendering.exclusions import folds_of

_NAMED = 2
_VISIBLE = 0.00005
_GLANCE = 10
RANKED_SHOWN = 50
"""Rows of a ranking; a page says how many more there are."""


def page_of_explanation(explanation: Explanation) -> Page:
    """Describe an explanation: who is best, who else may be, and where each stands."""
    outcome, tone = outcome_of(explanation)
    sections = contradicted_in(explanation)
    if explanation.near_misses:
        sections.append(Section("Excluded by a gate", (folds_of(explanation.near_misses),)))
    return Page(
        title="Explanation of a selection",
        outcome=outcome,
        tone=tone,
        lead=tuple(verdict_of(explanation, len(explanation.standings))),
        blocks=ranking_of(explanation, len(explanation.standings)),
        sections=tuple(sections),
    )


def outcome_of(explanation: Explanation) -> tuple[str, Tone]:
    """Return the first line of a page, and how good it is."""
    if not explanation.standings:
        return "No bundle is eligible", "bad"
    best = explanation.standings[0]
    if not best.inconsistencies:
        return f"Best: {short(best.model_id)}", "good"
    return f"Best: {short(best.model_id)}, contradicted: {_contradiction(best)}", "bad"


def _contradiction(standing: Standing) -> str:
    """Return what a bundle reports and what its matrix gives instead."""
    found = {problem.type for problem in standing.inconsistencies}
    if "macro_f1_inconsistent" in found:
        gap = f"{standing.macro_f1:.4f}, the matrix gives {standing.matrix_macro_f1:.4f}"
        return f"reported macro F1 {gap}"
    if "weighted_f1_inconsistent" in found:
        gap = f"{standing.weighted_f1:.4f}, the matrix gives {standing.matrix_weighted_f1:.4f}"
        return f"reported weighted F1 {gap}"
    return "the matrix has other labels than label_set"


def verdict_of(explanation: Explanation, ranked: int) -> Iterator[str]:
    """Yield the verdict in a few sentences: is the lead real, and who else may be best?

    Args:
        explanation: What is known.
        ranked: How many bundles are ranked, of which the explanation may hold the first ones.
    """
    if explanation.lead is not None:
        yield _lead(explanation)
        yield _candidates(explanation, ranked)
    doubtful = [s.model_id for s in explanation.standings[1:] if s.inconsistencies]
    if doubtful:
        verb = "reports scores" if len(doubtful) == 1 else "report scores"
        yield f"{_some(doubtful)} {verb} that the confusion matrix contradicts."


def _lead(explanation: Explanation) -> str:
    lead = explanation.lead
    assert lead is not None  # noqa: S101 - asked before
    name, difference = short(lead.runner_up), lead.difference
    low, high = difference.interval.low, difference.interval.high
    numbers = f"{signed(low)} to {signed(high)}"
    if not difference.distinguishable:
        size = abs(difference.macro_f1)
        gap = f"{size:.4f}" if size >= _VISIBLE else "less than 0.0001"
        text = (
            f"Too close to call against {name}: macro F1 differs by {gap}, "
            f"and the true difference may be {numbers} (95 % interval)."
        )
    elif low > 0:
        text = (
            f"Clearly ahead of {name}: macro F1 {signed(difference.macro_f1)}, "
            f"95 % interval {numbers}."
        )
    else:
        text = (
            f"By the matrices {name} is clearly better: macro F1 {signed(-difference.macro_f1)}, "
            f"95 % interval {signed(-high)} to {signed(-low)}."
        )
    if explanation.standings[1:] and explanation.standings[1].same_samples is False:
        text += " The two were not evaluated on the same samples."
    return text


def _candidates(explanation: Explanation, ranked: int) -> str:
    best = explanation.standings[0].model_id
    others = [model_id for model_id in explanation.may_be_best if model_id != best]
    if best not in explanation.may_be_best:
        return f"By its matrix, it is not the best. The best may be {_some(others)}."
    if not others:
        return f"No other of the {ranked:,} ranked may be the best."
    noun = "other" if len(others) == 1 else "others"
    return f"{len(others):,} {noun} may be the best instead: {_some(others)}."


def _some(names: Sequence[str]) -> str:
    """Return the first names as a sentence has them, and how many more there are."""
    named = [short(name) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        named.append(f"{len(names) - _NAMED:,} more")
    *first, last = named
    return f"{', '.join(first)} and {last}" if first else last


def ranking_of(explanation: Explanation, ranked: int) -> tuple[Block, ...]:
    """Return the first of the ranking, or nothing where nothing is ranked."""
    standings = explanation.standings[:RANKED_SHOWN]
    return (_table(standings, ranked),) if standings else ()


def contradicted_in(explanation: Explanation) -> list[Section]:
    """Return what the matrices contradict, if anything."""
    found = {
        standing.model_id: standing.inconsistencies
        for standing in explanation.standings[:RANKED_SHOWN]
        if standing.inconsistencies
    }
    title = "Contradicted by the confusion matrix"
    return [Section(title, (listed(found),), detail=True)] if found else []


def _table(standings: Sequence[Standing], ranked: int) -> Table:
    estimates = [
        Estimate(
            standing.macro_f1,
            standing.macro_f1_interval.low,
            standing.macro_f1_interval.high,
            tone="good" if standing.may_be_best else "plain",
            drawn_at=standing.matrix_macro_f1,
        )
        for standing in standings
    ]
    cautions = list(map(_caution, standings))
    columns = [
        Column("#", "number", drop=4),
        Column("Model", "name"),
        Column("Macro F1", "number", axis=axis_of_scores(estimates)),
        Column("Verdict", drop=1),
        Column("Caution", drop=2),
        Column("Weighted F1", "number", drop=7),
        Column("Against the best", drop=8),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            f"{standing.rank:,}",
            standing.model_id,
            estimate,
            _verdict(standing),
            caution,
            f"{standing.weighted_f1:.4f}",
            _against_best(standing),
        )
        for standing, estimate, caution in zip(standings, estimates, cautions, strict=True)
    ]
    if not any(caution.text for caution in cautions):
        del columns[4]
        rows = [(*row[:4], *row[5:]) for row in rows]
    return Table(
        tuple(columns),
        tuple(rows),
        caption="Ranking",
        glance=_GLANCE,
        hidden=ranked - len(rows),
    )


def _verdict(standing: Standing) -> Mark:
    if standing.behind_best is not None and standing.behind_best.interval.high < 0:
        return Mark("better by matrix", "unsure")
    if standing.rank == 1:
        return Mark("best", "good") if standing.may_be_best else Mark("best as reported", "unsure")
    return Mark("may be best", "good") if standing.may_be_best else Mark("behind")


def _caution(standing: Standing) -> Mark:
    """Return the graver of what a reader should know; `Against the best` says the other, too."""
    if standing.inconsistencies:
        return Mark("contradicted", "bad")
    return Mark("other samples" if standing.same_samples is False else "", "unsure")


def _against_best(standing: Standing) -> str:
    other = "; other test samples" if standing.same_samples is False else ""
    return standing.reason + other
