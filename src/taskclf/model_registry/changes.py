"""Two reports: what changed between them, and why a different bundle is the best.

A stored report is a decision with all its evidence. Two of them answer "why did the model change?"
without reading the disk, long after the bundles are gone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from taskclf.model_registry.contract.base import ContractModel, ReprArgs
from taskclf.model_registry.contract.change import (
    Change,
    metadata_changes,
    metrics_changes,
    value_changes,
)
from taskclf.model_registry.contract.fields import Count
from taskclf.model_registry.contract.printable import printable, quoted
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.selection.eligibility import exclusion
from taskclf.model_registry.selection.ranking import rank, score
from taskclf.model_registry.selection.report import ExclusionKind, ExclusionRecord, SelectionReport

__all__ = ["Altered", "Cause", "Change", "Changes", "Move", "changes"]

Cause = Literal[
    "nothing",
    "appeared",
    "altered",
    "vanished",
    "invalid",
    "incompatible",
    "constraint",
    "requirements",
    "policy",
]
"""Why the best is another one, in one word; `Changes.cause` says what each means."""

_LONGEST_REASON = 300

_ASKED: dict[ExclusionKind, tuple[Cause, str, str]] = {
    "incompatible": ("requirements", "New requirements admit", "New requirements exclude"),
    "constraint": ("policy", "A new policy admits", "A new policy excludes"),
}
"""What decides about a bundle that is the same as ever: the cause, and its words."""

_VERBS = {
    "appeared": "appeared",
    "vanished": "vanished",
    "newly_ranked": "became eligible",
    "newly_excluded": "became excluded",
    "excluded_otherwise": "is excluded for another reason",
    "altered": "changed",
}


class Move(ContractModel):
    """Where one bundle stood in both reports, if they differ about it."""

    model_id: str = Field(examples=["2026-02-26-logreg"])
    """The bundle."""

    rank_before: Count | None = Field(examples=[1])
    """Its place in the earlier ranking, where the best is 1; null if it was not ranked."""

    rank_after: Count | None = Field(examples=[None])
    """Its place in the later ranking; null if it is not ranked."""

    reason_before: str | None = Field(examples=[None])
    """Why it was excluded; null if it was not."""

    reason_after: str | None = Field(examples=["invalid: missing metrics.json"])
    """Why it is excluded; null if it is not."""


class Altered(ContractModel):
    """A bundle that is ranked in both reports but whose documents changed."""

    model_id: str = Field(examples=["2026-02-26-logreg"])
    """The bundle."""

    changed: list[Change]
    """What differs in `metadata.json`, then in `metrics.json`."""


class Changes(ContractModel):
    """What changed from one report to another, and why the best bundle did.

    Every list of bundles is sorted by `model_id`.
    """

    best_before: str | None = Field(examples=["2026-02-19-forest"])
    """The best bundle of the earlier report; null if none was eligible."""

    best_after: str | None = Field(examples=["2026-02-26-logreg"])
    """The best bundle of the later report; null if none is eligible."""

    cause: Cause
    """Why the best is a different bundle: `nothing` if it is the same one; `appeared` if a better
    one was published; `altered` if one overtook the other because documents changed; `vanished` if
    the earlier best is gone; `invalid`, `incompatible` or `constraint` if its documents changed and
    it is now excluded; `requirements` or `policy` if those changed rather than the documents."""

    reason: str = Field(
        examples=["'logreg' appeared, ahead of 'forest' by macro F1, 0.8712 to 0.8651."]
    )
    """The same in one sentence."""

    asked: list[Change]
    """What differs in the requirements and in the policy, as pointers into the reports."""

    appeared: list[Move]
    """Bundles that are only in the later report."""

    vanished: list[Move]
    """Bundles that are only in the earlier report."""

    newly_ranked: list[Move]
    """Bundles that were excluded and are ranked now."""

    newly_excluded: list[Move]
    """Bundles that were ranked and are excluded now."""

    excluded_otherwise: list[Move]
    """Bundles that are excluded in both reports, for different reasons."""

    altered: list[Altered]
    """Bundles that are ranked in both reports but whose documents changed. An excluded bundle's
    documents are not in a report, so that its changes show in the reason only."""

    def _outcome(self) -> ReprArgs:
        yield "best_before", self.best_before
        yield "best_after", self.best_after
        yield "reason", self.reason


def changes(before: SelectionReport, after: SelectionReport) -> Changes:
    """Return what changed from one report to another, and why the best bundle did.

    The cause is found by asking what would have been without a change: whether the present best
    bundle, as it is now, would have won the former selection; and whether the former best bundle,
    as it was, would be eligible in the present one.

    Args:
        before: The former report, fresh or parsed from JSON.
        after: The present one. It may be of other requirements, of another policy, or of another
            directory: bundles are the same when their `model_id` is.
    """
    former, present = _Decisions(before), _Decisions(after)
    moves = [_move(model_id, former, present) for model_id in sorted({*former, *present})]
    stayed = [move for move in moves if move.model_id in former and move.model_id in present]
    seen: dict[str, list[Any]] = {
        "asked": _asked(before, after),
        "appeared": [move for move in moves if move.model_id not in former],
        "vanished": [move for move in moves if move.model_id not in present],
        "newly_ranked": [move for move in stayed if move.reason_before and move.rank_after],
        "newly_excluded": [move for move in stayed if move.rank_before and move.reason_after],
        "excluded_otherwise": [
            move
            for move in stayed
            if move.reason_before and move.reason_after not in {None, move.reason_before}
        ],
        "altered": [
            Altered(model_id=move.model_id, changed=changed)
            for move in stayed
            if (changed := _altered(move.model_id, former, present))
        ],
    }
    cause, reason = _cause(former, present)
    if cause == "nothing":
        reason = f"{reason}; {_in_short(seen, present.best)}"
    return Changes(
        best_before=former.best.model_id if former.best else None,
        best_after=present.best.model_id if present.best else None,
        cause=cause,
        reason=f"{reason}.",
        **seen,
    )


class _Decisions:
    """A report by `model_id`."""

    def __init__(self, report: SelectionReport) -> None:
        self.report = report
        self.best = report.best
        self.ranked = {bundle.model_id: bundle for bundle in report.ranked}
        self.places = {model_id: place for place, model_id in enumerate(self.ranked, start=1)}
        self.excluded = {record.model_id: record for record in report.excluded}

    def __iter__(self) -> Iterator[str]:
        yield from self.ranked
        yield from self.excluded

    def __contains__(self, model_id: str) -> bool:
        return model_id in self.ranked or model_id in self.excluded

    def reason(self, model_id: str) -> str | None:
        """Return why a bundle was excluded, None where it was not."""
        record = self.excluded.get(model_id)
        return record.reason if record else None

    def kind_for(self, bundle: ModelBundle) -> ExclusionKind | None:
        """Return why this selection would have excluded a bundle, None where it would not."""
        asked = self.report
        labels = frozenset(asked.required_label_set)
        record = exclusion(bundle, asked.policy, asked.required_schema_hash, labels)
        return record.kind if record else None

    def prefers(self, one: ModelBundle, other: ModelBundle) -> bool:
        """Return whether this selection would have ranked one bundle before another."""
        return self.kind_for(one) is None and rank([one, other], self.report.policy)[0] is one


def _move(model_id: str, former: _Decisions, present: _Decisions) -> Move:
    return Move(
        model_id=model_id,
        rank_before=former.places.get(model_id),
        rank_after=present.places.get(model_id),
        reason_before=former.reason(model_id),
        reason_after=present.reason(model_id),
    )


def _altered(model_id: str, former: _Decisions, present: _Decisions) -> list[Change]:
    bundles = former.ranked.get(model_id), present.ranked.get(model_id)
    before, after = (bundle.documents if bundle else None for bundle in bundles)
    if before is None or after is None:
        return []
    return metadata_changes(before[0], after[0]) + metrics_changes(before[1], after[1])


def _asked(before: SelectionReport, after: SelectionReport) -> list[Change]:
    asked = {"policy", "required_schema_hash", "required_label_set"}
    one, other = (report.model_dump(mode="json", include=asked) for report in (before, after))
    return list(value_changes(None, one, other))


def _cause(former: _Decisions, present: _Decisions) -> tuple[Cause, str]:
    old, new = former.best, present.best
    if old is None:
        return _rise(new, former, present) if new else ("nothing", "Still no bundle is eligible")
    if new and new.model_id == old.model_id:
        return "nothing", f"{quoted(new.model_id)} is still the best"
    if new and (old.model_id in present.ranked or former.prefers(new, old)):
        return _rise(new, former, present)
    return _fall(old, present)


def _rise(new: ModelBundle, former: _Decisions, present: _Decisions) -> tuple[Cause, str]:
    """Say why a bundle is the best now, where the former best did not have to make room."""
    name, old = quoted(new.model_id), former.best
    lead, end = "the first eligible bundle", ""
    if old:
        now = present.ranked.get(old.model_id, old)
        lead = f"ahead of {quoted(old.model_id)} by {_ahead_by(new, now, present)}"
        if old.model_id not in present.ranked:
            end = f"; {quoted(old.model_id)} is {_fate(old, present)}"
    if new.model_id not in former:
        return "appeared", f"{name} appeared, {lead}{end}"
    record = former.excluded.get(new.model_id)
    if record is None:
        if old and not _altered(new.model_id, former, present):
            return "altered", f"{quoted(old.model_id)} changed: {name} is now {lead}"
        return "altered", f"{name} changed: it is now {lead}{end}"
    was = f"(before, {_shown(record)})"
    kind = None if record.kind == "invalid" else former.kind_for(new)
    if kind is None:
        return "altered", f"{name} was mended {was} and is {lead}{end}"
    cause, admits, _ = _ASKED[kind]
    return cause, f"{admits} {name} {was}, {lead}{end}"


def _fall(old: ModelBundle, present: _Decisions) -> tuple[Cause, str]:
    """Say why the former best is not ranked any more."""
    name = quoted(old.model_id)
    heir = (
        f"{quoted(present.best.model_id)} is the best now" if present.best else "none is eligible"
    )
    record = present.excluded.get(old.model_id)
    if record is None:
        return "vanished", f"The former best {name} is gone; {heir}"
    kind = None if record.kind == "invalid" else present.kind_for(old)
    if kind is None:
        return record.kind, f"The former best {name} is {_fate(old, present)}; {heir}"
    cause, _, excludes = _ASKED[kind]
    return cause, f"{excludes} the former best {name} ({_shown(record)}); {heir}"


def _fate(old: ModelBundle, present: _Decisions) -> str:
    record = present.excluded.get(old.model_id)
    return f"excluded now ({_shown(record)})" if record else "gone"


def _shown(record: ExclusionRecord) -> str:
    return printable(record.reason, _LONGEST_REASON)


def _ahead_by(better: ModelBundle, worse: ModelBundle, decisions: _Decisions) -> str:
    """Say by which key of the ranking one bundle comes before another, with both values."""
    policy = decisions.report.policy
    scores, others = score(better, policy), score(worse, policy)
    for name, one, other in zip(("macro F1", "weighted F1"), scores, others, strict=False):
        if one != other:
            shown, beside = f"{one:.4f}", f"{other:.4f}"
            return (
                f"{name}, {shown} to {beside}" if shown != beside else f"{name}, {one} to {other}"
            )
    return "a later created_at" if scores != others else "name, at equal scores"


def _in_short(seen: Mapping[str, Sequence[Any]], best: ModelBundle | None) -> str:
    """Say in a few words what else changed, where the best is the same."""
    asked = [change.pointer.startswith("/policy") for change in seen["asked"]]
    parts = ["the policy changed"] if any(asked) else []
    parts += ["the requirements changed"] if not all(asked) else []
    for name, verb in _VERBS.items():
        others = [one for one in seen[name] if best is None or one.model_id != best.model_id]
        if len(others) < len(seen[name]):
            parts.insert(0, "its documents changed")
        if others:
            count = f"{len(others):,} bundles" if len(others) > 1 else quoted(others[0].model_id)
            parts.append(f"{count} {verb}")
    return ", ".join(parts) or "nothing changed"
