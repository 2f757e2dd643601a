"""What the page that checks bundles costs: bytes, seconds until the first answer, and per bundle.

    python benchmarks/in_browser.py [--rounds N]

Needs the site that `make docs` builds, Chromium and its driver. The site is served on loopback,
compressed as a static host does it; a slow connection adds the time that the bytes take.
"""

import argparse
import functools
import gzip
import http.server
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bundles import write_bundles
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests" / "site"))
from browser import browser  # noqa: E402 - a script, which is no package

SITE = ROOT / "site"
COMPRESSED = (".css", ".html", ".js", ".json", ".mjs", ".svg", ".wasm")
SIZES = (1, 500, 5000)


class Host(http.server.SimpleHTTPRequestHandler):
    """A static host: it compresses what is text or WebAssembly, and lets the browser keep it."""

    sent = 0

    def do_GET(self) -> None:
        """Send a file, and count its bytes."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = compressed(path) if path.suffix in COMPRESSED else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if path.suffix in COMPRESSED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(content)
        if "/python-" in self.path:
            type(self).sent += len(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@functools.cache
def compressed(path: Path) -> bytes:
    """Return a file as a host sends it."""
    return gzip.compress(path.read_bytes(), 6)


@contextmanager
def hosted() -> Iterator[str]:
    """Serve the site on a free port of loopback; yield the address of the page."""
    handler = functools.partial(Host, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/check-in-browser/"
        server.shutdown()


# From a click, or from files in the page's hands, until the answer is shown.
WATCH = """
const stop = document.querySelector("#checker [data-stop]");
window.seconds = [];
let start = 0;
new MutationObserver(() => {
  if (stop.hidden) window.seconds.push((performance.now() - start) / 1000);
  else start = performance.now();
}).observe(stop, { attributes: true, attributeFilter: ["hidden"] });
"""


def answered(chrome: Chrome) -> float:
    """Return how many seconds the page took for its latest answer."""
    WebDriverWait(chrome, 120, 0.1).until(
        lambda _: chrome.execute_script("return window.seconds.length")
    )
    return float(chrome.execute_script("return window.seconds.pop()"))


def visit(chrome: Chrome, address: str) -> float:
    """Open the page, take the examples, and return the seconds until the first answer."""
    chrome.get("about:blank")
    chrome.get(address)
    chrome.execute_script(WATCH)
    chrome.find_element("css selector", "[data-examples]").click()
    return answered(chrome)


def measure(rounds: int, sizes: Sequence[int], directory: Path) -> dict[str, float]:
    """Return the medians in seconds, and the megabytes of a first visit."""
    figures: dict[str, list[float]] = {}
    with hosted() as address:
        for _ in range(rounds):
            Host.sent = 0
            with browser() as chrome:
                figures.setdefault("first visit", []).append(visit(chrome, address))
                figures["MB loaded"] = [Host.sent / 1e6]
                figures.setdefault("later visit", []).append(visit(chrome, address))
                for size in sizes:
                    models = write_bundles(directory / str(size) / "models", size)
                    field = chrome.find_element("css selector", "input[data-of=directory]")
                    field.send_keys(str(models))
                    figures.setdefault(f"{size} bundles", []).append(answered(chrome))
    return {name: statistics.median(values) for name, values in figures.items()}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as directory:
        for name, value in measure(rounds, SIZES, Path(directory)).items():
            print(f"{name:14}{value:8.2f}")


if __name__ == "__main__":
    main()
