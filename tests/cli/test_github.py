from pathlib import Path

from hostile import HOSTILE, hostile_invalid_bundle
from strategies import a_bundle

from taskclf.model_registry import ExclusionRecord, Problem
from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.cli.github import as_github


def invalid(*problems: Problem) -> CheckedBundle:
    return CheckedBundle(**dict(hostile_invalid_bundle("x")) | {"problems": problems})


def a_problem(message: str) -> Problem:
    return Problem(document="metadata.json", pointer="/x", type="t", message=message)


def test_each_problem_is_one_command_with_the_file_it_is_in() -> None:
    bundles = {
        "models/a/": invalid(
            Problem(document="metrics.json", pointer="/macro_f1", type="t", message="Too large"),
            Problem(document="metadata.json", pointer="", type="t", message="Not JSON"),
        ),
        "models/b": CheckedBundle(**dict(a_bundle())),
        "models/c": invalid(Problem(document=None, pointer="", type="t", message="Unreadable")),
    }
    assert as_github(bundles) == (
        "::error file=models/a/metrics.json,title=Invalid model bundle"
        "::metrics.json /macro_f1: Too large\n"
        "::error file=models/a/metadata.json,title=Invalid model bundle::metadata.json: Not JSON\n"
        "::error file=models/c,title=Invalid model bundle::Unreadable\n"
    )


def test_a_warning_is_a_warning_and_what_excludes_a_valid_bundle_an_error() -> None:
    exclusion = ExclusionRecord(
        model_id="a", path=Path("/a"), reason="constraint: two", problems=[a_problem("two")]
    )
    bundle = CheckedBundle(**dict(a_bundle()), warnings=[a_problem("one")], exclusion=exclusion)
    assert as_github({"models/a": bundle}) == (
        "::error file=models/a/metadata.json,title=Excluded model bundle::metadata.json /x: two\n"
        "::warning file=models/a/metadata.json,title=Doubtful model bundle::metadata.json /x: one\n"
    )


def test_what_makes_a_bundle_invalid_is_said_once_whatever_a_consumer_asks() -> None:
    exclusion = ExclusionRecord(
        model_id="a", path=Path("/a"), reason="invalid: one", problems=[a_problem("one")]
    )
    bundle = invalid(a_problem("one")).model_copy(update={"exclusion": exclusion})
    assert as_github({"models/a": bundle}).count("\n") == 1


def test_what_means_something_in_a_command_is_encoded() -> None:
    problem = Problem(document=None, pointer="", type="t", message="100%\n::error::x, y")
    assert as_github({"a:b,c%": invalid(problem)}) == (
        "::error file=a%3Ab%2Cc%25,title=Invalid model bundle::100%25\\n::error::x, y\n"
    )


def test_hostile_names_start_no_command_of_their_own() -> None:
    bundles = {name: CheckedBundle(**dict(hostile_invalid_bundle(name))) for name in HOSTILE}
    lines = as_github(bundles).splitlines()
    assert len(lines) == len(HOSTILE)
    for line in lines:
        assert line.isprintable()
        assert line.startswith("::error file=")
        assert line.count(",") - line.partition("title=")[2].count(",") == 1
