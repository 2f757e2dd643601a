"""How a notebook shows an object; the renderers above register what they can show."""

from functools import singledispatch


@singledispatch
def notebook_html(subject: object) -> str | None:  # noqa: ARG001 - the type alone decides
    """Return the subject as an HTML element, or None if no renderer is registered for it."""
    return None
