"""Downloads the wheels that the library needs in a browser.

    python docs/runtime/wheels.py DIRECTORY

pip resolves them as if it ran in Pyodide. It goes back to older releases of pydantic until it finds
one whose core has a wheel for WebAssembly, so a new release without one never stops the build.
"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from interpreter import ROOT, Interpreter


def download(target: Path) -> None:
    """Fill a directory with the newest set of wheels that fits the interpreter, and no others."""
    interpreter = Interpreter.installed()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shutil.rmtree(target, ignore_errors=True)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download")
    platform = (
        *("--only-binary", ":all:"),
        *("--implementation", "cp"),
        *("--python-version", interpreter.minor),
        *("--abi", interpreter.abi),
        *("--platform", interpreter.platform),
    )
    command = (*pip, *platform, "--dest", str(target), *project["dependencies"])
    subprocess.run(command, check=True)  # noqa: S603 - our own arguments


if __name__ == "__main__":
    download(Path(sys.argv[1]))
