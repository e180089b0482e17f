"""A fast vendor's callback for the benchmark: checks each signature and says 204, nothing more.

python -m ats_sync.bench.receiver SECRET   prints its port, then serves until it is ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import sys

GOOD = b"HTTP/1.1 204 No Content\r\n\r\n"
BAD = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_SIGNED = re.compile(rb"\r\nx-li-signature: *([0-9a-f]+)", re.IGNORECASE)


class Callback(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self.read += data
        while (end := self.read.find(b"\r\n\r\n")) >= 0:
            head, rest = self.read[:end], self.read[end + 4 :]
            length = int(_LENGTH.search(head)[1])
            if len(rest) < length:
                return
            body, self.read = rest[:length], rest[length:]
            self.transport.write(GOOD if self._genuine(head, body) else BAD)

    def _genuine(self, head: bytes, body: bytes) -> bool:
        found = _SIGNED.search(head)
        wanted = hmac.new(self.secret, b"hmacsha256=" + body, hashlib.sha256).hexdigest()
        return bool(found) and hmac.compare_digest(found[1].decode(), wanted)


async def serve(secret: bytes) -> None:
    """Listen on a free port and tell it on standard output."""
    server = await asyncio.get_running_loop().create_server(
        lambda: Callback(secret), "127.0.0.1", 0
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1].encode()))
