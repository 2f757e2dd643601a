"""The policy that `--policy` names, from a file that may contain anything."""

import json
import re
import tomllib
from collections import Counter
from typing import Any

from pydantic import ValidationError

from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.cli.suggestions import did_you_mean
from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.contract.problem import Problem, problems_in, with_place
from taskclf.model_registry.selection.policy import SelectionPolicy

_MOST_BYTES = 1024 * 1024

# What a key of n dotted parts costs tomllib grows with n², up to gigabytes.
_DEEP_KEY = re.compile(
    r"""(?<![\w-])(?:(?>"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)[ \t]*\.[ \t]*){20}"""
)


def policy_from(path: str) -> SelectionPolicy:
    """Return the policy in a file: TOML if its name ends in `.toml`, otherwise JSON.

    Raises:
        UsageError: If the file does not contain a policy, or has more than 1 MiB.
        OSError: If it cannot be read.
    """
    try:
        content = _content(path)
        if path.endswith(".toml"):
            return SelectionPolicy.model_validate(_from_toml(content.decode()))
        policy = SelectionPolicy.model_validate_json(content)
        json.loads(content, object_pairs_hook=_once)
    except ValidationError as error:
        problems = "; ".join(map(_worded, problems_in(error, None)))
        raise UsageError(f"--policy {path!r}: {problems}") from None
    except RecursionError:
        raise UsageError(f"--policy {path!r}: nested too deep") from None
    except ValueError as error:
        raise UsageError(f"--policy {path!r}: {error}") from None
    return policy


def _worded(problem: Problem) -> str:
    unknown = problem.type == "extra_forbidden"
    gate = problem.pointer.removeprefix("/")
    return with_place(problem) + (
        did_you_mean(gate, SelectionPolicy.model_fields) if unknown else ""
    )


def _from_toml(text: str) -> dict[str, Any]:
    if _DEEP_KEY.search(text):
        raise RecursionError
    return tomllib.loads(text)


def _content(path: str) -> bytes:
    # Unlike a document of a bundle it may come through a pipe, as in `--policy <(make-policy)`.
    with open(path, "rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError(f"over the limit of {_MOST_BYTES} bytes")
    return content


def _once(pairs: list[tuple[str, object]]) -> None:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            raise ValueError(f"{quoted(key)} is given {times} times; keep one")
