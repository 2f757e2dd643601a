"""The page about a check: what is wrong with bundles, whom they serve, and what is doubtful."""

from collections.abc import Mapping

from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.rendering.blocks import count_of, listed
from taskclf.model_registry.rendering.content import Page, Section


def page_of_check(bundles: Mapping[str, CheckedBundle], *, consumer: bool = False) -> Page:
    """Describe what a check found, of bundles by their given path.

    Problems, exclusions and warnings are listed by bundle, and by problem if more than ten bundles
    have some. `consumer` tells whether one was asked about that might exclude them.
    """
    invalid = {path: bundle.problems for path, bundle in bundles.items() if not bundle.valid}
    excluded = {
        path: bundle.exclusion.problems
        for path, bundle in bundles.items()
        if bundle.valid and bundle.exclusion is not None
    }
    doubtful = {path: bundle.warnings for path, bundle in bundles.items() if bundle.warnings}
    fine = "valid and eligible" if consumer else "valid"
    verdicts = [
        _verdict(len(which), len(bundles), word)
        for which, word in ((invalid, "invalid"), (excluded, "excluded by the consumer"))
        if which
    ] or [f"{count_of(len(bundles), 'bundle')} {_is(len(bundles))} {fine}"]
    if doubtful:
        verdicts.append(count_of(sum(map(len, doubtful.values())), "warning"))
    return Page(
        title="Check",
        outcome=", ".join(verdicts),
        tone="bad" if invalid or excluded else "unsure" if doubtful else "good",
        blocks=(listed(invalid),) if invalid else (),
        sections=tuple(
            Section(title, (listed(problems),))
            for title, problems in (
                ("Excluded by the consumer", excluded),
                ("Warnings", doubtful),
            )
            if problems
        ),
    )


def _verdict(number: int, of: int, word: str) -> str:
    return f"{number:,} of {count_of(of, 'bundle')} {_is(number)} {word}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
