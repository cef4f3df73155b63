# Everything happens in .venv, from the locked versions; no other set-up is needed.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DATE ?= 1956-12-12
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test lint bench lock clean

run: $(VENV)/ready  ## which islands each state claims on DATE, with the evidence
	@$(BIN)/treatygraph --corpus . query islands-claimed --date $(DATE) --cite

test: $(VENV)/ready lint  ## style, types, and all tests
	@$(BIN)/pytest

lint: $(VENV)/ready
	@$(BIN)/ruff check src tests
	@$(BIN)/ruff format --check src tests
	@$(BIN)/mypy

bench: $(VENV)/ready  ## the engine beside the references: a table, and a plot in build/bench
	@$(BIN)/pip install -q --no-deps oxigraph==0.5.13
	@$(BIN)/python tests/bench.py

lock:  ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist

# Debian's python3 comes without ensurepip; its package python3-venv brings it.
$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "TreatyGraph needs Python 3.11 or later; set PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Installing the package python3-venv" >&2; S=; [ "$$(id -u)" = 0 ] || S=sudo; $$S apt-get update -qq && $$S apt-get install -y -qq --no-install-recommends python3-venv >&2; }
	@echo "Setting up $(VENV) (once)" >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install -q --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@
