# `make run` and `make test` are all a fresh machine needs; each sets up what it lacks.

VENV := .venv/bin
# The first that is new enough; .venv's own is asked first because it answers fastest.
PYTHON = $(shell for each in $(VENV)/python python3 python3.12 python3.13 python3.14 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 \
	&& echo "$$each" && break; done)

.PHONY: help setup run test check faults
help:
	@echo "make run    set up everything and serve the product with its demonstration"
	@echo "make test   set up everything and run the suite (ARGS= goes to pytest)"
	@echo "make check  style, types, layers, migrations, translations, OpenAPI, lock files"
	@echo "make faults kill workers 200 times at random points of a dues run; takes a while"
	@echo "make setup  only set up; then .venv/bin/python manage.py … works"

setup:
	@python="$(PYTHON)"; if [ -z "$$python" ]; then \
		echo "Python 3.12 or newer was not found: install one and start again." >&2; exit 1; fi; \
	exec "$$python" config/bootstrap.py

run: setup
	@$(VENV)/python -m config.run

test: setup
	@$(VENV)/python -m pytest -n auto $(ARGS)

check: setup
	@$(VENV)/python .ci/check

faults: setup
	@FAULTS=200 $(VENV)/python -m pytest tests/faults $(ARGS)
