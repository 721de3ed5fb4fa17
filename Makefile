# Each target sets up .venv by itself: with uv where it is installed, else with
# the standard library's venv and pip.
VENV  := .venv
PY    := $(VENV)/bin/python
READY := $(VENV)/.ready
UV    := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test lint types check bench faults soak clean

help:  ## list the targets
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(READY)  ## ask the real CLI a question, offline, and stream its answer
	@$(VENV)/bin/greenroom demo

test: lint types check  ## lint, types and every test

lint: $(READY)  ## ruff and the layer contracts
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/lint-imports

types: $(READY)  ## mypy, strict
	$(VENV)/bin/mypy

check: $(READY)  ## the tests alone, in three processes: they wait more than they work
	$(PY) -m pytest -n 3

bench: $(READY)  ## the benchmarks, beside the official SDK and the bare limit
	$(PY) -m benchmarks

faults: $(READY)  ## one misbehaving CLI under Greenroom and under the official SDK
	$(PY) -m benchmarks.faults

soak: $(READY)  ## ten thousand lives of agents, and what they leave behind
	$(PY) -m benchmarks.soak

clean:  ## remove everything that was built
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml
ifdef UV
	uv venv --quiet --allow-existing $(VENV)
	uv pip install --quiet --python $(PY) --editable . --group dev
else
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(PY) -m pip install --quiet --editable . --group dev
endif
	@touch $(READY)
