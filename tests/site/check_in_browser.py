"""The page that checks bundles in the browser: it answers what the command line answers.

`make site-test` builds the site and runs this module in Chromium. The command line that it compares
with runs on the release of pydantic that the page has.
"""

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser import axe, browser, console_errors, served, show, too_wide
from bundles import write_bundles
from in_browser import measure
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
PAGE = "check-in-browser"
EXAMPLES = ROOT / "examples" / "models"
KIT = ROOT / "schemas" / "v1" / "conformance"
NATIVE = ROOT / "build" / "browser" / "native"
TOO_DEEP = KIT / "model_metadata" / "params_depth_100.json"
SUFFIXES = {"html": "html", "markdown": "md", "json": "json"}
VALID = EXAMPLES / "digits-svm-c1"


class Host(http.server.SimpleHTTPRequestHandler):
    """A host that records requests, and that can fail or fall silent."""

    requests: list[str] = []  # noqa: RUF012 - of all instances: there is one for each request
    failing = ""
    """The end of the address that gets no answer but an error."""
    silent = ""
    """The end of the address that gets no answer until this is empty."""
    answering = threading.Event()

    def do_GET(self) -> None:
        self.requests.append(self.path)
        if self.failing and self.path.endswith(self.failing):
            self.send_error(503)
            return
        if self.silent and self.path.endswith(self.silent):
            self.answering.wait(60)
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")  # or the browser would not ask again
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    @classmethod
    @contextmanager
    def fails(cls, end: str) -> Iterator[None]:
        cls.failing = end
        try:
            yield
        finally:
            cls.failing = ""

    @classmethod
    @contextmanager
    def falls_silent(cls, end: str) -> Iterator[None]:
        cls.answering.clear()
        cls.silent = end
        try:
            yield
        finally:
            cls.silent = ""
            cls.answering.set()


