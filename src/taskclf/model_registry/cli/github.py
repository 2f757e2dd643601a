"""Problems as workflow commands, which GitHub Actions shows as annotations of the files."""

from collections.abc import Mapping

from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.blocks import problem_line

_LONGEST_PATH = 4096


def as_github(bundles: Mapping[str, ModelBundle]) -> str:
    """Return one error command for each problem of the bundles, which are named by their path."""
    return "".join(
        _command(path, problem) for path, bundle in bundles.items() for problem in bundle.problems
    )


def _command(path: str, problem: Problem) -> str:
    file = _property("/".join(filter(None, (path.rstrip("/"), problem.document))))
    return f"::error file={file},title=Invalid model bundle::{_data(problem_line(problem))}\n"


def _data(text: str) -> str:
    return printable(text, _LONGEST_PATH).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
