#!/usr/bin/env bash
# The database is away while an hour's traffic is written, rotated and deleted: nothing may be lost up to the spool's limit, and beyond it
# what is lost has to be in the ledger to the byte. This is the acceptance test with more lines, and with the release build.
#
#   Tests/outage.sh [LINES]        7200000 are an hour of 2000 lines a second; time is compressed
#
# Needs a build of the tests and a release build of the program, and about 3 KB of disk a line.
set -euo pipefail
cd "$(dirname "$0")/.."
export AUDITTAIL_TEST_OUTAGE_LINES=${1:-7200000}
export AUDITTAIL_TEST_PROGRAM=$PWD/.build/release/audittail
.build/debug/audittailPackageTests.xctest --testing-library swift-testing --filter OutageTests