@contextmanager
def hosted(site: Path) -> Iterator[str]:
    handler = functools.partial(Host, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Checker:
    """The page, as somebody uses it."""

    def __init__(self, chrome: Chrome, address: str, downloads: Path) -> None:
        self.chrome = chrome
        self.address = address
        self.downloads = downloads

    def visit(self, scheme: str = "light", width: int = 1280) -> None:
        show(self.chrome, f"{self.address}/{PAGE}/", width, scheme)

    def run(self, script: str, *arguments: object) -> Any:
        return self.chrome.execute_script(script, *arguments)

    def find(self, selector: str) -> Any:
        return self.chrome.find_element("css selector", f"#checker {selector}")

    def click(self, selector: str) -> str:
        return self.after(self.find(selector).click)

    def status(self) -> str:
        return str(self.find("[role=status]").text)

    def after(self, action: Callable[[], object]) -> str:
        """Do something, and return the sentence with which the page ends it."""
        self.run("document.querySelector('#checker [role=status]').textContent = ''")
        action()
        return self.settled()

    def settled(self) -> str:
        """Wait until nothing is being done, and return the sentence that says how it ended."""
        # In one look: a browser takes its time to list what was chosen.
        idle = "return arguments[0].hidden && arguments[1].textContent"
        elements = (self.find("[data-stop]"), self.find("[role=status]"))
        self.wait(lambda _: self.run(idle, *elements))
        return self.status()

    def wait(self, condition: Callable[[Chrome], object]) -> None:
        WebDriverWait(self.chrome, 60, 0.05).until(condition)

    def choose(self, *paths: Path, what: str = "directory") -> str:
        field = self.find(f"input[data-of={what}]")
        return self.after(lambda: field.send_keys("\n".join(map(str, paths))))

    def start_choosing(self, path: Path) -> None:
        """Choose a directory, and do not wait for an answer."""
        field = self.find("input[data-of=directory]")
        self.run("arguments[0].addEventListener('change', () => { window.changed = true })", field)
        field.send_keys(str(path))
        self.wait(lambda _: self.run("return window.changed"))

    def drop(self, *paths: Path, on: str = ".checker-drop") -> str:
        place = self.find(on)
        self.run("arguments[0].scrollIntoView()", place)
        left, top = self.run(
            "const {x, y} = arguments[0].getBoundingClientRect(); return [x + 20, y + 80]", place
        )

        def drag() -> None:
            files = {"items": [], "files": list(map(str, paths)), "dragOperationsMask": 1}
            for kind in ("dragEnter", "dragOver", "drop"):
                event = {"type": kind, "x": left, "y": top, "data": files}
                self.chrome.execute_cdp_cmd("Input.dispatchDragEvent", event)

        return self.after(drag)

    def answer(self) -> str:
        """Return the document that the page shows."""
        assert self.find(".checker-answer").is_displayed()
        return str(self.run("return document.querySelector('#checker iframe').srcdoc"))

    def save(self, form: str) -> str:
        """Return the content of the file that the page offers."""
        name = self.click(f"[data-save={form}]").removeprefix("Saved as ").removesuffix(".")
        path = self.downloads / name
        WebDriverWait(self.chrome, 10, 0.05).until(lambda _: path.exists())
        try:
            return path.read_text(encoding="utf-8")
        finally:
            path.unlink()

    def select(self, field: str, value: str) -> str:
        return self.after(
            lambda: self.run(
                "arguments[0].value = arguments[1]; arguments[0].onchange()",
                self.find(f"[data-{field}]"),
                value,
            )
        )

    def requirements(self) -> list[str]:
        return list(
            self.run("return [...document.querySelector('[data-like]').options].map(o => o.value)")
        )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with hosted(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def checker(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    downloads = tmp_path_factory.mktemp("downloads")
    with browser() as chrome:
        where = {"behavior": "allow", "downloadPath": str(downloads)}
        chrome.execute_cdp_cmd("Browser.setDownloadBehavior", where)
        yield Checker(chrome, address, downloads)


@pytest.fixture(scope="module")
def loaded(checker: Checker) -> Checker:
    """The page with the library running, as most tests need it."""
    checker.visit()
    assert checker.click("[data-examples]").startswith("Best: ")
    return checker


def command_line(directory: Path, *arguments: str) -> str:
    """Return what a command prints, with paths as the page has them."""
    run = subprocess.run(
        [sys.executable, "-m", "taskclf.model_registry", *arguments],
        capture_output=True,
        check=False,
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(NATIVE)},
    )
    assert not run.stderr
    return run.stdout.decode().replace(str(directory), "/chosen")


def bundle(directory: Path, **documents: bytes) -> Path:
    """Write a valid bundle, but for the documents that are given."""
    directory.mkdir(parents=True)
    for name in ("metadata", "metrics"):
        content = documents.get(name, (VALID / f"{name}.json").read_bytes())
        (directory / f"{name}.json").write_bytes(content)
    return directory


def kit(models: Path) -> Path:
    """Write the bundles of the kit, and one for each document that a browser can write as JSON."""
    manifest = json.loads((KIT / "manifest.json").read_text(encoding="utf-8"))
    contracts = {"model_metadata": "metadata", "bundle_metrics": "metrics"}
    for number, case in enumerate(manifest["cases"]):
        if case["contract"] in contracts and KIT / case["document"] != TOO_DEEP:
            content = (KIT / case["document"]).read_bytes()
            bundle(models / f"{number:03}", **{contracts[case["contract"]]: content})
    for case in manifest["bundles"]:
        shutil.copytree(KIT / case["directory"], models / Path(case["directory"]).name)
    return models


# What it is for: the library's own answer.


def test_the_examples_are_ranked_as_on_the_command_line(loaded: Checker) -> None:
    loaded.click("[data-examples]")
    offered = loaded.requirements()
    assert len(offered) > 1
    for model_id in offered:
        loaded.select("like", model_id)
        command = ("rank", "models", "--like", f"models/{model_id}")
        assert loaded.find(".checker-command code").text == " ".join(("taskclf-registry", *command))
        expected = command_line(EXAMPLES.parent, *command, "--format", "html")
        assert loaded.answer() == expected


@pytest.mark.parametrize("form", SUFFIXES)
def test_what_is_saved_is_what_the_command_line_writes(loaded: Checker, form: str) -> None:
    loaded.choose(EXAMPLES)
    command = ["rank", "models", "--like", f"models/{loaded.requirements()[0]}"]
    assert loaded.save(form) == command_line(EXAMPLES.parent, *command, "--format", form)
    loaded.select("view", "check")
    command = ["check", *(f"models/{path.name}" for path in sorted(EXAMPLES.iterdir()))]
    assert loaded.save(form) == command_line(EXAMPLES.parent, *command, "--format", form)


def test_every_document_of_the_kit_has_the_problems_of_the_command_line(
    loaded: Checker, tmp_path: Path
) -> None:
    models = kit(tmp_path / "models")
    loaded.choose(models)
    loaded.select("view", "check")
    command = ("check", *(f"models/{path.name}" for path in sorted(models.iterdir())))
    assert loaded.answer() == command_line(tmp_path, *command, "--format", "html")
    found = loaded.save("json")
    assert found == command_line(tmp_path, *command, "--format", "json")
    assert len(json.loads(found)) == len(list(models.iterdir())) > 250


def test_json_that_is_nested_too_deep_for_a_browser_is_refused_and_the_answer_stays(
    loaded: Checker, tmp_path: Path
) -> None:
    loaded.drop(bundle(tmp_path / "b", metadata=TOO_DEEP.read_bytes()))
    assert loaded.click("[data-save=json]").startswith("In a browser, JSON can't be written of")
    expected = command_line(tmp_path, "check", "b", "--format", "html")
    assert loaded.answer() == expected == loaded.save("html")


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir()))
def test_each_example_is_checked_as_on_the_command_line(loaded: Checker, name: str) -> None:
    loaded.drop(EXAMPLES / name)
    assert loaded.answer() == command_line(EXAMPLES, "check", name, "--format", "html")


