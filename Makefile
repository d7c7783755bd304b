# The front door of the house. `make run` needs only Python 3.11 or newer, pip and make.
PYTHON ?= python3
PORT ?= 8000
RESULTS ?= .cache/results
NO_DEMO = $(if $(filter no,$(DEMO)),--no-demo)
BIN = .venv/bin
# what the verifications write (database, static files) goes to a folder of its own
CHECK = KIIF_DATA_DIR=$(CURDIR)/.cache/check KIIF_SECRET_KEY=only-for-the-verifications-$(shell printf '%050d' 0)
PRODUCTION = $(CHECK) KIIF_BASE_URL=https://kiif.example KIIF_TRUSTED_PROXIES=1
TEMPLATES = $(shell git ls-files 'src/**/*.html')

.PHONY: help run prepare test setup-tests lint format types floors templates catalogues migrations deploy unit e2e \
	messages locks audit clean

help: ## shows these lines
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1  –  /p' Makefile

run: ## installs what is missing, loads the demonstration once, starts the product (PORT=8123 to choose, DEMO=no)
	@$(PYTHON) scripts/bootstrap.py run --port $(PORT) $(NO_DEMO)

prepare: ## the same, without starting
	@$(PYTHON) scripts/bootstrap.py prepare $(NO_DEMO)

test: setup-tests format lint types floors templates catalogues migrations deploy unit e2e ## everything is verified

setup-tests:
	@$(PYTHON) scripts/bootstrap.py test

format: ## layout of the code
	$(BIN)/ruff format --check src tests scripts benchmarks

lint: ## faults of the code
	$(BIN)/ruff check src tests scripts benchmarks

types: ## types
	$(BIN)/mypy

floors: ## an import goes down, never up
	$(BIN)/lint-imports --no-logo

templates: ## layout of the templates
	$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)

catalogues: ## every sentence is translated, with its placeholders and its typography
	$(BIN)/python -m kiif.config.messages --check

migrations: ## models and migrations agree
	$(CHECK) $(BIN)/python manage.py makemigrations --check --dry-run

deploy: ## settings of production
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

unit: ## tests without a browser
	$(BIN)/pytest -n 2 -q -m "not e2e" --junitxml=$(RESULTS)/unit.xml $(PYTEST)

e2e: ## tests in a real browser
	$(BIN)/pytest -n 2 -q -m e2e --junitxml=$(RESULTS)/e2e.xml $(PYTEST)

messages: ## brings the catalogues up to date; APPS="ui alliance" for some of them, PRUNE=1 forgets what is gone
	@$(BIN)/python -m kiif.config.messages $(if $(PRUNE),--prune) $(APPS)

LOCK = $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links --no-header

locks: ## computes the locked versions again (UPGRADE=1 to take newer ones)
	$(LOCK) $(if $(UPGRADE),--upgrade) -o requirements.txt pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) -o requirements-test.txt --extra test --constraint requirements.txt pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) -o requirements-node.txt requirements-node.in

clean: ## forgets what can be built again; data (var/) stay
	rm -rf .cache .venv node_modules src/kiif/ui/static/build
