"""The schemas: what is committed is what the models say, and the command writes and checks it."""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel, ValidationError
from schema_documents import documents_of
from strategies import bundles, comparisons, json_values, metadata, metrics, reports
from validators import HAS_NODE, NEEDS_NODE, ROOT, VALIDATORS

from taskclf.model_registry import cli
from taskclf.model_registry.changes import changes
from taskclf.model_registry.explain import explain
from taskclf.model_registry.schemas import (
    CONTRACTS,
    RULES_BEYOND_SCHEMA,
    json_schemas,
    stale_schemas,
    write_schemas,
)

COMMITTED = ROOT / "schemas" / "v1"


def examples(number: int) -> settings:
    return settings(
        max_examples=number, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


# What people write by hand gets most; of the others a large part is these again.
EXAMPLES = {"model_metadata": 1000, "bundle_metrics": 1000, "selection_policy": 1000}
HELD: dict[str, st.SearchStrategy[BaseModel]] = {
    "model_metadata": metadata(),
    "bundle_metrics": metrics(),
    "model_bundle": bundles(),
    "selection_report": reports(),
    "explanation": reports().map(explain),
    "comparison": comparisons(),
    "changes": st.builds(changes, reports(), reports()),
}
NEAR_MISSES = json_values | st.sampled_from(
    [
        0, 1, -1, 1.0, 0.5, 1.5, 2**53, True, "", "0.5", [], {}, [""], ["a", "a"], ["a", 1],
        [[]], [[1]], [[1.0]], [[0.5]], [[-1]], [["1"]], [[1], 1], "real", "2026-02-28",
        "2026-02-30", "0000-01-01", "20260228", "2026-02-28T00:00:00Z", "2026-02-28T00:00:00",
        "2026-02-28T00:00:60Z", "2026-02-28t00:00:00Z", "2026-02-28T00:00:00+24:00",
    ]
)  # fmt: skip


def places(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk over every subschema, names of properties aside."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from places(item, f"{at}/{index}")
    elif isinstance(schema, dict):
        if not at.endswith(("/properties", "/$defs")):
            yield at, schema
        for key, value in schema.items():
            if key not in {"examples", "default", "enum"}:
                yield from places(value, f"{at}/{key}")


def tree(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_schemas(tmp_path / "out")
    return tmp_path / "out"


def test_committed_schemas_are_those_of_the_models() -> None:
    assert [*stale_schemas(COMMITTED)] == []


def test_writing_creates_the_directory_and_then_the_check_passes(tmp_path: Path) -> None:
    target = tmp_path / "not" / "there" / "yet"
    write_schemas(target)
    assert sorted(tree(target)) == sorted(f"{name}.schema.json" for name in CONTRACTS)
    assert [*stale_schemas(target)] == []


def test_writing_twice_gives_the_same_bytes(written: Path) -> None:
    before = tree(written)
    write_schemas(written)
    assert tree(written) == before
    assert all(text.endswith(b"}\n") and b"\r" not in text for text in before.values())


def test_a_changed_missing_or_corrupt_file_is_stale(written: Path) -> None:
    changed = written / "bundle_metrics.schema.json"
    changed.write_text(changed.read_text().replace('"macro_f1"', '"micro_f1"'))
    (written / "selection_policy.schema.json").unlink()
    (written / "model_metadata.schema.json").write_text("")
    before = tree(written)
    assert [*stale_schemas(written)] == [
        "model_metadata.schema.json: not JSON: Expecting value: line 1 column 1 (char 0)",
        "bundle_metrics.schema.json: differs from the models",
        "selection_policy.schema.json: No such file or directory",
    ]
    assert tree(written) == before


def test_a_file_nested_beyond_what_python_can_parse_is_named_too(written: Path) -> None:
    (written / "model_bundle.schema.json").write_text("[" * 100_000)
    [stale] = stale_schemas(written)
    assert stale.startswith("model_bundle.schema.json: not JSON: ")


def test_a_check_compares_meaning_not_bytes(written: Path) -> None:
    for path in written.iterdir():
        schema = json.loads(path.read_text())
        path.write_text(json.dumps(dict(reversed(schema.items()))).replace(": 0,", ": 0.0,"))
    assert [*stale_schemas(written)] == []


def test_a_file_in_place_of_the_directory_is_an_error_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_schemas(path)
    assert path.read_text() == "mine"


def test_a_full_disk_leaves_the_old_files_and_nothing_else(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (written / "bundle_metrics.schema.json").write_text("old")
    before = tree(written)
    real_dumps = json.dumps

    def full(schema: Any, **options: Any) -> str:
        if schema["title"] == "SelectionReport":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_dumps(schema, **options)

    monkeypatch.setattr(json, "dumps", full)
    with pytest.raises(OSError, match="No space left"):
        write_schemas(written)
    assert tree(written) == before


def test_a_directory_in_place_of_a_file_is_an_error_and_no_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "selection_report.schema.json").mkdir()
    with pytest.raises(IsADirectoryError):
        write_schemas(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no FIFO")
def test_a_link_and_a_fifo_are_replaced_and_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    target = tmp_path / "out"
    target.mkdir()
    (target / "bundle_metrics.schema.json").symlink_to(tmp_path / "other")
    os.mkfifo(target / "model_bundle.schema.json")
    assert "model_bundle.schema.json: Not a regular file but a FIFO" in [*stale_schemas(target)]
    write_schemas(target)
    assert [*stale_schemas(target)] == []
    assert not any(path.is_symlink() for path in target.iterdir())
    assert (tmp_path / "other").read_text() == "mine"


def test_without_docstrings_there_is_one_line_instead_of_schemas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(CONTRACTS["bundle_metrics"], "__doc__", None)
    for use in (json_schemas, lambda: write_schemas(tmp_path), lambda: [*stale_schemas(tmp_path)]):
        with pytest.raises(RuntimeError, match="described by the sources"):
            use()
    assert cli.main(["schema"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_end_is_not_read_whole(written: Path) -> None:
    with (written / "model_bundle.schema.json").open("r+b") as file:
        file.truncate(2**40)
    [stale] = stale_schemas(written)
    assert "over the limit" in stale


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_schema_names_itself_its_draft_and_its_document(name: str) -> None:
    schema = json_schemas()[f"{name}.schema.json"]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:taskclf:model-registry:v1:{name.replace('_', '-')}"
    assert schema["title"] == CONTRACTS[name].__name__


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_field_has_a_description_in_plain_words_on_one_line(name: str) -> None:
    for at, schema in places(json_schemas()[f"{name}.schema.json"]):
        is_model = "title" in schema
        if is_model or at.rpartition("/")[0].endswith("/properties"):
            assert schema["description"], at
            assert "\n" not in schema["description"], at
            assert not re.search(r"\]\[|:class:|\b(Args|Raises|Examples):", schema["description"])
        if not is_model:
            assert "title" not in schema, at


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_schema_holds_nothing_that_only_pydantic_knows(name: str) -> None:
    known = {
        "$schema", "$id", "$comment", "$defs", "$ref", "title", "description", "examples",
        "default", "type", "enum", "format", "pattern", "minLength", "minimum", "maximum",
        "items", "minItems", "uniqueItems", "properties", "required", "additionalProperties",
        "anyOf", "propertyNames",
    }  # fmt: skip
    for at, schema in places(json_schemas()[f"{name}.schema.json"]):
        assert set(schema) <= known, at
        assert schema.get("format") in {None, "date", "date-time"}, at


def test_rules_that_json_schema_cannot_say_stand_in_the_comment_of_each_schema() -> None:
    schemas = json_schemas()
    for rule in RULES_BEYOND_SCHEMA:
        for name in CONTRACTS:
            stands = rule.text in schemas[f"{name}.schema.json"]["$comment"]
            assert stands == (name in rule.contracts), (rule.name, name)


def test_rules_that_json_schema_cannot_say_stand_on_the_page_about_the_schemas() -> None:
    page = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")
    table = page.partition("## What JSON Schema cannot say")[2].partition("\n## ")[0]
    expected = [
        [f"`{rule.name}`", rule.text, ", ".join(f"`{name}`" for name in rule.contracts)]
        for rule in RULES_BEYOND_SCHEMA
    ]
    everywhere = ", ".join(f"`{name}`" for name in CONTRACTS)
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    assert [
        [name, text, asked.replace("all", everywhere)] for name, text, asked in rows
    ] == expected


def test_the_front_door_imports_neither_the_export_nor_what_compares_two() -> None:
    loaded = "import sys, taskclf.model_registry; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True)
    modules = set(run.stdout.split())
    assert "taskclf.model_registry.registry" in modules
    for name in ("schemas", "compare", "changes"):
        assert f"taskclf.model_registry.{name}" not in modules


# What a model refuses although its schema accepts it: the codes of RULES_BEYOND_SCHEMA that a
# document drawn from a schema can meet.
BEYOND = {
    "best_not_first", "date_order", "gate_in_version_1", "gate_of_other_label", "not_in_order",
    "not_one_decision", "row_count", "row_length", "value_error", "verdict",
}  # fmt: skip


def problems_of(name: str, document: Any) -> set[str]:
    try:
        CONTRACTS[name].model_validate_json(json.dumps(document))
    except ValidationError as error:
        return {problem["type"] for problem in error.errors()}
    return set()


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_model_accepts_what_its_schema_describes_but_for_the_rules_beyond(name: str) -> None:
    @given(documents_of(json_schemas()[f"{name}.schema.json"]))
    @examples(EXAMPLES.get(name, 200))
    def hold(document: Any) -> None:
        assert problems_of(name, document) <= BEYOND

    hold()


@cache
def held(name: str) -> list[tuple[str, bytes]]:
    """Return documents that the model wrote, as many as all validators should see."""
    drawn: list[tuple[str, bytes]] = []

    @given(HELD[name])
    @examples(EXAMPLES.get(name, 200))
    def draw(model: BaseModel) -> None:
        drawn.append((name, model.model_dump_json().encode()))

    draw()
    return drawn


@pytest.mark.parametrize("validator", VALIDATORS)
@pytest.mark.parametrize("name", HELD)
def test_a_schema_accepts_what_its_model_can_hold(name: str, validator: str) -> None:
    if validator == "ajv" and not HAS_NODE:
        pytest.skip(NEEDS_NODE)
    verdicts = VALIDATORS[validator](held(name))
    assert [
        text for (_, text), said in zip(held(name), verdicts, strict=True) if said != "valid"
    ] == []


@pytest.mark.parametrize("name", ["model_metadata", "bundle_metrics"])
def test_one_wrong_value_is_wrong_to_the_model_and_to_the_schema(name: str) -> None:
    schema = json_schemas()[f"{name}.schema.json"]
    accepts = Draft202012Validator(schema, validate_formats=True).is_valid

    @given(HELD[name], st.sampled_from(sorted(CONTRACTS[name].model_fields)), NEAR_MISSES)
    @examples(300)
    def hold(model: BaseModel, field: str, value: Any) -> None:
        # That is the rule `plain-integer`, which the model tells by the code of a wrong integer.
        assume(not (isinstance(value, float) and value >= 2**63))
        document = model.model_dump(mode="json") | {field: value}
        assert accepts(document) == (problems_of(name, document) <= BEYOND)

    hold()