def test_two_documents_are_a_bundle(loaded: Checker, tmp_path: Path) -> None:
    copy = bundle(tmp_path / "bundle", metrics=b'{"macro_f1": 2}')
    expected = command_line(tmp_path, "check", "bundle", "--format", "html")
    loaded.choose(*copy.iterdir(), what="documents")
    assert loaded.answer() == expected
    loaded.drop(*copy.iterdir())
    assert loaded.answer() == expected


def test_one_document_alone_is_a_bundle_without_the_other(loaded: Checker, tmp_path: Path) -> None:
    copy = bundle(tmp_path / "bundle")
    (copy / "metadata.json").unlink()
    loaded.choose(copy / "metrics.json", what="documents")
    assert loaded.answer() == command_line(tmp_path, "check", "bundle", "--format", "html")


def test_several_bundles_dropped_together_are_checked_together(loaded: Checker) -> None:
    names = ("digits-svm-c1", "digits-forest-short-row", "digits-svm-no-metrics")
    loaded.drop(*(EXAMPLES / name for name in names))
    assert loaded.answer() == command_line(EXAMPLES, "check", *names, "--format", "html")


def test_a_models_directory_without_a_valid_bundle_shows_every_problem(
    loaded: Checker, tmp_path: Path
) -> None:
    for number in range(3):
        bundle(tmp_path / "models" / f"{number}", metrics=b'{"macro_f1": 2}')
    loaded.drop(tmp_path / "models")
    command = ("check", "models/0", "models/1", "models/2", "--format", "html")
    assert loaded.answer() == command_line(tmp_path, *command)
    assert not loaded.find("[data-view]").is_displayed()


def test_a_mended_bundle_that_is_chosen_again_is_checked_again(
    loaded: Checker, tmp_path: Path
) -> None:
    broken = bundle(tmp_path / "b", metrics=b"{}")
    invalid = loaded.choose(broken)
    assert loaded.drop(broken) == invalid
    # A browser tells nobody about a choice that it already has.
    assert loaded.find("input[data-of=directory]").get_property("value") == ""
    (broken / "metrics.json").write_bytes((VALID / "metrics.json").read_bytes())
    valid = loaded.choose(broken)
    assert valid != invalid
    assert loaded.drop(broken) == valid
    assert loaded.answer() == command_line(tmp_path, "check", "b", "--format", "html")


def test_files_may_be_dropped_anywhere_even_on_the_answer(loaded: Checker, tmp_path: Path) -> None:
    loaded.drop(VALID)
    for place in ("iframe", "[role=status]", ".checker-versions"):
        broken = bundle(tmp_path / place, metrics=b"{}")
        loaded.drop(broken, on=place)
        assert loaded.answer() == command_line(tmp_path, "check", place, "--format", "html")


