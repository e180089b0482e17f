"""manage.py sweep_files: delete stored files that belong to nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ats_sync import resume_uploads, stored_files


class Command(BaseCommand):
    help = (
        "Delete uploads whose time is over, and files of attachments that no row names and that "
        "are older than a day. A worker does it daily."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list the orphaned files")

    def handle(self, *args: object, **options: Any) -> None:
        if options["dry_run"]:
            found = list(stored_files.orphans())
            for name in found:
                self.stdout.write(name)
            self.stdout.write(f"{len(found)} files would be deleted.")
            return
        expired = resume_uploads.sweep()
        self.stdout.write(
            f"{expired} expired uploads and {len(stored_files.delete_orphans())} orphaned files "
            "are deleted."
        )
