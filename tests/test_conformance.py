"""The conformance kit: every document gets the verdicts that its manifest tells.

`schemas/v1/conformance/manifest.json` is the single home of bad and good documents. They run
through the models, and through three independent JSON Schema validators.
"""

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from strategies import a_metadata, a_metrics, publish
from validators import HAS_NODE, NEEDS_NODE, ROOT, VALIDATORS, without_formats

from taskclf.model_registry import ModelBundle, Problem, read_bundle
from taskclf.model_registry.check import check_bundle
from taskclf.model_registry.reading.parsing import parse_document
from taskclf.model_registry.schemas import CONTRACTS, RULES_BEYOND_SCHEMA

KIT = ROOT / "schemas" / "v1" / "conformance"
MANIFEST = json.loads((KIT / "manifest.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = MANIFEST["cases"]
BUNDLES: list[dict[str, Any]] = MANIFEST["bundles"]
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
    files = {path.relative_to(KIT).as_posix() for path in KIT.glob("*/*.json")}
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


def named_bundle(case: Case) -> str:
    return str(case["directory"])


def codes(problems: Iterable[Problem]) -> list[dict[str, str | None]]:
    return [{"document": p.document, "pointer": p.pointer, "type": p.type} for p in problems]


@pytest.mark.parametrize("case", BUNDLES, ids=named_bundle)
def test_a_bundle_has_the_reason_the_problems_and_the_warnings_of_the_manifest(case: Case) -> None:
    now = datetime.fromisoformat(case["now"]) if "now" in case else None
    bundle = check_bundle(KIT / case["directory"], now=now)
    assert (bundle.valid, bundle.invalid_reason) == (case["valid"], case["invalid_reason"])
    assert codes(bundle.problems) == case["problems"]
    assert codes(bundle.warnings) == case["warnings"]


@pytest.mark.parametrize("validator", VALIDATORS)
def test_a_validator_says_of_both_documents_what_the_manifest_says(validator: str) -> None:
    if validator == "ajv" and not HAS_NODE:
        pytest.skip(NEEDS_NODE)
    for case in BUNDLES:
        paths = {name: KIT / case["directory"] / file for name, file in READ.items()}
        documents = [(name, path.read_bytes()) for name, path in paths.items() if path.exists()]
        verdicts = VALIDATORS[validator](documents)
        valid = len(documents) == len(READ) and set(verdicts) == {"valid"}
        assert valid == (case["schema"] == "valid"), case["directory"]


def test_the_manifest_and_the_directories_name_the_same_bundles() -> None:
    directories = {path.relative_to(KIT).as_posix() for path in KIT.glob("bundles/*")}
    assert {case["directory"] for case in BUNDLES} == directories


def test_the_bundles_show_every_warning() -> None:
    shown = {warning["type"] for case in BUNDLES for warning in case["warnings"]}
    assert shown == {
        "created_in_future", "label_names_inconsistent", "macro_f1_inconsistent", "misspelt_key",
        "weighted_f1_inconsistent",
    }  # fmt: skip


def run_kit(program: str, runner: str, project: Path) -> subprocess.CompletedProcess[str]:
    """Run one of the kit's programs in a copy of the schemas, as a producer's repository has it."""
    command = [program, f"schemas/v1/conformance/{runner}"]
    return subprocess.run(command, capture_output=True, check=False, cwd=project, text=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


@pytest.mark.parametrize(("program", "runner"), [(sys.executable, "run.py"), ("node", "run.mjs")])
def test_the_kits_own_programs_find_no_surprise_unless_there_is_one(
    program: str, runner: str, project: Path
) -> None:
    if program == "node" and not HAS_NODE:
        pytest.skip(NEEDS_NODE)
    assert run_kit(program, runner, project).stdout == "surprises: none\n"
    kit = project / "schemas" / "v1" / "conformance"
    (kit / "model_metadata" / "minimal.json").write_text("{}")
    (kit / "bundles" / "sound" / "metrics.json").write_text("{}")
    found = run_kit(program, runner, project).stdout
    assert "model_metadata/minimal.json" in found
    assert "bundles/sound" in found
    assert found.count(".json") + found.count("bundles/") == 2


def test_the_program_in_python_says_which_package_checks_formats(project: Path) -> None:
    # To import it fails, as if it were not installed.
    blocked = "raise ImportError\n"
    (project / "schemas/v1/conformance/rfc3339_validator.py").write_text(blocked)
    ran = run_kit(sys.executable, "run.py", project)
    assert ran.returncode == 1
    assert "30 February would pass: pip install rfc3339-validator" in ran.stderr


def test_the_docs_show_the_kits_programs_which_are_short() -> None:
    page = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")
    for runner, language in (("run.py", "python"), ("run.mjs", "javascript")):
        program = (KIT / runner).read_text(encoding="utf-8")
        assert textwrap.indent(f"```{language}\n{program}```", "    ") in page
        assert len(program.splitlines()) <= 30