# Bad input.


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["d/model.pkl"], "No metadata.json and no metrics.json in “d”."),
        (["d/e/f/metrics.json"], "“d” is not a models directory"),
        (["d/x\u202ey\x1b/e/metrics.json", "d/z/e/metrics.json"], "“d” is not a models directory"),
    ],
)
def test_a_directory_that_holds_no_bundle_is_refused_with_what_to_choose(
    loaded: Checker, tmp_path: Path, files: list[str], sentence: str
) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text("{}")
    told = loaded.choose(tmp_path / "d")
    assert told.startswith(sentence)
    assert "Choose" in told
    assert told.isprintable()
    assert not loaded.find(".checker-answer").is_displayed()
    assert "Choose" in loaded.drop(tmp_path / "d")


def test_files_with_other_names_are_refused(loaded: Checker, tmp_path: Path) -> None:
    (tmp_path / "metrics (1).json").write_text("{}")
    told = "No file here is called metadata.json or metrics.json. "
    assert loaded.choose(tmp_path / "metrics (1).json", what="documents").startswith(told)
    assert loaded.drop(tmp_path / "metrics (1).json").startswith(told)


def test_a_mixture_of_documents_and_directories_is_refused(loaded: Checker) -> None:
    assert loaded.drop(VALID, VALID / "metrics.json").startswith("These are documents and dir")


def test_a_models_directory_beside_a_bundle_is_refused_by_name(loaded: Checker) -> None:
    assert loaded.drop(VALID, EXAMPLES).startswith("“models” is not a bundle. ")


def test_documents_of_two_bundles_are_refused(loaded: Checker, tmp_path: Path) -> None:
    copy = bundle(tmp_path / "copy")
    told = loaded.drop(VALID / "metrics.json", copy / "metrics.json")
    # Two dropped files never have the same name: the browser numbers the second one.
    assert told.startswith("“metrics (1).json” is not the name of a document. ")


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe", b"not JSON", b'{"macro_f1": NaN}', b"[" * 100_000, b"1" * 5 * 2**20],
    ids=["empty", "binary", "text", "NaN", "nested", "5 MiB"],
)
def test_what_is_not_a_document_is_an_answer_as_on_the_command_line(
    loaded: Checker, tmp_path: Path, content: bytes
) -> None:
    loaded.drop(bundle(tmp_path / "b", metrics=content))
    assert loaded.answer() == command_line(tmp_path, "check", "b", "--format", "html")


def test_a_directory_in_place_of_a_document_is_an_answer(loaded: Checker, tmp_path: Path) -> None:
    broken = bundle(tmp_path / "b")
    (broken / "metrics.json").unlink()
    (broken / "metrics.json").mkdir()
    loaded.drop(broken)
    assert loaded.answer() == command_line(tmp_path, "check", "b", "--format", "html")


HOSTILE = (
    "-x",
    "--help",
    "<img src=x onerror=parent.hurt=1>",
    "__proto__",
    "a\nb",
    "c\x1b[31md",
    "e\u202ef",
    "g'h\"i`j$(k)",
    "lib",
    "l\u00a0m&amp;",
    "n\\o",
    "\u0301" * 60,
)


def test_hostile_names_are_text_as_on_the_command_line(loaded: Checker, tmp_path: Path) -> None:
    models = tmp_path / "-m"
    for name in HOSTILE:
        bundle(models / name)
        bundle(models / f"{name}2", metrics=b"{}")
    loaded.drop(models)
    command = ["rank", "./-m", "--like", f"./-m/{loaded.requirements()[0]}", "--format", "html"]
    assert loaded.answer() == command_line(tmp_path, *command)
    for name in HOSTILE:
        loaded.drop(models / f"{name}2")
        path = f"./{name}2" if name.startswith("-") else f"{name}2"
        assert loaded.answer() == command_line(models, "check", path, "--format", "html")
    # In a list of files Chromium has a slash in place of the backslash.
    shutil.rmtree(models / "n\\o")
    shutil.rmtree(models / "n\\o2")
    loaded.choose(models)
    assert loaded.answer() == command_line(tmp_path, *command)
    assert loaded.run("return window.hurt") is None


