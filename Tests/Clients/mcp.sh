#!/usr/bin/env bash
# An MCP server of the official Python SDK under conmon, called by the SDK's client, its log rotated on the way: a record for each call,
# its password nowhere, and what the server prints besides kept as rejected lines.
#
#   Tests/Clients/mcp.sh [CALLS]
#
# Needs conmon and python3 with venv; installs the package `mcp` into a temporary environment.
set -euo pipefail
cd "$(dirname "$0")/../.."
calls=${1:-200}
audittail=$PWD/.build/release/audittail
clients=$PWD/Tests/Clients
command -v conmon >/dev/null || { echo "conmon is missing: apt-get install conmon" >&2; exit 69; }

work=$(mktemp -d)
chmod 755 "$work"
cleanup() {
  [ ! -s "$work/bundle/pid" ] || kill -- "-$(cat "$work/bundle/pid")" 2>/dev/null || true
  [ ! -s "$work/bundle/conmon.pid" ] || kill "$(cat "$work/bundle/conmon.pid")" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q mcp

pod="$work/pods/mcp-org-acme_files-0_11111111-2222-4333-8444-555555555555/files"
mkdir -p "$pod" "$work/bundle"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

export COMMAND="exec $work/venv/bin/python $clients/mcp_server.py serve $port"
conmon -c c1 -u c1 -n c1 -b "$work/bundle" -r "$clients/oci-runtime.sh" -l "k8s-file:$pod/0.log" -p "$work/bundle/pid" \
  -P "$work/bundle/conmon.pid" --exit-dir "$work/bundle" --socket-dir-path "$work/bundle"
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; do sleep 0.2; done

call() { "$work/venv/bin/python" "$clients/mcp_server.py" client "http://127.0.0.1:$port/mcp" "$1" >/dev/null 2>&1; }
call $((calls / 2))
mv "$pod/0.log" "$pod/0.log.20261121-063200"
printf '2 0 0\n' > "$work/bundle/ctl"
call $((calls - calls / 2))
sleep 0.5

cd "$work"
"$audittail" run --once --files "$work/pods/*/*/*.log" --data-dir "$work/data"
records=$("$audittail" query --data-dir "$work/data" --tenant acme --tool read_file --count)
errors=$("$audittail" query --data-dir "$work/data" --tenant acme --status error --count)
"$audittail" verify --data-dir "$work/data"
if grep -rqa 'Canary-' "$work/data"; then
  echo "A password is in the database's files." >&2
  exit 1
fi
echo "$calls calls of the SDK's client: $records records, $errors of them errors, no password stored"
[ "$records" = "$calls" ] && [ "$errors" -gt 0 ]
