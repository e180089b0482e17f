"""An ATS's page on an origin of its own: a tiny web server on 127.0.0.1.

To a browser, 127.0.0.1 and localhost are different sites, so what it embeds is truly foreign.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class HostPages(http.server.ThreadingHTTPServer):
    """Serves the pages put into `pages`, by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.pages: dict[str, str] = {}

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Request(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@contextmanager
def host_pages() -> Iterator[HostPages]:
    """A running server of host pages."""
    server = HostPages()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
