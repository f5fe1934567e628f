# `make serve` runs the service, `make test` its tests. Needed: make and Python 3.11 or newer.
# Everything is installed into .venv; what the system lacks is named, never installed.

PYTHON ?= python3
# Empty: the service's own defaults (127.0.0.1:8000) or GRIDWARP_HOST and GRIDWARP_PORT from the environment.
HOST =
PORT =
# Of `make fuzz`.
SECONDS = 600

VENV := .venv
BIN := $(VENV)/bin
RUN := "$(BIN)/python"
KERNELS := $(VENV)/kernels.stamp
LIBRARY := $(VENV)/library
NODE := $(VENV)/node
OPENAPI := $(VENV)/openapi
VERSION := $(shell sed -nE 's/^version = "([^"]+)".*/\1/p' pyproject.toml)

.DEFAULT_GOAL := help
.PHONY: help serve test test-browser test-kernels test-library test-openapi test-reliability reliability fuzz stack check mutants bench bench-playground bench-sizing gallery screenshots openapi lock dist sbom release-check release-tag image clean \
    venv venv-test venv-fuzz venv-release venv-bench

help:  ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' Makefile | while IFS='|' read -r a b; do printf '%-18s %s\n' "$$a" "$$b"; done
	@echo
	@echo "  PORT=8001, HOST=0.0.0.0 and PYTHON=python3.13 can follow, as in: make serve PORT=8001"

serve: venv  ## install and start the service on 127.0.0.1:8000
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(if $(HOST),GRIDWARP_HOST='$(HOST)') $(if $(PORT),GRIDWARP_PORT='$(PORT)') GRIDWARP_LOG_FORMAT=$${GRIDWARP_LOG_FORMAT:-text} exec $(RUN) -m service

test: venv-test  ## run the tests
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(RUN) -m pytest --numprocesses=auto --dist=loadfile

test-browser: venv-test  ## run what `make test` leaves out: the pages as Chromium shows them
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(RUN) -m pytest --numprocesses=auto --dist=loadfile -m browser tests/browser tests/docs

test-kernels: venv-test  ## run what `make test` leaves out: every kernel against the reference in every case
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(RUN) -m pytest --numprocesses=auto --dist=load -m exhaustive tests/core/compiled

test-library: venv-test  ## run what `make test` leaves out: the kernels linked into a library, as a container has them
	@$(MAKE) --no-print-directory "$(LIBRARY).stamp"
	@$(RUN) -m pytest --numprocesses=auto --dist=loadfile --library="$(LIBRARY)" tests/core/compiled tests/service/test_png_filters.py tests/service/test_png_deflating.py

test-openapi: venv-test  ## run what `make test` leaves out: docs/openapi.json as a linter and generated clients see it
	@$(MAKE) --no-print-directory "$(OPENAPI).stamp" "$(KERNELS)"
	@$(RUN) -m pytest -m openapi tests/openapi

test-reliability: venv-test  ## run what `make test` leaves out: memory, load, faults and slow clients, at a small size
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(RUN) -m pytest -s -m reliability tests/contract tests/reliability

reliability: venv-fuzz  ## fuzz, load, faults and slow clients at full size, on docs/operations.md: some fifteen minutes
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(RUN) -m tests.reliability

fuzz: venv-fuzz  ## generated requests, specs and files for SECONDS=600; what fails is kept in .fuzz
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(RUN) -m tests.fuzz --seconds $(SECONDS)

stack:  ## kill, restart and replace replicas of the Compose stack that runs, under load: some three minutes
	@$(PYTHON) -m tests.stack

check: venv-test  ## lint, format, types and the rule of who may import whom
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(RUN) "$(BIN)/lint-imports"

mutants: venv-test  ## break the code on purpose; every break must make a test fail
	$(RUN) tests/mutants/run.py

bench: venv-bench  ## measure against others and write docs/performance.md: half an hour, with QUICK=1 some minutes
	@$(RUN) -m benchmarks.programs
	@$(MAKE) --no-print-directory "$(NODE).stamp" "$(KERNELS)"
	$(RUN) -m benchmarks $(if $(QUICK),--quick)

bench-playground: venv-test  ## measure how soon the playground follows a hand, on docs/playground.md
	@$(MAKE) --no-print-directory "$(KERNELS)"
	$(RUN) -m benchmarks.playground

bench-sizing: venv-bench  ## measure what a replica takes, and compute how many are needed, on docs/operations.md
	@$(MAKE) --no-print-directory "$(LIBRARY).stamp"
	$(RUN) -m benchmarks.sizing "$(LIBRARY)"

# Machine code for this kind of processor, beside the sources. What is there already is not made again.
$(KERNELS): $(shell find core service -name '*.py')
	@echo "Compiling the loops over pixels for this processor (some minutes the first time) ..."
	@$(RUN) -m service.precompile || $(RUN) -m service.precompile  # what one process missed, the next makes
	@touch "$@"

$(LIBRARY).stamp: $(shell find core service -name '*.py')
	@command -v ld >/dev/null || { echo "This needs a linker, ld. Debian, Ubuntu: apt-get install binutils" >&2; exit 1; }
	@rm -rf "$(LIBRARY)"
	@$(RUN) -m service.precompile --into "$(LIBRARY)"
	@touch "$@"

