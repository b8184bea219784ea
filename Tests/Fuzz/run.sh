#!/bin/sh
# Builds the redactor with libFuzzer and runs it: Tests/Fuzz/run.sh [libFuzzer options], such as -max_total_time=60.
# New inputs go to .build/fuzz/corpus; the seeds in Tests/Fuzz/corpus are read and never written.
set -eu
cd "$(dirname "$0")/../.."
scratch=.build/fuzz
swift build --configuration release --scratch-path "$scratch" --target AuditRedact -Xswiftc -sanitize=fuzzer
built="$scratch/release"
mkdir -p "$scratch/corpus"
# The package's access level is told by its folder's name, as SwiftPM does it.
swiftc -O -parse-as-library -sanitize=fuzzer -package-name "$(basename "$PWD" | tr A-Z a-z | tr -c 'a-z0-9\n' _)" \
  -I "$built/Modules" Tests/Fuzz/RedactFuzz.swift \
  $(find "$built/" -path '*.build/*.o' ! -path '*Tests.build/*') -o "$scratch/redact-fuzz"
exec "$scratch/redact-fuzz" -max_len=4096 -timeout=10 -dict=Tests/Fuzz/redact.dict "$@" "$scratch/corpus" Tests/Fuzz/corpus
