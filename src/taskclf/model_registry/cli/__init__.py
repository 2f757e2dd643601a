"""The command line: arguments in, one result out, and an exit code.

Exit codes: 0 fine, 1 invalid bundles or none eligible, 2 wrong usage. Only the result is written
to standard output, or to a file that is replaced at once.
"""

import os
from collections.abc import Sequence

from taskclf.model_registry.cli.arguments import parsed
from taskclf.model_registry.cli.commands import run
from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.cli.output import deliver
from taskclf.model_registry.cli.stderr import tell

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: The command line without the program's name; by default that of the process.
    """
    options = parsed(arguments)
    try:
        outcome = run(options)
        deliver(outcome.parts, options)
        for note in outcome.notes:
            tell(note)
    except UsageError as error:
        return _refuse(str(error), *getattr(error, "__notes__", ()))
    except OSError as error:
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return _refuse(f"{where}{error.strerror}")
    except KeyboardInterrupt:
        return 130
    return outcome.exit_code


def _refuse(*messages: str) -> int:
    for message in messages:
        tell(message)
    return 2
