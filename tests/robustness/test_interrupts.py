import pytest

from taskclf.model_registry import BundleMetrics
from taskclf.model_registry.contract import problem
from taskclf.model_registry.reading import parsing


def test_an_interrupt_while_problems_are_worded_does_not_carry_the_validation_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(problem, "problem_at", interrupted)
    with pytest.raises(KeyboardInterrupt) as raised:
        parsing.parse_document(BundleMetrics, "metrics.json", b'{"macro_f1": "secret"}')
    assert raised.value.__context__ is None
