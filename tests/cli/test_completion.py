import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from taskclf.model_registry.cli import main
from taskclf.model_registry.cli.arguments import parser
from taskclf.model_registry.cli.completion import completion

ROOT = Path(__file__).parents[2]

BASH = shutil.which("bash")

ASK = """
source "$1"
complete_line() {
    COMP_LINE="$*" COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    $(complete -p taskclf-registry | sed 's/.*-F \\([^ ]*\\).*/\\1/') "$1" "${@: -1}" "${@: -2:1}"
    printf '%s\\n' "${COMPREPLY[@]}"
}
shift
complete_line "$@"
"""


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["ra"], "rank"),
        (["rank", "--aga"], "--against"),
        (["list", "examples", "--sort", "macro"], "macro_f1"),
        (["show", "examples/mod"], "examples/models"),
    ],
)
def test_bash_completes_commands_options_choices_and_directories(
    words: list[str], answer: str, tmp_path: Path
) -> None:
    script = tmp_path / "completion"
    script.write_text(completion(parser(), "bash"), encoding="utf-8")
    run = subprocess.run(
        [str(BASH), "-c", ASK, "bash", str(script), "taskclf-registry", *words],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    assert answer in run.stdout.split()


@pytest.mark.parametrize(
    ("shell", "part"),
    [("bash", "complete -"), ("zsh", "#compdef taskclf-registry"), ("fish", "complete -c taskclf")],
)
def test_each_shell_gets_its_script(
    shell: str, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert part in script
    assert "--against" in script


def test_without_shtab_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert "completion needs shtab: pip install shtab" in capsys.readouterr().err
