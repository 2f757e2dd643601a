"""Text that is safe to show: a bundle's may contain control codes, or be endless."""

import re
from collections.abc import Collection

_SOME = 3

# Azure Pipelines, GitHub Actions and TeamCity obey these wherever they stand in a line of a log.
_COMMAND = re.compile(r"(?<=#)#(?=\[|vso\[|teamcity\[)", re.IGNORECASE)


def printable(text: str, limit: int = 80) -> str:
    r"""Return `text` with unprintable characters escaped, cut to `limit` characters.

    Line breaks, escape codes, direction marks, lone surrogates and all that
    `str.isprintable` rejects become escapes such as `\n`, `\x1b` or `\u202e`. One more breaks what
    a CI system would take for a command: `##[error]` becomes `#\x23[error]`.
    """
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    if not shown.isprintable():
        shown = "".join(map(_escaped, shown))
    if "##" in shown:
        shown = _inert(shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _inert(text: str) -> str:
    return _COMMAND.sub(r"\\x23", text)


def _escaped(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def quoted(text: str, limit: int = 80) -> str:
    """Return the `repr` of `text`, cut to `limit` characters inside its quotes."""
    shown = _inert(repr(text[:limit]))
    if len(text) <= limit and len(shown) <= limit:
        return shown
    return shown[: limit - 2] + "…" + shown[0]


def some_of(texts: Collection[str]) -> str:
    """Return the first three texts in order, quoted, and how many more there are."""
    shown = [quoted(text, 40) for text in sorted(texts)[:_SOME]]
    more = len(texts) - len(shown)
    if more:
        shown.append(f"and {more} more")
    return ", ".join(shown)


def signed(difference: float) -> str:
    """Return a difference with its sign and four decimals, or as many as show its first digit."""
    decimals = 4
    while difference and float(f"{difference:.{decimals}f}") == 0:
        decimals += 1
    size = f"{abs(difference):.{decimals}f}"
    return f"{'−' if difference < 0 else '+'}{size}"
