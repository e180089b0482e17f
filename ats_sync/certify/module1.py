"""Module 1: customer onboarding."""

from __future__ import annotations

from ats_sync.certify import samples, steps
from ats_sync.certify.rehearsal import (
    NotPossible,
    Rehearsal,
    expect,
    expect_each,
    expect_status,
    one_result,
    rule,
)
from ats_sync.certify.vendor import Vendor, answered, outcomes

INTEGRATIONS = "/v2/atsIntegrations"
COMPANY_TYPES = ("IN_ATS_INDICATOR", "ONE_CLICK_EXPORT", "PROFILE_PLUGIN")
VIEWERS = {"ONE_CLICK_EXPORT": "JOB_POSTING_VIEWERS", "IN_ATS_INDICATOR": "APPLICATION_VIEWERS"}
EVERYBODY = "ALL_PRODUCT_USERS"
FORBIDDEN, CONFLICT, UNAUTHORIZED, CREATED = 403, 409, 401, 201


def feature(run: Rehearsal, kind: str) -> dict[str, str]:
    """The key of one feature of the customer."""
    return {
        "integrationContext": run.contract if kind == "CSA_API" else run.organization,
        "integrationType": kind,
        "tenantType": "RECRUITER",
        "dataProvider": "ATS",
    }


@rule("RSC-101", "First activation")
def first_activation(run: Rehearsal) -> str:
    states = {}
    for kind in (*COMPANY_TYPES, "CSA_API"):
        key = feature(run, kind)
        found = run.vendor.get(INTEGRATIONS, [key])
        if found.status_code == FORBIDDEN or not answered(found).get("results"):
            raise NotPossible(f"{kind}: the customer's administrator has not asked for it")
        name = one_result(found).get("integrationName") or "Rehearsal ATS"
        named = run.vendor.patch(INTEGRATIONS, key, integrationName=name)
        expect_each(named, 204, f"naming {kind}")
        entity = one_result(run.vendor.get(INTEGRATIONS, [key]))
        expect(entity.get("integrationName") == name, f"{kind}: the name was not kept")
        states[kind] = entity.get("status")
    good = {"PARTNER_READY", "ENABLED"}
    late = [kind for kind, state in states.items() if state not in good]
    expect(not late, f"not ready after naming: {', '.join(late)}")
    return ", ".join(f"{kind} {state}" for kind, state in states.items())


@rule("RSC-102", "Public or private jobs")
def job_availability(run: Rehearsal) -> str:
    for name, availability in (("pub", "PUBLIC"), ("prv", "PRIVATE_TO_ATS_INTEGRATION")):
        steps.take_job(run, name, availability=availability)
    steps.take_job(run, "pub", availability="PRIVATE_TO_ATS_INTEGRATION")
    bad, good = steps.submit(
        run, samples.job(run, "odd", availability="SOMETIMES"), samples.job(run, "ok")
    )
    expect(bad["status"] >= 400, f"an unknown availability was accepted: {bad}")
    expect("availability" in str(bad), f"the refusal does not name the field: {bad}")
    expect(good["status"] == 202, f"a good neighbour of a bad record was refused: {good}")
    return "public, private and moved; an unknown value is refused alone, by name"


@rule("RSC-103", "Several contracts, several instances")
def several_instances(run: Rehearsal) -> str:
    if run.parent is None:
        raise NotPossible("needs the vendor's own application: --parent-id, --parent-secret")
    path = "/v2/provisionedApplications"
    wanted = {"uniqueForeignId": run.id("cust"), "name": "Rehearsal customer", "description": ""}
    made = run.parent.call("POST", path, wanted)
    expect_status(made, CREATED, "provisioning")
    expect_status(run.parent.call("POST", path, wanted), CONFLICT, "provisioning again")
    query = f"q=credentialsByUniqueForeignId&uniqueForeignId={wanted['uniqueForeignId']}"
    found = answered(run.parent.call("GET", f"{path}?{query}")).get("elements", [])
    credentials = made.json()["credentials"]
    known = [one["credentials"]["client_id"] for one in found]
    expect(known == [credentials["client_id"]], "the customer was not found by its foreign id")
    other = Vendor(str(run.vendor.http.base_url), **credentials)
    entity = samples.candidate(run, "foreign")
    refused = other.put(samples.CANDIDATES, [run.candidate("foreign")], entity)
    expect_status(refused, FORBIDDEN, "another customer's token")
    return "one application a customer; another customer's token opens nothing here"


