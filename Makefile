# The words of the project. `make run` and `make test` work from a fresh clone with nothing installed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench relevance lock clean

run: $(VENV)/.installed ## the demo federation, crawled and searchable on http://127.0.0.1:8000
	$(BIN)/medborgarsok demo

test: $(VENV)/.installed ## all tests, the browser ones included
	$(BIN)/python tests/chromium.py
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.installed ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed ## every benchmark, its ratios printed
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

relevance: $(VENV)/.installed ## relevance figures: the demo (crawled before by `make run`), and real pages where ../shared/real is
	$(BIN)/medborgarsok evaluate
	$(BIN)/python -m tests.relevance.real_sets

lock: $(VENV)/.installed ## pin every dependency anew, with hashes and without addresses
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "python3-venv is missing: on Debian and Ubuntu run 'apt-get install python3-venv'"; exit 1; }
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

clean: ## remove what was installed and crawled
	rm -rf $(VENV) var
