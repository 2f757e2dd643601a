"""Every example in the README and in docs/ runs and prints what the page says it prints.

The Python examples of a page share one namespace, as for a reader who goes from top to bottom, and
run in the root of the repository. What an example prints is shown in a `text` block right after it.
A `console` block holds commands behind `$` with what they print; `COLUMNS=80` before one says how
wide its terminal is.
"""

import contextlib
import io
import itertools
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[^\s`]*)[^\n`]*\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
# Any other spelling of Python would be an example that nobody runs.
LANGUAGES = {"bash", "console", "javascript", "json", "math", "python", "text", "toml", "yaml"}


def blocks(page: str) -> list[tuple[str, int, str]]:
    """Return language, first line and body of each fenced block."""
    return [
        (
            match["language"],
            page.count("\n", 0, match.start("body")),
            re.sub(f"^{match['indent']}", "", match["body"], flags=re.MULTILINE),
        )
        for match in FENCE.finditer(page)
    ]


def run_page(page: str, filename: str) -> list[tuple[str, str]]:
    """Run the examples of a page; return what each should print and what it printed."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    outputs = []
    for (language, line, body), (next_language, _, shown) in itertools.pairwise(
        [*blocks(page), ("", 0, "")]
    ):
        if language == "python":
            # Blank lines in front: a traceback names the line of the page.
            code = compile("\n" * line + body, filename, "exec")
            with contextlib.redirect_stdout(io.StringIO()) as stdout:
                exec(code, namespace)  # noqa: S102 - the project's own examples
            outputs.append((shown if next_language == "text" else "", stdout.getvalue()))
    return outputs


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_print_what_the_page_shows(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for shown, printed in run_page(path.read_text(encoding="utf-8"), str(path)):
        assert printed == shown


def run_console(body: str) -> str:
    """Run the commands of a block; return the block as it should be."""
    shown = ""
    for command in re.findall(r"^\$ (.*)$", body, flags=re.MULTILINE):
        words = shlex.split(command)
        # As in a pipe, whatever the terminal that runs the tests.
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            environment[name] = value
        program, *arguments = words
        if program == "taskclf-registry":
            arguments = ["-m", "taskclf.model_registry", *arguments]
        else:
            assert program == "python", command
        run = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            check=False,
            cwd=ROOT,
            env=environment,
            text=True,
        )
        # An absolute path is another one on each machine.
        shown += f"$ {command}\n" + (run.stdout + run.stderr).replace(f"{ROOT}/", "/srv/")
    return shown


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_print_what_the_page_shows(path: Path) -> None:
    for language, _, body in blocks(path.read_text(encoding="utf-8")):
        if language == "console":
            assert run_console(body) == body


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_blocks_name_a_language_that_is_known_here(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert {language for language, _, _ in blocks(page)} <= LANGUAGES
    assert page.count("```") == 2 * len(blocks(page)), "a fence is not recognized"


def test_readme_and_landing_page_have_examples() -> None:
    for path in (ROOT / "README.md", ROOT / "docs" / "index.md"):
        assert "python" in {language for language, _, _ in blocks(path.read_text(encoding="utf-8"))}


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 100


PAGE = """
```python title="count.py"
count = 1
```
- An item
    ```python
    for number in range(count, 3):
        print(number)
    ```

    ```text
    1
    2
    ```
"""


def test_examples_share_a_namespace_and_may_be_indented() -> None:
    assert run_page(PAGE, "page.md") == [("", ""), ("1\n2\n", "1\n2\n")]


def test_a_failing_example_names_its_line_in_the_page() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run_page("A page\n\n```python\n\n1 / 0\n```\n", "page.md")
    place = caught.traceback[-1]
    assert (Path(place.path).name, place.lineno + 1) == ("page.md", 5)
