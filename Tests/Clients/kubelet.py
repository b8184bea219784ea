"""What a kubelet does for one pod, against a container runtime's CRI socket: a sandbox, a container, and its log rotated while it prints.

    kubelet.py SOCKET IMAGE LOG_DIRECTORY MAX_SIZE COMMAND...

It rotates as kubelet/pkg/kubelet/logs does: rotated files but the newest are compressed (to .tmp, renamed to .gz, the plain one removed),
then the log is renamed to NAME.<time> and the runtime is told ReopenContainerLog. It goes on until the container has ended, and prints
how often it rotated. Nothing is deleted.

The messages are those of kubernetes/cri-api, runtime.v1; so few fields are needed that they are written out here by number.
"""

import gzip
import os
import shutil
import sys
import time

import grpc

NODE = 2  # NamespaceMode


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(fields):
    """Protobuf bytes of (number, value) pairs: int as varint, everything else with its length."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def parse(data):
    """A message's fields as a list of (number, value)."""
    fields, at = [], 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            fields.append((key >> 3, number()))
        elif key & 7 == 2:
            length = number()
            fields.append((key >> 3, data[at : at + length]))
            at += length
        else:
            raise ValueError(f"wire type {key & 7}")
    return fields


def first(data, number, default=b""):
    return next((value for key, value in parse(data) if key == number), default)


class Runtime:
    def __init__(self, socket):
        self.channel = grpc.insecure_channel(f"unix://{socket}")

    def call(self, method, *fields):
        ask = self.channel.unary_unary(f"/runtime.v1.RuntimeService/{method}")
        return ask(message(fields), timeout=60, wait_for_ready=True)

    def sandbox(self, directory):
        namespace, name, uid = os.path.basename(os.path.dirname(directory)).split("_")
        everything = message([(1, NODE), (2, NODE), (3, NODE)])
        linux = message([(2, message([(1, everything)]))])
        metadata = message([(1, name), (2, uid), (3, namespace)])
        config = message([(1, metadata), (3, os.path.dirname(directory)), (8, linux)])
        return first(self.call("RunPodSandbox", (1, config)), 1).decode(), config

    def container(self, sandbox, config, image, directory, command):
        name = os.path.basename(directory)
        everything = message([(1, NODE), (2, NODE), (3, NODE)])
        linux = message([(2, message([(3, everything)]))])
        described = [(1, message([(1, name)])), (2, message([(1, image)])), *((3, word) for word in command)]
        described += [(11, f"{name}/0.log"), (15, linux)]
        created = self.call("CreateContainer", (1, sandbox), (2, message(described)), (3, config))
        identifier = first(created, 1).decode()
        self.call("StartContainer", (1, identifier))
        return identifier

    def has_ended(self, container):
        exited = 2  # ContainerState
        return first(first(self.call("ContainerStatus", (1, container)), 1), 3, 0) == exited


def compress(path):
    with open(path, "rb") as plain, gzip.open(path + ".tmp", "wb", compresslevel=6) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    os.rename(path + ".tmp", path + ".gz")
    os.remove(path)


def rotate(runtime, container, log):
    directory, name = os.path.split(log)
    rotated = sorted(
        entry for entry in os.listdir(directory) if entry.startswith(name + ".") and not entry.endswith((".gz", ".tmp"))
    )
    for entry in rotated[:-1]:
        compress(os.path.join(directory, entry))
    target = log + time.strftime(".%Y%m%d-%H%M%S")
    if os.path.exists(target):
        return 0  # Its names have seconds.
    os.rename(log, target)
    runtime.call("ReopenContainerLog", (1, container))
    return 1


def main():
    socket, image, directory, size_max = sys.argv[1:4] + [int(sys.argv[4])]
    runtime = Runtime(socket)
    sandbox, config = runtime.sandbox(directory)
    container = runtime.container(sandbox, config, image, directory, sys.argv[5:])
    log = os.path.join(directory, "0.log")
    rotations = 0
    while not runtime.has_ended(container):
        if os.path.exists(log) and os.path.getsize(log) > size_max:
            rotations += rotate(runtime, container, log)
        time.sleep(0.1)
    for method, identifier in (("RemoveContainer", container), ("StopPodSandbox", sandbox), ("RemovePodSandbox", sandbox)):
        runtime.call(method, (1, identifier))
    print(rotations)


main()
