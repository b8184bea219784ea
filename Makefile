# Two commands on a fresh Debian or Ubuntu with a Swift toolchain: `make run` and `make test`. Both first install what is missing.

SWIFT ?= swift
BUILD := .build
LINES ?= 1000000
ROUNDS ?= 3

# Tests that wait with a limit, for peers and servers, starve beside those that only compute; those that kill want both cores. Each group
# runs by itself, in this order; what is in none runs before them.
GROUPS := AuditListenTests AuditKubernetesTests AuditSpoolTests|PostgresTests|AuditStoreTests AnalyzeTests|AuditAlertTests AcceptanceTests
empty :=
ALL_GROUPS := $(subst $(empty) $(empty),|,$(GROUPS))

.PHONY: run test test-metrics test-clients bench chaos image-test setup format lint clean

## The demonstration: live sample traffic, collected, redacted, stored. Ctrl-C stops everything.
run: setup
	$(SWIFT) build -c release --product audittail
	$(BUILD)/release/audittail demo

## Every test.
test: setup
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip '$(ALL_GROUPS)'
	set -e; for group in $(foreach group,$(GROUPS),'$(group)'); do $(SWIFT) test --skip-build --filter "$$group"; done

## The main job beside PostgreSQL's own pace: wall time, CPU and memory, with the targets.
bench: setup
	$(SWIFT) build -c release
	$(BUILD)/release/audittail-bench main-job --audittail $(BUILD)/release/audittail --lines $(LINES) --rounds $(ROUNDS)
	$(BUILD)/release/audittail-bench redaction
	$(BUILD)/release/audittail-bench signals

## Only the tests that kill, cut and plant secrets, and 4,000 histories of each kind for the tail.
chaos: setup
	$(SWIFT) build --build-tests
	AUDITTAIL_TEST_HISTORIES=4000 $(SWIFT) test --skip-build --filter LineageModelTests
	AUDITTAIL_TEST_KILLS=200 AUDITTAIL_TEST_CHAOS_SECONDS=600 $(SWIFT) test --skip-build --filter AcceptanceTests

## Metrics before promtool, the rules with their tests, and every query of the dashboards before a Prometheus that scrapes the demonstration.
test-metrics: setup
	sh deploy/setup.sh --metrics
	$(SWIFT) build -c release --product audittail
	bash Tests/Metrics/run.sh $(BUILD)/release/audittail

## Real clients: logger, curl, the OpenTelemetry exporters of Python, fluent-logger. The script says what it needs, and installs it in a venv.
test-clients: setup
	$(SWIFT) build -c release --product audittail
	bash Tests/Clients/run.sh $(BUILD)/release/audittail
	bash Tests/Clients/conmon.sh
	bash Tests/Clients/containerd.sh
	bash Tests/Clients/mcp.sh

## The image of deploy/Dockerfile, run as a node would run it. Needs root; installs buildah, podman, runc and mmdebstrap.
image-test: setup
	$(SWIFT) build -c release --product audittail
	Tests/Image/run.sh

## Installs what is missing from the distribution's packages; prints each command first. Does nothing when all is there.
setup:
	@sh deploy/setup.sh

format:
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift

clean:
	rm -rf $(BUILD)
