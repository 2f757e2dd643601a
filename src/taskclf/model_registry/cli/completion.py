"""Scripts that complete the command line in a shell, written by shtab."""

import argparse

from taskclf.model_registry.cli.inputs import UsageError

_DIRECTORIES = {"BUNDLE", "MODELS_DIR", "DIR", "CANDIDATE", "INCUMBENT", "NEW"}
_FILES = {"FILE", "OLD"}


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script for a shell.

    Raises:
        UsageError: If shtab is not installed.
    """
    try:
        import shtab  # noqa: PLC0415 - for this command only
    except ModuleNotFoundError as error:
        raise UsageError("completion needs shtab: pip install shtab") from error
    for action in _actions(parser):
        if action.metavar in _DIRECTORIES:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    return shtab.complete(parser, shell)


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return every action of the parser and of its commands."""
    found = []
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to ask
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                found += _actions(command)
    return found
