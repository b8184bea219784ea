#!/bin/sh
# Installs the Debian or Ubuntu packages that building and running need and that are missing; with sudo where not root.
set -eu

missing=""
need() { # package, command that succeeds when it is there
  package=$1
  shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}

have_server() {
  for directory in $(pg_config --bindir 2>/dev/null || true) /usr/lib/postgresql/*/bin; do
    [ -x "$directory/initdb" ] && [ -x "$directory/postgres" ] && return 0
  done
  return 1
}

need pkg-config command -v pkg-config
need libpq-dev pkg-config --exists libpq
need zlib1g-dev pkg-config --exists zlib
need postgresql have_server
need util-linux command -v setpriv
need openssl command -v openssl
need prometheus-alertmanager command -v prometheus-alertmanager
need python3-jsonschema python3 -c 'import jsonschema'
# Only the tests of metrics want a Prometheus.
[ "${1:-}" != --metrics ] || need prometheus command -v promtool

[ -n "$missing" ] || exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"

run() {
  echo "+ $*" >&2
  "$@"
}

# A server package would start a cluster of its own; ours is private to its data directory.
policy=/usr/sbin/policy-rc.d
made_policy=""
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
  made_policy=yes
fi
trap '[ -z "$made_policy" ] || $as_root rm -f "$policy"' EXIT

run $as_root apt-get update -qq
# shellcheck disable=SC2086 # the names are words on purpose
run $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
