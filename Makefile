# The front door of the house. `make run` needs only Python 3.11 or newer, pip and make.
PYTHON ?= python3
PORT ?= 8000
VENV = .venv/bin

.PHONY: run test messages catalogues

run: ## installs what is missing, loads the demonstration once, starts the product
	@$(PYTHON) scripts/bootstrap.py run --port $(PORT)

messages: ## brings the catalogues of sentences up to date; APPS="ui alliance" for some, PRUNE=1 forgets what is gone
	@$(VENV)/python -m kiif.config.messages $(if $(PRUNE),--prune) $(APPS)

catalogues: ## compiles the catalogues
	@$(VENV)/python -m kiif.config.messages --compile
