"""The catalogue of reasons is complete: what the code can say is on the page, and nothing else."""

import json
import re
from pathlib import Path

from taskclf.model_registry import evidence
from taskclf.model_registry.parsing import _UNREAD
from taskclf.model_registry.problem import _WORDINGS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "src" / "taskclf" / "model_registry"


def codes_on_the_page() -> list[str]:
    tables = re.findall(r"^\| type \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    return [row.split("`")[1] for table in tables for row in table.splitlines()]


def codes_of_the_package() -> set[str]:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.glob("*.py")))
    written = re.findall(r'(?:broken_rule|problem_at)\(\s*"(\w+)"', source)
    findings = re.findall(r"`(\w+_inconsistent)`", evidence.inconsistencies.__doc__ or "")
    return {*written, *findings, *_WORDINGS, *_UNREAD.values()}


def codes_of_the_kit() -> set[str]:
    manifest = ROOT / "schemas" / "v1" / "conformance" / "manifest.json"
    cases = json.loads(manifest.read_text(encoding="utf-8"))["cases"]
    return {problem["type"] for case in cases for problem in case.get("problems", ())}


def test_every_code_is_explained_once_and_no_other() -> None:
    on_the_page = codes_on_the_page()
    assert len(on_the_page) == len(set(on_the_page))
    assert set(on_the_page) == codes_of_the_package() | codes_of_the_kit()


def test_every_kind_of_exclusion_is_explained() -> None:
    source = (PACKAGE / "registry.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'f"(invalid|incompatible|constraint): ', source))
    assert kinds == {"invalid", "incompatible", "constraint"}
    for kind in kinds:
        assert f"| `{kind}: " in PAGE
