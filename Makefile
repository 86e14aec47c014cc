# Every command of this project. `make help` lists them.

# The oldest first: not every wheel of the tests exists for the newest.
PYTHON_CANDIDATES := $(PYTHON) python3.11 python3.12 python3.13 python3
BIN := .venv/bin
TO_RUN := .venv/.installed-to-run
TO_TEST := .venv/.installed-to-test

# By environment, as that holds for what builds a package too; newer versions of pip want the second.
INSTALL := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
  $(BIN)/python -m pip --disable-pip-version-check install --quiet --editable

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo test faults schema schema-write migrate clients bench clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(TO_RUN) ## serve on http://127.0.0.1:8000 with a SQLite file under ./var and demo tokens
	@$(BIN)/escgraph serve --demo

demo: $(TO_RUN) ## play a busy day in a few minutes, to watch escalations arrive
	@$(BIN)/escgraph demo

# Compiled once, whatever the environment says: the tests start hundreds of programs.
test: export PYTHONDONTWRITEBYTECODE =
test: $(TO_TEST) ## run the linters, the type checker and the whole test suite
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses 3 --dist loadfile

faults: $(TO_TEST) ## kill, freeze and cut what runs, and print what held as a table (25 minutes)
	@$(BIN)/python -m tests.faults

schema: $(TO_RUN) ## print the GraphQL schema
	@$(BIN)/escgraph schema

schema-write: $(TO_RUN) ## write it to schema.graphql, which the tests compare
	@$(BIN)/escgraph schema > schema.graphql.new
	@mv schema.graphql.new schema.graphql

migrate: $(TO_RUN) ## bring the database of ESCGRAPH_DATABASE_URL to the schema of this version
	@$(BIN)/escgraph migrate

clients: $(TO_TEST) ## test with the JavaScript client graphql-ws (needs Node.js and npm)
	@command -v node >/dev/null && command -v npm >/dev/null || \
	  { echo "make clients needs Node.js and npm: install them, for example apt-get install nodejs npm" >&2; exit 1; }
	cd tests/clients && npm install --no-package-lock --no-audit --no-fund
	tests/clients/run

bench: $(TO_TEST) ## measure; the numbers depend on the machine
	@$(BIN)/python -m bench

clean: ## remove what the other commands made, except your database under ./var
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	rm -rf tests/clients/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are younger than the last change to what is installed.
$(TO_RUN): pyproject.toml constraints.txt
	@if $(BIN)/python -c 'import pip' 2>/dev/null; then exit 0; fi; \
	found=; \
	for python in $(PYTHON_CANDIDATES); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; \
	  if $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    $$python -m venv --clear .venv && exit 0; exit 1; \
	  fi; \
	done; \
	if [ -n "$$found" ]; then \
	  echo "$$found comes without venv: install it, for example apt-get install python3-venv" >&2; \
	else \
	  echo "no Python 3.11 or newer was found: install one, for example apt-get install python3 python3-venv," >&2; \
	  echo "or name it: make PYTHON=/path/to/python3.11" >&2; \
	fi; \
	exit 1
	@echo "installing escgraph into .venv" >&2
	@$(INSTALL) . >&2
	@touch $@

$(TO_TEST): $(TO_RUN)
	@echo "installing what the tests need into .venv" >&2
	@$(INSTALL) '.[dev]' >&2
	@touch $@