def test_names_that_are_no_text_get_an_answer(loaded: Checker, tmp_path: Path) -> None:
    models = tmp_path / "models"
    bundle(models / "good")
    for name in (b"\xfe", b"\xff"):
        os.rename(bundle(models / "x"), os.fsencode(models) + b"/" + name)
    assert loaded.drop(models)
    assert loaded.choose(models)


def test_10000_other_files_do_not_matter(loaded: Checker, tmp_path: Path) -> None:
    bundle(tmp_path / "b")
    for number in range(10_000):
        (tmp_path / "b" / f"{number}.txt").touch()
    expected = command_line(tmp_path, "check", "b", "--format", "html")
    loaded.choose(tmp_path / "b")
    assert loaded.answer() == expected
    loaded.drop(tmp_path / "b")
    assert loaded.answer() == expected
    (tmp_path / "b" / "metadata.json").unlink()
    (tmp_path / "b" / "metrics.json").unlink()
    assert loaded.choose(tmp_path / "b").startswith("No metadata.json and no metrics.json in “b”.")
    assert loaded.drop(tmp_path / "b").startswith("No metadata.json and no metrics.json in “b”.")


def test_2000_bundles_are_ranked(loaded: Checker, tmp_path: Path) -> None:
    models = write_bundles(tmp_path / "models", 2000)
    assert loaded.choose(models).startswith("Best: ")
    command = ("rank", "models", "--like", f"models/{loaded.requirements()[0]}", "--format", "html")
    assert loaded.answer() == command_line(tmp_path, *command)


def test_more_bundles_than_a_browser_holds_are_refused(loaded: Checker) -> None:
    told = loaded.run(
        """
        return import(new URL("choice.mjs", location)).then(({understood, MAX_BUNDLES}) => {
          const data = new Blob();
          const path = (_, number) => ({path: `models/${number}/metrics.json`, data});
          try { understood(Array.from({length: MAX_BUNDLES + 1}, path)); }
          catch (error) { return error.message; }
        })
        """
    )
    assert told.startswith("20001 bundles are more than a browser should hold")
    assert "taskclf-registry" in told


# What it asks for, and when.


def test_nothing_is_loaded_before_the_page_is_used(checker: Checker) -> None:
    Host.requests.clear()
    checker.visit()
    assert [path for path in Host.requests if "/python-" in path] == []
    checker.click("[data-examples]")
    names = {path.rpartition("/")[2] for path in Host.requests if "/python-" in path}
    assert names >= {"pyodide.asm.wasm", "stdlib.zip", "library.zip"}


def test_once_it_is_loaded_nothing_is_requested(loaded: Checker) -> None:
    Host.requests.clear()
    loaded.click("[data-examples]")
    loaded.select("view", "check")
    loaded.choose(VALID)
    loaded.drop(EXAMPLES)
    loaded.save("html")
    loaded.drop(EXAMPLES / "digits-svm-no-metrics")
    assert Host.requests == []


def test_the_library_has_no_way_left_to_make_a_request(loaded: Checker) -> None:
    chrome = loaded.chrome
    everything = chrome.execute_cdp_cmd("Target.getTargets", {"filter": [{}]})["targetInfos"]
    [worker] = [target for target in everything if target["url"].endswith("/worker.mjs")]
    session = {"targetId": worker["targetId"], "flatten": False}
    attached = chrome.execute_cdp_cmd("Target.attachToTarget", session)["sessionId"]
    Host.requests.clear()
    for number, expression in enumerate(
        (
            "fetch('/by-fetch')",
            "const request = new XMLHttpRequest(); request.open('GET', '/by-xhr'); request.send()",
            "new EventSource('/by-events')",
            "new Worker('/by-worker')",
            "caches.open('c').then(cache => cache.add('/by-cache'))",
            # The control: this is run, and what could be requested would be seen.
            "import('/by-import')",
        )
    ):
        evaluate = {
            "id": number,
            "method": "Runtime.evaluate",
            "params": {"expression": expression},
        }
        message = {"sessionId": attached, "message": json.dumps(evaluate)}
        chrome.execute_cdp_cmd("Target.sendMessageToTarget", message)
    loaded.wait(lambda _: Host.requests)
    assert Host.requests == ["/by-import"]
    chrome.execute_cdp_cmd("Target.detachFromTarget", {"sessionId": attached})


