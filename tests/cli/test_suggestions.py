import pytest

from taskclf.model_registry.cli.suggestions import did_you_mean


@pytest.mark.parametrize(
    ("word", "end"),
    [
        ("rnak", "; did you mean 'rank'?"),
        ("digits-svm-10", "; did you mean 'digits-svm-c10'?"),
        ("nothing like it", ""),
    ],
)
def test_the_most_similar_word_is_asked_for_if_any_is_similar(word: str, end: str) -> None:
    assert did_you_mean(word, ["list", "rank", "digits-svm-c10", "digits-svm"]) == end


def test_a_word_that_acts_is_quoted() -> None:
    assert did_you_mean("a\x1bb", ["a\x1bc"]) == r"; did you mean 'a\x1bc'?"
