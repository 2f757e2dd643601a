"""What a terminal shows of an object by itself: its outcome, in one to three lines of it."""

from pathlib import Path

import pytest
from hostile import hostile_report
from strategies import a_bundle, a_report, an_invalid_bundle

from taskclf.model_registry import ExclusionRecord, Problem, SelectionPolicy
from taskclf.model_registry.changes import changes
from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.compare import compare
from taskclf.model_registry.explain import explain

RECORD = ExclusionRecord(model_id="x", path=Path("/x"), reason="constraint: macro_f1 0.1 < 0.9")
REPORT = a_report(a_bundle("a"), a_bundle("b"), excluded=[RECORD])
WARNING = Problem(document=None, pointer="", type="t", message="m")


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (a_bundle(), "ModelBundle(model_id='logreg', valid=True, macro_f1=0.87)"),
        (
            an_invalid_bundle(),
            (
                "ModelBundle(model_id='broken', valid=False, "
                "invalid_reason='missing metadata.json; missing metrics.json')"
            ),
        ),
        (
            CheckedBundle(**dict(a_bundle()), warnings=[WARNING], exclusion=RECORD),
            (
                "CheckedBundle(model_id='logreg', valid=True, macro_f1=0.87, warnings=1, "
                "excluded='constraint: macro_f1 0.1 < 0.9')"
            ),
        ),
        (
            CheckedBundle(**dict(a_bundle())),
            "CheckedBundle(model_id='logreg', valid=True, macro_f1=0.87, warnings=0)",
        ),
        (SelectionPolicy(), "SelectionPolicy(version=1)"),
        (
            SelectionPolicy(version=2, min_macro_f1=0.9, min_recall={"a": 0.5}),
            "SelectionPolicy(version=2, min_macro_f1=0.9, min_recall={'a': 0.5})",
        ),
        (
            REPORT,
            (
                "SelectionReport(best='a', ranked=2, excluded={'constraint': 1}, "
                "policy=SelectionPolicy(version=1))"
            ),
        ),
        (
            a_report(),
            "SelectionReport(best=None, ranked=0, excluded={}, policy=SelectionPolicy(version=1))",
        ),
        (
            explain(REPORT),
            (
                "Explanation(best='a', lead='Too close to call: macro F1 +0.0000 by the matrices, "
                "95 % interval −0.0727 to +0.0727', standings=2, may_be_best=2, near_misses=1)"
            ),
        ),
        (
            explain(a_report()),
            "Explanation(best=None, lead=None, standings=0, may_be_best=0, near_misses=0)",
        ),
        (
            compare(a_bundle("a"), a_bundle("b")),
            (
                "Comparison(candidate='a', incumbent='b', verdict='cannot tell', not_worse=False, "
                "reason='Too close to call: macro F1 +0.0000, 95 % interval −0.0727 to +0.0727.')"
            ),
        ),
        (
            changes(REPORT, REPORT),
            (
                "Changes(best_before='a', best_after='a', "
                "reason=\"'a' is still the best; nothing changed.\")"
            ),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_outcome_is_said_and_nothing_that_is_not_set(subject: object, shown: str) -> None:
    assert repr(subject) == shown


def test_a_report_of_hostile_names_stays_short_and_printable() -> None:
    shown = repr(hostile_report())
    assert shown.isprintable()
    assert len(shown) < 240
