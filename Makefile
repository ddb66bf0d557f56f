# Two commands do everything on a fresh machine: `make run` and `make test`.

PYTHON ?= python3
FOLDER ?= resources/samples
LIBRARY ?= .run/library
NAME ?= search

APP := .venv
TRAINING := .venv-training
ANITAG := $(APP)/bin/anitag --library "$(LIBRARY)"
BENCH := $(if $(filter training% adapting noise outside,$(NAME)),$(TRAINING),$(APP))

.PHONY: help run test test-app test-training lint bench app-env training-env clean

help:
	@echo "make run [FOLDER=...] [LIBRARY=...]   open the window on the sample pictures, or on FOLDER"
	@echo "make test                             lint, then every test, in both environments"
	@echo "make test-app | test-training | lint  one part of it"
	@echo "make bench NAME=search [ARGS=...]     one benchmark of tests/benchmarks"
	@echo "make training-env                     the environment with torch that trains models"

run: app-env
	@.ci/run-app "$(LIBRARY)" "$(FOLDER)"

test: lint test-app test-training

lint: app-env
	$(APP)/bin/ruff format --check .
	$(APP)/bin/ruff check .
	$(APP)/bin/mypy
	$(APP)/bin/lint-imports

test-app: app-env
	$(APP)/bin/python -m pytest

test-training: training-env
	$(TRAINING)/bin/python -m pytest tests/training

bench: $(BENCH)/.ready
	@$(BENCH)/bin/python -m pip install -q -e ".[bench]"
	@$(BENCH)/bin/python "tests/benchmarks/$(NAME).py" $(ARGS)

app-env: $(APP)/.ready

training-env: $(TRAINING)/.ready

$(APP)/.ready: pyproject.toml
	@PYTHON="$(PYTHON)" .ci/environment $(APP) dev
	@touch $@

$(TRAINING)/.ready: pyproject.toml
	@PYTHON="$(PYTHON)" .ci/environment $(TRAINING) train,dev
	@touch $@

clean:
	rm -rf .run dist build .pytest_cache .mypy_cache .ruff_cache
