# `make demo` and `make test` each set up all they need first; see .ci/setup.

python := .venv/bin/python

.PHONY: demo test check format wheel bench clean

## demo: write the example engagement's documents into demo/
demo:
	@.ci/setup demo
	@.venv/bin/docgen demo demo

## test: run every test, validators included
test:
	@.ci/setup test
	@DOCGEN_REQUIRE_VALIDATORS=1 $(python) -m pytest -n auto

## check: format, lint, types, import contracts, tests
check:
	@.ci/setup test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	DOCGEN_REQUIRE_VALIDATORS=1 $(python) -m pytest -n auto

## format: bring the code into its form
format:
	@.ci/setup test
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

## wheel: build dist/docgen-….whl, which carries the templates
wheel:
	@.ci/setup test
	$(python) -m build --no-isolation --wheel

## bench: print the speed of this tree on this machine
bench:
	@.ci/setup demo
	@set -e; for script in benchmarks/[a-z]*.py; do $(python) $$script; done

## clean: remove all that was made here
clean:
	rm -rf .venv .docgen-tools build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
