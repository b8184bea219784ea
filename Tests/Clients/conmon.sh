#!/usr/bin/env bash
# Log files as CRI-O's conmon writes them, rotated as the kubelet does it, while a container prints as fast as it can: rename, ask the
# runtime to reopen, compress the one before. Every line has to be stored once, and the ledger has to agree.
#
#   Tests/Clients/conmon.sh [LINES]
#
# Needs conmon (apt-get install conmon), a release build, and nothing else; runs as root or not.
set -euo pipefail
cd "$(dirname "$0")/../.."
lines=${1:-200000}
audittail=$PWD/.build/release/audittail
clients=$PWD/Tests/Clients
command -v conmon >/dev/null || { echo "conmon is missing: apt-get install conmon" >&2; exit 69; }

work=$(mktemp -d)
chmod 755 "$work"
collector=""
cleanup() {
  [ -z "$collector" ] || kill -TERM "$collector" 2>/dev/null || true
  [ -z "$collector" ] || wait "$collector" 2>/dev/null || true
  [ ! -s "$work/bundle/conmon.pid" ] || kill "$(cat "$work/bundle/conmon.pid")" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

# Every hundredth line is longer than two of conmon's buffers, so that it comes in fragments.
cat > "$work/writer" <<'WRITER'
function pad(n, text) { text = "x"; while (length(text) < n) text = text text; return substr(text, 1, n) }
BEGIN {
  long = pad(20000)
  for (n = 1; n <= lines; n++)
    printf "{\"timestamp\":\"%s\",\"tool\":\"read_file\",\"userId\":\"ada\",\"args\":{\"n\":%d,\"text\":\"%s\"},\"status\":\"success\"}\n",
      now, n, n % 100 == 0 ? long : "short"
}
WRITER
pod="$work/pods/mcp-org-acme_files-0_11111111-2222-4333-8444-555555555555/files"
mkdir -p "$pod" "$work/bundle"

(cd "$work" && exec "$audittail" run --files "$work/pods/*/*/*.log" --data-dir "$work/data" --log-level warning) &
collector=$!

now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
export COMMAND="awk -v lines=$lines -v now=$now -f $work/writer; touch $work/done; sleep 600"
conmon -c c1 -u c1 -n c1 -b "$work/bundle" -r "$clients/oci-runtime.sh" -l "k8s-file:$pod/0.log" -p "$work/bundle/pid" \
  -P "$work/bundle/conmon.pid" --exit-dir "$work/bundle" --socket-dir-path "$work/bundle"

rotations=0 previous=""
while [ ! -e "$work/done" ]; do
  sleep 0.3
  size=$(stat -c %s "$pod/0.log" 2>/dev/null || echo 0)
  [ "$size" -gt 1000000 ] || continue
  rotations=$((rotations + 1))
  rotated="0.log.$(date -d "@$((1800000000 + rotations))" +%Y%m%d-%H%M%S)"
  mv "$pod/0.log" "$pod/$rotated"
  printf '2 0 0\n' > "$work/bundle/ctl"
  if [ -n "$previous" ]; then
    gzip -c "$pod/$previous" > "$pod/$previous.tmp"
    mv "$pod/$previous.tmp" "$pod/$previous.gz"
    rm "$pod/$previous"
  fi
  previous=$rotated
done

stored() { "$audittail" query --data-dir "$work/data" --tenant acme --count 2>/dev/null || echo 0; }
for _ in $(seq 1 120); do
  [ "$(stored)" != "$lines" ] || break
  sleep 0.5
done
found=$("$audittail" query --data-dir "$work/data" --tenant acme --limit $((lines * 2)) --format ndjson |
  sed -n 's/.*"args":{"n":\([0-9]*\),.*/\1/p' | sort -n | uniq | wc -l)
kill -TERM "$collector"
wait "$collector" || true
collector=""
"$audittail" verify --data-dir "$work/data"
echo "$lines lines printed through conmon, $rotations rotations, $found different ones stored"
[ "$found" = "$lines" ]
