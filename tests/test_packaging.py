"""What is installed: the right files, honest metadata, and nothing heavy at import."""

import importlib.metadata
import json
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import hatchling.build
import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    target = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = hatchling.build.build_wheel(str(target))
    return zipfile.ZipFile(target / name)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def test_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    source = ROOT / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / "taskclf" / "model_registry").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    installed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert installed == expected
    assert "taskclf/model_registry/py.typed" in installed


def test_namespace_is_left_to_the_application(wheel: zipfile.ZipFile) -> None:
    assert "taskclf/__init__.py" not in wheel.namelist()


def test_metadata_states_version_python_and_the_one_dependency(metadata: Message) -> None:
    assert metadata["Name"] == "taskclf-model-registry"
    assert metadata["Version"] == PROJECT["version"]
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    requirements = metadata.get_all("Requires-Dist", [])
    (requirement,) = (entry for entry in requirements if "extra ==" not in entry)
    assert requirement.startswith("pydantic")


def test_extras_are_what_the_formats_of_the_command_line_need(metadata: Message) -> None:
    assert metadata.get_all("Provides-Extra") == ["cli", "html"]


def test_installed_version_is_the_one_of_the_source() -> None:
    assert importlib.metadata.version("taskclf-model-registry") == PROJECT["version"]


def test_licence_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert any(name.endswith("/licenses/LICENSE") for name in wheel.namelist())


IMPORTED = """
import sys
before = set(sys.modules)
import taskclf.model_registry
import json
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def test_import_loads_nothing_but_pydantic_and_its_dependencies() -> None:
    # A new process, isolated from the environment: here pytest has imported far more.
    run = subprocess.run(
        [sys.executable, "-I", "-c", IMPORTED], capture_output=True, check=True, text=True
    )
    loaded = set(json.loads(run.stdout)) - sys.stdlib_module_names
    # A generated module of the standard library, whose name tells the platform.
    assert {name for name in loaded if not name.startswith("_sysconfigdata")} <= {
        "annotated_types",
        "pydantic",
        "pydantic_core",
        "taskclf",
        "typing_extensions",
        "typing_inspection",
    }
