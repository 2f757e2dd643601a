"""The only code that opens a bundle's files: read-only, bounded, never blocking.

Where the platform allows it (Linux, macOS), both documents are opened relative to one open
directory: if a bundle is replaced by renaming its directory, you see the old one or the new one,
never a mix. Windows has no such call, so there the documents are opened by path.
"""

import errno
import os
import stat
from collections.abc import Iterable

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
"""The largest document that is read by default, in bytes."""

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Errors of opening that are about this process or machine, never about a bundle."""

_FIRST_CHUNK = 64 * 1024
"""Bytes to read first if a file has more than its size says; then twice as many each time."""

# O_PATH asks for permission to look names up in the directory, not to list it.
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_PATH", 0)

# A FIFO without a writer must not block, a terminal must not become ours, bytes must stay bytes.
_DOCUMENT = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
    _DOCUMENT |= getattr(os, _flag, 0)

_HAS_DIR_FD = os.open in os.supports_dir_fd

# What open(2) answers for a socket, and for a device without a driver.
_NOT_OPENABLE = frozenset({errno.ENXIO, errno.EOPNOTSUPP})

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}


def read_documents(
    directory: str | os.PathLike[str], names: Iterable[str], max_bytes: int
) -> dict[str, bytes | OSError]:
    """Return the content of each named file in the directory, or the error from reading it.

    Args:
        directory: The bundle's directory; symbolic links are followed.
        names: Names of files in it.
        max_bytes: Larger files are not read: their error is `EFBIG`. A symbolic link that leads
            nowhere is `ENOLINK`, a missing file `ENOENT`.

    Raises:
        OSError: If the directory itself cannot be opened, or if this process runs out of file
            descriptors or memory, which says nothing about the bundle.
    """
    if not _HAS_DIR_FD:
        os.scandir(directory).close()  # Raises what opening the directory would.
        return {name: _read(os.path.join(directory, name), None, max_bytes) for name in names}
    dir_fd = os.open(directory, _DIRECTORY)
    try:
        return {name: _read(name, dir_fd, max_bytes) for name in names}
    finally:
        os.close(dir_fd)


def _read(path: str, dir_fd: int | None, max_bytes: int) -> bytes | OSError:
    try:
        fd = os.open(path, _DOCUMENT, dir_fd=dir_fd)
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise
        if error.errno in _NOT_OPENABLE:
            return OSError(error.errno, "Not a regular file")
        if error.errno == errno.ENOENT and _is_link(path, dir_fd):
            return OSError(errno.ENOLINK, "Symbolic link to a file that does not exist")
        return error.with_traceback(None)  # Which holds the frame that will hold the error.
    try:
        try:
            return _read_regular_file(fd, max_bytes)
        finally:
            os.close(fd)
    except OSError as error:
        # Once it is open every error is the file's: a file of the kernel answers ENOMEM to a read
        # that is large.
        return error.with_traceback(None)


def _is_link(path: str, dir_fd: int | None) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path, dir_fd=dir_fd).st_mode)
    except OSError:
        return False


def _read_regular_file(fd: int, max_bytes: int) -> bytes:
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise OSError(errno.EINVAL, f"Not a regular file but {kind}")
    size = status.st_size
    if size > max_bytes:
        raise OSError(errno.EFBIG, f"{size} bytes, over the limit of {max_bytes}")
    data = os.read(fd, size + 1)
    if len(data) == size:
        return data
    # The file changed while it was open, a network file system answered in parts, or it is one of
    # the kernel's, whose sizes mean nothing.
    parts = [data]
    total, chunk = len(data), _FIRST_CHUNK
    while parts[-1]:
        if total > max_bytes:
            raise OSError(errno.EFBIG, f"{total} bytes or more, over the limit of {max_bytes}")
        parts.append(os.read(fd, min(chunk, max_bytes + 1 - total)))
        total += len(parts[-1])
        chunk *= 2
    return b"".join(parts)
