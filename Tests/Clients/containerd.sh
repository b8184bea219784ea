#!/usr/bin/env bash
# Log files as containerd writes them, rotated as the kubelet does it, while a container prints as fast as it can. Every line has to be
# stored once, and the ledger has to agree. containerd itself never rotates: the kubelet renames the file and asks it to reopen, and
# kubelet.py does just that through the CRI socket.
#
#   Tests/Clients/containerd.sh [LINES]
#
# Needs root (for namespaces and mounts), containerd, runc and busybox-static, which it installs with apt-get where they are missing, python3
# with venv, a package index for grpcio (installed into CLIENTS_VENV, default .build/clients-venv), and a release build.
set -euo pipefail
cd "$(dirname "$0")/../.."
lines=${1:-200000}
audittail=$PWD/.build/release/audittail
clients=$PWD/Tests/Clients
venv=${CLIENTS_VENV:-$PWD/.build/clients-venv}

[ "$(id -u)" -eq 0 ] || { echo "containerd needs root." >&2; exit 69; }
[ -x "$audittail" ] || { echo "$audittail is not there: swift build -c release comes first." >&2; exit 69; }
missing=""
command -v containerd >/dev/null && command -v ctr >/dev/null || missing="$missing containerd"
command -v runc >/dev/null || missing="$missing runc"
command -v busybox >/dev/null || missing="$missing busybox-static"
if [ -n "$missing" ]; then
  echo "+ apt-get install -y --no-install-recommends$missing" >&2
  # shellcheck disable=SC2086
  apt-get install -y --no-install-recommends $missing >&2
fi
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
if ! "$venv/bin/python" -c 'import grpc' 2>/dev/null; then
  echo "+ $venv/bin/python -m pip install grpcio" >&2
  "$venv/bin/python" -m pip install --quiet grpcio
fi

work=$(mktemp -d)
chmod 755 "$work"
collector="" containerd=""
finish() {
  if [ -n "$collector" ]; then kill -TERM "$collector" 2>/dev/null || true; wait "$collector" 2>/dev/null || true; fi
  if [ -n "$containerd" ]; then
    for task in $(ctr -a "$work/sock" -n k8s.io tasks ls -q 2>/dev/null); do
      ctr -a "$work/sock" -n k8s.io tasks kill -s KILL "$task" >/dev/null 2>&1 || true
      ctr -a "$work/sock" -n k8s.io tasks rm -f "$task" >/dev/null 2>&1 || true
    done
    kill -TERM "$containerd" 2>/dev/null || true
    wait "$containerd" 2>/dev/null || true
  fi
  # What is mounted below goes first, the deepest before the others.
  awk -v top="$work/" 'index($2, top) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do
    umount -l "$mount" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT

# One image for the sandbox and for the container: busybox and nothing else.
image="localhost/busybox:1"
python3 - "$(command -v busybox)" "$image" "$work/image.tar" <<'IMAGE'
import hashlib, io, json, sys, tarfile

busybox, name, target = sys.argv[1:]


def add(archive, path, data, mode=0o644):
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))


layer = io.BytesIO()
with tarfile.open(fileobj=layer, mode="w") as archive:
    for directory in ("bin", "tmp", "proc", "sys", "dev", "etc"):
        entry = tarfile.TarInfo(directory)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(entry)
    add(archive, "bin/busybox", open(busybox, "rb").read(), 0o755)
blobs = {}


def blob(data, kind):
    digest = hashlib.sha256(data).hexdigest()
    blobs[digest] = data
    return {"mediaType": kind, "digest": "sha256:" + digest, "size": len(data)}


oci = "application/vnd.oci.image."
rootfs = blob(layer.getvalue(), oci + "layer.v1.tar")
config = {
    "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[__import__("os").uname().machine],
    "os": "linux",
    # What a sandbox runs.
    "config": {"Entrypoint": ["/bin/busybox", "sleep", "86400"]},
    "rootfs": {"type": "layers", "diff_ids": [rootfs["digest"]]},
}
described = blob(json.dumps(config).encode(), oci + "config.v1+json")
manifest = {"schemaVersion": 2, "mediaType": oci + "manifest.v1+json", "config": described, "layers": [rootfs]}
top = blob(json.dumps(manifest).encode(), oci + "manifest.v1+json")
top["annotations"] = {"io.containerd.image.name": name}
with tarfile.open(target, "w") as archive:
    add(archive, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
    add(archive, "index.json", json.dumps({"schemaVersion": 2, "manifests": [top]}).encode())
    for digest, data in blobs.items():
        add(archive, "blobs/sha256/" + digest, data)
IMAGE

cat > "$work/config.toml" <<CONFIG
version = 2
root = "$work/root"
state = "$work/state"
[grpc]
  address = "$work/sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$image"
  disable_cgroup = true
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
CONFIG
containerd --config "$work/config.toml" --log-level warn > "$work/containerd.log" 2>&1 &
containerd=$!
for _ in $(seq 100); do
  ctr -a "$work/sock" version >/dev/null 2>&1 && break
  kill -0 "$containerd" 2>/dev/null || { cat "$work/containerd.log" >&2; exit 1; }
  sleep 0.1
done
ctr -a "$work/sock" -n k8s.io images import "$work/image.tar" >/dev/null

pod="$work/pods/mcp-org-acme_files-0_11111111-2222-4333-8444-555555555555/files"
mkdir -p "$pod"
(cd "$work" && exec "$audittail" run --files "$work/pods/*/*/*.log" --data-dir "$work/data" --log-level warning) &
collector=$!

# Every hundredth line is longer than two of containerd's buffers, so that it comes in fragments; every tenth goes to stderr.
# shellcheck disable=SC2016
writer='function pad(n, text) { text = "x"; while (length(text) < n) text = text text; return substr(text, 1, n) }
BEGIN {
  long = pad(40000)
  for (n = 1; n <= lines; n++) {
    line = sprintf("{\"timestamp\":\"%s\",\"tool\":\"read_file\",\"userId\":\"ada\",\"args\":{\"n\":%d,\"text\":\"%s\"},\"status\":\"success\"}", now, n, n % 100 == 0 ? long : "short")
    if (n % 10 == 5) print line > "/dev/stderr"; else print line
  }
}'
began=$(date +%s%N)
rotations=$("$venv/bin/python" "$clients/kubelet.py" "$work/sock" "$image" "$pod" 1000000 \
  /bin/busybox awk -v "lines=$lines" -v "now=$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$writer") || {
  tail -n 20 "$work/containerd.log" >&2
  exit 1
}
took=$((($(date +%s%N) - began) / 1000000))
bytes=$(for file in "$pod"/*; do case $file in *.gz) gzip -dc "$file" ;; *) cat "$file" ;; esac; done | wc -c)

stored() { "$audittail" query --data-dir "$work/data" --tenant acme --count 2>/dev/null || echo 0; }
for _ in $(seq 1 240); do
  [ "$(stored)" != "$lines" ] || break
  sleep 0.5
done
found=$("$audittail" query --data-dir "$work/data" --tenant acme --limit $((lines * 2)) --format ndjson |
  sed -n 's/.*"args":{"n":\([0-9]*\),.*/\1/p' | sort -n | uniq | wc -l)
all=$(stored)
kill -TERM "$collector"
wait "$collector" || true
collector=""
"$audittail" verify --data-dir "$work/data"
echo "$lines lines ($((bytes / 1000000)) MB in $took ms) printed through containerd, $rotations rotations, $found different ones stored, $all records"
[ "$found" = "$lines" ] && [ "$all" = "$lines" ]
