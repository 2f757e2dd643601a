"""What a notebook shows instead of a plain repr, where the extra `html` is installed."""

from taskclf.model_registry.contract.display import notebook_html
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.content import Page
from taskclf.model_registry.selection.report import SelectionReport

# The late imports: every program imports this module, few show anything.


@notebook_html.register
def _(subject: ModelBundle) -> str | None:
    from taskclf.model_registry.rendering.bundle import page_of_bundle  # noqa: PLC0415

    return _fragment(page_of_bundle(subject))


@notebook_html.register
def _(subject: SelectionReport) -> str | None:
    from taskclf.model_registry.rendering.report import page_of_report  # noqa: PLC0415

    return _fragment(page_of_report(subject))


def _fragment(page: Page) -> str | None:
    try:
        from taskclf.model_registry.rendering.html import as_fragment  # noqa: PLC0415
    except ModuleNotFoundError:
        return None
    return as_fragment(page)
