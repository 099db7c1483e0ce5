# Every target does its own set-up; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
STACK ?= dev
ENGINE ?= pulumi
BIN := .venv/bin
READY := .venv/ready
# Where the environment forbids it, every process would compile all of AWS's modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help rehearse serve test check format lint types engine breakages lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

rehearse: $(READY) ## deploy into an emulated organisation, attack it, watch it contain
	$(BIN)/python -m rehearsal run --stack $(STACK) --engine $(ENGINE)

serve: $(READY) ## the same organisation, deployed and waiting for your AWS client
	$(BIN)/python -m rehearsal serve --stack $(STACK)

test: engine ## every test, on all cores
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: format lint types test ## what has to pass before a commit

format: $(READY) ## is every file formatted?
	$(BIN)/ruff format --check .

lint: $(READY) ## does every file follow the rules?
	$(BIN)/ruff check .

types: $(READY) ## do the types hold?
	$(BIN)/mypy

engine: $(READY) ## find the pulumi command, or build it once, outside the checkout
	@$(BIN)/python -m rehearsal engine

breakages: $(READY) ## break it in many small ways and see what catches each
	$(BIN)/python -m tests.breakages

lock: $(READY) ## renew requirements.lock after a change of pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group rehearsal --group dev --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock

clean: ## remove what the targets made in the checkout
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache

# uv is fast and pip is everywhere: the one installs, the other stands in where uv cannot run.
$(READY): requirements.lock requirements.installer.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 13) else \
		f"Python 3.11 or 3.12 is needed, this is {v[0]}.{v[1]}: make PYTHON=python3.12 …")'
	@echo "setting up .venv (about 750 MB; once)"
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.installer.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
		|| $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $(READY)
