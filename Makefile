# Thin verbs over manage.py and pytest. `make demo` and `make test` do all their own set-up.
# Settings come from the environment: RSC_PORT=8080 RSC_ATS_PORT=8081 make demo

manage = .venv/bin/python manage.py

.PHONY: help demo test test-opensearch lint format lock db-start db-stop db-status clean

help:
	@echo "make demo      bring up everything with a small world in it, until Ctrl-C"
	@echo "make test      run all tests, those in a real browser included"
	@echo "make test-opensearch  the search tests again, with three nodes of OpenSearch (Java, Maven)"
	@echo "make lint      what .ci/run checks before the tests"
	@echo "make lock      compile the hashed requirements after a change of pyproject.toml"
	@echo "make format    put the code in the house's form"
	@echo "make db-start  start the embedded PostgreSQL (db-stop, db-status)"
	@echo "make clean     delete .venv and .rsc, the demo's data included"

# The pretend ATS lives on this machine. (Exported, so that no shell stands between make's
# signals and the demo.)
demo: export RSC_PRIVATE_CALLBACKS = yes
demo:
	@.ci/environment demo
	@$(manage) demo

test:
	@.ci/environment dev
	@.ci/browser
	@$(manage) db run .venv/bin/pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

# The nodes are fetched, started, killed and stopped by this; nothing of them stays but the jars.
test-opensearch:
	@.ci/environment dev
	@.venv/bin/python -m fixtures.opensearch $(manage) db run .venv/bin/pytest tests/search \
	    -k opensearch $(PYTEST_ARGS)

lint:
	@.ci/environment dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy

format:
	@.ci/environment dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

compile = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock:
	@.ci/environment dev
	$(compile) pyproject.toml -o requirements.txt
	$(compile) pyproject.toml --extra dev -o requirements-dev.txt

db-start db-stop db-status:
	@.ci/environment demo
	@$(manage) db $(@:db-%=%)

clean:
	@[ ! -x .venv/bin/python ] || $(manage) db stop
	rm -rf .venv .rsc
