from hostile import HOSTILE, hostile_invalid_bundle
from strategies import a_bundle

from taskclf.model_registry import ModelBundle, Problem
from taskclf.model_registry.cli.github import as_github


def invalid(*problems: Problem) -> ModelBundle:
    return hostile_invalid_bundle("x").model_copy(update={"problems": list(problems)})


def test_each_problem_is_one_command_with_the_file_it_is_in() -> None:
    bundles = {
        "models/a/": invalid(
            Problem(document="metrics.json", pointer="/macro_f1", type="t", message="Too large"),
            Problem(document="metadata.json", pointer="", type="t", message="Not JSON"),
        ),
        "models/b": a_bundle(),
        "models/c": invalid(Problem(document=None, pointer="", type="t", message="Unreadable")),
    }
    assert as_github(bundles) == (
        "::error file=models/a/metrics.json,title=Invalid model bundle"
        "::metrics.json /macro_f1: Too large\n"
        "::error file=models/a/metadata.json,title=Invalid model bundle::metadata.json: Not JSON\n"
        "::error file=models/c,title=Invalid model bundle::Unreadable\n"
    )


def test_what_means_something_in_a_command_is_encoded() -> None:
    problem = Problem(document=None, pointer="", type="t", message="100%\n::error::x, y")
    assert as_github({"a:b,c%": invalid(problem)}) == (
        "::error file=a%3Ab%2Cc%25,title=Invalid model bundle::100%25\\n::error::x, y\n"
    )


def test_hostile_names_start_no_command_of_their_own() -> None:
    bundles = {name: hostile_invalid_bundle(name) for name in HOSTILE}
    lines = as_github(bundles).splitlines()
    assert len(lines) == len(HOSTILE)
    for line in lines:
        assert line.isprintable()
        assert line.startswith("::error file=")
        assert line.count(",") - line.partition("title=")[2].count(",") == 1
