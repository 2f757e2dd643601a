"""The recipes of docs/write-a-bundle.md do what the page says.

What its Python prints is looked at by test_documentation.py.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish
from validators import HAS_NODE, NEEDS_NODE, ROOT

from taskclf.model_registry import list_bundles

PAGE = (ROOT / "docs" / "write-a-bundle.md").read_text(encoding="utf-8")

needs_node = pytest.mark.skipif(not HAS_NODE, reason=NEEDS_NODE)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def block(language: str) -> str:
    (body,) = blocks(language)
    return body


def test_a_bundle_from_scikit_learn_takes_at_most_eight_lines() -> None:
    (publishing,) = [body for body in blocks("python") if "joblib.dump" in body]
    assert "import" not in publishing
    assert len(publishing.splitlines()) <= 8
    assert max(map(len, publishing.splitlines())) < 100


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A producer's repository: the schemas, what npm installed, a sound bundle and a wrong one."""
    shutil.copytree(ROOT / "schemas" / "v1", tmp_path / "schemas" / "v1")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    wrong = a_metadata().model_dump_json().replace("2026-02-26T", "2026-02-26 ").encode()
    publish(tmp_path / "models" / "sound", a_metadata(), a_metrics())
    publish(tmp_path / "models" / "wrong", wrong, b'{"macro_f1": 87.12}')
    return tmp_path


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, check=False, cwd=cwd, text=True)


@needs_node
def test_the_producer_in_javascript_publishes_a_valid_bundle_and_leaves_nothing_else(
    project: Path,
) -> None:
    shutil.rmtree(project / "models")
    (project / "publish.mjs").write_text(block("javascript"), encoding="utf-8")
    ran = run("node", "publish.mjs", cwd=project)
    assert ran.stderr == ""
    assert [(b.model_id, b.invalid_reason) for b in list_bundles(project / "models")] == [
        ("2026-02-26-logreg", None)
    ]
    assert os.listdir(project / "models") == ["2026-02-26-logreg"]


@needs_node
@pytest.mark.parametrize(
    ("text", "instead", "message"),
    [
        ("macro_f1: 0.9495", "macro_f1: NaN", "bundle_metrics: data/macro_f1 must be number"),
        ("[[45, 2], [3, 50]]", "[[45, 2], [3]]", "confusion_matrix: expected one row and one"),
        ("new Date()", '"today"', "model_metadata: data/created_at must match"),
    ],
)
def test_the_producer_in_javascript_publishes_nothing_that_is_wrong(
    text: str, instead: str, message: str, project: Path
) -> None:
    shutil.rmtree(project / "models")
    assert text in block("javascript")
    (project / "publish.mjs").write_text(block("javascript").replace(text, instead))
    assert message in run("node", "publish.mjs", cwd=project).stderr
    assert not (project / "models").exists()


def test_the_hooks_for_pre_commit_refuse_the_wrong_bundle_alone(project: Path) -> None:
    hooks = re.findall(r"files: (\S+)\n +args: \[(.*)\]", block("yaml"))
    assert len(hooks) == 2
    for files, arguments in hooks:
        found = {}
        for path in project.glob("models/*/*"):
            name = path.relative_to(project).as_posix()
            if re.search(files, name):
                command = [sys.executable, "-m", "check_jsonschema", *arguments.split(", "), name]
                found[path.parent.name] = run(*command, cwd=project).returncode
        assert found == {"sound": 0, "wrong": 1}


def test_the_settings_for_vs_code_name_every_document_and_its_schema(project: Path) -> None:
    settings = json.loads(block("json"))["json.schemas"]
    for setting in settings:
        assert (project / setting["url"]).is_file()
        assert len([path for match in setting["fileMatch"] for path in project.glob(match)]) == 2
    assert len(settings) == 2
