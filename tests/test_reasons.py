"""The catalogue of reasons is complete: what the code can say is on the page, and nothing else."""

import json
import re
from pathlib import Path
from typing import get_args

from strategies import a_bundle, a_metadata, a_metrics

from taskclf.model_registry import SelectionPolicy
from taskclf.model_registry.contract.base import RuleCode
from taskclf.model_registry.contract.problem import ReadingCode
from taskclf.model_registry.evidence import inconsistencies
from taskclf.model_registry.selection.eligibility import exclusion
from taskclf.model_registry.selection.report import ExclusionKind

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")


def codes_on_the_page() -> list[str]:
    tables = re.findall(r"^\| type \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    return [row.split("`")[1] for table in tables for row in table.splitlines()]


def codes_of_the_package() -> set[str]:
    contradicted = a_metrics(macro_f1=0, weighted_f1=0, label_names=["Build", "Write"])
    findings = inconsistencies(contradicted, a_metadata())
    other = exclusion(a_bundle(), SelectionPolicy(), "other", frozenset())
    assert other is not None
    observed = {problem.type for problem in (*findings, *other.problems)}
    warnings = {"created_in_future", "misspelt_key"}
    gates = SelectionPolicy.model_fields.keys() - {"version"}
    return {*get_args(RuleCode), *get_args(ReadingCode), *observed, *warnings, *gates}


def codes_of_the_kit() -> set[str]:
    manifest = ROOT / "schemas" / "v1" / "conformance" / "manifest.json"
    cases = json.loads(manifest.read_text(encoding="utf-8"))["cases"]
    return {problem["type"] for case in cases for problem in case.get("problems", ())}


def test_every_code_is_explained_once_and_no_other() -> None:
    on_the_page = codes_on_the_page()
    assert len(on_the_page) == len(set(on_the_page))
    assert set(on_the_page) == codes_of_the_package() | codes_of_the_kit()


def test_every_kind_of_exclusion_is_explained() -> None:
    for kind in get_args(ExclusionKind):
        assert f"| `{kind}" in PAGE
