# Every target works on a fresh machine with Python 3.11+; the second time is quick.
# CPU build of torch on Linux: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make start

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LEARNER := $(VENV)/.learner
DEVELOPER := $(VENV)/.developer
SITE := $(VENV)/.site
# On a terminal pip shows what it downloads, with its sizes and its bar.
PIP_INSTALL = quiet=; [ -t 1 ] || quiet=--quiet; \
	$(BIN)/python -m pip install $$quiet --disable-pip-version-check
# Grading processes write no bytecode, not to leave an answer's behind; they read the tool's.
COMPILE = $(BIN)/python -m compileall -q dojo

.PHONY: help start test lint types katas tool check sample mutants site serve bench clean

help:
	@echo "make start   install, then the first minute (dojo tour)"
	@echo "make test    everything that CI runs"
	@echo "make site    the theory as a web site, into site/"
	@echo "make serve   the same on http://127.0.0.1:8000, built again on every change"
	@echo "make mutants every small edit of every reference: rejected, and located"
	@echo "make bench   the benchmarks, into docs/benchmarks.json: ratios, measured in one run"
	@echo "make clean   remove the virtual environment and caches; answers stay"

$(BIN)/python:
	@echo "== virtual environment: $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "DL Katas needs Python 3.11 or newer; try: make start PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(LEARNER): pyproject.toml | $(BIN)/python
	@echo "== install: torch, numpy, pytest and what they need, some minutes:"
	@echo "   about 250 MB to download, with the default torch for Linux about 3 GB"
	@$(PIP_INSTALL) --editable .
	@$(COMPILE)
	@touch $@

$(DEVELOPER): pyproject.toml | $(BIN)/python
	@echo "== install: the same, with what contributors use"
	@$(PIP_INSTALL) --editable '.[dev,site,browser]'
	@$(COMPILE)
	@$(BIN)/python -m dojo.site.assets
	@touch $@ $(LEARNER)

$(SITE): pyproject.toml dojo/site/assets.txt | $(LEARNER)
	@echo "== install: what builds the site"
	@$(PIP_INSTALL) --editable '.[site]'
	@$(BIN)/python -m dojo.site.assets
	@touch $@

start: $(LEARNER)
	@$(BIN)/dojo tour
	@echo
	@echo "Activate the environment first: . $(BIN)/activate"

# Every part runs, also after one that failed; the last line says which did.
test: $(DEVELOPER)
	@failed=; \
	for part in lint types katas tool check sample; do \
		$(MAKE) --no-print-directory $$part || failed="$$failed $$part"; \
	done; \
	if [ -n "$$failed" ]; then echo "== failed:$$failed"; exit 1; fi; \
	echo "== all green"

lint: $(DEVELOPER)
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== import-linter: the rooms of dojo/"
	@$(BIN)/lint-imports --no-logo --no-cache

types: $(DEVELOPER)
	@echo "== mypy"
	@$(BIN)/mypy

katas: $(DEVELOPER)
	@echo "== pytest --solutions"
	@$(BIN)/python -m pytest --solutions -q

# Where no bytecode may be written, each of many processes would compile all of the tool.
tool: $(DEVELOPER)
	@echo "== pytest tests/dojo"
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest tests/dojo -q -n auto

check: $(DEVELOPER)
	@echo "== dojo check"
	@$(BIN)/dojo check

sample: $(DEVELOPER)
	@echo "== dojo mutants: a fixed sample"
	@$(BIN)/dojo mutants --share 80

mutants: $(DEVELOPER)
	@echo "== dojo mutants: every one"
	@$(BIN)/dojo mutants --write docs/mutants.json

site: $(SITE)
	@echo "== site: build/ and site/"
	@$(BIN)/python -m dojo.site.build

serve: $(SITE)
	@$(BIN)/python -m dojo.site.serve

bench: $(DEVELOPER)
	@echo "== benchmarks, one after the other; what else computes would be measured too"
	@$(BIN)/python -m pytest tests/bench/bench_*.py -v --table docs/benchmarks.json

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .benchmarks build site *.egg-info
