"""Types that producers generate from the schemas have readable names, and their compilers help.

The commands are those of docs/schemas.md. A producer is compiled against each set of types, and
what it writes is a valid bundle; one with a mistake does not compile.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from validators import NEEDS_NODE, ROOT

from taskclf.model_registry import BundleMetrics, ModelMetadata

PAGE = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")
SCHEMAS = ROOT / "schemas" / "v1"
BIN = ROOT / "node_modules" / ".bin"
CONTRACTS = {"model_metadata": "ModelMetadata", "bundle_metrics": "BundleMetrics"}

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (BIN / "tsc").exists(), reason=NEEDS_NODE
)


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, check=False, cwd=cwd, text=True)


def output_of(*command: str | Path, cwd: Path) -> str:
    ran = run(*command, cwd=cwd)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def assert_valid(written: str) -> None:
    metadata, metrics = json.loads(written)
    assert ModelMetadata.model_validate_json(json.dumps(metadata)).label_set == ["Build", "Debug"]
    assert BundleMetrics.model_validate_json(json.dumps(metrics)).macro_f1 == 0.9495


def json_schema_to_typescript(contract: str) -> str:
    (options,) = re.findall(r"^npx json2ts (.*) schemas/v1/\S+$", PAGE, re.MULTILINE)
    schema = SCHEMAS / f"{contract}.schema.json"
    return output_of("node", BIN / "json2ts", *options.split(), schema, cwd=ROOT)


def quicktype(contract: str) -> str:
    script, schema = ROOT / "tests" / "quicktype.mjs", SCHEMAS / f"{contract}.schema.json"
    name = "".join(map(str.title, contract.split("_")))
    return output_of("node", script, schema, name, cwd=ROOT)


def with_mistakes(producer: str) -> str:
    """Return the producer with a misspelt key, a number in quotes, and a matrix that is flat."""
    for right, wrong in (
        ("git_commit", "git_comit"),
        ("0.9495", '"0.9495"'),
        ("[[45, 2], [3, 50]]", "[45, 2, 3, 50]"),
    ):
        assert right in producer
        producer = producer.replace(right, wrong)
    return producer


TYPESCRIPT = """
import type { BundleMetrics } from "./bundle_metrics";
import type { ModelMetadata } from "./model_metadata";

const metadata: ModelMetadata = {
  schema_version: "v1",
  schema_hash: "4077c2e1",
  label_set: ["Build", "Debug"],
  train_date_from: "2026-01-01",
  train_date_to: "2026-01-31",
  params: { C: 1.0, hidden: [100, 50] },
  git_commit: "9fceb02",
  dataset_hash: "sha256:3b0c",
  created_at: new Date(0).toISOString(),
  data_provenance: "real",
};
const metrics: BundleMetrics = {
  macro_f1: 0.9495,
  weighted_f1: 0.95,
  label_names: ["Build", "Debug"],
  confusion_matrix: [[45, 2], [3, 50]],
};
console.log(JSON.stringify([metadata, metrics]));
"""


METRICS_IN_TYPESCRIPT = """
import type { BundleMetrics } from "./bundle_metrics";

