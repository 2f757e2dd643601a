import json
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from strategies import a_bundle, a_report, an_invalid_bundle

from taskclf.model_registry import ExclusionRecord, SelectionPolicy, SelectionReport


@pytest.mark.parametrize("reason", ["", "missing metrics.json", "Invalid: x"])
def test_a_reason_of_no_known_kind_is_refused(reason: str) -> None:
    with pytest.raises(ValidationError, match="reason"):
        ExclusionRecord(model_id="x", path=Path("/models/x"), reason=reason)


@pytest.mark.parametrize("kind", ["invalid", "incompatible", "constraint"])
def test_an_exclusion_says_of_which_kind_it_is(kind: str) -> None:
    record = ExclusionRecord(model_id="x", path=Path("/x"), reason=f"{kind}: why: more")
    assert (record.kind, record.problems) == (kind, [])


def test_a_report_stored_before_exclusions_had_problems_is_still_read() -> None:
    record = ExclusionRecord(model_id="x", path=Path("/x"), reason="invalid: y")
    report = a_report(a_bundle(), excluded=[record])
    stored = json.loads(report.model_dump_json())
    del stored["excluded"][0]["problems"]
    assert SelectionReport.model_validate_json(json.dumps(stored)) == report


def test_any_collection_that_has_an_order_is_taken_for_a_list() -> None:
    bundle, record = a_bundle(), ExclusionRecord(model_id="x", path=Path("/x"), reason="invalid: y")
    report = a_report(bundle, excluded=[record])
    collections = {
        "ranked": (bundle,),
        "excluded": deque([record]),
        "required_label_set": tuple(report.required_label_set),
    }
    assert SelectionReport.model_validate({**dict(report), **collections}) == report


class TestSelectionReport:
    first = a_bundle("first", macro_f1=0.9)
    second = a_bundle("second", macro_f1=0.8)
    out = tuple(
        ExclusionRecord(model_id=name, path=Path("/models") / name, reason="invalid: x")
        for name in ("out", "over")
    )

    def report(self, **changes: Any) -> SelectionReport:
        excluded = {"excluded": list(self.out)}
        return a_report(self.first, self.second, **excluded | changes)

    def test_a_report_survives_json(self) -> None:
        report = self.report()
        assert SelectionReport.model_validate_json(report.model_dump_json()) == report

    @pytest.mark.parametrize(
        ("changes", "place", "code"),
        [
            ({"best": second}, ("best",), "best_not_first"),
            ({"best": None}, ("best",), "best_not_first"),
            ({"ranked": []}, ("best",), "best_not_first"),
            ({"ranked": [second, first], "best": second}, ("ranked",), "not_in_order"),
            ({"excluded": [*reversed(out)]}, ("excluded",), "not_in_order"),
            ({"required_label_set": ["b", "a"]}, ("required_label_set",), "not_in_order"),
            ({"required_label_set": ["a", "a"]}, ("required_label_set",), "not_in_order"),
            ({"ranked": [first, first]}, (), "not_one_decision"),
            (
                {"excluded": [ExclusionRecord(
                    model_id="second", path=Path("/x"), reason="constraint: x"
                )]},
                (),
                "not_one_decision",
            ),
        ],
    )  # fmt: skip
    def test_a_report_cannot_contradict_itself(
        self, changes: dict[str, Any], place: tuple[str, ...], code: str
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            self.report(**changes)
        assert [(e["loc"], e["type"]) for e in caught.value.errors()] == [(place, code)]

    @pytest.mark.parametrize("gate", ["min_precision", "min_recall"])
    def test_a_gate_is_for_a_label_that_was_required(self, gate: str) -> None:
        policy = SelectionPolicy.model_validate({"version": 2, gate: {"Build": 0.5, "{x}\n": 0.5}})
        with pytest.raises(ValidationError) as caught:
            self.report(policy=policy)
        [error] = caught.value.errors()
        assert (error["loc"], error["type"]) == (("policy", gate), "gate_of_other_label")
        assert error["msg"] == (
            r"Gate for '{x}\n', which is not in required_label_set (it has 'Build', 'Debug'); "
            "correct the label or remove the gate"
        )

    def test_an_invalid_bundle_cannot_be_ranked(self) -> None:
        with pytest.raises(ValidationError, match="Cannot score invalid bundle 'broken'"):
            self.report(ranked=[self.first, an_invalid_bundle()])

    def test_repr_shows_the_best_and_not_every_bundle(self) -> None:
        shown = repr(self.report())
        assert "'first'" in shown
        assert "'second'" not in shown
