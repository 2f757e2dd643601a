"""Python for browsers, as npm installed it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "node_modules" / "pyodide"
LOCK = PACKAGE / "pyodide-lock.json"


@dataclass(frozen=True)
class Interpreter:
    """Which Python this Pyodide is, and for which platform."""

    version: str
    """Pyodide's own version."""

    python: str
    """The version of Python in it, with three numbers."""

    info: dict[str, Any]
    """What Pyodide wants to read about itself when it starts."""

    @classmethod
    def installed(cls) -> Self:
        """Return the one in `node_modules`.

        Raises:
            FileNotFoundError: If npm did not install Pyodide.
        """
        info = json.loads(LOCK.read_text(encoding="utf-8"))["info"]
        package = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
        return cls(package["version"], info["python"], info)

    @property
    def minor(self) -> str:
        """The version of Python with two numbers, as in `3.14`."""
        return self.python.rpartition(".")[0]

    @property
    def abi(self) -> str:
        """The tag of its binary interface, as in `cp314`."""
        return f"cp{self.minor.replace('.', '')}"

    @property
    def platform(self) -> str:
        """The tag of its platform, as in `pyemscripten_2026_0_wasm32`."""
        return f"pyemscripten_{self.info['abi_version']}_{self.info['arch']}"
