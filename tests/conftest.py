"""What tests of several folders ask for."""

import pytest
from hypothesis import settings

from taskclf.model_registry.reading import files

# How long an example takes is the machine's business.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def without_dir_fd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read documents by path, as on a platform that opens nothing relative to a directory."""
    monkeypatch.setattr(files, "_HAS_DIR_FD", False)


@pytest.fixture(params=["through one directory descriptor", "by path"])
def way(request: pytest.FixtureRequest) -> None:
    """Read documents in both ways."""
    if request.param == "by path":
        request.getfixturevalue("without_dir_fd")
