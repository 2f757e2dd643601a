# Needs Python 3.11 or newer with venv, and make. Everything else is installed into .venv,
# again only after pyproject.toml changed.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet

# The lower bound of `dependencies` in pyproject.toml, the only place that states it.
LOWEST_PYDANTIC = $(shell sed -n 's/^dependencies = .*"pydantic>=\([0-9.]*\).*/\1/p' pyproject.toml)
LOWEST_VENV = $(VENV)-lowest

.DEFAULT_GOAL := help
.PHONY: help demo test test-lowest test-bench test-scale test-hook coverage bench intervals lint format schemas conformance docs docs-serve site-test clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.demo ## Select the best of the example bundles
	$(BIN)/taskclf-registry rank examples/models --like examples/models/digits-svm-c1

test: $(VENV)/.dev ## Run all tests; every branch of the package must be covered
	$(BIN)/python -m pytest --cov

test-lowest: $(LOWEST_VENV)/.dev-lowest ## Run all tests on the lowest supported pydantic
	$(LOWEST_VENV)/bin/python -m pytest

test-bench: $(VENV)/.bench ## Run the benchmarks small, peers included (installs DuckDB)
	$(BIN)/python -m pytest tests/test_benchmarks.py

test-scale: $(VENV)/.scale ## Read bundles through a cluster of Dask on this machine (installs Dask)
	$(BIN)/python -m pytest tests/test_dask.py

test-hook: $(VENV)/.hook ## Commit bundles with the pre-commit hook (installs pre-commit; needs git)
	$(BIN)/python -m pytest tests/test_hook.py

coverage: test ## Run all tests and write the coverage report to htmlcov/
	$(BIN)/python -m coverage html

bench: $(VENV)/.bench ## Compare a scan with reading the files, and with what people use instead
	$(BIN)/python benchmarks/scan.py
	$(BIN)/python benchmarks/network.py
	$(BIN)/python benchmarks/predictions.py

intervals: $(VENV)/.dev ## Measure how often the intervals hold the truth (takes half an hour)
	$(BIN)/python benchmarks/intervals.py

lint: $(VENV)/.dev $(VENV)/.site ## Check style and types (ruff, mypy)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.dev ## Format the code and fix what ruff can fix
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

schemas: $(VENV)/.package ## Write the JSON Schemas of the contract into schemas/v1/
	$(BIN)/taskclf-registry schema --write schemas/v1

conformance: $(VENV)/.dev node_modules/.installed ## Check the JSON Schemas with every validator (needs Node.js)
	$(BIN)/taskclf-registry schema --check schemas/v1
	$(BIN)/check-jsonschema --check-metaschema schemas/v1/*.schema.json
	$(BIN)/python -m pytest tests/test_conformance.py tests/test_producers.py tests/test_types.py

# The variable silences a notice about a later major version of mkdocs.
docs docs-serve site-test: export NO_MKDOCS_2_WARNING = 1
docs docs-serve site-test: export PYTHONPATH = docs/extensions

# The library for browsers; without Node.js the site is built without it.
RUNTIME = $(if $(shell command -v npm),build/browser/.wheels)

docs: $(VENV)/.docs $(RUNTIME) ## Build the documentation into site/; warnings are errors
	$(BIN)/mkdocs build --strict
	$(BIN)/python docs/llms.py site
	$(BIN)/python docs/runtime/assemble.py site

docs-serve: $(VENV)/.docs ## Serve the documentation and follow changes
	$(BIN)/mkdocs serve --livereload

site-test: docs $(VENV)/.site node_modules/.installed build/browser/.native ## Check the built site, also in a browser (needs Chromium and its driver)
	$(BIN)/python -m pytest tests/site/built_site.py
	$(BIN)/python tests/site/browser.py site screenshots
	$(BIN)/python -m pytest tests/site/check_in_browser.py

clean: ## Remove everything that make created, environments included
	rm -rf $(VENV) $(LOWEST_VENV) node_modules build dist site screenshots htmlcov .coverage .coverage.*
	rm -rf .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests examples docs -name __pycache__ -prune -exec rm -rf {} +

# Stamps: one for the environment and one for each set of packages installed into it.

%/.created:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	    "Python 3.11 or newer is needed; this is %s (%s).\n" \
	    "Name another one: make PYTHON=python3.12 ..." % (sys.version.split()[0], sys.executable))'
	$(PYTHON) -m venv $*
	$*/bin/python -m pip --disable-pip-version-check --quiet install --upgrade 'pip>=25.1'
	@touch $@

# Without a lock file, which would name a registry: package.json pins what the checks call.
node_modules/.installed: package.json
	npm install --no-package-lock --ignore-scripts --no-audit --no-fund
	@touch $@

# What a page of the site needs to run the library: pydantic for WebAssembly.
build/browser/.wheels: pyproject.toml docs/runtime/wheels.py node_modules/.installed | $(VENV)/.created
	$(BIN)/python docs/runtime/wheels.py build/browser/wheels
	@touch $@

# The same release of pydantic for this machine: the tests compare the page with the command line.
build/browser/.native: build/browser/.wheels
	$(PIP) install --upgrade --target build/browser/native build/browser/wheels/pydantic-[0-9]*.whl
	@touch $@

$(VENV)/.package: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable .
	@touch $@

$(VENV)/.demo: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable '.[cli]'
	@touch $@ $(VENV)/.package

$(VENV)/.dev: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable . --group dev
	@touch $@ $(VENV)/.package

$(VENV)/.bench: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable . --group dev --group bench
	@touch $@ $(VENV)/.package $(VENV)/.dev

$(VENV)/.hook: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable . --group dev --group hook
	@touch $@ $(VENV)/.package $(VENV)/.dev

$(VENV)/.scale: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable . --group dev --group scale
	@touch $@ $(VENV)/.package $(VENV)/.dev

$(VENV)/.docs: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable . --group docs
	@touch $@ $(VENV)/.package

$(VENV)/.site: pyproject.toml | $(VENV)/.created
	$(PIP) install --editable . --group site
	@touch $@ $(VENV)/.package $(VENV)/.docs

$(LOWEST_VENV)/.dev-lowest: pyproject.toml | $(LOWEST_VENV)/.created
	$(LOWEST_VENV)/bin/python -m pip --disable-pip-version-check --quiet install \
	    --editable . --group dev 'pydantic==$(LOWEST_PYDANTIC)'
	@touch $@
