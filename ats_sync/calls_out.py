"""HTTP calls to addresses that vendors chose: public hosts only, no redirects, never for long."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from django.conf import settings

# What may be read of an answer, in bytes.
LARGEST_ANSWER = 64 * 1024


class CallFailed(Exception):
    """There was no answer; the message says why and may be shown to administrators."""


class Answer:
    """What came back: a status, the content type and the beginning of the body."""

    def __init__(self, status: int, content_type: str, body: bytes) -> None:
        self.status = status
        self.content_type = content_type
        self.body = body

    @property
    def is_good(self) -> bool:
        """Any 2xx acknowledges; a redirect does not, since it is not followed."""
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> Answer:
    """Send bytes exactly as they are.

    Args:
        url: an address that `callback_urls.check` let pass.
        body: what to send.
        headers: further headers.
        seconds: how long all of it may take.

    Raises:
        CallFailed: no such host, a private one, no connection, or no answer in time.
    """
    return _call("POST", url, headers, body, seconds)


def get(url: str, query: dict[str, str], *, seconds: float) -> Answer:
    """Ask for something. Arguments and errors are those of `post`."""
    return _call("GET", str(httpx.URL(url).copy_merge_params(query)), {}, b"", seconds)


def _call(method: str, url: str, headers: dict[str, str], body: bytes, seconds: float) -> Answer:
    try:
        target = httpx.URL(url)
        host = target.raw_host.decode()
    except httpx.InvalidURL as error:
        raise CallFailed("The callback URL is malformed") from error
    deadline = _Deadline(seconds)
    # The very address that was checked is the one to connect to: a name server that answers
    # differently the second time gains nothing.
    pinned = target.copy_with(host=_address_of(host, target.port or _port_of(target)))
    extensions = {"sni_hostname": host, "trace": deadline.watch}
    headers = {"Host": target.netloc.decode(), **headers}
    try:
        with (
            deadline.running(),
            httpx.Client(timeout=seconds, follow_redirects=False, trust_env=False) as client,
            client.stream(
                method, pinned, headers=headers, content=body, extensions=extensions
            ) as answer,
        ):
            start = _beginning(answer)
            return Answer(answer.status_code, answer.headers.get("Content-Type", ""), start)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        if deadline.passed or isinstance(error, httpx.TimeoutException):
            raise CallFailed(f"No answer within {seconds:g} seconds") from error
        raise CallFailed(f"No connection: {type(error).__name__}") from error


def _beginning(answer: httpx.Response) -> bytes:
    read = b""
    for chunk in answer.iter_raw():
        read += chunk
        if len(read) >= LARGEST_ANSWER:
            break
    return read[:LARGEST_ANSWER]


def _port_of(url: httpx.URL) -> int:
    return 443 if url.scheme == "https" else 80


def _address_of(host: str, port: int) -> str:
    """An address of the host, all of whose addresses are public; raises CallFailed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed("The callback URL's host is not known") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not settings.CALLBACKS_MAY_BE_PRIVATE and not all(map(_is_public, addresses)):
        raise CallFailed("The callback URL leads into a private network")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    # IPv6 has spellings for IPv4 addresses; what they wrap must be public too.
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address in _TRANSLATED:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class _Deadline:
    """Cuts a connection when time is up. httpx's own limits hold for each step, and a receiver
    that sends one byte now and then would never end."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._socket: socket.socket | None = None

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Called by httpx at each step; remembers the connection's socket."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time runs while the block does."""
        timer = threading.Timer(self.seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was closed in the meantime
