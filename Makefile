# Everything happens in .venv, from the locked versions; no other set-up is needed.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DATE ?= 1956-12-12
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test lint front notebooks bench bench-full bench-stores stores lock clean

run: $(VENV)/ready  ## which islands each state claims on DATE, with the evidence
	@$(BIN)/treatygraph --corpus . query islands-claimed --date $(DATE) --cite

test: $(VENV)/dev lint  ## style, types, and all tests
	@$(BIN)/pytest -n auto --dist loadfile

lint: $(VENV)/dev
	@$(BIN)/ruff check src tests
	@$(BIN)/ruff format --check src tests
	@$(BIN)/mypy

FRONT := src/treatygraph/pages/front

front:  ## bundle the scripts of the pages (needs Node 20 and npm; without them the pages do without)
	@cd $(FRONT) && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent build

notebooks: $(VENV)/dev  ## run the notebooks in docs/notebooks and write them anew with what they show
	@$(BIN)/python tests/notebooks.py

bench: $(VENV)/heavy  ## the engine beside the references: a table, and a plot in build/bench
	@$(BIN)/python tests/bench.py

stores: $(VENV)/heavy  ## what holds of each store that can be had: a table; fetches the stores
	@tests/stores/fetch
	@$(BIN)/python tests/stores/matrix.py

bench-stores: $(VENV)/heavy  ## how long a push of a million triples takes into each store; minutes
	@tests/stores/fetch
	@$(BIN)/python tests/bench.py --stores

SIZES ?= 10k,100k,1m,10m,unts
bench-full: $(VENV)/heavy  ## at the size of the UN Treaty Series, beside Jena and others; SIZES=10k,100k is the short form
	@tests/fetch_jena.sh || echo "left out: Jena (it needs Java 17 and Maven)" >&2
	@$(BIN)/python tests/bench_full.py --sizes $(SIZES)

lock:  ## write the lock files anew from pyproject.toml (needs uv)
	$(LOCK) --group build -o requirements.lock pyproject.toml
	$(LOCK) --group dev -c requirements.lock -o tests/dev.lock pyproject.toml
	$(LOCK) --group dev --group heavy -c tests/dev.lock -o tests/heavy.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist $(FRONT)/node_modules src/treatygraph/pages/built

# Debian's python3 comes without ensurepip; its package python3-venv brings it.
$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "TreatyGraph needs Python 3.11 or later; set PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Installing the package python3-venv" >&2; S=; [ "$$(id -u)" = 0 ] || S=sudo; $$S apt-get update -qq && $$S apt-get install -y -qq --no-install-recommends python3-venv >&2; }
	@echo "Setting up $(VENV) (once)" >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install -q --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# What only the tests need, and what only the heavier suites of .ci/run need, comes when they are called.
$(VENV)/dev: $(VENV)/ready tests/dev.lock
	@echo "Installing what the tests need (once)" >&2
	@$(BIN)/pip install -q --require-hashes --no-deps -r tests/dev.lock
	@touch $@

$(VENV)/heavy: $(VENV)/dev tests/heavy.lock
	@echo "Installing what the heavier suites need (once)" >&2
	@$(BIN)/pip install -q --require-hashes --no-deps -r tests/heavy.lock
	@touch $@
