"""Which bundles lose a document in this commit; hooks are not given the deleted files."""

import os
import subprocess

from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.contract.documents import DOCUMENT_NAMES

# Of a push, or of a run in CI, pre-commit says which commits are compared.
_FROM, _TO = "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"

_DELETED = ("git", "diff", "--diff-filter=D", "--name-only", "--no-renames", "--relative", "-z")


def bundles_losing_a_document() -> list[str]:
    """Return the directories that keep one document while git deletes the other one.

    Raises:
        UsageError: If git cannot tell.
        OSError: If git is not installed.
    """
    compared = "--cached"
    if _FROM in os.environ and _TO in os.environ:
        compared = f"{os.environ[_FROM]}...{os.environ[_TO]}"
    ran = subprocess.run(  # noqa: S603 - the words are ours, and refs end at `--`
        [*_DELETED, compared, "--"], capture_output=True, check=False
    )
    if ran.returncode:
        raise UsageError(f"--deleted: {os.fsdecode(ran.stderr).strip()}")
    deleted = map(os.path.split, os.fsdecode(ran.stdout).split("\0"))
    directories = {directory or os.curdir for directory, name in deleted if name in DOCUMENT_NAMES}
    return sorted(filter(_has_a_document, directories))


def _has_a_document(directory: str) -> bool:
    return any(os.path.lexists(os.path.join(directory, name)) for name in DOCUMENT_NAMES)
