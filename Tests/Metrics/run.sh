#!/usr/bin/env bash
# What the real tools say of our metrics: promtool of the exposition and of the rules, and a Prometheus that scrapes the demonstration and
# answers every query of the dashboards. Needs Debian's package prometheus, which `deploy/setup.sh --metrics` installs.
# Usage: Tests/Metrics/run.sh PATH_OF_AUDITTAIL
set -euo pipefail
program=$(readlink -f "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
chmod 755 "$work"
port=$((20000 + RANDOM % 10000))
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

echo "== rules"
promtool check rules "$root/deploy/prometheus/audittail.rules.yml"
promtool check config "$root/deploy/prometheus/prometheus.yml"
(cd "$root/deploy/prometheus" && promtool test rules audittail.rules.test.yml)

echo "== the demonstration"
"$program" demo --data-dir "$work/data" --http "127.0.0.1:$port" --rate 60 2>"$work/demo.log" &
started+=($!)
sed "s/127.0.0.1:8686/127.0.0.1:$port/; s/scrape_interval: .*/scrape_interval: 2s/; s/evaluation_interval: .*/evaluation_interval: 5s/; s#audittail.rules.yml#$root/deploy/prometheus/audittail.rules.yml#" \
  "$root/deploy/prometheus/prometheus.yml" >"$work/prometheus.yml"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
  --web.listen-address="127.0.0.1:$((port + 1))" --enable-feature=exemplar-storage 2>"$work/prometheus.log" &
started+=($!)

for _ in $(seq 120); do
  curl -sf "127.0.0.1:$port/metrics" 2>/dev/null | grep -q '^mcp_tool_duration_seconds_count' && break
  sleep 1
done
echo "== exposition"
curl -sf "127.0.0.1:$port/metrics" >"$work/metrics"
promtool check metrics <"$work/metrics"
curl -sf -H 'Accept: application/openmetrics-text; version=1.0.0' "127.0.0.1:$port/metrics" | tail -n 1 | grep -qx '# EOF'

echo "== every query of the dashboards"
python3 "$root/Tests/Metrics/queries.py" "http://127.0.0.1:$((port + 1))" "$root"/deploy/grafana/*.json
