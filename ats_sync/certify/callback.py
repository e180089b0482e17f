"""The vendor's callback: answers the challenge, keeps notices whose signature is right."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MOST = 64 * 1024  # bytes of a notice that are read


class Callback:
    """What arrived.

    Attributes:
        url: where the server reaches us.
        secret: of the application, which signs and answers challenges.
        notices: bodies whose signature was right.
        forged: how many had a wrong one.
        challenges: how many were answered.
    """

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret
        self.notices: list[dict[str, Any]] = []
        self.forged = 0
        self.challenges = 0

    def answer(self, code: str) -> bytes:
        """The answer to a challenge (contract.md 12.1)."""
        self.challenges += 1
        response = hmac.new(self.secret.encode(), code.encode(), hashlib.sha256).hexdigest()
        return json.dumps({"challengeCode": code, "challengeResponse": response}).encode()

    def take(self, signature: str, body: bytes) -> bool:
        """Keep a notice; returns whether its signature is right (contract.md 12.3)."""
        right = hmac.new(self.secret.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, signature.lower()):
            self.forged += 1
            return False
        self.notices.append(json.loads(body))
        return True


class _Server(ThreadingHTTPServer):
    callback: Callback


class _Answering(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        code = parse_qs(urlsplit(self.path).query).get("challengeCode", [""])[0]
        self._send(200, self.server.callback.answer(code))

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST))
        good = self.server.callback.take(self.headers.get("X-LI-Signature", ""), body)
        self._send(200 if good else 401, b"{}")

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """The table says it all."""


@contextmanager
def listening(
    secret: str, *, url: str = "", host: str = "127.0.0.1", port: int = 0
) -> Iterator[Callback]:
    """A callback that listens while the block runs.

    Args:
        secret: the application's.
        url: the address under which the server reaches it; by default this machine's own.
        host, port: where to listen; 0 takes a free port.
    """
    server = _Server((host, port), _Answering)
    server.callback = Callback(url or f"http://{host}:{server.server_port}/notices", secret)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.callback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
