"""Look at every page of the built site in a browser, and print pages x checks.

    python tests/site/browser.py SITE SCREENSHOTS

Needs Chromium and its driver on the path, and axe-core in node_modules. The site is served on
loopback; every other host is cut off and counted. Exit code: 0 if all checks pass, else 1.
"""

import base64
import functools
import http.server
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE = 390
DESKTOP = 1280
CHECKS = ("console", "hosts", "phone", "light", "dark")
SCHEMES = {"light": "default", "dark": "slate"}  # as the theme calls them
# What a page holds beside the theme: the article, or all of a page that the theme did not make.
OWN_CONTENT = "article, body:not([dir])"
SERIOUS = {"serious", "critical"}
# What people type, and the page that should come first: also for a part of a name.
SEARCHES = {
    "threshold": "bundle-format",
    "f1": "bundle-format",
    "hash": "bundle-format",
    "provenance": "bundle-format",
    "sklearn": "from-scikit-learn",
    "bucket": "read-from-a-bucket",
    "gate": "gates",
    "min_class_recall": "gates",
    "schema": "schemas",
    "find_best_model": "api/model_registry",
    "install": "install",
}


class Silent(http.server.SimpleHTTPRequestHandler):
    """A server that does not log."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve the site on a free port of loopback; yield its address."""
    handler = functools.partial(Silent, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def browser(*switches: str) -> Iterator[Chrome]:
    """Start a headless Chromium with a new profile, and with more switches of its own."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver or not AXE.exists():
        sys.exit("browser.py: needs chromium and chromedriver on the path, and axe-core (npm)")
    with tempfile.TemporaryDirectory() as profile:
        options = ChromeOptions()
        options.binary_location = chromium
        for argument in (
            "headless",
            "no-sandbox",  # root in a container has no other way
            "disable-gpu",
            "disable-quic",
            "disable-dev-shm-usage",
            "no-first-run",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
            "hide-scrollbars",
            # A mouse, as at a desk: with it the theme lets wide code take the focus and scroll.
            "blink-settings=primaryHoverType=2,availableHoverTypes=2",
            f"user-data-dir={profile}",
            "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            *switches,
        ):
            options.add_argument(f"--{argument}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        chrome = Chrome(options=options, service=Service(driver))
        try:
            yield chrome
        finally:
            chrome.quit()


def show(chrome: Chrome, address: str, width: int, scheme: str) -> None:
    """Load a page anew in a window of that width and with that preferred colour scheme."""
    chrome.get("about:blank")  # or the page before would answer to what changes now
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    preference = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", preference)
    # The theme remembers the scheme of the first visit; only a new visitor gets the preferred one.
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    everything = {"origin": origin, "storageTypes": "all"}
    chrome.execute_cdp_cmd("Storage.clearDataForOrigin", everything)
    chrome.get(address)
    chrome.execute_async_script("document.fonts.ready.then(() => arguments[0]())")


def screenshot(chrome: Chrome, path: Path) -> None:
    """Keep a picture of the whole page."""
    answer = chrome.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(answer["data"]))


def console_errors(chrome: Chrome) -> list[str]:
    """Return what the console said since the last call, from warnings upwards."""
    entries: list[dict[str, Any]] = chrome.get_log("browser")  # type: ignore[no-untyped-call] # selenium leaves it so
    return [entry["message"] for entry in entries if entry["level"] in {"SEVERE", "WARNING"}]


def other_hosts(chrome: Chrome) -> list[str]:
    """Return the hosts beside loopback that were asked for anything since the last call."""
    hosts = set()
    for entry in chrome.get_log("performance"):  # type: ignore[no-untyped-call] # the same
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = urlsplit(message["params"]["request"]["url"])
            if url.scheme not in {"blob", "chrome", "data"}:  # no host there
                hosts.add(str(url.hostname))
    return sorted(hosts - {"127.0.0.1"})


def too_wide(chrome: Chrome) -> list[str]:
    """Return by how many pixels the page, or a table on it, can be scrolled to the side."""
    found: list[str] = chrome.execute_script(
        """
        const excess = area => area.scrollWidth - area.clientWidth;
        const page = document.scrollingElement;
        const tables = [...document.querySelectorAll(".md-typeset__scrollwrap")];
        return [
          ...(excess(page) > 0 ? [`${excess(page)} px wider than the window`] : []),
          ...tables.filter(area => excess(area) > 0).map(
            area => `a table is ${excess(area)} px wider: ${area.innerText.slice(0, 40)}`),
        ];
        """
    )
    return found


def axe(chrome: Chrome) -> list[dict[str, Any]]:
    """Return the serious violations that axe-core finds, and in which elements."""
    chrome.execute_script(AXE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = chrome.execute_async_script(
        """
        const done = arguments[arguments.length - 1];
        const own = [...document.querySelectorAll(arguments[0])];
        axe.run(document, {elementRef: true}).then(({violations}) => done(violations.map(
          ({id, impact, nodes}) => ({id, impact, nodes: nodes.map(node => ({
            html: node.html.slice(0, 100), own: own.some(area => area.contains(node.element)),
          }))}))));
        """,
        OWN_CONTENT,
    )
    return [violation for violation in violations if violation["impact"] in SERIOUS]


def check(
    chrome: Chrome, address: str, screenshots: Path, name: str, of_theme: set[str]
) -> dict[str, list[str]]:
    """Return what is wrong with one page, by check; `light` and `dark` are what axe-core finds."""
    console_errors(chrome)
    other_hosts(chrome)
    found: dict[str, list[str]] = {}
    for scheme, of_theme_name in SCHEMES.items():
        show(chrome, address, DESKTOP, scheme)
        screenshot(chrome, screenshots / f"{name}-{scheme}.png")
        found[scheme] = []
        shown = chrome.execute_script("return document.body.dataset.mdColorScheme")
        if shown not in {of_theme_name, None}:  # None: not a page of the theme
            found[scheme].append(f"shown as {shown}")
        for violation in axe(chrome):
            for node in violation["nodes"]:
                told = f"{violation['id']}: {node['html']}"
                if node["own"]:
                    found[scheme].append(told)
                else:
                    of_theme.add(told)
    show(chrome, address, PHONE, "light")
    screenshot(chrome, screenshots / f"{name}-phone.png")
    found["phone"] = too_wide(chrome)
    found["console"] = console_errors(chrome)
    found["hosts"] = other_hosts(chrome)
    return found


def first_found(chrome: Chrome, address: str) -> Iterator[tuple[str, str, str]]:
    """Type each query into the site's search; yield it, the expected page and the first one."""
    show(chrome, address, DESKTOP, "light")
    chrome.execute_script("document.querySelector('#__search').click()")
    field = chrome.find_element("css selector", ".md-search__input")
    WebDriverWait(chrome, 10).until(lambda _: field.is_displayed())
    for query, expected in SEARCHES.items():
        field.clear()
        # Until then the results of the query before would be read.
        WebDriverWait(chrome, 10).until(lambda _: not results(chrome))
        field.send_keys(query)
        with suppress(TimeoutException):
            WebDriverWait(chrome, 5).until(lambda _: results(chrome))
        yield query, expected, next(iter(results(chrome)), "nothing")


def results(chrome: Chrome) -> list[str]:
    """Return the pages that the search shows, best first."""
    found: list[str] = chrome.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map(link => link.pathname)",
        ".md-search-result__link",
    )
    return found


