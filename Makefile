# Everything one does with this checkout. `make` alone explains the targets.

PYTHON ?= python3
PORT ?= 8000

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check lint types contracts templates settings fix bench report requirements vendor messages

BIN := .venv/bin
# A stamp carries the content of what it stands for, so that switching branches reinstalls when it must, and only then.
BASE_STAMP := .venv/.installed-base-$(shell sha256sum requirements/base.txt | cut -c1-16)
DEV_STAMP := .venv/.installed-dev-$(shell sha256sum requirements/dev.txt | cut -c1-16)

RUN_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := $(RUN_PACKAGES) postgresql chromium poppler-utils

CATALOGUES := locale/fr/LC_MESSAGES/django.mo

FIND_TEMPLATES := find . -path ./.venv -prune -o -path '*/templates/*.html' -print0
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r

help: ## explain every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(BASE_STAMP) $(CATALOGUES) ## install what the site needs: Debian packages, .venv, compiled catalogues
	@deploy/need-packages $(RUN_PACKAGES)

setup-dev: $(DEV_STAMP) $(CATALOGUES) ## the same, and what the tests and checks need
	@deploy/need-packages $(TEST_PACKAGES)

run: setup ## run the site with the real plan on http://127.0.0.1:8000 (PORT=… to change)
	@PORT=$(PORT) deploy/run-development

test: setup-dev ## checks, then the suite on SQLite, on PostgreSQL and in a browser
	@deploy/run-tests

check: lint types contracts templates settings ## all of the next five; they change nothing (make -k goes on after a failure)

lint: $(DEV_STAMP) ## style of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(DEV_STAMP) ## mypy, strict
	$(BIN)/mypy .

contracts: $(DEV_STAMP) ## direction of imports between the rooms
	$(BIN)/lint-imports --no-logo

templates: $(DEV_STAMP) ## format and mistakes of the templates
	$(FIND_TEMPLATES) | xargs -0 -r $(BIN)/djade --target-version 5.2 --check
	$(BIN)/djlint --lint --quiet --allow-empty-input templates

settings: $(DEV_STAMP) $(CATALOGUES) ## Django's own checks, forgotten migrations, untranslated texts
	@# The default database lives there, and looking for forgotten migrations opens it.
	@mkdir -p var
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	deploy/messages --check

fix: $(DEV_STAMP) ## put code and templates in the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(FIND_TEMPLATES) | xargs -0 -r $(BIN)/djade --target-version 5.2

bench: setup-dev ## measure speed on both databases, on data of its own
	@scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; export VIGIE_VAR_DIR="$$scratch"; \
		env -u DATABASE_URL $(BIN)/python -m tests.bench; \
		deploy/with-postgres $(BIN)/python -m tests.bench

report: setup ## write the evaluation report of the real plan to var/
	@deploy/prepare-database
	$(BIN)/python manage.py export_evaluation traite-2014-2016 --output var/evaluation-traite-2014-2016.pdf

requirements: $(DEV_STAMP) ## renew requirements/*.txt from pyproject.toml
	deploy/lock-requirements

vendor: $(DEV_STAMP) ## renew the third-party files of static/ (needs npm)
	$(BIN)/python deploy/vendor

messages: $(DEV_STAMP) ## renew the French catalogue from the code (needs gettext)
	@deploy/need-packages gettext
	deploy/messages

%.mo: %.po | $(BASE_STAMP)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Vigie needs Python 3.11 or newer and '$(PYTHON)' is not: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	@# Debian's Python comes without what makes environments.
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/need-packages python3-venv
	@rm -rf .venv
	$(PYTHON) -m venv .venv

$(BASE_STAMP): | .venv/bin/python
	$(PIP_INSTALL) requirements/base.txt
	@rm -f .venv/.installed-base-*
	@touch $@

$(DEV_STAMP): $(BASE_STAMP) | .venv/bin/python
	$(PIP_INSTALL) requirements/dev.txt
	@rm -f .venv/.installed-dev-*
	@touch $@
