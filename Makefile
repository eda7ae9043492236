# make setup once, then make demo, make test, make check.

PYTHON ?= python3
BIN := .venv/bin
SAMPLES := ministry_portfolio.xlsx portfolio.iati.xml crs_extract.csv

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format lock clean

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready  ## Make .venv with the locked packages and Portolan itself

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## Tag samples/ into out/ and show the result
	@mkdir -p out
	@for sample in $(SAMPLES); do \
		echo; echo "== portolan tag samples/$$sample -o out/$$sample"; \
		$(BIN)/portolan tag samples/$$sample -o out/$$sample --force || exit 1; \
	done
	@echo; echo "== the CRS extract as JSON Lines"
	@$(BIN)/portolan tag samples/crs_extract.csv -o out/crs_extract.jsonl --force --json > out/summary.json
	@$(BIN)/python samples/show.py out/crs_extract.jsonl
	@echo; echo "Open out/ministry_portfolio.xlsx to see what a reviewer sees."

test: setup  ## Run the tests
	@$(BIN)/python -m pytest

check: setup  ## Check format, lint and types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

format: setup  ## Format the code and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: setup  ## Resolve requirements/dev.txt anew from pyproject.toml
	@$(BIN)/python -m uv --version > /dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	@$(BIN)/python -m uv pip compile pyproject.toml --extra train --extra service --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements/dev.txt

clean:  ## Remove what was made
	rm -rf out .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
