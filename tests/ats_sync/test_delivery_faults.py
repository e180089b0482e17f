"""Faults of callbacks and workers, with real servers and real processes.

Nothing is lost, nothing goes out twice without the same id, the order for one person is kept,
and nobody waits for somebody else's dead callback.
"""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from ats_sync import callbacks, exports
from ats_sync.models import Ats, CallbackDelivery, Export
from recruiter.models import Member
from rsc.models import Seat
from tests import factories
from tests.ats_sync.receiver import Receiver, receiving
from tests.ats_sync.test_callbacks import listen
from tests.ats_sync.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

State = CallbackDelivery.State


def work(**how) -> int:
    """Run a worker to its end; returns its exit status."""
    return Worker(**how).wait()


def hours_pass(hours: float) -> None:
    """Time goes by for all that waits: what lies ahead comes nearer."""
    gone = timedelta(hours=hours)
    CallbackDelivery.objects.update(
        created_at=F("created_at") - gone,
        expires_at=F("expires_at") - gone,
        next_attempt_at=F("next_attempt_at") - gone,
        claimed_until=F("claimed_until") - gone,
    )


@pytest.fixture(autouse=True)
def roomy(settings):
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    settings.EXPORTS_PER_MONTH = 100_000


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def listening(ats, receiver) -> Ats:
    return listen(ats, receiver.url)


def export_all(ada: Seat, ats: Ats, count: int, jobs: int = 1) -> list[Export]:
    """Each of some people to each of some requisitions."""
    people = Member.objects.bulk_create(
        Member(slug=f"p{n}-{ats.pk}", first_name=f"P{n}", last_name="Ber") for n in range(count)
    )
    made = []
    for _ in range(jobs):
        job = factories.JobPostingFactory(ats=ats)
        made += exports.export_many(ada, people, job).made
    return made


def arrivals(receiver: Receiver) -> list[int]:
    return [int(json.loads(body)["id"]) for _, body in receiver.got]


def assert_all_arrived_in_order(receiver: Receiver, made: list[Export]) -> None:
    """Every notice came; for one person the first arrivals are in the order of the clicks."""
    arrived = arrivals(receiver)
    assert set(arrived) == {export.delivery_id for export in made}
    assert set(CallbackDelivery.objects.values_list("state", flat=True)) == {State.DELIVERED}
    of_person: dict[int, list[int]] = {}
    for export in made:
        of_person.setdefault(export.member_id, []).append(export.delivery_id)
    first_seen = {number: place for place, number in reversed(list(enumerate(arrived)))}
    for numbers in of_person.values():
        assert sorted(numbers, key=first_seen.__getitem__) == sorted(numbers)


# -------------------------------------------------------------------------------------- receivers
def test_a_callback_that_is_down_for_an_hour_gets_everything_afterwards(ada, ats):
    with receiving() as down:
        url = down.url
    listen(ats, url)  # nobody listens there any more
    made = export_all(ada, ats, 20, jobs=2)
    for _ in range(6):
        work()
        hours_pass(1 / 6)
    assert not CallbackDelivery.objects.exclude(state=State.WAITING).exists()
    with receiving(port=int(url.split(":")[2].split("/")[0])) as up:
        work()
        hours_pass(3)
        work()
        assert_all_arrived_in_order(up, made)
        assert Counter(arrivals(up)).most_common(1)[0][1] == 1


@pytest.mark.parametrize("fault", ["500", "301", "garbage", "drop", "slow"])
def test_a_callback_that_misbehaves_for_a_while_gets_everything_afterwards(
    ada, ats, listening, receiver, fault
):
    made = export_all(ada, ats, 6, jobs=2)
    misbehave(receiver, fault)
    work(seconds=0.4)
    hours_pass(0.2)
    work(seconds=0.4)
    assert CallbackDelivery.objects.filter(state=State.WAITING).exists()
    assert not CallbackDelivery.objects.filter(state=State.DELIVERED).exists()
    behave(receiver)
    for _ in range(4):
        hours_pass(2)
        work()
    assert_all_arrived_in_order(receiver, made)


def misbehave(receiver: Receiver, fault: str) -> None:
    match fault:
        case "drop":
            receiver.drop = True
        case "slow":
            receiver.wait = 1.0
        case "garbage":
            receiver.garbage = True
        case _:
            receiver.statuses = [int(fault)]


