"""What a recruiter did about a record of an ATS: told to a team that may see the record."""

from __future__ import annotations

from ats_sync.models import Candidate
from recruiter import activity
from recruiter.models import Activity, Member
from rsc.models import Seat


def record(seat: Seat, candidate: Candidate, member: Member, verb: Activity.Verb) -> None:
    """Note a deed about a candidate and a member among the team's activities with the member.

    Where an ACL is needed to see the candidate, only the seat itself reads of the deed: to the
    others it would say that the member is in an ATS (design.md 5.3). Two statements.
    """
    open_to_all = Candidate.objects.open_to_everyone().filter(pk=candidate.pk).exists()
    activity.record(seat, member, verb, confidentially=not open_to_all)
