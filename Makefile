# The README uses `make profile` and `make test`; `make help` lists all targets.

PYTHON ?= python3
PYTHON_OLDEST ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
OLDEST := .venv-oldest/bin
# Scripts of package.json call jlpm themselves.
JLPM := PATH="$(abspath $(BIN)):$$PATH" jlpm
ARGS ?= 30 baseline
BENCH ?=
SEED ?=
LOCK ?=
# Tests that need an engine, a browser or a kernel, or build the real Duroxide, run one at a time. All others run in
# parallel. --dist loadfile: tests of one file run in one process and share what its fixtures start.
ALONE := docker or ui or notebook or slow
ALONE_ROOMS := tests/docker tests/end_to_end tests/kernel tests/ui
TOGETHER := --numprocesses auto --dist loadfile
FAST := $(TOGETHER) -m "not ($(ALONE) or long)" $(addprefix --ignore=,$(ALONE_ROOMS)) --hypothesis-profile=fast \
	$(if $(SEED),--hypothesis-seed=$(SEED))
# Pytest compiles each test file again, in each process, where this variable is set: ten seconds.
export PYTHONDONTWRITEBYTECODE =
# The constraints must not contain the address of this machine's package index.
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --no-annotate --no-emit-index-url \
	--no-emit-find-links $(LOCK)

SOURCES := pyproject.toml $(shell find labextension -path '*/node_modules' -prune -o -path '*/lib' -prune -o \
	-path '*/.yarn' -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help profile bench test check check-python check-js check-rust check-shell test-python test-fast test-oldest \
	lock hooks build lab clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

profile: $(VENV)/.installed  ## Profile the newest Duroxide release; ARGS="5 quick" for 5 s under the label quick
	@$(BIN)/duronb profile $(ARGS) --open

test: check test-python  ## Run every check and every test

check: check-python check-js check-rust check-shell  ## Run linters, type checkers, import checks, and the tests of TypeScript and Rust

check-python: $(VENV)/.develop
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

check-js: $(VENV)/.develop
	cd labextension && $(JLPM) lint:check && $(JLPM) test

check-rust:
	cd duronb/subject/workload && cargo fmt --check && cargo clippy --all-targets --all-features -- -D warnings && \
		cargo test --all-features

# All shell scripts, found by the name ending .sh or by the first line.
check-shell: $(VENV)/.develop
	{ git ls-files '*.sh'; git grep -lE '^#!/.*\b(ba)?sh$$' -- ':!*.py' ':!*.md'; } | sort -u | xargs $(BIN)/shellcheck

test-python: $(VENV)/.develop
	$(BIN)/python -m pytest $(TOGETHER) -m "not ($(ALONE))"
	$(BIN)/python -m pytest -m "$(ALONE)"

test-fast: $(VENV)/.develop  ## Run only tests that are fast and need no engine, browser or kernel; SEED=7 for other random examples
	$(BIN)/python -m pytest $(FAST)

test-oldest: $(OLDEST)/.installed  ## Run the fast tests with the oldest Python and the oldest dependencies that are allowed
	$(OLDEST)/python -m pytest $(FAST) --cov
	$(OLDEST)/jupyter labextension list 2>&1 | grep -E '@duronb/labextension .*OK'

lock: $(VENV)/.develop  ## Rewrite constraints/ from pyproject.toml; LOCK=--upgrade takes newer versions
	$(COMPILE) --universal --python-version 3.11 --group test --group lint --group build --group lock \
		--output-file constraints/development.txt pyproject.toml
	$(COMPILE) --resolution lowest-direct --python-version 3.11 --group test \
		--output-file constraints/oldest.txt pyproject.toml

hooks: $(VENV)/.develop  ## Install a git hook that checks each commit
	$(BIN)/pre-commit install

bench: $(VENV)/.develop  ## Compare with other programs, write tests/benchmarks/RESULTS.md; BENCH="--quick" for a short run
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.benchmarks $(BENCH)

build: $(VENV)/.installed  ## Build the JavaScript into duronb/
	cd labextension && $(JLPM) install --immutable && $(JLPM) build:prod

lab: $(VENV)/.installed  ## Open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

clean:  ## Remove environments and build results; stored runs stay
	rm -rf $(VENV) .venv-oldest build dist duronb/dist duronb/labextension labextension/lib labextension/node_modules
	rm -rf duronb/subject/workload/target

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "duronb needs Python 3.11 or newer. Choose one: PYTHON=python3.12 make …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python constraints/development.txt $(SOURCES)
	$(BIN)/python -m pip install --quiet --constraint constraints/development.txt --editable .
	@touch $@

$(VENV)/.develop: $(VENV)/.installed constraints/development.txt
	$(BIN)/python -m pip install --quiet "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints/development.txt \
		--group test --group lint --group build --group lock
	cd labextension && $(JLPM) install --immutable
	@touch $@

$(OLDEST)/.installed: constraints/oldest.txt $(SOURCES)
	$(PYTHON_OLDEST) -m venv .venv-oldest
	$(OLDEST)/python -m pip install --quiet "pip>=25.1"
	$(OLDEST)/python -m pip install --quiet --constraint constraints/oldest.txt --group test --editable .
	@touch $@
