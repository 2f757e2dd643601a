"""What is said besides the result: one line each, on standard error."""

import contextlib
import sys

from taskclf.model_registry.contract.printable import printable

LONGEST_MESSAGE = 1000
"""Characters."""


def tell(message: str) -> None:
    """Write the message in one line that is safe to print."""
    # Closed, or a pipe that nobody reads: then there is nobody to tell.
    with contextlib.suppress(AttributeError, OSError):
        sys.stderr.write(f"taskclf-registry: {printable(message, LONGEST_MESSAGE)}\n")
