"""The room that a request has on Python's stack."""

import resource

from rsc.stack import roomy_stack


def leaf():
    return None


def calling_at(depth):
    """Call a leaf a hundred times, that many calls down."""
    if depth:
        calling_at(depth - 1)
    else:
        for _ in range(100):
            leaf()


def faults(call):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_no_depth_of_calls_asks_the_system_for_memory_again_and_again():
    def request_down(depth):
        roomy_stack(lambda request: calling_at(depth))(None)
        return faults(lambda: roomy_stack(lambda request: calling_at(depth))(None))

    assert max(request_down(depth) for depth in range(400)) < 50


def test_the_answer_comes_through():
    assert roomy_stack(lambda request: (request, "answer"))("asked") == ("asked", "answer")
