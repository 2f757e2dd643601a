"""The hook for pre-commit, run by pre-commit as a repository of bundles commits."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

pytest.importorskip("pre_commit", reason="needs pre-commit: make test-hook")

ROOT = Path(__file__).parents[1]
LIBRARY = ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

CONFIG = """
repos:
  - repo: {library}
    rev: {revision}
    hooks:
      - id: model-bundles
"""

Git = Callable[..., subprocess.CompletedProcess[str]]


def git_in(directory: Path, environment: dict[str, str]) -> Git:
    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *arguments],  # noqa: S607 - the one of this machine
            cwd=directory,
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    assert git("init", "--quiet").returncode == 0
    return git


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    # Nobody's own settings, and no environment of a hook that is installed already.
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A"), ("EMAIL", "a@example.com"))
    }
    home = str(tmp_path_factory.mktemp("home"))
    others = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**others, **who, "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": home}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A repository with two bundles, and with the hook out of a repository with this library."""
    library = tmp_path_factory.mktemp("library")
    for name in LIBRARY:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, library / name)
    git = git_in(library, environment)
    git("add", ".")
    assert git("commit", "--quiet", "--message", "The library").returncode == 0
    revision = git("rev-parse", "HEAD").stdout.strip()

    directory = tmp_path_factory.mktemp("project")
    git = git_in(directory, environment)
    config = CONFIG.format(library=library, revision=revision)
    (directory / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    for name in ("a", "b"):
        publish(directory / "models" / name, a_metadata(), a_metrics())
    install = [sys.executable, "-m", "pre_commit", "install", "--install-hooks"]
    subprocess.run(install, cwd=directory, env=environment, check=True)
    git("add", ".")
    committed = git("commit", "--message", "Two bundles")
    assert committed.returncode == 0, committed.stdout
    return directory


@pytest.fixture
def git(project: Path, environment: dict[str, str], tmp_path: Path) -> Git:
    """Git in a copy of the project, where a test may do what it likes."""
    shutil.copytree(project, tmp_path / "copy")
    return git_in(tmp_path / "copy", environment)


@pytest.fixture
def copy(git: Git, tmp_path: Path) -> Path:  # noqa: ARG001 - makes it
    return tmp_path / "copy"


def commit(git: Git) -> tuple[int, str]:
    git("add", "--all")
    ran = git("commit", "--message", "A change")
    return ran.returncode, ran.stdout


def test_a_sound_bundle_is_committed(git: Git, copy: Path) -> None:
    publish(copy / "models" / "c", a_metadata(), a_metrics())
    assert commit(git)[0] == 0


def test_a_wrong_bundle_is_not(git: Git, copy: Path) -> None:
    publish(copy / "models" / "c", a_metadata(), b'{"macro_f1": 87.12}')
    code, said = commit(git)
    assert code == 1
    assert "metrics.json /label_names: Field required" in said


def test_a_commit_without_bundles_passes(git: Git, copy: Path) -> None:
    (copy / "README.md").touch()
    assert commit(git)[0] == 0


def test_a_commit_that_only_deletes_one_document_fails(git: Git, copy: Path) -> None:
    (copy / "models" / "a" / "metrics.json").unlink()
    code, said = commit(git)
    assert code == 1
    assert "models/a" in said
    assert "metrics.json: No such file or directory" in said


def test_a_commit_that_moves_one_document_away_fails(git: Git, copy: Path) -> None:
    (copy / "old").mkdir()
    git("mv", "models/a/metrics.json", "old/figures.json")
    assert commit(git)[0] == 1


def test_a_commit_that_deletes_a_bundle_passes(git: Git, copy: Path) -> None:
    shutil.rmtree(copy / "models" / "a")
    assert commit(git)[0] == 0


def test_a_push_that_deletes_one_document_fails(
    git: Git, copy: Path, environment: dict[str, str]
) -> None:
    (copy / "models" / "a" / "metrics.json").unlink()
    git("commit", "--all", "--no-verify", "--message", "A change")
    refs = ["--from-ref", "HEAD~1", "--to-ref", "HEAD"]
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", *refs], cwd=copy, env=environment, check=False
    )
    assert ran.returncode == 1


def test_no_name_of_a_file_is_an_option(git: Git, copy: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    inside = Path(f"{copy}/-o{outside}")
    publish(inside, a_metadata(), b"[]")
    code, said = commit(git)
    assert code == 1
    assert f"-o{outside}" in said
    assert list(outside.iterdir()) == []
