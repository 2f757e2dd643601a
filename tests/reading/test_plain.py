import json

import pytest
from pydantic import ValidationError

from taskclf.model_registry import BundleMetrics
from taskclf.model_registry.contract.problem import Problem, problems_in
from taskclf.model_registry.reading.parsing import parse_document

CELLS = [
    "0", "-0", "7", "-1", "45.0", "4e1", "-0.0", "0.5", "9007199254740991", "9007199254740991.0",
    "9007199254740992", "1e16",
    "1" * 30, "-" + "1" * 30, "true", "null", '"3"', "[1]", "{}", "1e400",
]  # fmt: skip


def text_of(labels: int, cell: str, name: str = "label") -> bytes:
    rows = [["3"] * labels for _ in range(labels)]
    rows[labels // 2][labels // 3] = cell
    matrix = ",".join(f"[{','.join(row)}]" for row in rows)
    names = json.dumps([f"{name}{number}" for number in range(labels)])
    return (
        f'{{"macro_f1": 0.5, "weighted_f1": 0.5, "label_names": {names}, '
        f'"confusion_matrix": [{matrix}]}}'
    ).encode()


def by_the_contract(text: bytes) -> tuple[BundleMetrics | None, list[Problem]]:
    try:
        return BundleMetrics.model_validate_json(text), []
    except ValidationError as error:
        return None, problems_in(error, "metrics.json")


@pytest.mark.parametrize("labels", [60, 200])  # Above 4 KiB, and above 64 KiB.
@pytest.mark.parametrize("name", ["label", "not-a-"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_matrix_asked_as_a_whole_is_told_as_cell_by_cell(
    cell: str, name: str, labels: int
) -> None:
    text = text_of(labels, cell, name)
    metrics, problems = parse_document(BundleMetrics, "metrics.json", text)
    assert (metrics, problems) == by_the_contract(text)
    if metrics is not None:
        assert type(metrics) is BundleMetrics
        assert {type(cell) for row in metrics.confusion_matrix for cell in row} == {int}
        assert metrics.model_fields_set == set(BundleMetrics.model_fields)


def test_a_cell_beyond_its_bound_hides_behind_no_negative_one() -> None:
    text = text_of(60, "9007199254740992").replace(b"9007199254740992,3", b"9007199254740992,-99")
    _, problems = parse_document(BundleMetrics, "metrics.json", text)
    assert [(p.pointer, p.type) for p in problems] == [("/confusion_matrix/30/20", "whole_number")]


@pytest.mark.parametrize("labels", [60, 200])
def test_a_row_that_is_short_is_told_among_many(labels: int) -> None:
    text = text_of(labels, "7").replace(b"3,7,3", b"3,7")
    _, problems = parse_document(BundleMetrics, "metrics.json", text)
    assert [(p.pointer, p.type) for p in problems] == [
        (f"/confusion_matrix/{labels // 2}", "row_length")
    ]


def test_the_keys_of_a_plain_document_are_looked_at_all_the_same() -> None:
    twice = text_of(60, "7").replace(b'"macro_f1"', b'"macro_f1": 0.1, "macro_f1"')
    _, problems = parse_document(BundleMetrics, "metrics.json", twice)
    assert [(p.pointer, p.type) for p in problems] == [("/macro_f1", "duplicate_key")]
