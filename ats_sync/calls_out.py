"""HTTP calls to addresses that vendors chose: public hosts only, no redirects, never for long."""

from __future__ import annotations

import functools
import ipaddress
import socket
import ssl
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


class Line:
    """An open line to one address, for one call after another over one connection.

    The very address that was checked is the one to connect to: a name server that answers
    differently the second time gains nothing.

    Args:
        url: an address that `callback_urls.check` let pass.

    Raises:
        CallFailed: no such host, or a private one.
    """

    def __init__(self, url: str) -> None:
        try:
            self._target = httpx.URL(url)
            host = self._target.raw_host.decode()
        except httpx.InvalidURL as error:
            raise CallFailed("The callback URL is malformed") from error
        address = _address_of(host, self._target.port or _port_of(self._target))
        self._pinned = self._target.copy_with(host=address)
        self._deadline = _Deadline()
        self._extensions = {"sni_hostname": host, "trace": self._deadline.watch}
        self._host = {"Host": self._target.netloc.decode()}
        self._client = httpx.Client(verify=_trust(), follow_redirects=False, trust_env=False)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def post(self, body: bytes, headers: dict[str, str], *, seconds: float) -> Answer:
        """Send bytes exactly as they are.

        Args:
            body: what to send.
            headers: further headers.
            seconds: how long all of it may take.

        Raises:
            CallFailed: no connection, or no answer in time.
        """
        return self._call("POST", self._pinned, headers, body, seconds)

    def get(self, query: dict[str, str], *, seconds: float) -> Answer:
        """Ask for something. Arguments and errors are those of `post`."""
        return self._call("GET", self._pinned.copy_merge_params(query), {}, b"", seconds)

    def _call(
        self, method: str, url: httpx.URL, headers: dict[str, str], body: bytes, seconds: float
    ) -> Answer:
        try:
            with (
                self._deadline.running(seconds),
                self._client.stream(
                    method,
                    url,
                    headers=self._host | headers,
                    content=body,
                    timeout=seconds,
                    extensions=self._extensions,
                ) as answer,
            ):
                start = _beginning(answer)
                return Answer(answer.status_code, answer.headers.get("Content-Type", ""), start)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            if self._deadline.passed or isinstance(error, httpx.TimeoutException):
                raise CallFailed(f"No answer within {seconds:g} seconds") from error
            raise CallFailed(f"No connection: {type(error).__name__}") from error


def post(url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> Answer:
    """One `Line.post` to an address; raises as `Line` and that do."""
    with Line(url) as line:
        return line.post(body, headers, seconds=seconds)


def get(url: str, query: dict[str, str], *, seconds: float) -> Answer:
    """One `Line.get` from an address; raises as `Line` and that do."""
    with Line(url) as line:
        return line.get(query, seconds=seconds)


@functools.cache
def _trust() -> ssl.SSLContext:
    """The certificates that this machine trusts; reading them takes longer than a call."""
    return ssl.create_default_context()


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

    def __init__(self) -> None:
        self.passed = False
        self._socket: socket.socket | None = None

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Called by httpx at each step; remembers the connection's socket."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def running(self, seconds: float) -> Iterator[None]:
        """Time runs while the block does."""
        self.passed = False
        timer = threading.Timer(seconds, self._cut)
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
