# Every target does its own set-up; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
STACK ?= dev
ENVIRONMENT ?= dev
ENGINE ?= pulumi
PLACES ?= 400
BIN := .venv/bin
READY := .venv/ready
# Where the environment forbids it, every process would compile all of AWS's modules anew.
unexport PYTHONDONTWRITEBYTECODE

# The command of one release, by its content: it runs with the role that deploys.
PULUMI := 3.255.0
PULUMI_SHA256 := cf559568e2c32f7fae56ea3de8ae5fa48973ba8c5aa9dd2b3dc0c8898fe50dba
PULUMI_ARCHIVE := pulumi-v$(PULUMI)-linux-x64.tar.gz
# Where `make pulumi` puts it. Without that there is no such folder, and whatever is installed is found.
export PATH := $(CURDIR)/build/pulumi:$(PATH)
# What a preview, and a look for drift, write for people.
PREVIEW = build/promotion/$(ENVIRONMENT).md
DRIFT = build/promotion/$(ENVIRONMENT)-drift.md
LOOK = $(BIN)/python -m promotion drift $(ENVIRONMENT) --report $(DRIFT)

.PHONY: help rehearse promotions growth serve test check format lint types workflows engine breakages lock clean \
	ready pulumi preview promote drift preflight drill sweep discover comment issue propose

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

rehearse: $(READY) ## deploy into an emulated organisation, attack it, watch it contain
	$(BIN)/python -m rehearsal run --stack $(STACK) --engine $(ENGINE)

promotions: engine ## changes travel dev → staging → prod, by the workflows' own steps, and are stopped
	$(BIN)/python -m rehearsal promote

growth: engine ## what more and more accounts cost, measured: time, memory, state (PLACES=16: only so many)
	$(BIN)/python -m rehearsal growth --places $(PLACES)

serve: $(READY) ## the same organisation, deployed and waiting for your AWS client
	$(BIN)/python -m rehearsal serve --stack $(STACK)

test: engine ## every test, on all cores and one worker more
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: format lint types workflows test ## what has to pass before a commit

format: $(READY) ## is every file formatted?
	$(BIN)/ruff format --check .

lint: $(READY) ## does every file follow the rules?
	$(BIN)/ruff check .

types: $(READY) ## do the types hold?
	$(BIN)/mypy

workflows: $(READY) ## are the workflows sound? By zizmor, and by actionlint where it can be had
	$(BIN)/python -m tests.workflow_lint

engine: $(READY) ## find the pulumi command, or build it once, outside the checkout
	@$(BIN)/python -m rehearsal engine

breakages: $(READY) ## break it in many small ways and see what catches each
	$(BIN)/python -m tests.breakages

lock: $(READY) ## renew requirements.lock after a change of pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group rehearsal --group dev --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock

preview: $(READY) ## what a promotion of ENVIRONMENT would change, for people
	@mkdir -p build/promotion
	$(BIN)/python -m promotion preview $(ENVIRONMENT) --comment $(PREVIEW)

promote: $(READY) ## deploy ENVIRONMENT: its hub, then its batches; what has this commit is skipped (AGAIN=1: nothing is)
	$(BIN)/python -m promotion up --environment $(ENVIRONMENT)$(if $(AGAIN), --again)

drift: $(READY) ## does AWS have what is declared? Where not, the command's exit status is 3
	@mkdir -p build/promotion
	$(LOOK)

preflight: $(READY) ## ask every account of ENVIRONMENT what would keep it from containing
	$(BIN)/python -m operations preflight --environment $(ENVIRONMENT)

drill: $(READY) ## attack what is deployed in ENVIRONMENT, and watch it contain
	$(BIN)/python -m operations drill --environment $(ENVIRONMENT)

sweep: $(READY) ## remove what a drill that was killed has left in ENVIRONMENT
	$(BIN)/python -m operations drill --environment $(ENVIRONMENT) --remove-abandoned

discover: $(READY) ## write accounts of the organisation that nobody covers into ENVIRONMENT's files
	$(BIN)/python -m operations accounts discover --environment $(ENVIRONMENT) --write

comment: ## the previews as one comment on PULL_REQUEST (gh)
	$(PYTHON) -m promotion.github comment $(PULL_REQUEST)

issue: $(READY) ## look for drift, and tell it in ENVIRONMENT's one issue (gh)
	@mkdir -p build/promotion
	status=0; $(LOOK) || status=$$?; \
		$(PYTHON) -m promotion.github issue $(ENVIRONMENT) $$status $(DRIFT)

propose: ## a pull request with what discover wrote (gh)
	$(PYTHON) -m promotion.github propose $(ENVIRONMENT)

ready: $(READY) ## set up .venv

pulumi: ## the Pulumi command into build/, checked by its content (Linux, x64)
	@mkdir -p build
	curl --fail --silent --show-error --location --retry 3 --output build/$(PULUMI_ARCHIVE) \
		https://get.pulumi.com/releases/sdk/$(PULUMI_ARCHIVE)
	echo "$(PULUMI_SHA256)  build/$(PULUMI_ARCHIVE)" | sha256sum --check --quiet
	tar -xzf build/$(PULUMI_ARCHIVE) -C build

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
