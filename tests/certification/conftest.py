"""The fake ATS of the rehearsal, against a live server of this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ats_sync.certify import callback, module1, module2, module3, module4, module5
from ats_sync.certify.rehearsal import RULES, Rehearsal, Verdict, play_one
from ats_sync.certify.vendor import Vendor
from ats_sync.models import ApplicationSecret, Ats, DeveloperApplication, Integration
from tests import factories

MODULES = (module1, module2, module3, module4, module5)


def numbers(module: int) -> list[str]:
    """The rules of a module."""
    return sorted(number for number, rule in RULES.items() if rule.module == module)


def assert_passes(run: Rehearsal, number: str) -> None:
    """Play a rule; what the server did wrong is the message."""
    played = play_one(run, RULES[number])
    assert played.verdict is Verdict.PASSED, f"{number}: {played.why}"


def credentials(application: DeveloperApplication) -> tuple[str, str]:
    _, secret = ApplicationSecret.make(application)
    return application.client_id, secret


@pytest.fixture
def rehearsal(
    transactional_db, live_server, ats: Ats, contract, ada, settings
) -> Iterator[Rehearsal]:
    """All features on, recruiter activity included; the callback listens on this machine."""
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    ats.application.script_origins = ["https://ats.acme.test"]
    ats.application.save()
    factories.IntegrationFactory(
        ats=ats, contract=contract, integration_type=Integration.Type.CSA_API
    )
    client_id, secret = credentials(ats.application)
    with callback.listening(secret) as listener:
        yield Rehearsal(
            vendor=Vendor(live_server.url, client_id, secret),
            organization=str(ats.company.urn),
            contract=str(contract.urn),
            parent=Vendor(live_server.url, *credentials(ats.application.parent)),
            callback=listener,
            wait=0,
        )
