"""A vendor's callback: a real HTTP server in this process, which answers as the test says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Receiver:
    """What arrived, and what to answer next.

    Attributes:
        got: (headers, body) of each POST.
        statuses: what the next POSTs are answered; the last one holds for all later ones.
        answer_challenge: makes the body of a GET from its query.
    """

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses = [204]
        self.wait = 0.0
        self.drop = False
        self.drip = False
        self.garbage = False
        self.answer_challenge: Callable[[dict[str, list[str]]], bytes] = lambda query: b"{}"
        self.challenge_status = 200
        self.label = "application/json"
        self.url = ""

    def next_status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


class _Server(ThreadingHTTPServer):
    receiver: Receiver


class _Answering(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"  # connections are kept

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.got.append((dict(self.headers), body))
        time.sleep(receiver.wait)
        if receiver.drop:
            self.close_connection = True
            self.connection.close()
        elif receiver.garbage:
            self.wfile.write(b"\x00\x01 this is no HTTP \xff\r\n\r\n")
            self.close_connection = True
        elif receiver.drip:
            self._drip()
        else:
            self.send_response(receiver.next_status())
            self.send_header("Location", receiver.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _drip(self) -> None:
        """Send a header that never ends, one byte at a time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(200):
            time.sleep(0.05)
            self.wfile.write(b"a")
            self.wfile.flush()

    def do_GET(self) -> None:
        receiver = self.server.receiver
        time.sleep(receiver.wait)
        body = receiver.answer_challenge(parse_qs(urlsplit(self.path).query))
        self.send_response(receiver.challenge_status)
        self.send_header("Content-Type", receiver.label)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True  # the caller hung up, as some tests want it to

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver that runs while the block does, on a free port or the one given."""
    receiver = Receiver()
    server = _Server(("127.0.0.1", port), _Answering)
    server.receiver = receiver
    receiver.url = f"http://127.0.0.1:{server.server_port}/li/cb"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