def main(site: Path, screenshots: Path) -> int:
    """Check every page, print the table and what is wrong; return the exit code."""
    screenshots.mkdir(parents=True, exist_ok=True)
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    faults: list[str] = []
    of_theme: set[str] = set()
    width = max(map(len, pages))
    print(f"{'page':{width}}  {'  '.join(CHECKS)}")
    with served(site) as address, browser() as chrome:
        for page in pages:
            name = page.removesuffix("/index.html").removesuffix(".html").replace("/", "-")
            found = check(chrome, f"{address}/{page}", screenshots, name, of_theme)
            faults += [f"{page}: {what}: {told}" for what in CHECKS for told in found[what]]
            marks = ("FAIL" if found[what] else "ok" for what in CHECKS)
            cells = (f"{mark:{len(what)}}" for mark, what in zip(marks, CHECKS, strict=True))
            print(f"{page:{width}}  {'  '.join(cells)}")
        for query, expected, first in first_found(chrome, address):
            print(f"search for {query}: {first}")
            if first != f"/{expected}/":
                faults.append(f"the search for {query} brings {first} first, not /{expected}/")
    print("serious findings of axe-core in the theme's own elements:", len(of_theme))
    for told in sorted(of_theme):
        print(f"  {told}")
    print("\n".join(faults) or f"all checks passed; screenshots in {screenshots}/")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
