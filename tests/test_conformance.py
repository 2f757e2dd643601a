"""The conformance kit: every document gets the verdicts that its manifest tells.

`schemas/v1/conformance/manifest.json` is the single home of bad and good documents. They run
through the models, and through three independent JSON Schema validators.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from strategies import a_metadata, a_metrics, publish
from validators import HAS_NODE, NEEDS_NODE, ROOT, VALIDATORS, without_formats

from taskclf.model_registry import ModelBundle, read_bundle
from taskclf.model_registry.reading.parsing import parse_document
from taskclf.model_registry.schemas import CONTRACTS, RULES_BEYOND_SCHEMA

KIT = ROOT / "schemas" / "v1" / "conformance"
CASES: list[dict[str, Any]] = json.loads((KIT / "manifest.json").read_text(encoding="utf-8"))[
    "cases"
]
READ = {"model_metadata": "metadata.json", "bundle_metrics": "metrics.json"}
"""The contracts of files in a bundle: their documents are read as part of one."""

Case = dict[str, Any]


def named(case: Case) -> str:
    return str(case["document"]).removesuffix(".json")


def content(case: Case) -> bytes:
    return (KIT / str(case["document"])).read_bytes()


def cases_of(*contracts: str) -> list[Case]:
    return [case for case in CASES if case["contract"] in contracts]


def read_in_a_bundle(case: Case, directory: Path) -> ModelBundle:
    documents: dict[str, Any] = {"model_metadata": a_metadata(), "bundle_metrics": a_metrics()}
    documents[case["contract"]] = content(case)
    return read_bundle(
        publish(directory / "b", documents["model_metadata"], documents["bundle_metrics"])
    )


def parsed(case: Case) -> BaseModel:
    return CONTRACTS[case["contract"]].model_validate_json(content(case))


@pytest.mark.parametrize("case", cases_of(*READ), ids=named)
def test_a_document_in_a_bundle_has_the_problems_of_the_manifest(
    case: Case, tmp_path: Path
) -> None:
    bundle = read_in_a_bundle(case, tmp_path)
    assert bundle.valid == (case["model"] == "valid")
    found = [{"pointer": p.pointer, "type": p.type} for p in bundle.problems]
    assert found == case.get("problems", [])
    assert {p.document for p in bundle.problems} <= {READ[case["contract"]]}
    reason, expected = bundle.invalid_reason, case.get("reason")
    # Releases of pydantic count columns differently, so a reason may end early in the manifest.
    if expected is not None and expected.endswith("…"):
        assert reason is not None
        assert reason.startswith(expected.removesuffix("…"))
    else:
        assert reason == expected


@pytest.mark.parametrize("case", cases_of(*READ), ids=named)
def test_a_large_document_has_the_same_problems_as_a_small_one(case: Case) -> None:
    contract = case["contract"]
    small, large = (
        parse_document(CONTRACTS[contract], READ[contract], content(case) + padding)  # type: ignore[arg-type, type-var]
        for padding in (b"", b" " * 100_000)
    )
    assert small[0] == large[0]
    # Where the text ends too early, the padding moves the end.
    assert [p.model_copy(update={"message": ""}) for p in small[1]] == [
        p.model_copy(update={"message": ""}) for p in large[1]
    ]
    for one, other in zip(small[1], large[1], strict=True):
        assert one.message == other.message or "EOF while parsing" in one.message


@pytest.mark.parametrize("case", cases_of(*READ), ids=named)
def test_a_bundle_with_the_document_survives_json(case: Case, tmp_path: Path) -> None:
    bundle = read_in_a_bundle(case, tmp_path)
    assert ModelBundle.model_validate_json(bundle.model_dump_json()) == bundle


@pytest.mark.parametrize("case", cases_of(*(set(CONTRACTS) - set(READ))), ids=named)
def test_another_document_has_the_problems_of_the_manifest(case: Case) -> None:
    found = []
    try:
        parsed(case)
    except ValidationError as error:
        found = [
            {"pointer": "".join(f"/{part}" for part in e["loc"]), "type": e["type"]}
            for e in error.errors()
        ]
    assert found == case.get("problems", [])
    assert (not found) == (case["model"] == "valid")


@pytest.mark.parametrize("validator", VALIDATORS)
def test_a_validator_says_what_the_manifest_says(validator: str) -> None:
    if validator == "ajv" and not HAS_NODE:
        pytest.skip(NEEDS_NODE)
    verdicts = VALIDATORS[validator]([(case["contract"], content(case)) for case in CASES])
    expected = [case.get("deviations", {}).get(validator, case["schema"]) for case in CASES]
    surprises = [
        f"{named(case)}: expected {want}, got {got}"
        for case, want, got in zip(CASES, expected, verdicts, strict=True)
        if want != got
    ]
    assert not surprises


def test_what_a_model_accepts_every_validator_accepts() -> None:
    for case in CASES:
        if case["model"] == "valid":
            assert case["schema"] == "valid", named(case)
            assert "deviations" not in case, named(case)


@pytest.mark.parametrize("validator", VALIDATORS)
def test_what_a_model_writes_its_schema_accepts(validator: str) -> None:
    if validator == "ajv" and not HAS_NODE:
        pytest.skip(NEEDS_NODE)
    sound = [case for case in CASES if case["model"] == "valid" and content(case)[:1] == b"{"]
    written = [(case["contract"], parsed(case).model_dump_json().encode()) for case in sound]
    assert set(VALIDATORS[validator](written)) == {"valid"}


def rules_of_cases() -> Iterator[tuple[Case, str]]:
    return ((case, case["rule"]) for case in CASES if "rule" in case)


def test_what_only_the_model_refuses_names_a_rule_that_json_schema_cannot_say() -> None:
    applies = {rule.name: rule.contracts for rule in RULES_BEYOND_SCHEMA}
    for case, rule in rules_of_cases():
        assert case["model"] == "invalid", named(case)
        assert case["contract"] in applies[rule], named(case)
    for case in CASES:
        if (case["schema"], case["model"]) == ("valid", "invalid"):
            assert "rule" in case, named(case)


def test_every_rule_that_json_schema_cannot_say_has_a_case() -> None:
    missing = {rule.name for rule in RULES_BEYOND_SCHEMA} - {rule for _, rule in rules_of_cases()}
    # A case would be a file of 4 MiB; tests/test_bundle.py holds the limit.
    assert missing == {"document-size"}


def test_the_calendar_is_the_one_rule_that_needs_format_assertion() -> None:
    documents = [(case["contract"], content(case)) for case in CASES]
    for case, verdict in zip(CASES, without_formats(documents), strict=True):
        asserted = case.get("deviations", {}).get("jsonschema-rs", case["schema"])
        assert (verdict != asserted) == (case.get("rule") == "calendar"), named(case)


def test_the_manifest_and_the_files_name_the_same_documents() -> None:
    files = {path.relative_to(KIT).as_posix() for path in KIT.glob("*/*")}
    listed = [case["document"] for case in CASES]
    assert len(listed) == len(set(listed))
    assert set(listed) == files


def test_a_case_tells_what_a_reader_of_the_manifest_needs() -> None:
    for case in CASES:
        assert set(case) <= {
            "document", "contract", "shows", "schema", "model",
            "rule", "problems", "reason", "deviations",
        }  # fmt: skip
        assert case["document"].startswith(case["contract"] + "/")
        assert case["shows"].endswith("."), named(case)
        assert case["schema"] in {"valid", "invalid", "not JSON"}
        assert (case["model"] == "invalid") == ("problems" in case), named(case)
        assert ("reason" in case) == ("problems" in case and case["contract"] in READ)
