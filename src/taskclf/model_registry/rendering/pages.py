"""Which page shows which subject: one line for each."""

from functools import singledispatch

from taskclf.model_registry.changes import Changes
from taskclf.model_registry.compare import Comparison
from taskclf.model_registry.explain import Explanation
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.bundles import page_of_list
from taskclf.model_registry.rendering.changes import page_of_changes
from taskclf.model_registry.rendering.comparison import page_of_comparison
from taskclf.model_registry.rendering.content import Page
from taskclf.model_registry.rendering.explanation import page_of_explanation
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.selection.report import SelectionReport


@singledispatch
def page_of(subject: object) -> Page:
    """Return the page that shows the subject.

    Raises:
        TypeError: If no page shows subjects of its type.
    """
    raise TypeError(f"nothing shows a {type(subject).__name__}")


page_of.register(list, page_of_list)
page_of.register(ModelBundle, page_of_bundle)
page_of.register(SelectionReport, page_of_report)
page_of.register(Explanation, page_of_explanation)
page_of.register(Comparison, page_of_comparison)
page_of.register(Changes, page_of_changes)
