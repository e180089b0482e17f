"""The session of a request. Each page reads it, so its SQL is written once a process."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from rsc.written import written_once


@written_once
def _running(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    """Django's sessions in the database, read with fewer steps."""

    def _get_session_from_db(self) -> Session | None:
        found = next(iter(_running(self.session_key, timezone.now())), None)
        if found is None:
            self._session_key = None
        return found
