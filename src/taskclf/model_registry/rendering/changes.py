"""The page about two reports: why the best changed, and what else did."""

from collections.abc import Iterator, Sequence

from taskclf.model_registry.changes import Changes, Move
from taskclf.model_registry.contract.change import Change
from taskclf.model_registry.rendering.blocks import count_of, grouped, short
from taskclf.model_registry.rendering.content import Groups, Note, Page, Section, Table, Tone
from taskclf.model_registry.rendering.values import table_of_values

_REASONS = 20
_NAMES = 8
_ALTERED = 20


def page_of_changes(changes: Changes) -> Page:
    """Describe why another bundle is the best, if it is, and every bundle that moved."""
    tone: Tone = "bad"
    if changes.best_after is not None:
        tone = "good" if changes.cause == "nothing" else "unsure"
    return Page(
        title="Changes from one selection to another",
        outcome=changes.reason,
        tone=tone,
        lead=tuple(_lead(changes)),
        sections=tuple(_sections(changes)),
    )


def _lead(changes: Changes) -> Iterator[str]:
    if changes.best_before != changes.best_after:
        before, after = (
            "none" if model_id is None else short(model_id)
            for model_id in (changes.best_before, changes.best_after)
        )
        yield f"Best before: {before}. Best now: {after}."


def _sections(changes: Changes) -> Iterator[Section]:
    if changes.asked:
        values = table_of_values(changes.asked, "Before", "Now")
        yield Section("Asked differently", (values,))
    for title, moves in (
        ("Appeared", changes.appeared),
        ("Vanished", changes.vanished),
        ("Eligible now", changes.newly_ranked),
        ("Excluded now", changes.newly_excluded),
        ("Excluded for another reason", changes.excluded_otherwise),
    ):
        if moves:
            yield Section(f"{title}: {count_of(len(moves), 'bundle')}", (_moves(moves),))
    if changes.altered:
        title = f"Other documents: {count_of(len(changes.altered), 'bundle')}"
        blocks = [
            block
            for one in changes.altered[:_ALTERED]
            for block in _altered(one.model_id, one.changed)
        ]
        hidden = len(changes.altered) - _ALTERED
        if hidden > 0:
            blocks.append(Note(f"and {count_of(hidden, 'bundle')} more"))
        yield Section(title, tuple(blocks), detail=changes.cause != "altered")


def _moves(moves: Sequence[Move]) -> Groups:
    """Return what happened, the most frequent first, with the bundles and their ranks."""
    names: dict[str, list[str]] = {}
    for move in moves:
        before = _standing("was", move.rank_before, move.reason_before)
        now = _standing("now", move.rank_after, move.reason_after)
        rank = move.rank_after or move.rank_before
        name = f"{short(move.model_id)} ({rank:,})" if rank else short(move.model_id)
        names.setdefault(", ".join(filter(None, (before, now))), []).append(name)
    return grouped(names, reasons=_REASONS, names=_NAMES)


def _standing(verb: str, rank: int | None, reason: str | None) -> str:
    return f"{verb} {reason or 'ranked'}" if rank or reason else ""


def _altered(model_id: str, changed: Sequence[Change]) -> tuple[Note, Table]:
    return Note(short(model_id)), table_of_values(changed, "Before", "Now")
