import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import SelectionPolicy, find_best_model, list_bundles, read_bundle
from taskclf.model_registry.contract.given import GivenFields

CHANGES: dict[str, Callable[[set[str]], object]] = {
    "add": lambda given: given.add("x"),
    "discard": lambda given: given.discard("x"),
    "remove": lambda given: given.remove("x"),
    "pop": lambda given: given.pop(),
    "clear": lambda given: given.clear(),
    "update": lambda given: given.update({"x"}),
    "difference_update": lambda given: given.difference_update({"x"}),
    "intersection_update": lambda given: given.intersection_update({"x"}),
    "symmetric_difference_update": lambda given: given.symmetric_difference_update({"x"}),
    "|=": lambda given: given.__ior__({"x"}),
    "&=": lambda given: given.__iand__({"x"}),
    "-=": lambda given: given.__isub__({"x"}),
    "^=": lambda given: given.__ixor__({"x"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_models_share_cannot_be_changed(change: str) -> None:
    given = GivenFields({"x", "y"})
    with pytest.raises(TypeError, match="shared"):
        CHANGES[change](given)
    assert given == {"x", "y"}


def test_every_way_to_change_a_set_is_tried() -> None:
    changing = {name for name in dir(set) if not hasattr(frozenset, name)} - {"__hash__"}
    assert len(changing) == len(CHANGES)


@pytest.mark.parametrize("copied", [copy.copy, lambda given: given.copy()])
def test_a_copy_can_be_changed(copied: Callable[[set[str]], set[str]]) -> None:
    given = GivenFields({"x"})
    copied(given).add("y")
    assert given == {"x"}


def test_nobody_can_change_what_bundles_and_records_share(tmp_path: Path) -> None:
    for name in ("a", "b"):
        publish(tmp_path / name, a_metadata(), a_metrics())
    bundle, other = list_bundles(tmp_path)
    records = find_best_model(tmp_path, SelectionPolicy(), "other", {"x"}).excluded
    assert bundle.metadata is not None
    assert bundle.metrics is not None
    for one in (
        bundle, bundle.metadata, bundle.metrics, records[0], *records[0].problems,
        pickle.loads(pickle.dumps(bundle)),  # noqa: S301 - as it comes from another process
    ):  # fmt: skip
        with pytest.raises(TypeError):
            one.model_fields_set.add("x")
    assert other == list_bundles(tmp_path)[1]


def test_pydantic_copies_and_serializes_as_ever(tmp_path: Path) -> None:
    bundle = read_bundle(publish(tmp_path / "b", a_metadata(), a_metrics()))
    assert bundle.metadata is not None
    assert "reject_threshold" in bundle.metadata.model_dump(exclude_unset=True)
    changed = bundle.metadata.model_copy(update={"git_commit": "9fceb02"})
    assert changed.model_fields_set == bundle.metadata.model_fields_set
    assert bundle.model_copy(deep=True) == bundle
