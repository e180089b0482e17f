"""The cast: a few people and one ATS whom every test knows by name. No logic."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from ats_sync.models import Ats, Integration, IntegrationSetting
from recruiter import search
from recruiter.models import Member
from rsc import outbox
from rsc.models import Company, Contract, Seat, User
from tests import factories


@pytest.fixture(autouse=True)
def test_settings(settings, tmp_path):
    """Plain static files and no wake-up calls: a test drains the outbox when it wants to."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    # No test finds another's index, nor what an engine remembers of another's members.
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    search.engine.cache_clear()
    settings.OUTBOX_RINGS_WORKER = False
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def drain() -> Callable[[], int]:
    """Deliver the outbox as a worker would."""
    return outbox.drain


@pytest.fixture
def freshing(db) -> Company:
    """The company that Ada and Bo recruit for."""
    return factories.CompanyFactory(name="PMM Middleware Test Company")


@pytest.fixture
def contract(freshing) -> Contract:
    return factories.ContractFactory(company=freshing, name="Recruiting")


@pytest.fixture
def ada(contract) -> Seat:
    """A recruiter on the contract."""
    user = factories.UserFactory(username="ada", first_name="Ada", last_name="Recruiter")
    return factories.SeatFactory(contract=contract, user=user)


@pytest.fixture
def bo(contract) -> Seat:
    """A colleague of Ada's on the same contract."""
    user = factories.UserFactory(username="bo", first_name="Bo", last_name="Colleague")
    return factories.SeatFactory(contract=contract, user=user)


@pytest.fixture
def di(freshing) -> Seat:
    """A recruiter of the same company on another contract."""
    user = factories.UserFactory(username="di", first_name="Di", last_name="Otherteam")
    other = factories.ContractFactory(company=freshing, name="Executive search")
    return factories.SeatFactory(contract=other, user=user)


@pytest.fixture
def hal(contract) -> Seat:
    """A hiring manager on Ada's contract."""
    user = factories.UserFactory(username="hal", first_name="Hal", last_name="Manager")
    return factories.SeatFactory(contract=contract, user=user, role=Seat.Role.HIRING_MANAGER)


@pytest.fixture
def cy(db) -> Seat:
    """A stranger: a seat on another company's contract."""
    user = factories.UserFactory(username="cy", first_name="Cy", last_name="Stranger")
    return factories.SeatFactory(user=user)


@pytest.fixture
def root(db) -> User:
    """The operator who uses the admin."""
    return factories.UserFactory(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def browse() -> Callable[[Seat | User], Client]:
    """A signed-in HTTP client of a seat or a user."""

    def sign_in(who: Seat | User) -> Client:
        client = Client()
        client.force_login(
            who.user if isinstance(who, Seat) else who,
            backend="django.contrib.auth.backends.ModelBackend",
        )
        return client

    return sign_in


@pytest.fixture
def ats(freshing) -> Ats:
    """Ada's company's ATS with the indicator on, shown to everyone at the company."""
    ats = factories.AtsFactory(company=freshing, name="Acme ATS")
    indicator = factories.IntegrationFactory(ats=ats)
    factories.IntegrationSettingFactory(integration=indicator)
    export = factories.IntegrationFactory(
        ats=ats, integration_type=Integration.Type.ONE_CLICK_EXPORT
    )
    factories.IntegrationSettingFactory(
        integration=export, key=IntegrationSetting.Key.JOB_POSTING_VIEWERS
    )
    factories.IntegrationFactory(ats=ats, integration_type=Integration.Type.PROFILE_PLUGIN)
    return ats


@pytest.fixture
def mae(db) -> Member:
    """The account manager of the guide's sample page."""
    member = factories.MemberFactory(
        first_name="Mae",
        last_name="Norris",
        slug="mae-norris",
        headline="Account Manager at Freshing",
        location="Greater Chicago Area",
        industry="Technology",
        skills=["Account Management", "Negotiation"],
    )
    factories.MemberEmailFactory(member=member, address="mnorris@gmail.com")
    factories.PositionFactory(member=member)
    return member
