#!/usr/bin/env bash
# Real clients against the built program: each sends lines to it, and each line has to be stored once.
#
# Needs: logger (util-linux), curl, gzip, python3 with venv, and access to a package index, from which it installs opentelemetry-sdk,
# opentelemetry-exporter-otlp-proto-http and fluent-logger into a directory of its own (CLIENTS_VENV, default .build/clients-venv).
# The program brings its own PostgreSQL, as always.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-.build/debug/audittail}
venv=${CLIENTS_VENV:-.build/clients-venv}
lines=${LINES_EACH:-20}

missing=""
for tool in logger curl gzip python3; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
[ -z "$missing" ] || { echo "These programs are needed and missing:$missing" >&2; exit 69; }
[ -x "$program" ] || { echo "$program is not there: swift build comes first." >&2; exit 69; }
if [ ! -x "$venv/bin/python" ]; then
  echo "+ python3 -m venv $venv, and pip install of the clients" >&2
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet opentelemetry-sdk opentelemetry-exporter-otlp-proto-http fluent-logger
fi

work=$(mktemp -d /tmp/audittail-clients.XXXXXX)
pid=""
finish() {
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
  rm -rf "$work"
}
trap finish EXIT
[ "$(id -u)" -ne 0 ] || chmod 755 "$work"

"$program" run --data-dir "$work/data" --tenant clients \
  --listen tcp://127.0.0.1:0 udp://127.0.0.1:0 "unix://$work/stream.sock" "unix://$work/datagram.sock?type=dgram" \
  http://127.0.0.1:0 forward://127.0.0.1:0 2>"$work/log" &
pid=$!
for _ in $(seq 300); do
  grep -q 'forward://127.0.0.1:' "$work/log" 2>/dev/null && [ -S "$work/datagram.sock" ] && break
  kill -0 "$pid" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
done
port() { sed -n "s|.*$1://127.0.0.1:\([0-9][0-9]*\).*|\1|p" "$work/log" | head -n 1; }

clients=$(sh Tests/Clients/send.sh "$lines" "$(port tcp)" "$(port udp)" "$work/stream.sock" "$work/datagram.sock" \
  "$(port http)" "$(port forward)" "$venv/bin/python")

# Everything was sent; now each client's lines have to be there, and no line twice.
# Until the first commit there is no such tenant, and a query says so by its exit status.
count() { { "$program" query --data-dir "$work/data" --tenant clients --actor "$1" --count 2>>"$work/log" || true; } | tr -cd '0-9'; }
status=0
for client in $clients; do
  found=0
  for _ in $(seq 100); do
    found=$(count "$client")
    [ "${found:-0}" -ge "$lines" ] && break
    sleep 0.2
  done
  if [ "${found:-0}" -eq "$lines" ]; then
    echo "$client: $found of $lines"
  else
    echo "$client: ${found:-0} of $lines   WRONG"
    status=1
  fi
done
[ "$status" -eq 0 ] || tail -n 20 "$work/log" >&2
exit "$status"
