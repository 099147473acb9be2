# `make help` prints what follows each `##`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DINH_HOME ?= $(CURDIR)/var

.PHONY: install run test test-long bench lint wheel docs lock clean help

install: $(VENV)/.installed ## make .venv with the `dinh` command in it

$(VENV)/.installed: pyproject.toml requirements/base.txt tools/hatch_build.py
	@echo "Installing into $(VENV): two minutes the first time"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --require-hashes -r requirements/base.txt
	@$(BIN)/pip install --quiet --require-hashes -r requirements/build.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developer: $(VENV)/.installed requirements/dev.txt
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

run: install ## build the demonstration commune once, then serve it on http://127.0.0.1:$${PORT:-8000}
	@DINH_DEMO=1 exec $(BIN)/dinh run --demo coc_san

test: $(VENV)/.developer ## unit, property and browser tests, on SQLite and on PostgreSQL
	@tools/test.sh

test-long: $(VENV)/.developer ## what is slower: crashes, load, long properties
	@tools/test.sh long

bench: $(VENV)/.developer ## measure speed and memory of the real node; BENCH=verification ARGS="--help" for the engine alone
	@$(BIN)/python bench/$(or $(BENCH),run).py $(ARGS)

lint: $(VENV)/.developer ## ruff, mypy --strict, layers, catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy dinh tools
	$(BIN)/dinh catalogue check

wheel: $(VENV)/.installed ## build dist/dinh-VERSION.whl, to install on a server
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

docs: $(VENV)/.developer ## write the reference pages again from catalogue and code
	$(BIN)/python tools/docs.py

lock: $(VENV)/.developer ## pin dependencies again, with hashes and without addresses
	@tools/lock.sh

clean: ## remove .venv and caches; data under var/ stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis

help: ## print this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12
