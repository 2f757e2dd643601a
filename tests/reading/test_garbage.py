import gc
import json
from collections.abc import Callable, Iterator

import pytest
from strategies import a_bundle, a_report

from taskclf.model_registry import SelectionReport
from taskclf.model_registry.explain import explain
from taskclf.model_registry.reading.garbage import (
    paused_collection,
    paused_collection_of_survivors,
)


@pytest.fixture(params=[True, False], ids=["found running", "found stopped"])
def was_enabled(request: pytest.FixtureRequest) -> Iterator[bool]:
    if not request.param:
        gc.disable()
    yield request.param
    gc.enable()


def test_collection_is_paused_inside_and_left_as_it_was_found(was_enabled: bool) -> None:  # noqa: FBT001
    with paused_collection():
        assert not gc.isenabled()
    assert gc.isenabled() is was_enabled


def test_an_inner_pause_does_not_end_the_outer_one() -> None:
    with paused_collection():
        with paused_collection():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_ends_the_pause() -> None:
    with pytest.raises(KeyboardInterrupt), paused_collection():
        raise KeyboardInterrupt
    assert gc.isenabled()


@pytest.mark.parametrize("immortal", [0, 375], ids=["none", "as many as in CPython 3.12"])
def test_survivors_of_a_pause_count_as_old_whatever_the_interpreter_keeps_frozen(
    immortal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gc, "get_freeze_count", lambda: immortal)
    with paused_collection_of_survivors():
        made = [[i] for i in range(100)]
    oldest = {id(o) for o in gc.get_objects(generation=2)}
    assert all(id(item) in oldest for item in made)
    assert gc.isenabled()


def test_what_the_application_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with paused_collection_of_survivors():
            pass
        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()


def collections_during(run: Callable[[], object]) -> int:
    """Return how often the collector ran, with so low a threshold that it hardly rests."""
    phases: list[str] = []

    def note(phase: str, _: dict[str, int]) -> None:
        phases.append(phase)

    before = gc.get_threshold()
    gc.callbacks.append(note)
    gc.set_threshold(10)
    try:
        run()
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(note)
    return phases.count("start")


def test_reading_and_explaining_a_report_wait_for_no_collection() -> None:
    report = a_report(*(a_bundle(f"m{number:03}") for number in range(100)))
    stored = report.model_dump_json()
    assert collections_during(lambda: json.loads(stored)) > 1  # The ruler measures.
    assert collections_during(lambda: SelectionReport.model_validate_json(stored)) <= 1
    assert collections_during(lambda: explain(report)) <= 1
