"""Problems and warnings as workflow commands, which GitHub Actions shows beside the files."""

from collections.abc import Iterator, Mapping

from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.rendering.blocks import problem_line

_LONGEST_PATH = 4096


def as_github(bundles: Mapping[str, CheckedBundle]) -> str:
    """Return one command for each problem and each warning of the bundles, by their given path.

    What would have a consumer leave a valid bundle out is an error, too.
    """
    return "".join(
        command for path, bundle in bundles.items() for command in _commands(path, bundle)
    )


def _commands(path: str, bundle: CheckedBundle) -> Iterator[str]:
    for problem in bundle.problems:
        yield _command("error", "Invalid model bundle", path, problem)
    if bundle.valid and bundle.exclusion is not None:
        for problem in bundle.exclusion.problems:
            yield _command("error", "Excluded model bundle", path, problem)
    for problem in bundle.warnings:
        yield _command("warning", "Doubtful model bundle", path, problem)


def _command(level: str, title: str, path: str, problem: Problem) -> str:
    file = _property("/".join(filter(None, (path.rstrip("/"), problem.document))))
    return f"::{level} file={file},title={title}::{_data(problem_line(problem))}\n"


def _data(text: str) -> str:
    return printable(text, _LONGEST_PATH).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
