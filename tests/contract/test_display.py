from taskclf.model_registry.contract.display import notebook_html


def test_what_no_renderer_is_registered_for_has_no_html() -> None:
    assert notebook_html("text") is None