# The one peer that runs on Node, beside the Python packages: what `make clean` removes and nobody commits.
$(NODE).stamp: benchmarks/peers/package.json benchmarks/peers/package-lock.json
	@mkdir -p "$(NODE)" && cp $^ "$(NODE)" && cd "$(NODE)" && npm ci --no-audit --no-fund --loglevel=error
	@touch "$@"

# What runs on Node in the tests: the Node itself comes with Playwright.
$(OPENAPI).stamp: tests/openapi/package.json tests/openapi/package-lock.json
	@command -v npm >/dev/null || { echo "These tests need npm. Debian, Ubuntu: apt-get install npm" >&2; exit 1; }
	@mkdir -p "$(OPENAPI)" && cp $^ "$(OPENAPI)" && cd "$(OPENAPI)" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch "$@"

gallery: venv-test  ## make every picture of the pages anew, by their own requests, and the tables
	$(RUN) -m docs.make_pictures
	$(RUN) -m docs.make_tables

screenshots: venv-test  ## take the pictures of the playground anew, in Chromium
	@$(MAKE) --no-print-directory "$(KERNELS)"
	$(RUN) -m docs.make_screenshots

openapi: venv-test  ## write docs/openapi.json anew, the contract that clients are generated from
	$(RUN) -m docs.make_openapi

# setuptools builds the project itself inside the image, so it is held to a hash like the rest.
lock: venv-test  ## renew requirements.lock, the container's exact versions
	$(RUN) -m pip install -qq --disable-pip-version-check uv
	printf 'setuptools>=77\n' | $(RUN) -m uv pip compile pyproject.toml - --quiet --upgrade --universal \
	    --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o requirements.new
	@{ echo '# The exact versions and hashes that the container gets. Renew with: make lock'; cat requirements.new; } > requirements.lock
	@rm -f requirements.new

dist: venv-release  ## build the wheel, the sdist and the bill of materials into dist
	@$(RUN) -m deploy.release.archives
	@$(RUN) -m deploy.release.sbom

sbom: venv-release  ## write the bill of materials alone, as CycloneDX
	@$(RUN) -m deploy.release.sbom

release-check: dist  ## build a release, install and start it, and check all that goes with it: docs/releasing.md
	@$(MAKE) --no-print-directory "$(KERNELS)"
	@$(RUN) -m pytest -m release tests/release

release-tag: venv-release  ## may TAG=v1.2.3 release these sources?
	@$(RUN) -m deploy.release.version "$${TAG:?is missing}"

image: IMAGE ?= gridwarp
image:  ## build the container as IMAGE, gridwarp by default, tagged and labelled with its version
	docker build --build-arg VERSION=$(VERSION) --build-arg REVISION="$$(git rev-parse HEAD)" --tag $(IMAGE):$(VERSION) .

clean:  ## remove what make made
	rm -rf $(VENV) build dist ./*.egg-info

venv:
	@$(call install,run,.,)

venv-test:
	@$(call install,test,.[test], and the tests' tools)

venv-fuzz:
	@$(call install,fuzz,.[fuzz], and the fuzzing tools)

venv-release:
	@$(call install,release,.[release], and what makes releases)

venv-bench:
	@$(call install,bench,.[bench], and the benchmarks' peers)

# $(call install,WHAT,REQUIREMENT,WORDS). Three things are told apart:
#   - .venv/WHAT.stamp is newer than pyproject.toml and was written for this folder: nothing to do
#   - .venv/unfinished is there, or its Python does not start: an install broke off or the system changed; start afresh
#   - anything else: pip brings it up to date
define install
stamp="$(VENV)/$(1).stamp"; unfinished="$(VENV)/unfinished"; \
if [ -e "$$unfinished" ] || ! $(RUN) -c 'import pip' 2>/dev/null; then \
    $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
        if command -v $(PYTHON) >/dev/null; then has="$(PYTHON) is $$($(PYTHON) --version 2>&1)"; else has="there is no $(PYTHON)"; fi; \
        echo "Gridwarp needs Python 3.11 or newer; $$has." >&2; \
        echo "Debian, Ubuntu: apt-get install python3 python3-venv    Another one: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }; \
    $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
        v=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
        echo "$(PYTHON) cannot make virtual environments here. Debian, Ubuntu: apt-get install python$$v-venv" >&2; exit 1; }; \
    echo "Making $(VENV) ..."; rm -rf "$(VENV)"; mkdir "$(VENV)"; : > "$$unfinished"; $(PYTHON) -m venv "$(VENV)" || exit 1; \
elif [ "$$stamp" -nt pyproject.toml ] && [ "$$(cat "$$stamp")" = "$(CURDIR)" ]; then exit 0; fi; \
echo "Installing Gridwarp$(3) into $(VENV) (about a minute the first time) ..."; \
: > "$$unfinished"; \
$(RUN) -m pip install -qq --disable-pip-version-check --editable '$(2)' || exit 1; \
rm -f "$$unfinished"; printf '%s' "$(CURDIR)" > "$$stamp"
endef
