import math
import re
from array import array
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from pydantic import BaseModel, ValidationError
from strategies import ORDINARY_METADATA, a_bundle, a_metadata, a_metrics, metadata, metrics

from taskclf.model_registry import BundleMetrics, ModelMetadata, SelectionPolicy, SelectionReport


@given(metadata() | metrics())
def test_json_text_and_back_is_the_identity(document: BaseModel) -> None:
    assert type(document).model_validate_json(document.model_dump_json()) == document


@given(metadata() | metrics())
def test_a_json_dump_and_back_is_the_identity(document: BaseModel) -> None:
    assert type(document).model_validate(document.model_dump(mode="json")) == document


@given(metadata() | metrics())
def test_a_python_dump_and_back_is_the_identity(document: BaseModel) -> None:
    assert type(document).model_validate(document.model_dump()) == document


def test_dates_are_taken_as_objects_and_as_the_text_that_json_holds() -> None:
    as_objects = a_metadata(
        train_date_from=date(2026, 1, 1), created_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    as_text = a_metadata(train_date_from="2026-01-01", created_at="2026-02-01T00:00:00Z")
    assert as_objects == as_text


def test_of_the_fraction_of_a_second_six_digits_count() -> None:
    shorter, longer = (
        a_metadata(created_at=f"2026-02-01T00:00:00.{digits}Z") for digits in ("123456", "1234569")
    )
    assert shorter.created_at == longer.created_at
    assert shorter.created_at.microsecond == 123456


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("created_at", date(2026, 2, 1), "datetime_type"),
        ("created_at", datetime(2026, 2, 1), "timezone_aware"),  # noqa: DTZ001 - the point
        ("created_at", "2026-02-01T00:00:00", "rfc3339_date_time"),
        ("created_at", 1772109296, "rfc3339_date_time"),
        ("train_date_to", datetime(2026, 2, 1, tzinfo=UTC), "date_type"),
        ("train_date_to", 20260201, "rfc3339_date"),
        ("label_set", "Build", "list_type"),
        ("params", {"C": float("inf")}, "finite_number"),
        ("params", {"a": {}, "b": [[1], [], [{"c": float("nan")}]]}, "finite_number"),
        ("params", {"C": object()}, "invalid-json-value"),
        ("reject_threshold", True, "float_type"),
        ("schema_hash", "\ud800", "string_unicode"),
    ],
)
def test_python_input_is_as_strict_as_json(field: str, value: object, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        a_metadata(**{field: value})
    assert [(e["loc"][0], e["type"]) for e in caught.value.errors()] == [(field, code)]


@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[45, 2], [3, 50]]),
        np.array([[45.0, 2.0], [3.0, 50.0]]),
        ((45, 2), (3, 50)),
        deque([[45, 2], [3, 50]]),
        [array("q", [45, 2]), np.array([3, 50], dtype=np.uint8)],
        [[np.int64(45), np.float32(2)], [3, 50]],
    ],
)
def test_python_may_give_any_collection_of_rows_for_the_matrix(matrix: Any) -> None:
    made = a_metrics(confusion_matrix=matrix)
    assert made == a_metrics(confusion_matrix=[[45, 2], [3, 50]])
    assert {type(row) for row in made.confusion_matrix} == {list}
    assert {type(cell) for row in made.confusion_matrix for cell in row} == {int}


@pytest.mark.parametrize(
    "labels", [("Debug", "Build"), np.array(["Debug", "Build"]), {"Debug": 1, "Build": 2}.keys()]
)
def test_python_may_give_any_collection_of_text_for_labels(labels: Any) -> None:
    assert sorted(a_metadata(label_set=labels).label_set) == ["Build", "Debug"]
    assert {type(label) for label in a_metadata(label_set=labels).label_set} == {str}


