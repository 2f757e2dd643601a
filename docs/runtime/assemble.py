"""Adds the library for browsers to the built site, below the page that checks bundles.

    python docs/runtime/assemble.py SITE

Pyodide comes from npm, pydantic from wheels for WebAssembly (`wheels.py`), the library from `src/`,
Jinja2 from the environment that builds the site. Without Node.js the site stays as it is: its page
says that there is no library, and so does this program.
"""

import hashlib
import importlib.metadata
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from interpreter import LOCK, PACKAGE, ROOT, Interpreter

WHEELS = ROOT / "build" / "browser" / "wheels"
PAGE = "check-in-browser"
INTERPRETER = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")

# What Python code consists of, beside the records of its installation.
CODE = {".py", ".jinja", ".css", ".so"}
# MarkupSafe has no wheel for WebAssembly. Without its compiled part it runs in plain Python.
FROM_HERE = ("jinja2", "markupsafe")
LICENCE = re.compile(r"\.dist-info/(licenses/)?LICENSE", re.IGNORECASE)
# Parts that the library does not import: pydantic for version 1, and its plugin for mypy.
UNUSED = ("pydantic/v1/", "pydantic/mypy.py")
# What the page has no use for in the standard library. Its tests show that nothing is missing.
UNUSED_STDLIB = (
    *("_pydatetime.py", "_pydecimal.py", "_pyio.py", "_pyrepl/", "bdb.py", "cProfile.py", "cmd.py"),
    *("compileall.py", "configparser.py", "ctypes/", "curses/", "dbm/", "doctest.py"),
    *("ensurepip/", "fileinput.py", "ftplib.py", "html/", "http/", "idlelib/", "imaplib.py"),
    *("mailbox.py", "modulefinder.py", "multiprocessing/", "optparse.py", "pdb.py"),
    *("pickletools.py", "plistlib.py", "poplib.py", "profile.py", "profiling/", "pstats.py"),
    *("pydoc.py", "pydoc_data/", "smtplib.py", "socketserver.py", "sqlite3/", "ssl.py"),
    *("statistics.py", "symtable.py", "tarfile.py", "tkinter/", "trace.py", "turtle.py"),
    *("turtledemo/", "unittest/", "urllib/request.py", "venv/", "wave.py", "webbrowser.py"),
    *("wsgiref/", "xml/", "xmlrpc/", "zipapp.py"),
)
# Tables of encodings that no JSON document has. (The names in a zip archive may be in cp437.)
FOREIGN = re.compile(
    r"encodings/(big5|cp(?!437)|euc|gb|hp_|hz|iso|johab|koi|kz|mac_|palm|ptcp|shift|tis)"
)

Entries = Iterable[tuple[str, bytes]]


def assemble(site: Path) -> None:
    """Write interpreter, library and examples into the site, and tell the page where they are."""
    interpreter = Interpreter.installed()
    files = {name: (PACKAGE / name).read_bytes() for name in INTERPRETER}
    files |= compiled({"stdlib.zip": zipped(stdlib()), "library.zip": zipped(library())})
    files["examples.json"] = json.dumps(examples()).encode()
    loaded = sum(map(len, files.values()))
    files["licences.txt"] = licences(interpreter).encode()
    # Another name for other contents: no browser mixes what it kept with what is new.
    digest = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:12]
    directory = site / PAGE / f"python-{digest}"
    directory.mkdir()
    for name, content in files.items():
        (directory / name).write_bytes(content)
    runtime = {
        "directory": f"{directory.name}/",
        "bytes": loaded,
        "moduleBytes": sum(len(files[name]) for name in INTERPRETER if name.endswith(".mjs")),
        "packages": f"/lib/python{interpreter.minor}/site-packages",
        "lock": {"info": interpreter.info, "packages": {}},
        "versions": {
            "taskclf.model_registry": importlib.metadata.version("taskclf-model-registry"),
            "pydantic": version_of("pydantic"),
            "Python": interpreter.python,
            "Pyodide": interpreter.version,
        },
    }
    (site / PAGE / "runtime.mjs").write_text(
        f"export default {json.dumps(runtime, indent=2)};\n", encoding="utf-8"
    )


def library() -> Iterator[tuple[str, bytes]]:
    """Yield the modules that the page imports, as they lie in `site-packages`."""
    source = ROOT / "src"
    for path in sorted(source.rglob("*")):
        if path.suffix in CODE:
            yield path.relative_to(source).as_posix(), path.read_bytes()
    yield "in_page.py", Path(__file__).with_name("in_page.py").read_bytes()
    for name in FROM_HERE:
        for file in importlib.metadata.files(name) or ():
            if file.suffix in CODE - {".so"} and ".." not in file.parts:
                yield file.as_posix(), Path(str(file.locate())).read_bytes()
    for wheel in sorted(WHEELS.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if Path(name).suffix in CODE and not name.startswith(UNUSED):
                    yield name, archive.read(name)


def stdlib() -> Iterator[tuple[str, bytes]]:
    """Yield the modules of the standard library that a page may come to need."""
    with zipfile.ZipFile(PACKAGE / "python_stdlib.zip") as archive:
        for name in archive.namelist():
            if not (name.endswith("/") or name.startswith(UNUSED_STDLIB) or FOREIGN.match(name)):
                yield name, archive.read(name)


def examples() -> dict[str, str]:
    """Return the documents of the example bundles by path, the models directory first."""
    models = ROOT / "examples" / "models"
    return {
        f"models/{path.relative_to(models).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(models.rglob("*.json"))
    }


def licences(interpreter: Interpreter) -> str:
    """Return the licences of what is published here and written elsewhere."""
    texts = {
        f"Python {interpreter.python}": "PSF-2.0: https://docs.python.org/3/license.html\n",
        f"Pyodide {interpreter.version}": "MPL-2.0: https://github.com/pyodide/pyodide\n",
    }
    for wheel in sorted(WHEELS.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if LICENCE.search(name):
                    texts[" ".join(wheel.name.split("-")[:2])] = archive.read(name).decode()
    for package in FROM_HERE:
        for file in importlib.metadata.files(package) or ():
            if LICENCE.search(file.as_posix()):
                version = importlib.metadata.version(package)
                texts[f"{package} {version}"] = file.read_text(encoding="utf-8")
    return "\n\n".join(f"{name}\n{'=' * len(name)}\n\n{text}" for name, text in texts.items())


def version_of(package: str) -> str:
    """Return the version of a package among the wheels."""
    [wheel] = WHEELS.glob(f"{package}-*.whl")
    return wheel.name.split("-")[1]


def compiled(archives: dict[str, bytes]) -> dict[str, bytes]:
    """Return the archives with byte code in place of sources."""
    with tempfile.TemporaryDirectory() as work:
        paths = {name: Path(work, name) for name in archives}
        for name, path in paths.items():
            path.write_bytes(archives[name])
        script = Path(__file__).with_name("compile.mjs")
        subprocess.run(["node", script, LOCK, *paths.values()], check=True)  # noqa: S603, S607 - ours
        return {name: path.read_bytes() for name, path in paths.items()}


def zipped(entries: Entries) -> bytes:
    """Return a zip archive that is the same for the same entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_STORED)
    return target.getvalue()


if __name__ == "__main__":
    if shutil.which("node") and LOCK.exists() and WHEELS.exists():
        assemble(Path(sys.argv[1]))
    else:
        print(f"{PAGE}: built without the library for browsers, which needs Node.js and npm")  # noqa: T201
