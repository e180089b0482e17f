"""manage.py setup_schedules: what workers do by the clock."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django_q.models import Schedule

# Name, task, kind, and for minutes: every how many. A commit rings a worker at once; the clock
# is for what was put off, and for a ring that was lost.
SCHEDULES = (
    ("Deliver the outbox", "rsc.tasks.drain_outbox", Schedule.MINUTES, 1),
    ("Delete delivered outbox rows", "rsc.tasks.sweep_outbox", Schedule.DAILY, None),
    ("Look after the search index", "recruiter.tasks.look_after_search", Schedule.HOURLY, None),
    ("Write profile PDFs", "recruiter.tasks.write_pdfs", Schedule.MINUTES, 1),
    ("Save whom searches found", "recruiter.tasks.save_found", Schedule.MINUTES, 1),
    ("Delete old profile PDFs", "recruiter.tasks.sweep_pdfs", Schedule.DAILY, None),
    ("Run alerts on saved searches", "recruiter.tasks.run_search_alerts", Schedule.HOURLY, None),
    ("Delete old searches", "recruiter.tasks.sweep_searches", Schedule.DAILY, None),
    ("Mail the daily digests", "recruiter.tasks.send_digests", Schedule.DAILY, None),
    ("Seal the audit", "rsc.tasks.seal_audit", Schedule.MINUTES, 1),
    ("Apply retention rules", "ats_sync.tasks.apply_retention", Schedule.DAILY, None),
    ("Go on with wipes", "ats_sync.tasks.run_wipes", Schedule.MINUTES, 10),
    ("Send notices to ATSs", "ats_sync.tasks.deliver_due", Schedule.MINUTES, 1),
    ("Challenge callback addresses", "ats_sync.tasks.challenge_due", Schedule.MINUTES, 10),
    ("Delete old rows of the request log", "ats_sync.tasks.sweep_requests", Schedule.DAILY, None),
    ("Read the text of attachments", "ats_sync.tasks.read_attachments", Schedule.MINUTES, 5),
    ("Delete uploads and orphaned files", "ats_sync.tasks.sweep_files", Schedule.DAILY, None),
    ("Delete what waited too long for a parent", "ats_sync.tasks.sweep_sync", Schedule.DAILY, None),
    ("Let past applicants grow old", "ats_sync.tasks.refresh_lookbacks", Schedule.DAILY, None),
    ("Go on with purges of sandboxes", "ats_sync.tasks.purge_sandboxes", Schedule.MINUTES, 5),
    ("Look for users of ATSs", "ats_sync.tasks.look_for_ats_people", Schedule.DAILY, None),
    ("Look after the feeds of ATSs", "ats_sync.tasks.look_after_feeds", Schedule.MINUTES, 10),
    ("Delete loose enclosures", "recruiter.tasks.sweep_correspondence", Schedule.DAILY, None),
    ("Delete expired access tokens", "ats_sync.tasks.sweep_tokens", Schedule.DAILY, None),
)


class Command(BaseCommand):
    help = "Write the workers' schedules. May be repeated; run it after each update."

    def handle(self, *args: object, **options: object) -> None:
        for name, task, kind, minutes in SCHEDULES:
            _, is_new = Schedule.objects.update_or_create(
                name=name, defaults={"func": task, "schedule_type": kind, "minutes": minutes}
            )
            self.stdout.write(f"{name}: {'added' if is_new else 'kept'}")