const metrics: BundleMetrics = {
  macro_f1: 0.9495,
  weighted_f1: 0.95,
  label_names: ["Build", "Debug"],
  confusion_matrix: [[45, 2], [3, 50]],
};
"""


def compile_errors(directory: Path) -> list[str]:
    """Compile the producer; return the lines that have errors."""
    options = ("--strict", "--target", "es2022", "--module", "commonjs")
    ran = run("node", BIN / "tsc", *options, "producer.ts", cwd=directory)
    lines = re.findall(r"^producer.ts\((\d+),", ran.stdout, re.MULTILINE)
    assert bool(lines) == bool(ran.returncode), ran.stdout
    return lines


@needs_node
class TestTypeScript:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        for contract in CONTRACTS:
            types = json_schema_to_typescript(contract)
            (tmp_path / f"{contract}.ts").write_text(types, encoding="utf-8")
        (tmp_path / "producer.ts").write_text(TYPESCRIPT, encoding="utf-8")
        return tmp_path

    def test_a_producer_compiles_and_writes_a_valid_bundle(self, project: Path) -> None:
        assert compile_errors(project) == []
        assert_valid(output_of("node", "producer.js", cwd=project))

    def test_no_mistake_compiles(self, project: Path) -> None:
        (project / "producer.ts").write_text(with_mistakes(TYPESCRIPT), encoding="utf-8")
        assert {*compile_errors(project)} == {"5", "18", "21"}

    def test_a_producer_compiles_against_the_types_of_quicktype_too(self, tmp_path: Path) -> None:
        (tmp_path / "bundle_metrics.ts").write_text(quicktype("bundle_metrics"), encoding="utf-8")
        producer = tmp_path / "producer.ts"
        producer.write_text(METRICS_IN_TYPESCRIPT, encoding="utf-8")
        assert compile_errors(tmp_path) == []
        producer.write_text(METRICS_IN_TYPESCRIPT.replace("0.9495", '"0.9495"'), encoding="utf-8")
        assert compile_errors(tmp_path) == ["5"]


@needs_node
def test_the_names_in_typescript_are_those_of_the_contract() -> None:
    generated = json_schema_to_typescript("selection_report")
    assert re.findall(r"^export (?:type|interface) (\w+)", generated, re.MULTILINE) == [
        "Label", "Share", "DataProvenance", "Count", "Row", "Instant", "SelectionReport",
        "ModelBundle", "ModelMetadata", "BundleMetrics", "Problem", "ExclusionRecord",
        "SelectionPolicy",
    ]  # fmt: skip
    assert re.findall(r"^export \w+ (\w+)", quicktype("selection_report"), re.MULTILINE) == [
        "SelectionReport", "ModelBundle", "ModelMetadata", "DataProvenance", "BundleMetrics",
        "Problem", "Document", "ExclusionRecord", "SelectionPolicy",
    ]  # fmt: skip


PYTHON = """
import json

from bundle_metrics import BundleMetrics
from model_metadata import ModelMetadata

metadata: ModelMetadata = {
    "schema_version": "v1",
    "schema_hash": "4077c2e1",
    "label_set": ["Build", "Debug"],
    "train_date_from": "2026-01-01",
    "train_date_to": "2026-01-31",
    "params": {"C": 1.0, "hidden": [100, 50]},
    "git_commit": "9fceb02",
    "dataset_hash": "sha256:3b0c",
    "created_at": "2026-02-26T12:34:56Z",
    "data_provenance": "real",
}
metrics: BundleMetrics = {
    "macro_f1": 0.9495,
    "weighted_f1": 0.95,
    "label_names": ["Build", "Debug"],
    "confusion_matrix": [[45, 2], [3, 50]],
}
print(json.dumps([metadata, metrics]))
"""


def datamodel_codegen(contract: str, directory: Path, kind: str = "typing.TypedDict") -> str:
    (options,) = re.findall(r"^datamodel-codegen (.*) --input schemas/v1/\S+$", PAGE, re.MULTILINE)
    output = directory / f"{contract}.py"
    output_of(
        sys.executable, "-m", "datamodel_code_generator",
        *options.replace("typing.TypedDict", kind).split(),
        "--input", SCHEMAS / f"{contract}.schema.json", "--output", output,
        cwd=directory,
    )  # fmt: skip
    return output.read_text(encoding="utf-8")


class TestPython:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        for contract in CONTRACTS:
            datamodel_codegen(contract, tmp_path)
        (tmp_path / "producer.py").write_text(PYTHON, encoding="utf-8")
        return tmp_path

    @staticmethod
    def checked(project: Path) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "mypy", "--strict", "producer.py", cwd=project)

    def test_a_producer_passes_mypy_and_writes_a_valid_bundle(self, project: Path) -> None:
        assert self.checked(project).returncode == 0
        assert_valid(output_of(sys.executable, "producer.py", cwd=project))

    def test_no_mistake_passes_mypy(self, project: Path) -> None:
        producer = project / "producer.py"
        producer.write_text(with_mistakes(PYTHON))
        lines = re.findall(r"producer.py:(\d+): error", self.checked(project).stdout)
        assert {*lines} == {"7", "20", "23"}

    def test_the_names_in_python_are_those_of_the_contract(self, tmp_path: Path) -> None:
        types = datamodel_codegen("bundle_metrics", tmp_path)
        assert re.findall(r"^(\w+): TypeAlias", types, re.MULTILINE) == [
            "Share", "Label", "Count", "Row",
        ]  # fmt: skip
        models = datamodel_codegen("selection_report", tmp_path, "pydantic_v2.BaseModel")
        names = set(re.findall(r"^class (\w+)", models, re.MULTILINE))
        assert names == {
            "Share", "Label", "Count", "Row", "Day", "Instant", "DataProvenance", "Document",
            "Problem", "ModelMetadata", "BundleMetrics", "ModelBundle", "ExclusionRecord",
            "SelectionPolicy", "SelectionReport",
        }  # fmt: skip
