# The first Python that is new enough and really runs (a shim of a version manager may exist and fail)
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; exit; }; done; echo python3)
VENV := .venv/bin/python
CHECK_PYTHON = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo '✗ Gazetteer needs Python 3.11 or newer: install one, or name it: make PYTHON=/path/to/python3'; exit 1; }

# Some machines set it: then each of the many processes would compile all that it imports anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint fmt lock
.SILENT:

help: ## Show what there is
	grep -E '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
		|| grep -E '^[a-z%-]+:.*## ' $(MAKEFILE_LIST)

demo: ## Set everything up and serve the demo on port 8000 (PORT=, DEMO_DIR=) until Ctrl-C
	$(CHECK_PYTHON)
	$(PYTHON) -m portal.running.bootstrap demo
	exec $(VENV) -m portal.running.demo

demo-reset: ## Drop the demo's data
	$(CHECK_PYTHON)
	exec $(PYTHON) -m portal.running.reset

test: ## Run every check and every test (ARGS= goes to pytest)
	$(CHECK_PYTHON)
	$(PYTHON) -m portal.running.bootstrap dev
	exec $(VENV) -m portal.running.checks test $(ARGS)

lint: ## Run the checks alone
	$(CHECK_PYTHON)
	$(PYTHON) -m portal.running.bootstrap dev
	exec $(VENV) -m portal.running.checks lint

fmt: ## Format the code
	$(CHECK_PYTHON)
	$(PYTHON) -m portal.running.bootstrap dev
	$(VENV) -m ruff check --fix --quiet . ; $(VENV) -m ruff format .

lock: ## Resolve the lock files anew (ARGS=--upgrade for newer versions)
	$(CHECK_PYTHON)
	$(PYTHON) -m portal.running.bootstrap dev
	$(VENV) -m pip install --quiet uv
	exec $(VENV) -m portal.running.lock $(ARGS)

bench-%: ## Measure, side by side with others (bench-ingest, bench-search, …; QUICK=1 for a small size)
	$(CHECK_PYTHON)
	$(PYTHON) -m portal.running.bootstrap dev
	exec $(VENV) -m bench.$*
