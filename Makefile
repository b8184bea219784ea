# Two commands on a fresh Debian or Ubuntu with a Swift toolchain: `make run` and `make test`. Both first install what is missing.

SWIFT ?= swift
BUILD := .build
LINES ?= 1000000
ROUNDS ?= 3

.PHONY: run test test-clients bench chaos image-test setup format lint clean

## The demonstration: live sample traffic, collected, redacted, stored. Ctrl-C stops everything.
run: setup
	$(SWIFT) build -c release --product audittail
	$(BUILD)/release/audittail demo

## Every test.
test: setup
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

## The main job beside PostgreSQL's own pace: wall time, CPU and memory, with the targets.
bench: setup
	$(SWIFT) build -c release
	$(BUILD)/release/audittail-bench main-job --audittail $(BUILD)/release/audittail --lines $(LINES) --rounds $(ROUNDS)
	$(BUILD)/release/audittail-bench redaction

## Only the tests that kill, cut and plant secrets, and 4,000 histories of each kind for the tail.
chaos: setup
	$(SWIFT) build --build-tests
	AUDITTAIL_TEST_HISTORIES=4000 $(SWIFT) test --skip-build --filter LineageModelTests
	$(SWIFT) test --skip-build --filter AcceptanceTests

## Real clients: logger, curl, the OpenTelemetry exporters of Python, fluent-logger. The script says what it needs, and installs it in a venv.
test-clients: setup
	$(SWIFT) build --product audittail
	bash Tests/Clients/run.sh $(BUILD)/debug/audittail

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
