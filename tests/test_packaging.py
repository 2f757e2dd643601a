"""What is installed: the right files, honest metadata, and nothing heavy at import."""

import compileall
import importlib.metadata
import json
import shutil
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


@pytest.fixture
def program(wheel: zipfile.ZipFile, tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
    """How to run the program of a wheel that was put somewhere in an unusual way."""
    place = tmp_path / "place"
    wheel.extractall(place)
    match request.param:
        case "in a zip archive":
            # Unlike a wheel it names directories, without which a namespace is not found.
            place = Path(shutil.make_archive(str(place), "zip", place))
        case "without sources":
            compileall.compile_dir(place, legacy=True, quiet=1)
            for source in place.rglob("*.py"):
                source.unlink()
    flags = ["-OO"] if request.param == "without docstrings" else []
    # Before the project that is installed here.
    code = (
        f"import sys; sys.path.insert(0, {str(place)!r})\n"
        "from taskclf.model_registry import cli\n"
        f"cli.__file__.startswith({str(place)!r}) or sys.exit(cli.__file__)\n"
        "sys.exit(cli.main())"
    )
    return [sys.executable, "-B", *flags, "-c", code]


def run(program: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*program, *arguments], capture_output=True, check=False, cwd=ROOT, text=True
    )


UNUSUAL = ["in a zip archive", "without docstrings", "without sources"]


@pytest.mark.parametrize("program", UNUSUAL, indirect=True)
@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_every_format_works_wherever_the_package_lies(program: list[str], form: str) -> None:
    ran = run(program, "list", "examples/models", "--format", form)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "digits-svm-c1" in ran.stdout


@pytest.mark.parametrize("program", ["in a zip archive"], indirect=True)
def test_schemas_come_from_a_zip_archive(program: list[str]) -> None:
    ran = run(program, "schema", "--check", "schemas/v1")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize("program", UNUSUAL[1:], indirect=True)
@pytest.mark.parametrize("what", [[], ["--check", "schemas/v1"], ["bundle_metrics"]])
def test_schemas_without_the_sources_end_in_one_line(program: list[str], what: list[str]) -> None:
    ran = run(program, "schema", *what)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("taskclf-registry: The schemas are described by the sources")
    assert len(ran.stderr.splitlines()) == 1
