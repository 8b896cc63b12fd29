# Everything runs in .venv, which the targets make for themselves. Written for GNU Make 3.81 and later.

PYTHON := .venv/bin/python
READY := .venv/.ready

.PHONY: practice test soak attack bench bench-history bench-asks bench-weigh bench-sealed bench-due bench-forget bench-hold lint image bare audit run lock clean

# A practice council on this machine. CHANNEL, TOUR, DATA and PORT are optional: make practice PORT=8200
practice: $(READY)
	@$(PYTHON) -m bot practice \
	  $(if $(CHANNEL),--channel "$$CHANNEL") $(if $(TOUR),--tour "$$TOUR") \
	  $(if $(DATA),--data "$$DATA") $(if $(PORT),--port "$$PORT")

test: $(READY)
	@$(PYTHON) -m pytest

soak: $(READY)
	@$(PYTHON) -m tests.soak

attack: $(READY)
	@$(PYTHON) -m tests.attack

bench: $(READY)
	@$(PYTHON) -m tests.bench

bench-history: $(READY)
	@$(PYTHON) -m tests.bench.history

bench-asks: $(READY)
	@$(PYTHON) -m tests.bench.asks

bench-weigh: $(READY)
	@$(PYTHON) -m tests.bench.weighing

bench-sealed: $(READY)
	@$(PYTHON) -m tests.bench.sealing

bench-due: $(READY)
	@$(PYTHON) -m tests.bench.due

bench-forget: $(READY)
	@$(PYTHON) -m tests.bench.forgetting

bench-hold: $(READY)
	@$(PYTHON) -m tests.bench.holding

lint: $(READY)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

# The container's image, built and tried; the whole check on a Debian that has nothing. Both need Debian and root.
image:
	@.ci/image

bare:
	@.ci/bare

# Whether faults are known of what the locks name. Needs the network; where nobody answers, it says so.
audit:
	@python3 .ci/audit.py

# The bot on Discord: DISCORD_TOKEN_FILE=token.txt make run
run: $(READY)
	@exec $(PYTHON) -m bot run

# Locks for every Python and system: all groups, the same versions again for what a server needs, and what .ci/audit.py uses.
# Needs uv. Versions stay as they are where they can; delete requirements.lock first to take the newest.
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) --group run --group practice --group test --output-file requirements.lock
	$(LOCK) --group run --constraint requirements.lock --output-file requirements-run.lock
	$(LOCK) --group audit --output-file requirements-audit.lock

# var/ stays: it holds what people said.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Missing: Python 3.11 or later with venv. Get it with "apt install python3-venv" on Debian or Ubuntu, "brew install python" on macOS, or from python.org.' >&2; \
	  exit 1; \
	fi; \
	echo "Setting up .venv (once, about a minute)"; \
	$$found -m venv --clear .venv
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@
