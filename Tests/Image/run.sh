#!/usr/bin/env bash
# The image as a node would run it: not root, nothing writable but its volume, no capabilities, no network, log files of
# root's group mounted read-only. Needs root, buildah, podman, runc and mmdebstrap, and a release build.
#
#   make image-test
#
# The build stage of the Dockerfile is replaced by the binary that is built already; everything after it is the Dockerfile's.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=""
for tool in buildah podman runc mmdebstrap; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
if [ -n "$missing" ]; then
  echo "+ apt-get install -y --no-install-recommends$missing" >&2
  # shellcheck disable=SC2086 # the names are words on purpose
  apt-get install -y --no-install-recommends $missing >/dev/null
fi

work=$(mktemp -d)
postmaster=""
cleanup() {
  [ -z "$postmaster" ] || kill -INT "$postmaster" 2>/dev/null || true
  [ -z "$postmaster" ] || while kill -0 "$postmaster" 2>/dev/null; do sleep 0.1; done
  rm -rf "$work"
}
trap cleanup EXIT
chmod 755 "$work"
export BUILDAH_ISOLATION=chroot
store=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)

echo "== image"
mmdebstrap -q --variant=apt bookworm "$work/rootfs.tar"
printf 'FROM scratch\nADD rootfs.tar /\n' > "$work/Base"
buildah "${store[@]}" bud -q -t localhost/base -f "$work/Base" "$work" >/dev/null
mkdir -p "$work/built/out"
install -s -m 755 -t "$work/built/out" .build/release/audittail
ldd .build/release/audittail | awk '/\/swift\/linux\//{print $3}' | xargs cp -t "$work/built/out"
printf 'FROM scratch\nCOPY out /out\n' > "$work/Built"
buildah "${store[@]}" bud -q -t localhost/built -f "$work/Built" "$work/built" >/dev/null
buildah "${store[@]}" bud -q -t localhost/audittail -f deploy/Dockerfile \
  --build-arg RUNTIME_IMAGE=localhost/base --build-arg BUILD_IMAGE=localhost/base \
  --build-context build=container-image://localhost/built . >/dev/null

echo "== database"
bin=$(pg_config --bindir)
install -d -o postgres -g postgres -m 755 "$work/pg"
setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/initdb" -D "$work/pg/data" -A trust -U postgres --no-sync >/dev/null
setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/postgres" -D "$work/pg/data" -k "$work/pg" \
  -c listen_addresses= -c unix_socket_permissions=0777 >"$work/pg/log" 2>&1 &
postmaster=$!
until psql -q -h "$work/pg" -U postgres -c 'select 1' >/dev/null 2>&1; do sleep 0.1; done

echo "== log files"
pod="$work/pods/mcp-org-acme_files-7d9c_0c5a1e6e-0000-4000-8000-000000000001/files"
mkdir -p "$pod"
now=$(date -u +%Y-%m-%dT%H:%M:%S)
for n in $(seq 1 100); do
  echo "$now.000000001Z stdout F {\"timestamp\":\"${now}Z\",\"tool\":\"read_file\",\"userId\":\"ada\",\"args\":{\"n\":$n,\"password\":\"Canary-$n\"},\"status\":\"success\"}"
done > "$pod/0.log"
chown -R root:root "$work/pods"
chmod 640 "$pod/0.log"
install -d -m 700 -o 1001 -g 1001 "$work/data"

container() {
  podman "${store[@]}" --cgroup-manager cgroupfs --events-backend none --runtime runc run --rm \
    --network none --read-only --cap-drop all --security-opt no-new-privileges --user 1001:1001 --group-add 0 \
    --ulimit nofile=20000:20000 --ulimit nproc=4096:4096 \
    -v "$work/pods:/var/log/pods:ro" -v "$work/data:/var/lib/audittail" -v "$work/pg:$work/pg" \
    -v "$PWD/deploy/kubernetes/audittail.yaml:/etc/audittail/audittail.yaml:ro" \
    -e AUDITTAIL_DATABASE="postgresql://postgres@/postgres?host=$work/pg" -e AUDITTAIL_COLLECTOR_NAME=node-1 \
    localhost/audittail "$@"
}

echo "== migrate, check, collect, prune"
container migrate
container check --config /etc/audittail/audittail.yaml >/dev/null
summary=$(container collect --once --config /etc/audittail/audittail.yaml)
echo "$summary"
case $summary in *'"records":100,"rejected":0'*) ;; *) echo "Not every line was stored." >&2; exit 1 ;; esac
container verify --tenant acme
container prune --dry-run --config /etc/audittail/audittail.yaml
stored=$(psql -At -h "$work/pg" -U postgres -c "select count(*) from tenant_acme.records where args::text not like '%Canary%'")
[ "$stored" = 100 ] || { echo "$stored of 100 records are stored without their secret." >&2; exit 1; }
echo "The image works: not root, read-only root, no capabilities."
