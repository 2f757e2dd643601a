"""What was excluded: by kind, with the most frequent causes first."""

from collections import Counter
from collections.abc import Iterable, Iterator

from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.rendering.blocks import grouped
from taskclf.model_registry.rendering.content import Fold, Folds, Tone
from taskclf.model_registry.selection.report import ExclusionKind, ExclusionRecord

_REASONS = 20
_NAMES = 8

# Codes that say less than they could; the others read well without their underscores.
_PLAIN = {
    "document_missing": "missing",
    "greater_than_equal": "too small",
    "json_invalid": "invalid JSON",
    "less_than_equal": "too large",
    "rfc3339_date_time": "no RFC 3339 instant",
}

# In the order of how near they came to being ranked.
_KINDS: dict[ExclusionKind, tuple[str, str, Tone]] = {
    "constraint": ("near miss", "near misses", "unsure"),
    "incompatible": ("incompatible", "incompatible", "plain"),
    "invalid": ("invalid", "invalid", "bad"),
}


def folds_of(records: Iterable[ExclusionRecord]) -> Folds:
    """Return a fold for each kind of exclusion, which groups its records by reason."""
    by_kind: dict[ExclusionKind, list[ExclusionRecord]] = {kind: [] for kind in _KINDS}
    for record in records:
        by_kind[record.kind].append(record)
    return Folds(tuple(_fold(kind, found) for kind, found in by_kind.items() if found))


def _fold(kind: ExclusionKind, records: list[ExclusionRecord]) -> Fold:
    names: dict[str, list[str]] = {}
    for record in records:
        names.setdefault(record.reason, []).append(record.model_id)
    one, many, tone = _KINDS[kind]
    title = f"{len(records):,} {one if len(records) == 1 else many}"
    return Fold(title, _brief(records), grouped(names, reasons=_REASONS, names=_NAMES), tone)


def _brief(records: Iterable[ExclusionRecord]) -> str:
    """Return each cause with the number of bundles that have it, the most frequent first."""
    causes = Counter(cause for record in records for cause in dict.fromkeys(_causes(record)))
    ordered = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(cause if times == 1 else f"{times:,} × {cause}" for cause, times in ordered)


def _causes(record: ExclusionRecord) -> Iterator[str]:
    for problem in record.problems:
        yield _cause(record.kind, problem)
    if not record.problems:
        yield record.reason


def _cause(kind: ExclusionKind, problem: Problem) -> str:
    code = _PLAIN.get(problem.type) or problem.type.replace("_", " ")
    place = problem.pointer.split("/", 2)[1] if problem.pointer else problem.document
    return f"{place}: {code}" if kind == "invalid" and place else code
