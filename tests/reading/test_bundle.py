from typing import Any

import pytest
from pydantic import ValidationError
from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import ModelBundle


def test_the_documents_are_those_of_a_valid_bundle_and_none_of_an_invalid_one() -> None:
    bundle = a_bundle()
    assert bundle.documents == (bundle.metadata, bundle.metrics)
    half = bundle.model_copy(update={"valid": False, "metrics": None, "invalid_reason": "x"})
    assert half.documents is None
    assert an_invalid_bundle().documents is None


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"metrics": None}, "valid"),
        ({"valid": False}, "invalid_reason"),
        ({"invalid_reason": "because"}, "invalid_reason"),
        ({"created_at": None}, "created_at"),
        ({"created_at": "2020-01-01T00:00:00Z"}, "created_at"),
    ],
)
def test_a_bundle_cannot_contradict_itself(changes: dict[str, Any], place: str) -> None:
    fields = dict(a_bundle())
    with pytest.raises(ValidationError) as caught:
        ModelBundle(**fields | changes)
    assert [e["loc"] for e in caught.value.errors()] == [(place,)]


def test_a_bundle_made_by_hand_needs_only_what_it_has() -> None:
    assert an_invalid_bundle().metadata is None


def test_repr_shows_the_verdict_but_not_the_documents() -> None:
    assert "confusion_matrix" not in repr(a_bundle(git_commit="secret"))
    assert "secret" not in repr(a_bundle(git_commit="secret"))
    assert "invalid_reason='missing metadata.json" in repr(an_invalid_bundle())
