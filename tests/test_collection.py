import gc
from collections.abc import Iterator

import pytest

from taskclf.model_registry.collection import paused_collection


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
