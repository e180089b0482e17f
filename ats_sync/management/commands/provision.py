"""manage.py provision: a vendor, the application of its customer, and the ATS."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ats_sync import provisioning
from ats_sync.models import Ats, DeveloperApplication
from rsc.models import Company


class Command(BaseCommand):
    help = (
        "Let an ATS vendor in, and connect one customer: makes the vendor's own application, the "
        "customer's application below it, and the company's ATS, whichever of them is missing. "
        "Secrets are printed once, when they are made; --new-secret makes a second one beside a "
        "live one, for a rotation. Vendors may do the same over the wire; then only --vendor is "
        "needed. What is given again replaces what was set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vendor", required=True, metavar="NAME")
        parser.add_argument("--customer", metavar="ID", help="the vendor's own id of its customer")
        parser.add_argument("--company", metavar="NAME", help="the customer's company here")
        parser.add_argument("--ats", metavar="NAME", help="as people call it; shown as “In … ATS”")
        parser.add_argument(
            "--origin", action="append", metavar="URL", help="pages that may hold the widget"
        )
        parser.add_argument(
            "--callback", action="append", metavar="URL", help="where a signed-in person returns"
        )
        parser.add_argument("--new-secret", action="store_true", help="rotate: make another secret")

    @transaction.atomic
    def handle(self, *args: object, **options: Any) -> None:
        try:
            vendor = self._vendor(options)
            if options["customer"]:
                self._customer(vendor, options)
        except (
            provisioning.ProvisioningRefused,
            provisioning.ForeignIdTaken,
            provisioning.TooManySecrets,
        ) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _vendor(self, options: dict[str, Any]) -> DeveloperApplication:
        vendor, is_new = DeveloperApplication.objects.get_or_create(
            parent=None, name=options["vendor"], defaults=provisioning.CLIENT
        )
        wanted = is_new or (options["new_secret"] and not options["customer"])
        self._tell("Vendor", vendor, provisioning.roll_secret(vendor) if wanted else "")
        return vendor

    def _customer(self, vendor: DeveloperApplication, options: dict[str, Any]) -> None:
        company = Company.objects.filter(name__iexact=options["company"] or "").first()
        if company is None:
            raise CommandError(f"There is no company {options['company']!r}: create_company.")
        details = provisioning.Details(
            login_callbacks=options["callback"], script_origins=options["origin"]
        )
        customer = provisioning.find(vendor, options["customer"])
        secret = ""
        if customer is None:
            details.name = company.name[: provisioning.LONGEST_NAME]
            details.description = f"{company.name} at {vendor.name}"
            customer, secret = provisioning.provision(
                vendor, foreign_id=options["customer"], details=details
            )
        else:
            provisioning.change(customer, details)
            secret = provisioning.roll_secret(customer) if options["new_secret"] else ""
        self._tell("Customer", customer, secret)
        ats, _ = Ats.objects.get_or_create(
            application=customer,
            company=company,
            defaults={"name": options["ats"] or vendor.name},
        )
        self.stdout.write(f"ATS {ats.name}, number {ats.pk}, of {company.urn}")
        self.stdout.write(f"Activate it under /admin/ats_sync/ats/{ats.pk}/change/")

    def _tell(self, kind: str, application: DeveloperApplication, secret: str) -> None:
        self.stdout.write(f"{kind} {application.name}: client id {application.client_id}")
        if secret:
            self.stdout.write(f"  client secret, shown once: {secret}")
