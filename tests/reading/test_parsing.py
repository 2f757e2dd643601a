import contextlib
import json
from typing import Any

import pytest
from strategies import ORDINARY_METRICS, a_metadata, a_metrics

from taskclf.model_registry import BundleMetrics, ModelMetadata
from taskclf.model_registry.reading.parsing import parse_document


def parse(content: bytes) -> tuple[BundleMetrics | None, list[tuple[str, str]]]:
    document, problems = parse_document(BundleMetrics, "metrics.json", content)
    return document, [(p.pointer, p.type) for p in problems]


def large(document: Any) -> bytes:
    return json.dumps(document).encode() + b" " * 70_000


def test_a_large_document_parses_as_a_small_one_does() -> None:
    assert parse(large(ORDINARY_METRICS)) == (a_metrics(), [])


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        ({}, [("/macro_f1", "missing"), ("/weighted_f1", "missing"), ("/label_names", "missing"),
              ("/confusion_matrix", "missing")]),
        ([], [("", "model_type")]),
        (ORDINARY_METRICS | {"macro_f1": 2}, [("/macro_f1", "less_than_equal")]),
    ],
)  # fmt: skip
def test_a_large_document_tells_the_same_problems_as_a_small_one(
    document: Any, problems: list[tuple[str, str]]
) -> None:
    assert parse(json.dumps(document).encode()) == (None, problems)
    assert parse(large(document)) == (None, problems)


def with_many_lists(text: bytes) -> bytes:
    before = text.rstrip().removesuffix(b"}")
    comma = b"" if before.rstrip().endswith(b"{") else b","
    return before + comma + b' "z": [' + b"[], " * 20_000 + b"[]]}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("confusion_matrix", "[[[[1]]]]"),
        ("confusion_matrix", '{"a": [[1]]}'),
        ("confusion_matrix", '[{"a": 1}]'),
        ("label_names", '[["a"]]'),
        ("label_names", '{"a": "b"}'),
        ("macro_f1", "[[0.5]]"),
        ("macro_f1", '{"a": 0.5}'),
        ("macro_f1", "1e400"),
    ],
)
def test_a_value_of_the_wrong_shape_is_told_alike_among_many_lists(key: str, value: str) -> None:
    others = {k: v for k, v in ORDINARY_METRICS.items() if k != key}
    text = f'{json.dumps(others)[:-1]}, "{key}": {value}}}'.encode()
    told = parse_document(BundleMetrics, "metrics.json", text)
    assert parse_document(BundleMetrics, "metrics.json", with_many_lists(text)) == told
    assert told[1]


@pytest.mark.parametrize("optional", [{}, {"reject_threshold": 0.5}])
def test_documents_that_give_the_same_keys_keep_one_record_of_these_keys(
    optional: dict[str, Any],
) -> None:
    written = a_metadata(**optional)
    content = written.model_dump_json(exclude_unset=True).encode()
    one, other = (parse_document(ModelMetadata, "metadata.json", content)[0] for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.model_fields_set == written.model_fields_set
    assert one.model_fields_set is other.model_fields_set


def test_no_caller_can_hide_a_key_that_is_given_twice() -> None:
    content = a_metadata().model_dump_json().encode()
    first, _ = parse_document(ModelMetadata, "metadata.json", content)
    assert first is not None
    with contextlib.suppress(TypeError):
        first.model_fields_set.add("x")
    twice = content[:-1] + b',"git_commit":"unknown"}'
    _, problems = parse_document(ModelMetadata, "metadata.json", twice)
    assert [problem.type for problem in problems] == ["duplicate_key"]


def test_a_large_document_that_is_not_json_tells_where() -> None:
    _, problems = parse_document(BundleMetrics, "metrics.json", b" " * 70_000 + b"{")
    expected = "Invalid JSON: EOF while parsing an object at line 1 column 70001"
    assert [p.message for p in problems] == [expected]


@pytest.mark.parametrize(
    ("extra", "problems"),
    [
        ('"macro_f1": 1', [("/macro_f1", "duplicate_key")]),
        ('"macro_f1": 1, "macro_f1": 1, "label_names": ["a", "b"]',
         [("/macro_f1", "duplicate_key"), ("/label_names", "duplicate_key")]),
        ('"m\\u0061cro_f1": 1', [("/macro_f1", "duplicate_key")]),
        ('"nested": {"macro_f1": 1, "macro_f1": 2}', []),
        ('"note": "macro_f1", "also": ["macro_f1"]', []),
        ('"unknown": 1, "unknown": 2', []),
        ('"note": "Infinity and NaN"', []),
        ('"note": -Infinity', [("", "json_invalid")]),
        ('"note": [NaN, NaN]', [("", "json_invalid")]),
        ('"note": "\\u0022macro_f1\\u0022:"', []),
        (f'"note": {"9" * 4200}, "n\\u0065w": -{"9" * 4200}', []),
    ],
)  # fmt: skip
def test_a_contract_key_given_twice_and_numbers_that_are_not_json_are_problems(
    extra: str, problems: list[tuple[str, str]]
) -> None:
    text = a_metrics().model_dump_json().removesuffix("}") + f", {extra}}}"
    document, found = parse(text.encode())
    assert found == problems
    assert (document is None) == bool(problems)


def test_a_key_given_twice_is_told_beside_the_other_problems() -> None:
    text = a_metrics().model_dump_json().removesuffix("}") + ', "weighted_f1": 7}'
    assert parse(text.encode()) == (
        None,
        [("/weighted_f1", "less_than_equal"), ("/weighted_f1", "duplicate_key")],
    )


def test_a_list_with_an_escape_is_looked_at_and_is_just_no_object() -> None:
    assert parse(rb'["\u0061", "\u0061"]') == (None, [("", "model_type")])


@pytest.mark.parametrize("created_at", ["2026-02-26T12:34:56Z", "2026-02-26T12:34:56+00:00"])
@pytest.mark.parametrize("dataset_hash", ["3b0c", "sha256:3b0c"])
@pytest.mark.parametrize("schema_hash", ["4077", "a:b:Z"])
def test_no_instant_or_hash_hides_a_key_that_is_given_twice(
    created_at: str, dataset_hash: str, schema_hash: str
) -> None:
    document = a_metadata(params={"C": 1.0}).model_dump(mode="json", exclude_none=True) | {
        "created_at": created_at, "dataset_hash": dataset_hash, "schema_hash": schema_hash
    }  # fmt: skip
    text = json.dumps(document)
    assert parse_document(ModelMetadata, "metadata.json", text.encode())[1] == []
    for key, value in document.items():
        for again in (value, "", 0):
            twice = f'{{"{key}": {json.dumps(again)}, {text[1:]}'.encode()
            _, problems = parse_document(ModelMetadata, "metadata.json", twice)
            assert [(p.pointer, p.type) for p in problems] == [(f"/{key}", "duplicate_key")]
