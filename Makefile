# `make serve` and `make test` need Python 3.11 or newer, make, and the package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8001

.DEFAULT_GOAL := help
.PHONY: help serve mcp release test check build verify conform lint docs world screenshots bench lock clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# Three stamps: what serving needs, what testing needs on top of it, and validators apart from both.
$(VENV)/.serve: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "igkb needs Python 3.11 or newer; $$($(PYTHON) --version) is here. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "The venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.serve
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.validators: requirements-validators.lock $(VENV)/.dev
	$(BIN)/python -m venv $(VENV)/validators
	$(VENV)/validators/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-validators.lock
	@touch $@

serve: $(VENV)/.serve ## Check the records, build the database, open it on http://127.0.0.1:8001/
	@$(BIN)/igkb serve --port $(PORT)

mcp: $(VENV)/.serve ## Add what language models ask by (MCP); then `make serve` answers them at /-/mcp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mcp.lock
	@echo "Now: make serve. The address for a client is http://127.0.0.1:$(PORT)/-/mcp"

release: $(VENV)/.serve ## Freeze this state: make release FOLDER=out SITE=https://…
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-release.lock
	@$(BIN)/igkb release $(FOLDER) --site $(SITE)

build: $(VENV)/.serve ## Build kb.db
	@$(BIN)/igkb build

check: $(VENV)/.serve ## Check the records
	@$(BIN)/igkb check

test: $(VENV)/.dev $(VENV)/.validators ## All tests
	$(BIN)/python -m pytest -q $(TESTS)

lint: $(VENV)/.dev ## Format, lint, types, and whether what is generated is stale
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python docs/generate.py --check
	$(BIN)/cog -I . --check datasette-metadata.yml README.md

docs: $(VENV)/.dev ## Write what is generated: dictionary, JSON Schemas, column help, README parts
	$(BIN)/python docs/generate.py
	$(BIN)/cog -I . -r datasette-metadata.yml README.md

world: $(VENV)/.dev ## Draw web/world.json, the shapes of the map, from Natural Earth
	$(BIN)/python docs/world.py

screenshots: $(VENV)/.dev ## Take the pictures in docs/images anew (needs chromium)
	$(BIN)/python docs/screenshots.py

bench: $(VENV)/.dev ## Measure building against the floor of the same work, and pages against the row page, in ratios
	$(BIN)/python bench/run.py $(BENCH)
	$(BIN)/python bench/serve.py

conform: $(VENV)/.dev ## Hold /reconcile against the schemas of its specification: make conform SPECS=folder
	SPECS=$(SPECS) $(BIN)/python -m pytest -q tests/conform_reconcile.py

verify: $(VENV)/.serve ## Hold locators and passages against full texts: make verify TEXTS=folder
	@$(BIN)/igkb verify --texts $(TEXTS)

lock: ## Write the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev --extra mcp --extra release -c requirements.lock -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra mcp -c requirements.lock -o requirements-mcp.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra release -c requirements.lock -o requirements-release.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group validators -o requirements-validators.lock

clean: ## Remove the environment and what was built
	rm -rf $(VENV) .bench kb.db