def hosts_asked(log: Path, origin: str) -> set[str]:
    """Return the hosts that pages and workers of an origin asked, as a browser's own log has it."""
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    requests = [event["params"] for event in events if "params" in event]
    return {
        str(urlsplit(request["url"]).hostname)
        for request in requests
        if request.get("initiator", "").rstrip("/") == origin and "url" in request
    }


@pytest.mark.parametrize("leak", [False, True])
def test_no_other_host_is_asked_by_page_or_worker(tmp_path: Path, leak: bool) -> None:  # noqa: FBT001 - the control: such a request would be seen
    log = tmp_path / "net.json"
    with served(SITE) as address:
        with browser(f"log-net-log={log}") as chrome:
            checker = Checker(chrome, address, tmp_path)
            checker.visit()
            checker.click("[data-examples]")
            if leak:
                chrome.execute_async_script(
                    """
                    const request = "fetch('http://elsewhere.test/').catch(() => postMessage(0))";
                    const worker = new Worker(URL.createObjectURL(new Blob([request])));
                    worker.onmessage = arguments[0];
                    """
                )
        asked = hosts_asked(log, address)
    assert asked == ({"127.0.0.1", "elsewhere.test"} if leak else {"127.0.0.1"})


# When the library does not come.


RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "stdlib.zip", "library.zip")


@pytest.mark.parametrize("name", [*RUNTIME, "examples.json", "worker.mjs"])
def test_a_library_that_does_not_load_says_so_and_can_be_tried_again(
    checker: Checker, name: str
) -> None:
    checker.visit()
    with Host.fails(name):
        told = checker.drop(VALID)
    assert told.startswith("The library did not ")
    assert "try again" in told
    assert not checker.find(".checker-answer").is_displayed()
    assert checker.click("[data-again]") == "1 bundle is valid"
    console_errors(checker.chrome)  # the browser's own words about the missing file


def test_a_connection_that_hangs_is_given_up(checker: Checker) -> None:
    checker.visit()
    checker.run("document.querySelector('#checker').dataset.patience = 1")
    with Host.falls_silent("library.zip"):
        told = checker.drop(VALID)
    assert told.startswith("The library did not load: nothing has arrived for 1 second")
    assert checker.click("[data-again]") == "1 bundle is valid"


def test_loading_can_be_stopped_and_started_anew(checker: Checker) -> None:
    checker.visit()
    with Host.falls_silent("library.zip"):
        checker.find("[data-examples]").click()
        assert checker.status().startswith("Loading the library")
        assert checker.click("[data-stop]") == "Stopped."
    assert checker.drop(VALID) == "1 bundle is valid"


def test_the_latest_wish_counts(checker: Checker) -> None:
    checker.visit()
    with Host.falls_silent("library.zip"):
        checker.find("[data-examples]").click()
        checker.start_choosing(VALID)
    assert checker.settled() == "1 bundle is valid"
    assert checker.answer() == command_line(EXAMPLES, "check", VALID.name, "--format", "html")


def test_a_file_that_changed_since_it_was_chosen_is_not_read(
    checker: Checker, tmp_path: Path
) -> None:
    mended = bundle(tmp_path / "b", metrics=b"{}")
    checker.visit()
    with Host.falls_silent("library.zip"):
        checker.start_choosing(mended)
        (mended / "metrics.json").write_bytes(b"{ }" * 10)
        os.utime(mended / "metrics.json", (0, 0))  # Chromium compares seconds.
    told = checker.settled()
    assert told == "A file changed or disappeared after you chose it. Choose it again."


def test_a_site_built_without_the_library_says_so(checker: Checker, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for path in SITE.iterdir():
        (site / path.name).symlink_to(path)
    (site / PAGE).unlink()
    (site / PAGE).mkdir()
    for path in (ROOT / "docs" / PAGE).iterdir():
        (site / PAGE / path.name).write_bytes(path.read_bytes())
    (site / PAGE / "index.html").symlink_to(SITE / PAGE / "index.html")
    with served(site) as address:
        show(checker.chrome, f"{address}/{PAGE}/", 1280, "light")
    assert checker.status().startswith("This copy of the site was built without the library")
    assert not checker.find("[data-examples]").is_displayed()


def test_the_build_says_when_it_leaves_the_library_out(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "docs" / "runtime" / "assemble.py", tmp_path],
        capture_output=True,
        check=True,
        env={**os.environ, "PATH": str(tmp_path)},
        text=True,
    )
    assert "without the library" in run.stdout
    assert list(tmp_path.iterdir()) == []


