"""Seats from a list: read it, say of each line what would become of it, then do it.

The same file may come again: who has the seat keeps it, and nobody gets a second letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import getaddresses

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Lower

from rsc import csv_files, invitations
from rsc.models import Contract, Seat, User

FIELDS = ("first_name", "last_name", "email", "role", "contract")
REPORT = ("Line", "First name", "Last name", "E-mail", "Role", "Contract", "Outcome", "Reason")
_LONGEST = 150  # characters of a name
_ROLES = {
    word.lower(): value for value, label in Seat.Role.choices for word in (value, label)
}  # fmt: skip

# What becomes of a line.
NEW, BACK, ROLE, SAME, BAD = "invite", "offer again", "change role", "nothing to do", "not possible"


@dataclass
class Line:
    """One person of a list.

    Attributes:
        number: of the line in the file.
        outcome: one of NEW, BACK, ROLE, SAME, BAD.
        reason: why it is not possible.
    """

    number: int
    email: str
    first_name: str = ""
    last_name: str = ""
    role: str = Seat.Role.RECRUITER
    contract: Contract | None = None
    outcome: str = BAD
    reason: str = ""
    seat: Seat | None = None

    @property
    def role_label(self) -> str:
        return Seat.Role(self.role).label if self.role in Seat.Role.values else self.role

    def cells(self) -> list[str]:
        """The line of a report."""
        return [str(self.number), self.first_name, self.last_name, self.email, self.role_label,
                self.contract.name if self.contract else "", self.outcome, self.reason]  # fmt: skip


def from_csv(text: str, contract: Contract) -> list[Line]:
    """The lines of a file with headings, and what would become of each.

    Args:
        text: of the file; columns in any order, of which only the e-mail must be there.
        contract: for lines that name none; those that do name one of the same company.

    Raises:
        csv_files.FileRefused: it cannot be read, or no column is headed e-mail.
    """
    table = csv_files.read(text)
    places = table.guess(FIELDS)
    if places["email"] is None:
        raise csv_files.FileRefused("No column is headed “e-mail”. Name the columns in line 1.")
    contracts = {one.name.lower(): one for one in Contract.objects.filter(company=contract.company)}
    return judge(
        _line(number, _named(cells, places), contract, contracts)
        for number, cells in table.rows[1:]
    )


def from_addresses(text: str, contract: Contract, role: str) -> list[Line]:
    """People written as `Ada Lovelace <ada@example.com>`, parted by commas or lines."""
    lines = []
    for number, (name, address) in enumerate(getaddresses(text.splitlines()), start=1):
        first, _, last = name.partition(" ")
        lines.append(Line(number, address.strip(), first[:_LONGEST], last[:_LONGEST], role))
        lines[-1].contract = contract
    return judge(lines)


def _named(cells: list[str], places: dict[str, int | None]) -> dict[str, str]:
    return {
        field: cells[at].strip() if at is not None and at < len(cells) else ""
        for field, at in places.items()
    }


def _line(
    number: int, said: dict[str, str], contract: Contract, contracts: dict[str, Contract]
) -> Line:
    first, last = said["first_name"], said["last_name"]
    if not first:  # one column “name” holds both
        first, _, last = last.partition(" ")
    line = Line(number, said["email"], first[:_LONGEST], last[:_LONGEST])
    line.contract = contracts.get(said["contract"].lower()) if said["contract"] else contract
    if line.contract is None:
        line.reason = f"The company has no contract “{said['contract'][:60]}”."
    if role := said["role"]:
        line.role = _ROLES.get(role.lower().replace("-", " "), role[:60])
    return line


def judge(found: Iterable[Line]) -> list[Line]:
    """Say of each line what would become of it, in two queries."""
    lines = list(found)
    seats = _seats(lines)
    known: set[tuple[str, int]] = set()
    for line in lines:
        line.reason = line.reason or _fault(line, known)
        if line.reason:
            continue
        key = (line.email.lower(), line.contract.pk)
        known.add(key)
        line.seat = seats.get(key)
        line.outcome = _outcome(line)
    return lines


def _seats(lines: list[Line]) -> dict[tuple[str, int], Seat]:
    addresses = {line.email.lower() for line in lines}
    people = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    contracts = {line.contract.pk for line in lines if line.contract}
    seats = Seat.objects.filter(user__in=people, contract__in=contracts).select_related("user")
    return {(seat.user.email.lower(), seat.contract_id): seat for seat in seats}


def _fault(line: Line, known: set[tuple[str, int]]) -> str:
    try:
        validate_email(line.email)
    except ValidationError:
        return "This is no e-mail address." if line.email else "The e-mail address is missing."
    if line.role not in Seat.Role.values:
        return f"There is no role “{line.role}”: {', '.join(Seat.Role.labels)}."
    if (line.email.lower(), line.contract.pk) in known:
        return "The same person stands further up."
    return "" if line.contract.active else "The contract has ended."


def _outcome(line: Line) -> str:
    if line.seat is None:
        return NEW
    if line.seat.state not in {Seat.State.ACTIVE, Seat.State.INVITED}:
        return BACK
    return ROLE if line.seat.role != line.role else SAME


@transaction.atomic
def run(lines: list[Line], actor: User) -> int:
    """Do what `judge` said. Returns how many seats were offered or changed."""
    done = 0
    for line in lines:
        if line.outcome in {NEW, BACK}:
            invitations.invite(
                line.contract,
                line.email,
                first_name=line.first_name,
                last_name=line.last_name,
                role=line.role,
                actor=actor,
            )
        elif line.outcome == ROLE:
            invitations.change_role(line.seat, line.role, actor=actor)
        done += line.outcome in {NEW, BACK, ROLE}
    return done
