# make run: the page on http://127.0.0.1:7860 · make test: everything the tests need, then the tests · each alone on a fresh machine
SHELL := /bin/bash
# the first that runs and is of a version that every dependency has
FITS := import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.10 python3 python; do \
  $$name -c '$(FITS)' >/dev/null 2>&1 && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
AUDIT := .venv-audit
INSTALLED = $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

.PHONY: run test check bench soak eval models sbom audit clean

run: $(VENV)/ready
	@$(BIN)/python -m studio models fetch || echo "Some models could not be fetched; the tabs say which. The page opens all the same."
	PORT=$(PORT) $(BIN)/python app.py

test: $(VENV)/ready-dev
	@$(BIN)/python -m studio models fetch
	@$(BIN)/python tests/browser/chromium.py --install
	$(MAKE) check
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/ready-dev
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m tests.bench

# hours of attack and accident against a server on loopback; make soak ARGS="visitors --quick" for a part of it
soak: $(VENV)/ready-dev
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m tests.soak $(ARGS)

eval: $(VENV)/ready-dev
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m tests.eval

# one of them: make eval-narrate, eval-compose, eval-infill, eval-generate, eval-detect, eval-story
eval-%: $(VENV)/ready-dev
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m tests.eval.eval_$* $(ARGS)

# on files that nobody of the project made: make eval-wild FOLDER=F, where F holds ai/GENERATOR/* and real/SOURCE/*
eval-wild: $(VENV)/ready-dev
	@test -n "$(FOLDER)" || { echo "Name the folder: make eval-wild FOLDER=F, where F holds ai/GENERATOR/* and real/SOURCE/*."; exit 1; }
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m tests.eval.wild "$(FOLDER)" $(ARGS)

models: $(VENV)/ready
	$(BIN)/python -m studio models fetch

# a bill of materials of the environment that runs; needs no network once it is set up
sbom: $(VENV)/ready $(AUDIT)/ready
	@$(AUDIT)/bin/cyclonedx-py environment --output-reproducible --of JSON -o sbom.cdx.json $(BIN)/python
	@echo "sbom.cdx.json names every package that the studio runs with."

# known holes in the pinned versions, where a database can be reached
audit: $(VENV)/ready $(AUDIT)/ready
	@if $(BIN)/python -c 'import urllib.request; urllib.request.urlopen("https://pypi.org/pypi/pip/json", timeout=10)' 2>/dev/null; then \
	  $(AUDIT)/bin/pip-audit --progress-spinner off --path "$(INSTALLED)"; \
	else echo "No database of known holes can be reached from here, so nothing was audited; run make audit again with a connection."; fi

$(AUDIT)/ready: requirements-audit.txt | $(VENV)/bin/python
	@$(VENV)/bin/python -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet -r requirements-audit.txt
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(FITS)' || { \
	  echo "Python 3.10, 3.11 or 3.12 is needed. Name one: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "venv is missing: on Debian, install it with: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/ready: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25"
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@$(BIN)/python tests/browser/chromium.py --libraries
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) $(AUDIT) sbom.cdx.json .mypy_cache .ruff_cache .pytest_cache bench soak