def behave(receiver: Receiver) -> None:
    receiver.drop, receiver.wait, receiver.garbage, receiver.statuses = False, 0.0, False, [204]


def test_the_second_notice_about_a_person_waits_for_the_first(ada, ats, listening, receiver):
    receiver.statuses = [500, 204]
    first, second = export_all(ada, ats, 1, jobs=2)
    other = export_all(ada, factories_ats(ats), 1)  # on an ATS of its own, as a control
    work()
    assert arrivals(receiver) == [first.delivery_id]
    hours_pass(0.02)
    work()
    assert arrivals(receiver) == [first.delivery_id, first.delivery_id, second.delivery_id]
    assert len(other) == 1


def factories_ats(ats: Ats) -> Ats:
    other = factories.AtsFactory(company=ats.company)
    factories.IntegrationFactory(ats=other, integration_type="ONE_CLICK_EXPORT")
    return shown_to_all(other)


def shown_to_all(ats: Ats) -> Ats:
    factories.IntegrationSettingFactory(
        integration=ats.integrations.get(integration_type="ONE_CLICK_EXPORT"),
        key="JOB_POSTING_VIEWERS",
    )
    return ats


# ---------------------------------------------------------------------------------------- workers
def test_a_worker_killed_between_push_and_record_sends_again_under_the_same_ids(
    ada, ats, listening, receiver
):
    made = export_all(ada, ats, 30, jobs=2)
    assert work(die_after=25) == -signal.SIGKILL
    assert len(receiver.got) == 25
    assert work() == 0  # the dead worker's claim still stands
    assert len(receiver.got) == 25
    CallbackDelivery.objects.filter(claimed_until__isnull=False).update(
        claimed_until=timezone.now(), next_attempt_at=timezone.now()
    )
    assert work() == 0
    assert_all_arrived_in_order(receiver, made)
    by_id = {}
    for _, body in receiver.got:
        by_id.setdefault(json.loads(body)["id"], set()).add(body)
    assert all(len(bodies) == 1 for bodies in by_id.values())


def test_several_workers_at_once_send_nothing_twice(ada, ats, listening, receiver):
    made = export_all(ada, ats, 150, jobs=2)
    workers = [Worker(), Worker(), Worker()]
    assert [each.wait() for each in workers] == [0, 0, 0]
    assert_all_arrived_in_order(receiver, made)
    assert len(receiver.got) == len(made)


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_jumps_loses_nothing(ada, ats, listening, receiver, hours):
    """The database's clock is moved by moving all that it is compared with the other way."""
    receiver.statuses = [500]
    made = export_all(ada, ats, 2, jobs=2)
    work()  # two wait for their second attempt, two behind them
    hours_pass(hours)
    receiver.statuses = [204]
    work()
    hours_pass(4)
    work()
    assert_all_arrived_in_order(receiver, made)


def test_a_claim_from_a_clock_that_ran_ahead_is_void(ada, ats, listening, receiver):
    made = export_all(ada, ats, 1)
    CallbackDelivery.objects.update(claimed_until=timezone.now() + timedelta(hours=5), attempts=1)
    work()
    assert_all_arrived_in_order(receiver, made)


# --------------------------------------------------------------------------------------- quantity
def test_ten_thousand_queued_exports_all_arrive_once_and_delay_nobody(
    ada, ats, listening, receiver, freshing
):
    other = factories_ats(ats)
    with receiving() as small:
        listen(other, small.url)
        made = export_all(ada, ats, 5_000, jobs=2)
        late = export_all(ada, other, 3)
        busy = Worker()
        began = time.monotonic()
        while not receiver.got:
            time.sleep(0.01)
        callbacks.deliver_to(other.pk)  # what the event of a click wakes
        while len(small.got) < len(late):
            assert time.monotonic() - began < 20
            time.sleep(0.05)
        busy.wait(500)
        work()
        assert_all_arrived_in_order(receiver, made)
        assert len(receiver.got) == 10_000


def test_a_dead_callback_is_left_to_the_clock_and_costs_a_click_nothing(ada, ats, receiver):
    listen(ats, "http://127.0.0.1:9/nobody")
    export_all(ada, ats, 2)
    assert callbacks.deliver_to(ats.pk) == 1
    assert callbacks.CHANNEL.is_ailing(ats.pk)
    assert callbacks.deliver_to(ats.pk) == 0
    CallbackDelivery.objects.update(next_attempt_at=timezone.now())
    assert callbacks.deliver_due() == 1
