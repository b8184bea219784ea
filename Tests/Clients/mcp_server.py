"""An MCP server of the official SDK that prints one audit line a tool call on standard output, and, run as `client URL N`, the
client that calls it N times. The arguments carry a password, so that redaction shows."""

import asyncio
import datetime
import json
import sys
import time

from mcp.server import MCPServer

server = MCPServer("files")


@server.tool()
def read_file(path: str, n: int, password: str) -> str:
    """Reads a file, or fails when asked for the impossible."""
    started = time.monotonic()
    status = "error" if n % 10 == 0 else "success"
    line = {
        "timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
        "tool": "read_file",
        "userId": "ada",
        "args": {"path": path, "n": n, "password": password, "text": "x" * 9000},
        "status": status,
        "durationMs": round((time.monotonic() - started) * 1000, 3),
    }
    if status == "error":
        line["error"] = f"no such file: {path}"
    print(json.dumps(line, separators=(",", ":")), flush=True)
    if status == "error":
        raise ValueError(line["error"])
    return f"contents of {path}"


async def call(url: str, count: int) -> None:
    from mcp import Client

    async with Client(url) as client:
        for n in range(1, count + 1):
            await client.call_tool("read_file", {"path": f"/data/{n}", "n": n, "password": f"Canary-{n}"})


if __name__ == "__main__":
    if sys.argv[1] == "client":
        asyncio.run(call(sys.argv[2], int(sys.argv[3])))
    else:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[2]))
