# Each target sets up .venv by itself: with uv where it is installed, else with
# the standard library's venv and pip.
VENV  := .venv
PY    := $(VENV)/bin/python
READY := $(VENV)/.ready
BENCH := $(VENV)/.bench-ready
UV    := $(shell command -v uv 2>/dev/null)
NPM   := $(shell command -v npm 2>/dev/null)
NODE  := benchmarks/typescript

# What `make plots` draws: the newest of the results that are kept.
RESULTS ?= $(lastword $(sort $(wildcard benchmarks/results/*.json)))

.DEFAULT_GOAL := help
.PHONY: help demo test lint types check bench plots faults soak clean

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

bench: $(BENCH) $(if $(NPM),$(NODE)/node_modules/.ready)  ## the benchmarks, beside the official SDKs and the bare limit
	$(PY) -m benchmarks

plots: $(BENCH)  ## draw RESULTS, by default the newest in benchmarks/results, for docs
	$(PY) -m benchmarks.plot $(RESULTS)

faults: $(READY)  ## one misbehaving CLI under Greenroom and under the official SDK
	$(PY) -m benchmarks.faults

soak: $(READY)  ## ten thousand lives of agents, and what they leave behind
	$(PY) -m benchmarks.soak

clean:  ## remove everything that was built
	rm -rf $(VENV) $(NODE)/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

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

# The plots need matplotlib.
$(BENCH): $(READY)
ifdef UV
	uv pip install --quiet --python $(PY) --group bench
else
	$(PY) -m pip install --quiet --disable-pip-version-check --group bench
endif
	@touch $(BENCH)

# One side of the benchmarks is the TypeScript SDK, where there is npm; it needs no CLI of its own.
$(NODE)/node_modules/.ready: $(NODE)/package.json $(NODE)/package-lock.json
	npm ci --prefix $(NODE) --omit=optional --silent --no-audit --no-fund
	@touch $@
