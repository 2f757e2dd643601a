"""Names of directories as text that JSON can represent: never the same text for two names."""

import os
import re

# What `os.path` and `pathlib` clean away: no name, and no path as they write it, starts so.
_MARK = "./"
_ESCAPE = re.compile(rb"\\(?:\\|x([0-9a-f]{2}))")


def as_utf8(name: str) -> str:
    r"""Return the name of a directory, or its path, unchanged if it is UTF-8.

    Otherwise it gets `./` in front, each byte that is not UTF-8 becomes an escape such as `\xff`,
    and each backslash is doubled.
    """
    if name.isascii():
        return name
    try:
        name.encode()
    except UnicodeEncodeError:
        escaped = os.fsencode(name).replace(b"\\", rb"\\")
        return _MARK + escaped.decode("utf-8", "backslashreplace")
    return name


def from_utf8(text: str) -> str:
    """Return the name or path for which `as_utf8` gives this text."""
    if not text.startswith(_MARK):
        return text
    escaped = text.removeprefix(_MARK).encode()
    return os.fsdecode(
        _ESCAPE.sub(lambda found: bytes.fromhex((found[1] or b"5c").decode()), escaped)
    )
