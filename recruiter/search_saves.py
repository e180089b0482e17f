"""Save all whom a search finds: a row says whom, a worker saves them part by part.

A worker that is killed loses the part at which it was; the next one goes on there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from recruiter import changes, pipeline
from recruiter.models import Member, Project, SearchSave
from rsc import outbox
from rsc.models import Seat

MOST = 10_000  # people: as far as the list of a search can be read
PART = 500  # people in one transaction
# Somebody wants many people saved, or put back; the key is the row.
SEARCH_SAVE_WANTED = "search_save.wanted"
NOT_THERE = "You may not work in this project any more, so nobody else was saved."


@transaction.atomic
def ask(seat: Seat, member_ids: Sequence[int], *, project: Project, to_pool: bool) -> SearchSave:
    """Have a worker save members to a project's talent pool or to the start of its pipeline."""
    old = SearchSave.objects.filter(seat=seat, created_at__lt=timezone.now() - changes.KEPT)
    old.delete()
    save = SearchSave.objects.create(
        seat=seat, project=project, to_pool=to_pool, member_ids=list(member_ids)
    )
    outbox.publish(SEARCH_SAVE_WANTED, save.pk)
    return save


@transaction.atomic
def ask_back(save: SearchSave) -> None:
    """Have a worker put everybody back; it ends what it was saving first."""
    SearchSave.objects.filter(pk=save.pk, undo_asked_at=None).update(undo_asked_at=timezone.now())
    outbox.publish(SEARCH_SAVE_WANTED, save.pk)


@outbox.subscribe(SEARCH_SAVE_WANTED)
def on_search_save_wanted(key: str, payload: dict[str, Any]) -> None:
    """Saving takes its time, so it is a task of its own; without a ring the clock does it."""
    if settings.OUTBOX_RINGS_WORKER:
        async_task("recruiter.tasks.save_found")


def work() -> int:
    """Do all that waits, oldest first; returns how many parts were done. For a worker."""
    done = 0
    for pk in SearchSave.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        while _next_part(pk):
            done += 1
    return done


@transaction.atomic
def _next_part(pk: int) -> bool:
    """Save the next part of one row, or put one back; False if there is none, or it is taken."""
    free = SearchSave.objects.unfinished().select_for_update(of=("self",), skip_locked=True)
    save = free.select_related("seat__contract__company", "project").filter(pk=pk).first()
    if save is None:
        return False
    if not SearchSave.objects.visible_to(save.seat).filter(pk=pk).exists():
        save.failure = NOT_THERE
        save.finished_at = save.finished_at or timezone.now()
        save.undone_at = save.undo_asked_at and timezone.now()
    elif save.finished_at or save.undo_asked_at:
        save.finished_at = save.finished_at or timezone.now()
        _put_back(save)
    else:
        _save(save)
    save.save()
    return True


def _save(save: SearchSave) -> None:
    part = save.member_ids[save.reached : save.reached + PART]
    seen = Member.objects.visible_to(save.seat).in_bulk(part)
    members = [seen[pk] for pk in part if pk in seen]
    verb = pipeline.pool if save.to_pool else pipeline.save
    done = verb(save.seat, members, project=save.project)
    if done.change:
        save.changes.add(done.change)
    save.saved += len(done.members)
    save.reached += len(part)
    if save.reached >= len(save.member_ids):
        save.finished_at = timezone.now()


def _put_back(save: SearchSave) -> None:
    change = save.changes.filter(undone_at=None).order_by("pk").last()
    if change is None:
        save.undone_at = timezone.now()
    else:
        save.put_back += len(changes.undo(change))
