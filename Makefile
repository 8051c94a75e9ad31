# Two commands are all a newcomer needs: `make run` and `make test`. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV ?= .venv
# Whatever Python is at hand; 3.11 or later does.
PYTHON ?= $(or $(shell command -v python3.11 2>/dev/null),python3)
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
# Just what is named: the lock files name all dependencies, and setuptools, which builds those without a wheel.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation
LOCKED := $(PIP_INSTALL) --require-hashes
# pip compiles what it installs; a checkout starts slowly where Python may not write this itself.
COMPILE := $(BIN)/python -m compileall -q authenticator

# Tests make vaults by the thousand, each synced to disk several times: in memory, where there is
# room for them, none waits for the disk.
IN_MEMORY := $(shell ! grep -qs ' /dev/shm .*noexec' /proc/mounts && [ -w /dev/shm ] && \
	[ "$$(df --output=avail /dev/shm | tail -1)" -gt 2000000 ] && echo TMPDIR=/dev/shm)

# How long the long ones run; .ci/run shortens them.
SOAK_EXAMPLES ?= 2000
SOAK_ROUNDS ?= 20
FUZZ_RUNS ?= 1000000
BENCH_ROUNDS ?= 15

# The same commit gives the same files. Python's sets and the clock must not show in them.
SAME_BYTES := PYTHONHASHSEED=0 PYTHONPATH=. SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 0)
# OpenCV as the executable has it takes long to build, so it is kept where `make clean` lets it be.
OPENCV ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/authenticator-build
OPENCV_SITE := $(if $(filter Linux,$(shell uname -s)),$(OPENCV)/site-$(shell sed -n 's/^opencv-python-headless==\([^ ]*\).*/\1/p' requirements/app.txt))

.PHONY: help venv run check test soak bench bench-scan bench-time bench-gui screens docs-screens translations package \
	packages test-package test-panels panels-table field-table bench-package docs fuzz lock audit clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(VENV)/installed ## set up .venv, so that .venv/bin/authenticator is there

run: $(VENV)/installed ## start the app; ARGS="scan FILE --add" reaches every verb
	@$(BIN)/authenticator $(ARGS)

check: $(VENV)/installed ## lint, format, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# With ARGS nothing but these tests: no checks before, no coverage after.
test: $(if $(ARGS),,check) $(VENV)/services ## check, then every test with coverage; ARGS="tests/unit/otp -k uri" runs these alone
	$(IN_MEMORY) $(PYTEST) -p no:benchmark -ra $(or $(ARGS),-n 2 --dist worksteal --cov --cov-report=term:skip-covered)

soak: $(VENV)/services ## the laws on many more examples, crashes and pictures by the thousand
	SOAK_EXAMPLES=$(SOAK_EXAMPLES) SOAK_ROUNDS=$(SOAK_ROUNDS) $(PYTEST) -n 2 --dist worksteal \
		-p no:benchmark -ra --timeout=7200 --hypothesis-profile=soak -m "hypothesis or crash or soak"

fuzz: $(VENV)/fuzz ## millions of inputs for each parser, guided by the code that they reach; FUZZ_RUNS=N each
	$(IN_MEMORY) $(BIN)/python -m tests.fuzz --runs $(FUZZ_RUNS) $(ARGS)

# Most of the time each panel waits for a time step, so that more run than there are processors.
test-panels: $(VENV)/services ## Redmine, MediaWiki, LemonLDAP::NG, Glewlwyd from Debian, in a browser, by window and terminal
	@tools/system-packages panels $(PYTHON)
	$(IN_MEMORY) $(PYTEST) tests/panel/debian -p no:benchmark -ra -n 4 $(ARGS)

panels-table: $(VENV)/services ## measure these panels anew for docs/compatibility.md
	@tools/system-packages panels $(PYTHON)
	@$(BIN)/python -m tests.panel.debian.table docs/compatibility.md

field-table: $(VENV)/installed ## what panels and people send, and what becomes of it: docs/what-is-sent.md
	@mkdir -p build
	@$(BIN)/python -m tests.field.table >build/what-is-sent.md && mv build/what-is-sent.md docs/

bench: $(VENV)/services ## speed against bare scripts; JSON into build/bench/
	@mkdir -p build/bench
	@$(COMPILE)
	BENCH_ROUNDS=$(BENCH_ROUNDS) $(PYTEST) tests/benchmarks -p no:xdist -q -ra \
		--benchmark-columns=min,median,rounds --benchmark-json=build/bench/$$(uname -n)-$$(uname -m).json