@rule("RSC-104", "Configuration is stored")
def configuration(run: Rehearsal) -> str:
    for kind, setting in VIEWERS.items():
        path = steps.below(feature(run, kind), "configurations", INTEGRATIONS)
        value = {"configurationValue": {"string": EVERYBODY}}
        put = run.vendor.put(path, [setting], value)
        expect_each(put, 204, f"setting {setting}")
        read = one_result(run.vendor.get(path, [setting]))
        expect(read == value, f"{setting} reads back as {read}")
        expect_each(run.vendor.delete(path, [setting]), 204, f"deleting {setting}")
        steps.expect_absent(run, path, setting, setting)
        expect_each(run.vendor.put(path, [setting], value), 204, f"setting {setting} again")
    path = steps.below(feature(run, "ONE_CLICK_EXPORT"), "configurations", INTEGRATIONS)
    unsafe = {"configurationValue": {"string": "ftp://ats.example/notices"}}
    expect(outcomes(run.vendor.put(path, ["CALLBACK_URL"], unsafe)) == [400],
           "a callback that is not https was taken")  # fmt: skip
    if run.callback is not None:
        value = {"configurationValue": {"string": run.callback.url}}
        put = run.vendor.put(path, ["CALLBACK_URL"], value)
        expect_each(put, 204, "setting our callback")
        return "all three keys go round; an unsafe callback is refused, ours is set"
    return "viewers go round, an unsafe callback is refused; no callback of ours (--callback-url)"


@rule("RSC-105", "Script domains")
def script_domains(run: Rehearsal) -> str:
    if run.parent is None:
        raise NotPossible("needs the vendor's own application: --parent-id, --parent-secret")
    path = "/v2/provisionedApplications"
    wanted = {
        "uniqueForeignId": run.id("domains"),
        "name": "Rehearsal customer",
        "description": "",
        "validJsSdkDomains": ["https://ats.example"],
    }
    made = run.parent.call("POST", path, wanted)
    expect_status(made, CREATED, "provisioning with domains")
    origins = ["https://ats.example:8443"]
    patch = {"patch": {"$set": {"validJsSdkDomains": origins}}}
    one = f"{path}/{made.json()['key']}"
    expect_status(run.parent.call("POST", one, patch), 204, "changing the domains")
    query = f"q=credentialsByUniqueForeignId&uniqueForeignId={wanted['uniqueForeignId']}"
    (found,) = answered(run.parent.call("GET", f"{path}?{query}")).get("elements", [{}])
    expect(found.get("validJsSdkDomains") == origins, f"domains read back: {found}")
    bad = {"patch": {"$set": {"validJsSdkDomains": ["everything"]}}}
    expect_status(run.parent.call("POST", one, bad), 400, "a domain that is none")
    return "kept, changed and read back, with the port; nonsense is refused"


@rule("RSC-106", "Tokens")
def tokens(run: Rehearsal) -> str:
    first = run.vendor.fetch_token()
    expect_status(first, 200, "asking for a token")
    expect({"access_token", "expires_in"} <= first.json().keys(), "no lifetime was told")
    second = run.vendor.fetch_token()
    for token in (first.json()["access_token"], second.json()["access_token"]):
        state = run.vendor.introspect(token)
        expect(state.get("active") is True, "one of two live tokens does not work")
    wrong = run.vendor.fetch_token(secret="not-the-secret")  # noqa: S106 - meant to be wrong
    expect_status(wrong, UNAUTHORIZED, "a wrong secret")
    expect(answered(wrong).get("error"), "the refusal of a secret names no error code")
    bad = run.vendor.call("GET", "/v2/atsCandidates?ids[0].x=1", token="invented")  # noqa: S106
    expect_status(bad, UNAUTHORIZED, "an invented token")
    expect(answered(bad).get("serviceErrorCode"), "the refusal of a token names no code")
    expect(bad.headers.get("x-li-uuid"), "an answer has no request uuid")
    return "two live tokens at once, each can be checked; wrong ones get 401 with a code"
