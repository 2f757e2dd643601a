"""The Python side of the page that checks bundles: the command line, run on the chosen files.

Part of the archive that the browser loads. It uses public names only.
"""

import contextlib
import io
import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence

from pydantic_core import PydanticSerializationError

from taskclf.model_registry import list_bundles
from taskclf.model_registry.cli import main

_TOO_DEEP = (
    "In a browser, JSON can't be written of params that are nested this deep. "
    "Save as HTML, or use the command line."
)


def run(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run one command; return its exit code, its output, and what it wrote to standard error."""
    output, complaint = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(complaint):
        try:
            code = main(arguments)
        except SystemExit as error:  # argparse leaves this way
            code = int(error.code or 0)
        except PydanticSerializationError:
            # Compiled for WebAssembly, pydantic writes 50 levels and not 255.
            return 2, "", _TOO_DEEP
    return code, output.getvalue(), complaint.getvalue()


def requirements(models_dir: str) -> list[tuple[str, int]]:
    """Return the requirements that some valid bundle meets, those of most bundles first.

    Each is given as the directory name of the newest bundle with that feature schema and those
    labels, and the number of bundles that share them.
    """
    groups = defaultdict(list)
    for bundle in list_bundles(models_dir):
        if bundle.metadata is not None and bundle.created_at is not None and bundle.valid:
            key = bundle.metadata.schema_hash, frozenset(bundle.metadata.label_set)
            groups[key].append((bundle.created_at, os.path.basename(bundle.path)))
    ordered = sorted(groups.values(), key=len, reverse=True)
    return [(max(group)[1], len(group)) for group in ordered]


def warm_up() -> None:
    """Import what an answer needs, before anybody waits for one."""
    with tempfile.TemporaryDirectory() as empty:
        run(["list", empty, "--format", "html"])
