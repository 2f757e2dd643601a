import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

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
    assert cell == {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
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
