"""An earlier decision, from the file that it was stored in."""

import os
import stat

from pydantic import ValidationError

from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.contract.problem import problems_in, with_place
from taskclf.model_registry.selection.report import SelectionReport

_REMEDY = "`rank … -o report.json` writes one"


def stored_report(path: str) -> SelectionReport:
    """Return the report in a file, as `rank --format json` writes it.

    Raises:
        UsageError: If the file does not contain a report.
        OSError: If it cannot be read.
    """
    if not os.path.lexists(path):
        raise UsageError(f"{path!r} does not exist; expected a stored report: {_REMEDY}")
    if os.path.isdir(path):
        raise UsageError(f"{path!r} is a directory; expected a stored report: {_REMEDY}")
    with open(path, "rb") as file:
        if stat.S_ISCHR(os.fstat(file.fileno()).st_mode):
            raise UsageError(f"{path!r} is a device, which may never end; {_REMEDY}")
        content = file.read()
    try:
        return SelectionReport.model_validate_json(content)
    except ValidationError as error:
        first, *others = problems_in(error, None)
        more = f" (and {len(others)} more)" if others else ""
        raise UsageError(
            f"{path!r} is not a selection report: {with_place(first)}{more}; {_REMEDY}"
        ) from None
