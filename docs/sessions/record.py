"""Record what commands print on a terminal of 80 columns, in colour, for the pages.

    python docs/sessions/record.py

writes one HTML fragment a session beside this script, which a page includes as a snippet. Run it
when the output has changed; `tests/test_pictures.py` compares.
"""

import os
import re
import shlex
import subprocess
import sys
from html import escape
from pathlib import Path

from rich.style import Style
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

_LIKE = "--like examples/models/digits-svm-c1"
SESSIONS = {
    "rank": f"taskclf-registry rank examples/models {_LIKE}",
    "check": (
        "taskclf-registry check examples/models/digits-svm-c1 "
        "examples/models/digits-forest-short-row examples/models/digits-logistic-naive-timestamp"
    ),
    "compare": (
        "taskclf-registry compare examples/models/digits-naive-bayes examples/models/digits-svm-c1"
    ),
    "diff": "taskclf-registry diff docs/examples/yesterday.json examples/models",
    "gates": f"taskclf-registry rank examples/models {_LIKE} --policy docs/examples/strict.toml",
}
"""The command of each session, run in the root of the repository."""

SHOWN = 40
"""Lines of a session that a page has room for; what follows is replaced by an ellipsis."""


_COLOURS = {1: "red", 2: "green", 3: "yellow", 4: "blue", 5: "magenta", 6: "cyan"}
"""Those of the palette of ANSI that the style sheet gives a shade to."""

_DRAWN = re.compile("[\u2500-\u25ff]")
"""Lines and shapes, which the pages' font lacks: another font's might be wider than a column."""


def session(command: str) -> str:
    """Run a command and return it with its output as HTML."""
    _, *arguments = shlex.split(command)
    run = subprocess.run(  # noqa: S603 - the commands above
        [sys.executable, "-m", "taskclf.model_registry", *arguments],
        capture_output=True,
        check=False,
        cwd=ROOT,
        encoding="utf-8",
        env={
            **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
            "COLUMNS": "80",
            "FORCE_COLOR": "1",
            "PYTHONIOENCODING": "utf-8",
            "TERM": "xterm-256color",
        },
    )
    lines = (run.stdout + run.stderr).replace(f"{ROOT}/", "/srv/").rstrip("\n").split("\n")
    shown = "\n".join(map(_as_html, lines[:SHOWN]))
    if len(lines) > SHOWN:
        shown = f'{shown.rstrip()}\n\n<span class="t-dim">… {len(lines) - SHOWN} more lines</span>'
    return (
        '<div class="terminal" tabindex="0" role="group" aria-label="A terminal session"><pre>'
        f'<span class="t-prompt">$ </span><span class="t-command">{escape(command)}</span>\n{shown}'
        "</pre></div>\n"
    )


def _as_html(line: str) -> str:
    text = Text.from_ansi(line)
    parts = []
    for segment in text.divide(sorted({at for span in text.spans for at in span[:2]})):
        content = _DRAWN.sub(
            r'<span class="t-cell">\g<0></span>', escape(segment.plain, quote=False)
        )
        classes = sorted({name for span in segment.spans for name in _classes(span.style)})
        parts.append(f'<span class="{" ".join(classes)}">{content}</span>' if classes else content)
    return "".join(parts).rstrip()


def _classes(style: str | Style) -> list[str]:
    if isinstance(style, str):
        style = Style.parse(style)
    names = ("bold", "dim", "italic", "underline")
    classes = [f"t-{name}" for name in names if getattr(style, name)]
    if style.color and style.color.number in _COLOURS:
        classes.append(f"t-{_COLOURS[style.color.number]}")
    return classes


def main() -> None:
    """Write every session."""
    for name, command in SESSIONS.items():
        (HERE / f"{name}.html").write_text(session(command), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
