import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from strategies import a_bundle, a_metadata, a_metrics, a_report, an_invalid_bundle, publish

from taskclf.model_registry import (
    ExclusionRecord,
    ModelBundle,
    SelectionPolicy,
    SelectionReport,
    find_best_model,
    select_best_model,
)
from taskclf.model_registry.changes import Changes, changes

HASH, LABELS = "4077c2e1", {"Build", "Debug"}
OTHER_POLICY = SelectionPolicy(version=2, min_samples=101)


def decide(*bundles: ModelBundle, **asked: Any) -> SelectionReport:
    return select_best_model(
        bundles,
        asked.get("policy", SelectionPolicy()),
        asked.get("schema_hash", HASH),
        asked.get("labels", LABELS),
    )


class Scenario:
    """A models directory to which things happen, and the report after each."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.policy, self.schema_hash = SelectionPolicy(), HASH
        self.report = self.decide()

    def decide(self) -> SelectionReport:
        return find_best_model(self.directory, self.policy, self.schema_hash, LABELS)

    def write(self, model_id: str, macro_f1: float, **metadata: Any) -> None:
        shutil.rmtree(self.directory / model_id, ignore_errors=True)
        publish(self.directory / model_id, a_metadata(**metadata), a_metrics(macro_f1=macro_f1))

    def then(self, step: Callable[[], object]) -> Changes:
        step()
        before, self.report = self.report, self.decide()
        return changes(before, self.report)


def test_eight_steps_have_the_right_sentence_each(tmp_path: Path) -> None:
    models = Scenario(tmp_path)

    def require_other_features() -> None:
        models.schema_hash = "beef"

    def require_more_samples() -> None:
        models.policy = OTHER_POLICY

    publish_one = models.then(lambda: models.write("a", 0.8))
    assert (publish_one.best_before, publish_one.best_after) == (None, "a")
    assert publish_one.cause == "appeared"
    assert publish_one.reason == "'a' appeared, the first eligible bundle."

    overtake = models.then(lambda: models.write("b", 0.85))
    assert overtake.cause == "appeared"
    assert overtake.reason == "'b' appeared, ahead of 'a' by macro F1, 0.8500 to 0.8000."

    delete = models.then(lambda: shutil.rmtree(tmp_path / "b"))
    assert delete.cause == "vanished"
    assert delete.reason == "The former best 'b' is gone; 'a' is the best now."

    models.then(lambda: models.write("c", 0.9, schema_hash="beef"))
    models.then(lambda: models.write("d", 0.7))
    broken = models.then((tmp_path / "a" / "metrics.json").unlink)
    assert broken.cause == "invalid"
    assert broken.reason == (
        "The former best 'a' is excluded now (invalid: missing metrics.json); 'd' is the best now."
    )

    mend = models.then(lambda: models.write("a", 0.8))
    assert mend.cause == "altered"
    assert mend.reason == (
        "'a' was mended (before, invalid: missing metrics.json) and is ahead of 'd' by macro F1, "
        "0.8000 to 0.7000."
    )

    other_requirement = models.then(require_other_features)
    assert other_requirement.cause == "requirements"
    assert other_requirement.reason == (
        "New requirements exclude the former best 'a' (incompatible: schema_hash mismatch ("
        "required 'beef', found '4077c2e1')); 'c' is the best now."
    )

    other_policy = models.then(require_more_samples)
    assert other_policy.cause == "policy"
    assert other_policy.reason == (
        "A new policy excludes the former best 'c' (constraint: samples 100 < 101); "
        "none is eligible."
    )

    nothing = models.then(lambda: None)
    assert (nothing.best_before, nothing.best_after, nothing.cause) == (None, None, "nothing")
    assert nothing.reason == "Still no bundle is eligible; nothing changed."


BETTER = a_bundle("b", macro_f1=0.9)
SYNTHETIC = a_bundle("b", macro_f1=0.9, data_provenance="synthetic")
REAL = SelectionPolicy(version=2, data_provenance=["real"])

CASES: list[tuple[str, SelectionReport, SelectionReport, str, str]] = [
    (
        "a tie in macro F1",
        decide(a_bundle("a")),
        decide(a_bundle("a"), a_bundle("b", weighted_f1=0.9)),
        "appeared",
        "'b' appeared, ahead of 'a' by weighted F1, 0.9000 to 0.8900.",
    ),
    (
        "a lead below four digits",
        decide(a_bundle("a")),
        decide(a_bundle("a"), a_bundle("b", macro_f1=0.870001)),
        "appeared",
        "'b' appeared, ahead of 'a' by macro F1, 0.870001 to 0.87.",
    ),
    (
        "a tie in both scores",
        decide(a_bundle("a")),
        decide(a_bundle("a"), a_bundle("b", created_at="2026-02-27T12:34:56Z")),
        "appeared",
        "'b' appeared, ahead of 'a' by a later created_at.",
    ),
    (
        "a tie in everything",
        decide(a_bundle("b")),
        decide(a_bundle("b"), a_bundle("a")),
        "appeared",
        "'a' appeared, ahead of 'b' by name, at equal scores.",
    ),
    (
        "a retraining job that prunes",
        decide(a_bundle("a")),
        decide(BETTER),
        "appeared",
        "'b' appeared, ahead of 'a' by macro F1, 0.9000 to 0.8700; 'a' is gone.",
    ),
    (
        "a worse one in place of the best",
        decide(a_bundle("a")),
        decide(a_bundle("b", macro_f1=0.5)),
        "vanished",
        "The former best 'a' is gone; 'b' is the best now.",
    ),
    (
        "the best gone and nothing left",
        decide(a_bundle("a")),
        decide(),
        "vanished",
        "The former best 'a' is gone; none is eligible.",
    ),
    (
        "metrics rewritten in place",
        decide(a_bundle("a"), a_bundle("b", macro_f1=0.5)),
        decide(a_bundle("a"), BETTER),
        "altered",
        "'b' changed: it is now ahead of 'a' by macro F1, 0.9000 to 0.8700.",
    ),
    (
        "the best's own metrics rewritten",
        decide(BETTER, a_bundle("a")),
        decide(a_bundle("b", macro_f1=0.5), a_bundle("a")),
        "altered",
        "'b' changed: 'a' is now ahead of 'b' by macro F1, 0.8700 to 0.5000.",
    ),
    (
        "the best breaks a gate by itself",
        decide(a_bundle("a"), policy=SelectionPolicy(version=2, min_macro_f1=0.8)),
        decide(a_bundle("a", macro_f1=0.7), policy=SelectionPolicy(version=2, min_macro_f1=0.8)),
        "constraint",
        ("The former best 'a' is excluded now (constraint: macro_f1 0.700 < 0.800); "
        "none is eligible."),
    ),
    (
        "the best becomes incompatible by itself",
        decide(a_bundle("a")),
        decide(a_bundle("a", schema_hash="dead")),
        "incompatible",
        ("The former best 'a' is excluded now (incompatible: schema_hash mismatch "
        "(required '4077c2e1', found 'dead')); none is eligible."),
    ),
    (
        "the best invalid while a better one appeared",
        decide(a_bundle("a")),
        decide(an_invalid_bundle("a"), BETTER),
        "appeared",
        ("'b' appeared, ahead of 'a' by macro F1, 0.9000 to 0.8700; 'a' is excluded now "
        "(invalid: missing metadata.json; missing metrics.json)."),
    ),
    (
        "a policy that admits a better one",
        decide(a_bundle("a", data_provenance="real"), SYNTHETIC, policy=REAL),
        decide(a_bundle("a", data_provenance="real"), SYNTHETIC),
        "policy",
        ("A new policy admits 'b' (before, constraint: data_provenance 'synthetic' not in 'real'), "
        "ahead of 'a' by macro F1, 0.9000 to 0.8700."),
    ),
    (
        "a bundle that was mended, though the policy changed to admit it, too",
        decide(a_bundle("a", data_provenance="real"), an_invalid_bundle("b"), policy=REAL),
        decide(a_bundle("a", data_provenance="real"), SYNTHETIC),
        "altered",
        (
            "'b' was mended (before, invalid: missing metadata.json; missing metrics.json) and is "
            "ahead of 'a' by macro F1, 0.9000 to 0.8700."
        ),
    ),
    (
        "requirements that admit the first",
        decide(a_bundle("a"), schema_hash="beef"),
        decide(a_bundle("a")),
        "requirements",
        ("New requirements admit 'a' (before, incompatible: schema_hash mismatch "
        "(required 'beef', found '4077c2e1')), the first eligible bundle."),
    ),
    (
        "an incompatible bundle that was mended",
        decide(a_bundle("a"), a_bundle("b", macro_f1=0.9, schema_hash="dead")),
        decide(a_bundle("a"), BETTER),
        "altered",
        ("'b' was mended (before, incompatible: schema_hash mismatch "
        "(required '4077c2e1', found 'dead')) and is ahead of 'a' by macro F1, 0.9000 to 0.8700."),
    ),
    (
        "a consumer who moves to new features for which a bundle appeared",
        decide(a_bundle("a")),
        decide(a_bundle("a"), a_bundle("b", macro_f1=0.9, schema_hash="v2"), schema_hash="v2"),
        "requirements",
        ("New requirements exclude the former best 'a' (incompatible: schema_hash mismatch "
        "(required 'v2', found '4077c2e1')); 'b' is the best now."),
    ),
    (
        "a broken best under new requirements, which it would not meet either",
        decide(a_bundle("a")),
        decide(an_invalid_bundle("a"), schema_hash="v2"),
        "invalid",
        ("The former best 'a' is excluded now (invalid: missing metadata.json; missing "
        "metrics.json); none is eligible."),
    ),
    (
        "the same best, rewritten, under another policy, among others that moved",
        decide(a_bundle("a"), a_bundle("c", macro_f1=0.5), an_invalid_bundle("e"),
               a_bundle("f", macro_f1=0.5), a_bundle("g", schema_hash="dead"), a_bundle("h")),
        decide(a_bundle("a", params={}), a_bundle("b", macro_f1=0.5), an_invalid_bundle("c"),
               a_bundle("e", macro_f1=0.5), a_bundle("f", macro_f1=0.4), an_invalid_bundle("g"),
               policy=SelectionPolicy(version=2)),
        "nothing",
        ("'a' is still the best; its documents changed, the policy changed, 'b' appeared, "
        "'h' vanished, 'e' became eligible, 'c' became excluded, 'g' is excluded for another "
        "reason, 'f' changed."),
    ),
    (
        "the same best among many new ones, for other labels in name only",
        decide(a_bundle("a")),
        decide(a_bundle("a"), *(a_bundle(f"b{n}", macro_f1=0.5) for n in range(1200))),
        "nothing",
        "'a' is still the best; 1,200 bundles appeared.",
    ),
    (
        "the same best, which meets other requirements now",
        decide(a_bundle("a")),
        decide(a_bundle("a", schema_hash="v2"), schema_hash="v2"),
        "nothing",
        "'a' is still the best; its documents changed, the requirements changed.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "cause", "reason"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_sentence_says_why_the_best_is_another_one(
    before: SelectionReport, after: SelectionReport, cause: str, reason: str
) -> None:
    found = changes(before, after)
    assert (found.cause, found.reason) == (cause, reason)
    assert found.best_before == (before.best.model_id if before.best else None)
    assert found.best_after == (after.best.model_id if after.best else None)


def test_every_bundle_that_moved_says_where_from_and_where_to() -> None:
    [(before, after)] = [case[1:3] for case in CASES if "among others" in case[0]]
    found = changes(before, after)
    moves = {
        name: [(m.model_id, m.rank_before, m.rank_after) for m in getattr(found, name)]
        for name in ("appeared", "vanished", "newly_ranked", "newly_excluded")
    }
    assert moves == {
        "appeared": [("b", None, 2)],
        "vanished": [("h", 2, None)],
        "newly_ranked": [("e", None, 3)],
        "newly_excluded": [("c", 3, None)],
    }
    [mended], [broken], [otherwise] = (
        found.newly_ranked,
        found.newly_excluded,
        found.excluded_otherwise,
    )
    missing = "invalid: missing metadata.json; missing metrics.json"
    assert (mended.reason_before, mended.reason_after) == (missing, None)
    assert (broken.reason_before, broken.reason_after) == (None, missing)
    assert otherwise.reason_before == (
        "incompatible: schema_hash mismatch (required '4077c2e1', found 'dead')"
    )
    assert otherwise.reason_after == missing


def test_documents_that_changed_under_the_same_name_are_compared_value_by_value() -> None:
    before = decide(a_bundle("a"), a_bundle("b"))
    after = decide(a_bundle("a", params={"C": 2.0}, macro_f1=0.9), a_bundle("b"))
    [altered] = changes(before, after).altered
    assert altered.model_id == "a"
    assert [(c.document, c.pointer, c.before, c.after) for c in altered.changed] == [
        ("metadata.json", "/params/C", 1.0, 2.0),
        ("metrics.json", "/macro_f1", 0.87, 0.9),
    ]


def test_what_is_asked_differently_has_its_place_in_the_reports() -> None:
    before = decide(a_bundle("a"))
    after = decide(a_bundle("a"), policy=OTHER_POLICY, schema_hash="beef", labels={"Build"})
    assert [(c.document, c.pointer, c.before, c.after) for c in changes(before, after).asked] == [
        (None, "/policy/version", 1, 2),
        (None, "/policy/min_samples", None, 101),
        (None, "/required_schema_hash", "4077c2e1", "beef"),
        (None, "/required_label_set", ["Build", "Debug"], ["Build"]),
    ]


def test_stored_reports_have_the_same_changes_and_those_survive_json() -> None:
    for _, before, after, *_ in CASES:
        found = changes(before, after)
        stored = [SelectionReport.model_validate_json(r.model_dump_json()) for r in (before, after)]
        assert changes(*stored) == found
        assert Changes.model_validate_json(found.model_dump_json()) == found


def test_a_report_against_itself_has_no_changes() -> None:
    report = decide(a_bundle("a"), an_invalid_bundle("b"), a_bundle("c", macro_f1=0.5))
    found = changes(report, report)
    assert found.reason == "'a' is still the best; nothing changed."
    lists = set(Changes.model_fields) - {"best_before", "best_after", "cause", "reason"}
    assert all(getattr(found, name) == [] for name in lists)


def test_a_reason_of_a_stored_report_is_shown_short_and_printable() -> None:
    record = ExclusionRecord(
        model_id="a", path=Path("/models/a"), reason="invalid: \x1b[31m" + "x" * 1000
    )
    found = changes(decide(a_bundle("a")), a_report(excluded=[record]))
    assert found.reason.isprintable()
    assert len(found.reason) < 400
