"""Room on Python's stack, so that a page is not slowed down by how deep its templates go.

CPython keeps the frames of calls in pieces of 16 kB. A loop whose calls cross from one piece into
the next asks the system for memory, and gives it back, each time round. Below a dozen middlewares
and as many nested templates some loop always does: of 45 ms for a page of results 20 went there,
in 2,000 page faults. A piece is made as large as its first frame asks, so one frame asks for much.
Only what is used of it is ever touched.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]
# Words of 8 bytes. A piece is a power of two, so just above one half of it is left for the calls
# below: 512 kB, which is more than the deepest recursion that Python allows.
WANTED = 2**16 + 2**4


def roomy_stack(get_response: Respond) -> Respond:
    """Middleware, the first: everything that a request calls runs in one piece of stack."""

    def respond(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    respond.__code__ = respond.__code__.replace(co_stacksize=WANTED)
    return respond