# For everybody.


def test_it_can_be_used_with_the_keyboard_alone(checker: Checker) -> None:
    checker.visit()
    focus = "return document.activeElement.matches(arguments[0])"

    def press(keys: str) -> None:
        ActionChains(checker.chrome).send_keys(keys).perform()

    def tab_to(selector: str) -> None:
        for _ in range(100):
            press(Keys.TAB)
            if checker.run(focus, selector):
                return
        pytest.fail(f"the tab key does not lead to {selector}")

    tab_to("[data-choose=directory]")
    tab_to("[data-choose=documents]")
    tab_to("[data-examples]")
    best = checker.after(lambda: press(Keys.ENTER))
    assert best.startswith("Best: ")
    assert checker.run(focus, "[data-examples]"), "the focus was lost"
    tab_to("[data-view]")
    # A list answers to the letter with which one of its lines begins.
    every = checker.after(lambda: press("every"))
    assert every != best
    tab_to("[data-save=html]")
    assert checker.after(lambda: press(Keys.ENTER)) == "Saved as check.html."


def test_choosing_with_the_keyboard_opens_the_browsers_own_dialog(checker: Checker) -> None:
    chrome = checker.chrome
    checker.visit()
    chrome.execute_cdp_cmd("Page.enable", {})
    chrome.execute_cdp_cmd("Page.setInterceptFileChooserDialog", {"enabled": True})
    checker.run("document.querySelector('[data-choose=documents]').focus()")
    chrome.get_log("performance")  # type: ignore[no-untyped-call] # selenium leaves it so
    ActionChains(chrome).send_keys(Keys.SPACE).perform()
    opened: list[dict[str, Any]] = []

    def dialogs(_: Chrome) -> bool:
        for entry in chrome.get_log("performance"):  # type: ignore[no-untyped-call] # the same
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Page.fileChooserOpened":
                opened.append(message["params"])
        return bool(opened)

    WebDriverWait(chrome, 10).until(dialogs)
    files = {
        "files": list(map(str, VALID.glob("*.json"))),
        "backendNodeId": opened[0]["backendNodeId"],
    }
    told = checker.after(lambda: chrome.execute_cdp_cmd("DOM.setFileInputFiles", files))
    chrome.execute_cdp_cmd("Page.setInterceptFileChooserDialog", {"enabled": False})
    assert told == "1 bundle is valid"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_an_answer_is_accessible_and_fits(checker: Checker, scheme: str, width: int) -> None:
    checker.visit(scheme, width)
    checker.click("[data-examples]")
    own = [v for v in axe(checker.chrome) if any(node["own"] for node in v["nodes"])]
    assert own == []
    assert too_wide(checker.chrome) == []
    hidden, dark = checker.run(
        """
        const frame = document.querySelector("#checker iframe");
        const hidden = frame.contentDocument.documentElement.offsetHeight - frame.clientHeight;
        return [hidden, frame.contentWindow.matchMedia("(prefers-color-scheme: dark)").matches];
        """
    )
    assert hidden <= 0, "the answer is cut off"
    assert dark == (scheme == "dark")


def test_the_console_is_quiet(loaded: Checker) -> None:
    console_errors(loaded.chrome)
    loaded.visit()
    loaded.click("[data-examples]")
    loaded.drop(VALID)
    assert console_errors(loaded.chrome) == []


def test_the_page_says_which_versions_it_runs(checker: Checker) -> None:
    checker.visit()
    told = checker.find(".checker-versions").text
    [native] = NATIVE.glob("pydantic-*.dist-info")
    assert f"pydantic {native.name.split('-')[1].removesuffix('.dist')}" in told
    assert "Pyodide " in told


def test_the_benchmark_measures_loading_and_ranking(tmp_path: Path) -> None:
    figures = measure(1, [2], tmp_path)
    assert set(figures) == {"MB loaded", "first visit", "later visit", "2 bundles"}
    assert 5 < figures["MB loaded"] < 12, "the page says 9 MB"
