"""One factory per noun, with sensible defaults."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from ats_sync import models as ats_models
from recruiter import models as recruiter
from rsc import models as rsc

LONG_AGO = datetime(2016, 9, 28, 9, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = rsc.User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@people.test")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = "Person"
    password = factory.django.Password("correct horse battery")


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = rsc.Company

    name = factory.Sequence(lambda n: f"Company {n}")


class ContractFactory(DjangoModelFactory):
    class Meta:
        model = rsc.Contract

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Contract {n}")


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = rsc.Seat

    contract = factory.SubFactory(ContractFactory)
    user = factory.SubFactory(UserFactory)


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = recruiter.Member

    slug = factory.Sequence(lambda n: f"member-{n}")
    first_name = factory.Sequence(lambda n: f"Mem{n}")
    last_name = "Ber"
    headline = "Account Manager"


class MemberEmailFactory(DjangoModelFactory):
    class Meta:
        model = recruiter.MemberEmail

    member = factory.SubFactory(MemberFactory)
    address = factory.Sequence(lambda n: f"member{n}@mail.test")
    normal_form = factory.LazyAttribute(lambda email: email.address.lower())
    verified_at = LONG_AGO
    primary = True


class PositionFactory(DjangoModelFactory):
    class Meta:
        model = recruiter.Position

    member = factory.SubFactory(MemberFactory)
    title = "Account Manager"
    employer = "Freshing"
    started_on = "2015-03"


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = recruiter.Project

    owner = factory.SubFactory(SeatFactory)
    contract = factory.LazyAttribute(lambda project: project.owner.contract)
    name = factory.Sequence(lambda n: f"Project {n}")


class ProjectStageFactory(DjangoModelFactory):
    class Meta:
        model = recruiter.ProjectStage

    project = factory.SubFactory(ProjectFactory)
    name = "Uncontacted"
    rank = 0


class ProspectFactory(DjangoModelFactory):
    class Meta:
        model = recruiter.Prospect

    member = factory.SubFactory(MemberFactory)
    stage = factory.SubFactory(ProjectStageFactory)
    project = factory.LazyAttribute(lambda prospect: prospect.stage.project)
    added_by = factory.LazyAttribute(lambda prospect: prospect.project.owner)
    stage_since = LONG_AGO


class VendorFactory(DjangoModelFactory):
    """A vendor's own (parent) application."""

    class Meta:
        model = ats_models.DeveloperApplication

    name = factory.Sequence(lambda n: f"Vendor {n}")
    client_id = factory.Sequence(lambda n: f"parentapp{n}")
    client_type = ats_models.DeveloperApplication.CLIENT_CONFIDENTIAL
    authorization_grant_type = ats_models.DeveloperApplication.GRANT_CLIENT_CREDENTIALS


class ChildApplicationFactory(VendorFactory):
    """A customer's application, provisioned by a vendor."""

    parent = factory.SubFactory(VendorFactory)
    name = factory.Sequence(lambda n: f"Acme ATS - Customer {n}")
    client_id = factory.Sequence(lambda n: f"childapp{n}")
    unique_foreign_id = factory.Sequence(lambda n: f"cust-{n}")


class AtsFactory(DjangoModelFactory):
    class Meta:
        model = ats_models.Ats

    application = factory.SubFactory(ChildApplicationFactory)
    company = factory.SubFactory(CompanyFactory)
    name = "Acme ATS"


class IntegrationFactory(DjangoModelFactory):
    class Meta:
        model = ats_models.Integration

    ats = factory.SubFactory(AtsFactory)
    integration_type = ats_models.Integration.Type.IN_ATS_INDICATOR
    name = "Acme"
    status = ats_models.Integration.Status.ENABLED


class IntegrationSettingFactory(DjangoModelFactory):
    class Meta:
        model = ats_models.IntegrationSetting

    integration = factory.SubFactory(IntegrationFactory)
    key = ats_models.IntegrationSetting.Key.APPLICATION_VIEWERS
    value = "ALL_PRODUCT_USERS"


class JobPostingFactory(DjangoModelFactory):
    class Meta:
        model = ats_models.JobPosting

    ats = factory.SubFactory(AtsFactory)
    external_id = factory.Sequence(lambda n: f"JX{n}")
    title = "Account Manager"
    listed_at = LONG_AGO
    received_at = LONG_AGO


class CandidateFactory(DjangoModelFactory):
    class Meta:
        model = ats_models.Candidate

    ats = factory.SubFactory(AtsFactory)
    external_id = factory.Sequence(lambda n: f"CAND-{n}")
    first_name = "Mae"
    last_name = "Norris"
    external_created_at = LONG_AGO
    external_modified_at = LONG_AGO
    received_at = LONG_AGO


class MatchFactory(DjangoModelFactory):
    class Meta:
        model = ats_models.Match

    candidate = factory.SubFactory(CandidateFactory)
    member = factory.SubFactory(MemberFactory)
    state = ats_models.Match.State.AUTOMATIC
    rule = "email"
    decided_at = LONG_AGO


class ApplicationFactory(DjangoModelFactory):
    class Meta:
        model = ats_models.Application

    candidate = factory.SubFactory(CandidateFactory)
    ats = factory.LazyAttribute(lambda application: application.candidate.ats)
    external_id = factory.Sequence(lambda n: f"APP-{n}")
    external_job_id = "JX1200"
    job_name = "Senior Account Manager"
    external_candidate_id = factory.LazyAttribute(lambda a: a.candidate.external_id)
    first_name = factory.LazyAttribute(lambda a: a.candidate.first_name)
    external_created_at = LONG_AGO
    external_modified_at = LONG_AGO
    received_at = LONG_AGO
