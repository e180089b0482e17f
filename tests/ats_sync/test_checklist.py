"""The activation checklist: every step is told by what is stored, and names who acts next."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ats_sync import activation, checklist, guides, seat_mapping
from ats_sync.models import ApplicationSecret, Ats, Integration, IntegrationSetting
from rsc.models import AuditEntry
from tests import factories
from tests.ats_sync.test_admin_activation import admin, page, text  # noqa: F401 - fixtures

CALLBACK = "https://ats.acme.test/cb"
EXPORT = Integration.Type.ONE_CLICK_EXPORT


@pytest.fixture
def new_ats(freshing, contract) -> Ats:
    """An ATS of which nothing but its row is there."""
    return factories.AtsFactory(company=freshing, name="Acme ATS")


@pytest.fixture
def green_ats(ats, ada, root) -> Ats:
    """An ATS of which all is done."""
    ApplicationSecret.make(ats.application)
    ats.application.script_origins = ["https://ats.acme.test"]
    ats.application.save()
    export = ats.integrations.get(integration_type=EXPORT)
    factories.IntegrationSettingFactory(
        integration=export,
        key=IntegrationSetting.Key.CALLBACK_URL,
        value=CALLBACK,
        challenge=IntegrationSetting.Challenge.VERIFIED,
    )
    seat_mapping.map_same_address(ats, [ada.user], actor=root)
    factories.CandidateFactory(ats=ats)
    ats.history_complete_at = factories.LONG_AGO
    ats.history_confirmed_by = root
    ats.save()
    return ats


def steps(ats: Ats) -> dict[str, checklist.Step]:
    return {step.code: step for step in checklist.checklist(ats)}


# What makes exactly one step not done.
UNDO = {
    "application": lambda ats: ats.application.secrets.all().delete(),
    "origins": lambda ats: setattr(ats.application, "script_origins", []),
    "asked": lambda ats: ats.integrations.exclude(integration_type=EXPORT).delete(),
    "name": lambda ats: ats.integrations.filter(integration_type=EXPORT).update(name=""),
    "enabled": lambda ats: ats.integrations.filter(integration_type=EXPORT).update(
        status="DISABLED"
    ),
    "callback": lambda ats: setting(ats, "CALLBACK_URL").delete(),
    "viewers": lambda ats: setting(ats, "JOB_POSTING_VIEWERS").delete(),
    "seats": lambda ats: ats.people.all().delete(),
    "push": lambda ats: ats.candidates.all().delete(),
    "history": lambda ats: Ats.objects.filter(pk=ats.pk).update(history_complete_at=None),
}
CODES = list(UNDO)


def setting(ats: Ats, key: str):
    return IntegrationSetting.objects.filter(integration__ats=ats, key=key)


def test_an_ats_that_works_is_green(green_ats, django_assert_num_queries):
    with django_assert_num_queries(5):
        found = checklist.checklist(green_ats)
    assert [step.code for step in found] == CODES
    assert checklist.is_green(found), [step for step in found if not step.is_done]


@pytest.mark.parametrize("code", CODES)
def test_each_step_is_missed_and_says_who_acts(green_ats, code):
    UNDO[code](green_ats)
    step = steps(green_ats)[code]
    assert not step.is_done
    assert step.who
    assert step.text.endswith(".")
    if code not in {"asked", "push"}:  # what hangs on these is open with them
        others = [one for one in steps(green_ats).values() if one.code != code]
        assert checklist.is_green(others), [one for one in others if not one.is_done]


def test_a_new_ats_is_all_red_and_every_link_opens(admin, new_ats, ada):  # noqa: F811
    for step in steps(new_ats).values():
        assert not step.is_done, step
        if step.link:
            assert admin.get(step.link).status_code == 200, step


def test_a_callback_waits_for_its_challenge_and_fails_in_words(green_ats):
    callback = setting(green_ats, "CALLBACK_URL")
    for state, found in (("unverified", "waiting"), ("failing", "missing")):
        callback.update(challenge=state)
        assert steps(green_ats)["callback"].state == found


def test_acls_do_instead_of_viewers(green_ats):
    UNDO["viewers"](green_ats)
    green_ats.acls.create(acl_id="A", entity_type="JOB_POSTING", entity_id="J")
    assert steps(green_ats)["viewers"].is_done


def test_a_feature_on_a_contract_needs_a_name_too(green_ats, contract):
    activation.request_contract_level(green_ats, contract)
    step = steps(green_ats)["name"]
    assert step.who is checklist.Who.VENDOR
    assert contract.name in step.text


def test_the_page_shows_the_steps_and_the_guide(admin, green_ats):  # noqa: F811
    read = text(admin.get(page("checklist", green_ats)))
    assert "All is done" in read
    green_ats.application.script_origins = []
    green_ats.application.save()
    read = text(admin.get(page("checklist", green_ats)))
    assert "9 of 10 steps are done" in read
    assert "You: Open the application" in read
    assert "What is done at the ATS" in read
    assert str(green_ats.context) in read
    assert "What is left to do" in text(admin.get(page("change", green_ats)))


def test_the_history_is_confirmed_by_name_and_can_be_taken_back(admin, green_ats, root):  # noqa: F811
    UNDO["history"](green_ats)
    assert "Candidates 1" in text(admin.get(page("history", green_ats)))
    admin.post(page("history", green_ats), {"complete": "yes"})
    assert "Confirmed by" in steps(green_ats)["history"].text
    admin.post(page("history", green_ats), {"complete": "no"})
    assert not steps(green_ats)["history"].is_done
    assert AuditEntry.objects.filter(verb="ats.history_confirmed", actor=root).count() == 2


def test_two_atss_and_two_contracts_have_lists_of_their_own(green_ats, contract, di):
    other = factories.AtsFactory(company=green_ats.company, name="Other ATS")
    activation.request_contract_level(other, di.contract)
    assert not steps(other)["push"].is_done, "what one ATS sent is not the other's"
    assert di.contract.name in steps(other)["name"].text
    assert steps(green_ats)["name"].is_done
    assert not steps(green_ats)["seats"].is_done, "Di works on the other contract, and counts"


def test_the_vendor_has_a_guide_of_its_own_before_the_one_for_all(ats):
    ats.application.parent.name = "Jobvite Inc"
    titles = [guide.title for guide in guides.guides_for(ats)]
    assert titles == ["Jobvite", "Any ATS that speaks the published contract"]
    ats.application.parent.name = ats.application.name = "Sapient"
    ats.name = "Ours"
    assert len(guides.guides_for(ats)) == 1


@pytest.mark.parametrize("name", ["checklist", "links", "people", "history"])
def test_only_who_may_change_the_ats_opens_its_pages(browse, ada, ats, name):
    assert browse(ada).get(page(name, ats), follow=True).status_code == 403
    clerk = factories.UserFactory(is_staff=True)
    assert browse(clerk).get(page(name, ats)).status_code == 403


def test_a_new_ats_leads_to_its_checklist(admin, freshing):  # noqa: F811
    child = factories.ChildApplicationFactory()
    values = {"name": "Acme", "company": freshing.pk, "application": child.pk}
    answer = admin.post(reverse("admin:ats_sync_ats_add"), values, follow=True)
    assert "0 of 10 steps are done" in text(answer)
