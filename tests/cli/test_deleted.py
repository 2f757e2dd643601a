import shutil
import subprocess
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry.cli import main
from taskclf.model_registry.cli.deleted import bundles_losing_a_document
from taskclf.model_registry.cli.inputs import UsageError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(*arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *arguments], check=True)  # noqa: S607 - the one of this machine


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    # A hook that runs these tests says to git which repository is meant.
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    git("init", "--quiet")
    for name in ("models/a", "models/b", "models/-c\n"):
        publish(tmp_path / name, a_metadata(), a_metrics())
    for document in ("metadata.json", "metrics.json"):
        (tmp_path / document).write_text("{}", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "Bundles")
    return tmp_path


def test_where_git_deletes_nothing_nothing_is_checked(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "models" / "a" / "metrics.json").unlink()  # Which is not in the commit.
    assert bundles_losing_a_document() == []
    assert main(["check", "--deleted", "--"]) == 0
    assert capsys.readouterr().out == "0 bundles are valid\n"


def test_a_bundle_that_loses_one_document_is_checked(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git("rm", "--quiet", "models/a/metrics.json", "models/-c\n/metadata.json", "metrics.json")
    assert bundles_losing_a_document() == [".", "models/-c\n", "models/a"]
    shutil.rmtree(repository / "models" / "-c\n")
    assert bundles_losing_a_document() == [".", "models/a"]
    assert main(["check", "--deleted", "models/b"]) == 1
    assert "2 of 3 bundles are invalid" in capsys.readouterr().out


def test_a_bundle_that_is_deleted_is_not_checked(repository: Path) -> None:
    git("rm", "--quiet", "-r", "models/a")
    assert not (repository / "models" / "a").exists()
    assert bundles_losing_a_document() == []


def test_of_a_push_the_commits_are_compared(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("rm", "--quiet", "models/a/metrics.json")
    git("commit", "--quiet", "--message", "A change")
    assert bundles_losing_a_document() == []
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert bundles_losing_a_document() == ["models/a"]
    monkeypatch.chdir(repository / "models")
    assert bundles_losing_a_document() == ["a"]


def test_where_git_cannot_tell_it_says_why(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(repository / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.parent))
    with pytest.raises(UsageError, match="--deleted: "):
        bundles_losing_a_document()