bench-scan: $(VENV)/services ## what the reader reads of PICTURES="FOLDER...", beside zxing-cpp and pyzbar alone
	@$(BIN)/python -m tests.benchmarks.scan $(PICTURES)

bench-time: $(VENV)/services ## correct time: error against the true offset, time to a decision; JSON into build/bench/
	@$(BIN)/python -m tests.benchmarks.correct_time

screens: $(VENV)/services ## draw every page of the window and a panel's enrolment: build/screens, build/panel
	$(BIN)/python -m tests.gui.screens build/screens
	$(BIN)/python -m tests.panel.film build/panel

docs-screens: screens ## draw them, then refresh the few that the documentation shows
	cp $(patsubst docs/%,build/%,$(wildcard docs/screens/*.png)) docs/screens
	cp build/panel/*.png docs/panel

translations: $(VENV)/installed ## bring the catalogues up to what the code says, and compile them
	tools/translations $(BIN)/python

bench-gui: $(VENV)/services ## the window beside a bare one and other authenticators; JSON into build/bench/
	@$(COMPILE)
	@$(BIN)/python -m tests.benchmarks.gui $(MEASURES)

package: $(VENV)/installed $(OPENCV_SITE) ## one folder that runs without Python: dist/authenticator/
	$(SAME_BYTES) PYTHONPATH=$(OPENCV_SITE) PYINSTALLER_CONFIG_DIR=build/pyinstaller/cache \
		$(BIN)/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/pyinstaller build.spec

packages: package ## from that folder, into dist/: .deb, .tar.xz, SBOM, checksums
	$(SAME_BYTES) $(BIN)/python packaging/deb.py dist/authenticator build/packages
	$(SAME_BYTES) $(BIN)/python packaging/tarball.py dist/authenticator build/packages
	mv build/packages/*.deb build/packages/*.tar.xz dist/
	$(SAME_BYTES) $(BIN)/python packaging/sbom.py dist/sbom.cdx.json
	cd dist && sha256sum *.deb *.tar.xz sbom.cdx.json >SHA256SUMS

test-package: $(VENV)/packaging packages ## the executable and its packages as users get them, in a fresh Debian
	$(PYTEST) tests/package -p no:benchmark -p no:xdist -ra

bench-package: $(VENV)/services package ## start of the executable against venv and bare bundle; size by component
	$(BIN)/python -m tests.benchmarks.package dist/authenticator

docs: $(VENV)/docs ## the documentation as a site: build/docs/index.html
	$(BIN)/mkdocs build --quiet --strict

lock: $(VENV)/audit ## bring requirements/ up to pyproject.toml; ARGS=--upgrade takes the newest versions
	$(BIN)/python tools/lock.py $(ARGS)

audit: $(VENV)/audit ## known vulnerabilities in what is locked; without a network it says that it could not look
	@$(BIN)/python tools/audit.py $(ARGS)

clean: ## remove what was built; .venv too
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ifneq ($(OPENCV_SITE),)
$(OPENCV_SITE): | $(VENV)/packaging
	packaging/opencv $(BIN)/python $(OPENCV)
endif

# Stamps: older than what they depend on means stale, so a second `make venv` does nothing.

$(VENV)/installed: pyproject.toml $(addprefix requirements/,build.txt app.txt dev.txt) tools/system-packages
	@tools/system-packages run $(PYTHON)
	@echo "Setting up $(VENV)" >&2
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(LOCKED) --requirement requirements/build.txt
	@$(LOCKED) --requirement requirements/app.txt --requirement requirements/dev.txt
	@$(PIP_INSTALL) --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/services: $(VENV)/installed tools/system-packages
	@tools/system-packages test $(PYTHON)
	@touch $@

$(VENV)/packaging: $(VENV)/services tools/system-packages
	@tools/system-packages package $(PYTHON)
	@touch $@

$(VENV)/docs: $(VENV)/installed requirements/docs.txt
	@$(LOCKED) --requirement requirements/docs.txt
	@touch $@

$(VENV)/fuzz: $(VENV)/installed requirements/fuzz.txt
	@$(LOCKED) --requirement requirements/fuzz.txt
	@touch $@

$(VENV)/audit: $(VENV)/installed requirements/audit.txt
	@$(LOCKED) --requirement requirements/audit.txt
	@touch $@
