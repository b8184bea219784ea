"""Sends lines with the clients that are Python packages; prints their names, which are the lines' users.

Arguments: lines each, TCP port, unix stream, HTTP port, Forward port.
"""

import datetime
import json
import logging
import socket
import sys

from fluent import sender
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

lines, tcp, stream, http, forward = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])


def record(user, number):
    return {
        "timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "tool": "read_file",
        "userId": user,
        "sessionId": f"s{number}",
        "args": {"path": "/etc/hosts"},
        "status": "success",
        "durationMs": 1,
    }


def plain(name, family, address):
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        for number in range(lines):
            connection.sendall((json.dumps(record(name, number)) + "\n").encode())
    print(name)


def otlp(name, compression, as_attributes):
    provider = LoggerProvider(resource=Resource.create({"service.name": "files"}))
    exporter = OTLPLogExporter(endpoint=f"http://127.0.0.1:{http}/v1/logs", compression=compression)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = logging.getLogger(name)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(LoggingHandler(logger_provider=provider))
    for number in range(lines):
        if as_attributes:
            attributes = {"mcp.method.name": "tools/call", "gen_ai.tool.name": "read_file", "user.id": name}
            logger.info("tool call", extra=attributes)
        else:
            logger.info(json.dumps(record(name, number)))
    provider.shutdown()
    print(name)


def fluent(name, nanoseconds, as_log):
    client = sender.FluentSender("mcp.audit", host="127.0.0.1", port=forward, nanosecond_precision=nanoseconds)
    for number in range(lines):
        fields = {"log": json.dumps(record(name, number)), "kubernetes": {"pod_name": "p"}} if as_log else record(name, number)
        if not client.emit(None, fields):
            raise SystemExit(f"fluent-logger: {client.last_error}")
    client.close()
    print(name)


plain("python-tcp", socket.AF_INET, ("127.0.0.1", tcp))
plain("python-unix", socket.AF_UNIX, stream)
otlp("otlp-body", Compression.NoCompression, False)
otlp("otlp-gzip", Compression.Gzip, False)
otlp("otlp-attributes", Compression.NoCompression, True)
fluent("fluent-logger", False, False)
fluent("fluent-event-time", True, False)
fluent("fluent-log", True, True)
