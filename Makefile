# Every command there is. Needs make and Python 3.11 or later, nothing else: each target makes the
# environment itself, from the lock, when it is missing or older than the lock.

PYTHON ?= python3
VENV ?= .venv
BENCH_VENV ?= .venv-bench
HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=
UPGRADE ?=

UV := $(shell command -v uv 2>/dev/null)
BIN := $(VENV)/bin
NPM := tests/clients/octokit tests/github_webhooks

.DEFAULT_GOAL := help
.PHONY: help demo serve check test pytest
.PHONY: bench bench-migration bench-parts bench-live bench-points bench-pools docs lock clean
.DELETE_ON_ERROR:

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Variables: PYTHON=python3.13  VENV=.venv  PORT=8000  ARGS='-k name' (pytest)"

demo: $(VENV)/.runtime  ## Portico before a small GitHub of its own: no token, no network (PORT=8000)
	@$(BIN)/portico demo --port $(PORT)

serve: $(VENV)/.runtime  ## Portico before GitHub, set up by PORTICO_* variables or .env
	@$(BIN)/portico serve

check: $(VENV)/.development  ## Everything that is checked without running the product
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m portico.settings | diff - docs/configuration.md
	$(BIN)/python -m portico.web.reference | diff - docs/errors.md
	$(BIN)/python -m portico.web.webhook_reference docs/webhooks.md | diff - docs/webhooks.md

test: check pytest  ## What CI runs: check, then all tests

pytest: $(VENV)/.development npm  ## The tests alone (ARGS='-k name')
	$(BIN)/pytest $(ARGS)

bench: bench-environment  ## Measure Portico beside yardsticks (ARGS='--help')
	@$(BENCH_VENV)/bin/python -m benchmarks.hit_miss $(ARGS)

bench-migration: bench-environment  ## Measure the road from Flask to FastAPI (ARGS='--quick')
	@$(BENCH_VENV)/bin/python -m benchmarks.migration $(ARGS)

bench-parts: bench-environment  ## Measure what stage 1's core is used for when it is full
	@$(BENCH_VENV)/bin/python -m benchmarks.migration.parts

bench-live: bench-environment  ## Measure what listeners to /live cost (ARGS='--listeners 5000')
	@$(BENCH_VENV)/bin/python -m benchmarks.live $(ARGS)

bench-points: bench-environment  ## Simulate a fleet's and a site's day: calls, points, staleness (ARGS='--quick')
	@$(BENCH_VENV)/bin/python -m benchmarks.points $(ARGS)

bench-pools: bench-environment  ## Measure what each HTTP client does for one call
	@$(BENCH_VENV)/bin/python -m benchmarks.client_pools

docs: $(VENV)/.development  ## Write the generated pages of docs/ anew
	$(BIN)/python -m portico.settings > docs/configuration.md
	$(BIN)/python -m portico.web.reference > docs/errors.md
	$(BIN)/python -m portico.web.webhook_reference docs/webhooks.md > docs/webhooks.md.new
	$(BIN)/python -m tests.precision.measure docs/webhooks.md.new > docs/webhooks.md
	rm docs/webhooks.md.new

# Versions stay as they are where pyproject.toml still allows them; UPGRADE=--upgrade takes the newest.
lock:  ## Write requirements*.txt anew from pyproject.toml (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group bench --constraints requirements-dev.txt --output-file requirements-bench.txt

# No index and no address may enter the lock: it must mean the same on every machine.
COMPILE = $(UV) pip compile --quiet $(UPGRADE) pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"

clean:  ## Remove the environments and the tools' caches
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist

# ------------------------------------------------------------------------------ environments
# Two stamps in one environment: `make demo` must not wait for the tools of developers.

ifdef UV
NEW_VENV = $(UV) venv --quiet --no-python-downloads --allow-existing \
	--python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
INSTALL = $(UV) pip install --quiet --python $(BIN)/python
NEED_PIP = :
else
NEW_VENV = $(PYTHON) -m venv $(VENV)
# An environment that uv made has no pip.
NEED_PIP = $(BIN)/python -m pip --version >/dev/null 2>&1 || $(NEW_VENV)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@$(NEED_PIP)
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/.development: requirements.txt requirements-dev.txt | $(BIN)/python
	@$(NEED_PIP)
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.runtime $@

# An environment of its own, so that what is measured does not change with the tools of developers.
.PHONY: bench-environment
bench-environment:
	@$(MAKE) --silent --no-print-directory VENV=$(BENCH_VENV) $(BENCH_VENV)/.bench

$(VENV)/.bench: requirements-bench.txt | $(BIN)/python
	@$(NEED_PIP)
	$(INSTALL) --require-hashes -r requirements-bench.txt
	$(INSTALL) --no-deps --editable .
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Portico needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) -V 2>&1)." >&2; \
		echo "Name another one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	$(NEW_VENV)

# Octokit and GitHub's list of webhooks are there where npm is; a test that needs them says so
# when it skips.
.PHONY: npm
npm:
	@if command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory $(NPM:%=%/node_modules/.package-lock.json); fi

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@