def test_labels_keep_their_order_and_a_set_which_has_none_is_sorted() -> None:
    assert a_metrics(label_names=("Debug", "Build")).label_names == ["Debug", "Build"]
    assert a_metadata(label_set={"Debug", "Build"}).label_set == ["Build", "Debug"]


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("label_names", {"Build", "Debug"}, ()),
        ("label_names", "Build", ()),
        ("label_names", {"Build": 0, "Debug": 1}, ()),
        ("label_names", (label for label in ("Build", "Debug")), ()),
        ("label_names", np.array([0, 1]), (0,)),
        ("confusion_matrix", [[45, 2], {3, 50}], (1,)),
        ("confusion_matrix", np.array([[0.9, 0.1], [0.1, 0.9]]), (0, 0)),
        ("confusion_matrix", np.array([[True, False], [False, True]]), (0, 0)),
        ("confusion_matrix", np.array([[1, np.nan], [0, 1]]), (0, 1)),
        ("confusion_matrix", np.array([45, 2]), (0,)),
        ("confusion_matrix", np.array(45), ()),
    ],
)
def test_a_collection_of_something_else_is_refused_at_its_place(
    field: str, value: Any, place: tuple[int, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        a_metrics(**{field: value})
    assert [e["loc"] for e in caught.value.errors()] == [(field, *place)]


def test_params_may_hold_tuples_and_what_numpy_has_for_numbers_and_arrays() -> None:
    params = {
        "hidden_layer_sizes": (100, np.int64(50)),
        "inner": {"weights": np.array([0.5, 0.25]), "warm": np.bool_(True)},  # noqa: FBT003
        "name": np.str_("adam"),
    }
    made = a_metadata(params=params)
    assert made.params == {
        "hidden_layer_sizes": [100, 50],
        "inner": {"weights": [0.5, 0.25], "warm": True},
        "name": "adam",
    }
    assert ModelMetadata.model_validate_json(made.model_dump_json()) == made


def test_params_that_hold_themselves_are_refused() -> None:
    params: dict[str, Any] = {"a": (1,)}
    params["self"] = params
    with pytest.raises(ValidationError, match="params"):
        a_metadata(params=params)


def test_a_number_in_params_that_json_has_not_is_shown_with_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        a_metadata(params={"imputer": {"missing_values": (0, float("nan"))}})
    (error,) = caught.value.errors()
    assert error["loc"] == ("params", "imputer", "missing_values", 1)
    assert math.isnan(error["input"])


def test_a_naive_instant_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValidationError, match=re.escape("as datetime.now(UTC) has")):
        a_metadata(created_at=datetime(2026, 2, 1))  # noqa: DTZ001 - the point


def test_a_zone_becomes_its_offset_so_that_a_round_trip_keeps_the_instant() -> None:
    # Of the two o'clocks of a night when clocks go back, equality is never true across zones.
    second_two = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
    made = a_metadata(created_at=second_two)
    assert made.created_at == datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))
    assert ModelMetadata.model_validate_json(made.model_dump_json()) == made


def test_an_offset_with_seconds_is_refused_since_its_json_text_would_lose_them() -> None:
    local_mean_time = timezone(timedelta(minutes=19, seconds=32))
    with pytest.raises(ValidationError, match="Offset from UTC should be whole minutes"):
        a_metadata(created_at=datetime(1900, 1, 1, tzinfo=local_mean_time))


def test_the_smallest_part_of_a_second_that_is_kept_is_the_microsecond() -> None:
    made = a_metadata(created_at="2026-02-26T12:34:56.123456789Z")
    assert made.created_at.microsecond == 123456


def nested(levels: int, wrap: Callable[[Any], Any]) -> dict[str, Any]:
    inner: Any = 1
    for _ in range(levels - 1):
        inner = wrap(inner)
    return {"a": inner}


@pytest.mark.parametrize("wrap", [lambda inner: {"a": inner}, lambda inner: [inner]])
def test_params_as_deep_as_allowed_survive_in_a_report_and_deeper_ones_are_refused(
    wrap: Callable[[Any], Any],
) -> None:
    bundle = a_bundle(params=nested(100, wrap))
    report = SelectionReport(
        best=bundle,
        ranked=[bundle],
        excluded=[],
        policy=SelectionPolicy(),
        required_schema_hash="4077c2e1",
        required_label_set=["Build", "Debug"],
    )
    assert SelectionReport.model_validate_json(report.model_dump_json()) == report
    with pytest.raises(ValidationError, match="Should be nested at most 100 levels deep"):
        a_metadata(params=nested(101, wrap))


@pytest.mark.parametrize("model", [ModelMetadata, BundleMetrics])
def test_every_field_is_documented_and_has_an_example(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.examples, name


def test_the_json_schema_of_a_field_says_what_the_field_accepts() -> None:
    fields = ModelMetadata.model_json_schema()["properties"]
    fields |= BundleMetrics.model_json_schema()["properties"]
    cell = fields["confusion_matrix"]["items"]["items"]
    assert cell == {"title": "Count", "type": "integer", "minimum": 0, "maximum": 2**53 - 1}
    assert fields["label_set"]["uniqueItems"]
    assert fields["created_at"]["format"] == "date-time"
    accepted = re.compile(fields["created_at"]["pattern"])
    assert accepted.search("2026-02-26T12:34:56.5+05:30")
    assert not accepted.search("2026-02-26T12:34:56")


def test_documents_are_frozen() -> None:
    with pytest.raises(ValidationError, match="Instance is frozen"):
        a_metrics().macro_f1 = 1.0  # type: ignore[misc]


def test_every_problem_of_a_document_is_reported_at_once_across_fields_too() -> None:
    with pytest.raises(ValidationError) as caught:
        a_metrics(macro_f1=2, label_names=["a", "b", "a"], confusion_matrix=[[1, 2], [3]])
    assert [(e["loc"], e["type"]) for e in caught.value.errors()] == [
        (("macro_f1",), "less_than_equal"),
        (("label_names", 2), "repeated_label"),
        (("confusion_matrix", 1), "row_length"),
    ]


def test_a_missing_start_date_does_not_hide_what_is_wrong_elsewhere() -> None:
    document: dict[str, Any] = {k: v for k, v in ORDINARY_METADATA.items() if "from" not in k}
    with pytest.raises(ValidationError) as caught:
        ModelMetadata.model_validate({**document, "git_commit": ""})
    assert [e["loc"] for e in caught.value.errors()] == [("train_date_from",), ("git_commit",)]
