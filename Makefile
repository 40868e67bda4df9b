# Highroad. `make demo` and `make test` need make and Python >= 3.11; they set up everything else in .venv themselves.
# All paths are relative and no console script is called, so the folder's name may hold a space.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-slow year orders check bench bench-classifier bench-link bench-home campaign soak away fuzz crash damage docs picture lock test-all wheel deb clean demo-env dev-env
unexport PYTHONPATH PYTHONHOME

PY := .venv/bin/python
PYTHON ?=
N ?= 200
WORKERS ?= 3
MINUTES ?= 30
SECONDS ?= 120
export PYTHON

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-17s %s\n' "$$name" "$$text"; done
	@echo "  Settings: PYTHON=/path/to/python3, N=200 (crash, damage), WORKERS=3 (test), UPGRADE=1 (lock), MINUTES=30 (soak), SECONDS=120 (fuzz), SETS=\"a.jsonl b.jsonl\" (bench-classifier)"

demo: demo-env ## the whole program on a sample mailbox, in the terminal
	@$(PY) -m daemon demo

test: dev-env ## all tests; gets Dovecot, Cyrus and an OAuth provider where it may
	@sh tools/ensure_dovecot.sh
	@sh tools/ensure_cyrus.sh
	@sh tools/ensure_oidc.sh
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal -m "not long and not slow"

test-slow: dev-env ## the tests that train models or play long stories, a few minutes more; part of .ci/run
	@sh tools/ensure_dovecot.sh
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal -m slow

check: dev-env ## lint, formatting, types, import contracts, corpus, tree
	@sh tools/check.sh $(PY)

bench: dev-env ## every tests/bench/bench_*.py
	@sh tools/bench.sh $(PY)

bench-classifier: dev-env ## our classifier beside bogofilter and others (SETS, CORPUS=1, MARKDOWN=1, UPDATE=1)
	@sh tools/ensure_program.sh bogofilter bogofilter
	@PYTHONPATH=.:tests $(PY) -m bench.classifier $(if $(CORPUS),--corpus) $(if $(MARKDOWN),--markdown) $(if $(UPDATE),--update) -- $(SETS)

bench-link: dev-env ## the link beside mbsync and a plain loop (MAILS=20000, ONLY=scan,latency,arrival,idle,memory)
	@sh tools/ensure_dovecot.sh
	@sh tools/ensure_program.sh mbsync isync
	@PYTHONPATH=.:tests $(PY) -m bench.link $(if $(MAILS),--mails $(MAILS)) $(if $(ONLY),--only $(ONLY))

bench-home: dev-env ## time to ready, memory idle and while reading, beside a bare imapclient (MAILS=1000)
	@sh tools/ensure_dovecot.sh
	@PYTHONPATH=.:tests $(PY) -m bench.home $(if $(MAILS),--mails $(MAILS))

campaign: dev-env ## the connection cut at every byte of laying a draft and of reading; a table that must be all zeros
	@sh tools/ensure_dovecot.sh
	@sh tools/ensure_cyrus.sh
	@PYTHONPATH=.:tests $(PY) -m campaign

soak: dev-env ## the service among random faults, arrivals and kills for MINUTES=30
	@sh tools/ensure_dovecot.sh
	@PYTHONPATH=.:tests $(PY) -m campaign.soak --minutes $(MINUTES)

away: dev-env ## the service kicked in IDLE, then without its server for five minutes
	@sh tools/ensure_dovecot.sh
	@PYTHONPATH=.:tests $(PY) -m campaign.away --minutes 5

fuzz: dev-env ## atheris on the reading of mails and long runs of the state machines, for SECONDS=120 each
	@SECONDS_EACH=$(SECONDS) sh tools/fuzz.sh

year: dev-env ## a year of one search on Dovecot with a clock that is turned: expected against placed drafts (APPLICATIONS=120)
	@sh tools/ensure_dovecot.sh
	@PYTHONPATH=.:tests $(PY) -m year $(if $(APPLICATIONS),--applications $(APPLICATIONS))

orders: dev-env ## 6,000 orders of events and clocks through the cadence: never early, twice, too many or after a cancel
	@$(PY) -m pytest tests/unit/test_cadence_orders.py -q -m long --timeout 0

crash: dev-env ## kill a longer pass at N random moments
	@sh tools/ensure_dovecot.sh
	@HIGHROAD_CRASH_TRIALS=$(N) $(PY) -m pytest tests/crash tests/unit/test_backup_restore.py -q -m long --timeout 0

damage: dev-env ## N damaged journals, each set aside and made good from the mailbox: no draft twice, nothing lost
	@sh tools/ensure_dovecot.sh
	@HIGHROAD_DAMAGE_TRIALS=$(N) $(PY) -m pytest tests/system/test_damage.py tests/unit/test_journal_damage.py tests/unit/test_journal_released.py -q -m long --timeout 0

docs: dev-env ## all that is made of the documentation: tables, diagrams, man page, the demo's picture, what servers answer
	@$(PY) -m tools.make_docs
	@sh tools/ensure_dovecot.sh
	@sh tools/ensure_cyrus.sh
	@PYTHONPATH=.:tests $(PY) -m support.server_matrix

picture: dev-env ## play the demo, and draw docs/demo.svg from what it says now
	@$(PY) -m tools.picture --record

lock: ## requirements/*.txt from pyproject.toml (UPGRADE=1: newest versions)
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)

test-all: ## the tests with every Python from 3.11 on that is found
	@sh tools/ensure_dovecot.sh
	@sh tools/ensure_cyrus.sh
	@WORKERS=$(WORKERS) sh tools/test_all.sh

wheel: demo-env ## sdist and wheel into dist/; the same commit gives the same bytes
	@$(PY) -m tools.wheel

deb: demo-env ## dist/highroad_VERSION_ARCH.deb, for the Debian or Ubuntu that it is built on
	@$(PY) -m tools.deb

clean: ## take away environments, caches and builds
	@rm -rf .venv .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

demo-env:
	@sh tools/venv.sh demo

dev-env:
	@sh tools/venv.sh dev
