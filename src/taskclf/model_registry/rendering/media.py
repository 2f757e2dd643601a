"""A page in the medium that is asked for."""

from typing import Literal

from taskclf.model_registry.rendering.content import Page
from taskclf.model_registry.rendering.markdown import as_markdown

Format = Literal["text", "markdown", "html"]


def drawn(  # noqa: PLR0913 - what a terminal can do is four facts
    page: Page,
    medium: Format,
    *,
    width: int,
    full: bool,
    terminal: bool | None = False,
    encoding: str = "utf-8",
) -> str:
    """Return the page in a medium.

    Args:
        page: What to show.
        medium: `"text"`, `"markdown"` or `"html"`.
        width: Columns of text, at most.
        full: Whether text shows the details, too.
        terminal: Whether text may be coloured; None leaves it to the environment.
        encoding: The characters that text may use.

    Raises:
        ModuleNotFoundError: If the medium needs a package that is not installed.
        ValueError: If there is no such medium.
    """
    # The late imports: each package is needed for one medium only.
    try:
        match medium:
            case "markdown":
                return as_markdown(page)
            case "html":
                from taskclf.model_registry.rendering.html import as_html  # noqa: PLC0415

                return as_html(page)
            case "text":
                from taskclf.model_registry.rendering.text import as_text  # noqa: PLC0415

                return as_text(page, width=width, full=full, terminal=terminal, encoding=encoding)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        message = f"{medium} needs {package}: pip install {package}"
        raise ModuleNotFoundError(message, name=package) from error
    raise ValueError(f"no format {medium!r}; there are 'text', 'markdown' and 'html'")
