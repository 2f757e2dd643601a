import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from taskclf.model_registry import SelectionPolicy

POLICY = SelectionPolicy()
POLICY_2 = """
version = 2
require_consistent_metrics = true
min_macro_f1 = 0.8
min_class_recall = 1
min_samples = 200
data_provenance = ["real", "mixed"]

[min_precision]
Build = 0.95
Debug = 1
"""


class TestSelectionPolicy:
    def test_the_version_is_1_when_nothing_is_said(self) -> None:
        assert SelectionPolicy.model_validate_json("{}").version == 1

    @pytest.mark.parametrize("version", [0, 3, 99, True, "1", 1.5, None])
    def test_an_unknown_version_is_an_error_that_names_the_known(self, version: Any) -> None:
        with pytest.raises(ValidationError, match="Unknown policy version; expected 1 or 2"):
            SelectionPolicy(version=version)

    def test_a_typing_mistake_is_an_error(self) -> None:
        with pytest.raises(ValidationError, match="verison\n  Extra inputs are not permitted"):
            SelectionPolicy.model_validate_json('{"verison": 1}')

    def test_a_policy_can_be_written_in_toml(self) -> None:
        policy = SelectionPolicy.model_validate(tomllib.loads(POLICY_2))
        assert policy == SelectionPolicy(
            version=2,
            require_consistent_metrics=True,
            min_macro_f1=0.8,
            min_class_recall=1,
            min_samples=200,
            data_provenance=["real", "mixed"],
            min_precision={"Build": 0.95, "Debug": 1},
        )
        assert SelectionPolicy.model_validate_json(policy.model_dump_json()) == policy

    @pytest.mark.parametrize(
        ("gate", "value"),
        [
            ("require_consistent_metrics", True),
            ("min_macro_f1", 0.0),
            ("min_precision", {}),
            ("min_samples", 0),
            ("data_provenance", ["real"]),
        ],
    )
    def test_a_gate_in_version_1_is_an_error_that_names_field_and_remedy(
        self, gate: str, value: Any
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            SelectionPolicy.model_validate({gate: value})
        [error] = caught.value.errors()
        assert (error["loc"], error["type"]) == ((gate,), "gate_in_version_1")
        assert "set version to 2, or remove the gate" in error["msg"]

    def test_a_version_1_policy_survives_json_with_its_unset_gates(self) -> None:
        assert SelectionPolicy.model_validate_json(POLICY.model_dump_json()) == POLICY

    @pytest.mark.parametrize(
        ("gates", "place"),
        [
            ({"min_macro_f1": 1.01}, ("min_macro_f1",)),
            ({"min_macro_f1": True}, ("min_macro_f1",)),
            ({"min_class_recall": -0.1}, ("min_class_recall",)),
            ({"min_weighted_f1": float("nan")}, ("min_weighted_f1",)),
            ({"min_precision": {"Build": 2}}, ("min_precision", "Build")),
            ({"min_recall": {"": 0.5}}, ("min_recall", "", "[key]")),
            ({"min_samples": -1}, ("min_samples",)),
            ({"min_class_support": 1.5}, ("min_class_support",)),
            ({"data_provenance": ["guessed"]}, ("data_provenance", 0)),
            ({"data_provenance": []}, ("data_provenance",)),
            ({"require_consistent_metrics": 1}, ("require_consistent_metrics",)),
        ],
    )
    def test_a_gate_out_of_its_range_is_an_error_at_its_place(
        self, gates: dict[str, Any], place: tuple[str | int, ...]
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            SelectionPolicy.model_validate({"version": 2, **gates})
        assert [error["loc"] for error in caught.value.errors()] == [place]
