"""What a notebook shows instead of a plain repr, where Jinja2 is installed."""

from taskclf.model_registry.contract.base import ContractModel
from taskclf.model_registry.contract.display import notebook_html


@notebook_html.register
def _(subject: ContractModel) -> str | None:
    # The late imports: every program imports this module, few show anything.
    from taskclf.model_registry.rendering.pages import page_of  # noqa: PLC0415

    if page_of.dispatch(type(subject)) is page_of.dispatch(object):
        return None
    try:
        from taskclf.model_registry.rendering.html import as_fragment  # noqa: PLC0415
    except ModuleNotFoundError:
        return None
    return as_fragment(page_of(subject))
