"""manage.py create_company: a company, its first contract and its first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from rsc import audit, invitations
from rsc.models import Company, Contract, Seat, User


class Command(BaseCommand):
    help = (
        "Make a company with a first contract, and offer its first administrator a seat. The "
        "link of the invitation is mailed and printed: behind it the person chooses a password. "
        "May be repeated; what is there stays. On a new server add --operator: the person may "
        "then enter all Admin settings, and can do the rest there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the company")
        parser.add_argument("--contract", default="Recruiting", help="name of its contract")
        parser.add_argument("--administrator", required=True, metavar="E-MAIL")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument(
            "--operator", action="store_true", help="the person runs this server (superuser)"
        )

    @transaction.atomic
    def handle(self, *args: object, **options: Any) -> None:
        try:
            validate_email(options["administrator"])
        except ValidationError as error:
            raise CommandError(f"{options['administrator']} is no e-mail address.") from error
        company = Company.objects.filter(name__iexact=options["name"]).first()
        company = company or Company.objects.create(name=options["name"])
        contract, _ = Contract.objects.get_or_create(company=company, name=options["contract"])
        self.stdout.write(f"Company {company}: {company.urn}")
        self.stdout.write(f"Contract {contract.name}: {contract.urn}")
        invitation = invitations.invite(
            contract,
            options["administrator"],
            first_name=options["first_name"],
            last_name=options["last_name"],
            role=Seat.Role.ADMINISTRATOR,
        )
        person = invitations.person_of(options["administrator"])
        if person and options["operator"] and not person.is_superuser:
            User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
            audit.record("person.made_operator", person.urn)
            self.stdout.write("The person may enter all Admin settings.")
        if invitation is None:
            self.stdout.write("The administrator works here already.")
            return
        link = reverse("invitation", args=[invitations.token_of(invitation)])
        self.stdout.write(f"Invitation, good once and for {settings.INVITATION_DAYS} days:")
        self.stdout.write(settings.BASE_URL + link)
