# The only entry: people, hooks and CI call the same targets.  Needs Python 3.11+ and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SERVE  ?= 1
DEMO   ?= demo

.PHONY: help install demo test test-all test-fast bench bench-large bench-dashboard pictures screenshots lint lock clean
help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 16

install: $(VENV)/.installed  ## the environment in .venv, from requirements.lock

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install    ## bundled real tickets -> alerts, report, digest, dashboard (SERVE=0: without serving)
	$(BIN)/weisu demo --workspace $(DEMO) $(if $(filter 0,$(SERVE)),--no-serve,)

test: install    ## the suite, without a few runs of minutes on a whole city
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long"

test-all: install  ## the whole suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-fast: install  ## without the slow and the browser tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not browser and not long"

bench: install   ## every figure the issues name, beside its target (QUICK=1: 300,000 rows at the door, not 3 million)
	$(BIN)/python tests/bench/run.py $(if $(QUICK),--quick,)

bench-large: install  ## a year of the largest city, then one more day: minutes and memory beside their targets (SIZE=2400000: a tenth)
	$(BIN)/python tests/bench/large.py $(SIZE)

bench-dashboard: install  ## the app for one reader and for twenty, beside loads and builds (WORKSPACE=DIR: of a copy of that one)
	$(BIN)/python tests/bench/dashboard.py $(WORKSPACE)

pictures: install  ## the READMEs' pictures, from the demo (needs chromium and poppler-utils)
	$(BIN)/weisu demo --workspace $(DEMO) --no-serve
	$(BIN)/python -m tests.browser.readme_pictures $(DEMO)

screenshots: install  ## every page of the app, light and dark, Chinese and English, into docs/screenshots (needs chromium)
	$(BIN)/python -m tests.browser.screenshots docs/screenshots

lint: install    ## style and imports
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

lock:            ## compile requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --no-strip-extras --no-annotate --allow-unsafe --python-version 3.11 -q --upgrade -o requirements.lock
	$(PYTHON) .ci/plain_pins.py requirements.lock

clean:           ## forget the environment and the demo
	rm -rf $(VENV) $(DEMO)
