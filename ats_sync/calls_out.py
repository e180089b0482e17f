"""HTTP calls to addresses that vendors chose: public hosts only, no redirects, never for long."""

from __future__ import annotations

import functools
import ipaddress
import socket
import ssl
import time
from typing import Any

import httpcore
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
            self._url = httpx.URL(url)
            host = self._url.raw_host.decode()
        except httpx.InvalidURL as error:
            raise CallFailed("The callback URL is malformed") from error
        address = _address_of(host, self._url.port or _port_of(self._url))
        self._backend = _Pinned(address)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(), max_connections=1, network_backend=self._backend
        )

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def post(self, body: bytes, headers: dict[str, str], *, seconds: float) -> Answer:
        """Send bytes exactly as they are.

        Args:
            body: what to send.
            headers: further headers.
            seconds: how long all of it may take.

        Raises:
            CallFailed: no connection, or no answer in time.
        """
        return self._call("POST", self._url, headers, body, seconds)

    def get(self, query: dict[str, str], *, seconds: float) -> Answer:
        """Ask for something. Arguments and errors are those of `post`."""
        return self._call("GET", self._url.copy_merge_params(query), {}, b"", seconds)

    def _call(
        self, method: str, url: httpx.URL, headers: dict[str, str], body: bytes, seconds: float
    ) -> Answer:
        self._backend.until = time.monotonic() + seconds
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        try:
            with self._pool.stream(method, target, headers=headers, content=body) as answer:
                return Answer(answer.status, _content_type(answer), _beginning(answer))
        except httpcore.TimeoutException as error:
            raise CallFailed(f"No answer within {seconds:g} seconds") from error
        except (*_BROKEN, OSError) as error:
            raise CallFailed(f"No connection: {type(error).__name__}") from error


_BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


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


def _content_type(answer: httpcore.Response) -> str:
    named = (value for name, value in answer.headers if name.lower() == b"content-type")
    return next(named, b"").decode("latin-1")


def _beginning(answer: httpcore.Response) -> bytes:
    read = b""
    for chunk in answer.iter_stream():
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


class _Pinned(httpcore.SyncBackend):
    """Connects to one address whatever the name, and lets no call last longer than it may.

    Limits of a single read would not do: a receiver that sends one byte now and then never ends.

    Attributes:
        until: when the present call must be over, on the monotonic clock.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.until = 0.0

    def left(self) -> float:
        """Seconds that the present call may last; raises httpcore.ReadTimeout when none are."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore.NetworkStream:
        """Called by httpcore."""
        stream = super().connect_tcp(self.address, port, self.left(), *args, **kwargs)
        return _Stream(stream, self)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends with the call."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Pinned) -> None:
        self._stream = stream
        self._backend = backend
        self._unsent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Called by httpcore, as are the others."""
        unsent, self._unsent = self._unsent, b""
        if unsent:
            self._stream.write(unsent, self._backend.left())
        return self._stream.read(max_bytes, self._backend.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._unsent += buffer  # head and body leave together, when an answer is waited for

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._backend.left())
        return _Stream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
