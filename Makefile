# `make poll` and `make test` do all the set-up they need: Python >= 3.11 and make are enough.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PIP_CONSTRAINT := constraints.txt

.PHONY: all poll test lint types unit docs constraints clean
all: $(VENV)/.runtime

poll: $(VENV)/.runtime          ## poll the feeds of config/feeds.toml
	@$(BIN)/ingest poll

test: lint types unit           ## all that CI runs

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2

docs: $(VENV)/.dev              ## rewrite the generated pages of docs/
	$(BIN)/python -m ingest.store.describe > docs/columns.md
	$(BIN)/python -m ingest.settings_page > docs/settings.md

constraints: $(VENV)/.dev       ## pin what is installed now
	$(PIP) freeze --exclude-editable | grep -v ' @ ' > constraints.new && mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: no Python >= 3.11 found. Install one, or: make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "make: '$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }

$(VENV)/.runtime: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing ingest"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing the development tools"
	@$(PIP) install --editable '.[dev]'
	@touch $@
