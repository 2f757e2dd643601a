"""What people read: a decision, a bundle or a list, for a terminal, a document or a browser.

One module a subject describes a page as data (`content`); `text`, `markdown` and `html` turn such
a page into their medium. They show the same facts, since none of them decides what is shown, and
each escapes every string for its medium.
"""

from typing import Literal

__all__ = ["render"]


def render(
    subject: object,
    format: Literal["text", "markdown", "html"] = "text",  # noqa: A002 - as at the command line
    *,
    width: int = 100,
    full: bool = True,
) -> str:
    """Return what people read about a subject: the same that the command line shows.

    Nothing in a bundle can act where the result is shown: names, labels and messages are escaped
    for the medium. For programs there is `model_dump_json()`, which every subject but a list has.

    Args:
        subject: A `SelectionReport`, an `Explanation`, a `Comparison`, `Changes`, a `ModelBundle`,
            or a list of bundles.
        format: `"text"` is for a terminal and needs rich. `"markdown"` needs nothing. `"html"` is
            one complete document without scripts or requests, and needs Jinja2.
        width: Columns of text, at most. Markdown and HTML adapt by themselves.
        full: Whether text shows everything; otherwise what fits one screen.

    Raises:
        TypeError: If the subject is something else.
        ValueError: If there is no such format.
        ModuleNotFoundError: If the format needs a package that is not installed; it says which.
    """
    # The late imports: every program imports this package for its notebook, few show anything.
    from taskclf.model_registry.rendering.media import drawn  # noqa: PLC0415
    from taskclf.model_registry.rendering.pages import page_of  # noqa: PLC0415

    return drawn(page_of(subject), format, width=width, full=full)
