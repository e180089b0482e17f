"""The demo as a visitor meets it: started by its command, seen in a browser, ended by Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from playwright.sync_api import Page, expect

from rsc.embedded_postgres import EmbeddedPostgres
from tests.journeys import guide_screens
from tests.journeys.conftest import shot

# One demo for all tests of this file, in whatever order: on one worker.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 240  # seconds; this machine may be busy with other tests
CIRCLE_WITHIN = 10_000  # milliseconds from the click to “Export complete”
SEEN_WITHIN = 5_000  # milliseconds from a push to the search page


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ready: Callable[[], object], within: float) -> None:
    patient_until = time.monotonic() + within
    while not ready():
        assert time.monotonic() < patient_until, "waited in vain"
        time.sleep(0.1)


class Demo:
    """The command in a state folder and on ports of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.ports = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.output = state / "output"

    def start(self) -> None:
        """Start it and wait for its card."""
        self.card_file.unlink(missing_ok=True)  # of a run that was killed
        self.process = self.run()
        until(lambda: self.card_file.exists() or self.process.poll() is not None, READY_WITHIN)
        assert self.process.poll() is None, self.output.read_text()
        self.card = json.loads(self.card_file.read_text())

    def run(self) -> subprocess.Popen[bytes]:
        settings = {
            "RSC_STATE_DIR": str(self.state),
            "RSC_PORT": str(self.ports[0]),
            "RSC_ATS_PORT": str(self.ports[1]),
            "DATABASE_URL": "",
        }
        with self.output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "manage.py", "demo"],
                cwd=ROOT,
                env=os.environ | settings,
                stdout=output,
                stderr=output,
            )

    def tell(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end. Returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(60)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def card_file(self) -> Path:
        return self.state / "demo.json"

    @property
    def postgres(self) -> EmbeddedPostgres:
        return EmbeddedPostgres(self.state / "postgres")

    @property
    def family(self) -> list[psutil.Process]:
        """The command's processes, all generations."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def login(self, role: str) -> dict[str, str]:
        return next(login for login in self.card["logins"] if login["role"] == role)


@pytest.fixture(scope="module")
def stage() -> Iterator[Demo]:
    """One demo for all tests of this file; whether it runs depends on the last one."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder))
        try:
            yield demo
        finally:
            if demo.running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    demo.tell(signal.SIGTERM)
                demo.process.kill()
            demo.postgres.stop()


@pytest.fixture
def demo(stage) -> Demo:
    """The demo, running."""
    if not stage.running:
        stage.start()
    return stage


@pytest.fixture
def recruiter(demo, context) -> Page:
    """A browser in which the demo's recruiter has signed in."""
    page = context.new_page()
    page.goto(f"{demo.card['base_url']}/accounts/login/")
    sign_in(page, demo)
    expect(page.get_by_text("Riya Recruiter").first).to_be_visible()
    return page


def sign_in(page: Page, demo: Demo, role: str = "recruiter") -> None:
    login = demo.login(role)
    page.locator("input[name=login]").fill(login["username"])
    page.locator("input[type=password]").fill(login["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_the_card_says_all_that_tools_need_to_its_owner_alone(demo):
    card = demo.card
    assert stat.S_IMODE(demo.card_file.stat().st_mode) == 0o600
    assert card["base_url"] == f"http://localhost:{demo.ports[0]}"
    assert card["ats_url"] == f"http://127.0.0.1:{demo.ports[1]}"
    assert {login["role"] for login in card["logins"]} == {
        "administrator", "recruiter", "colleague", "hiring_manager", "other_company", "member",
    }  # fmt: skip
    assert set(card["partner"]) == {"client_id", "client_secret"}
    assert set(card["customer"]) == {
        "client_id", "client_secret", "organization_id", "contract_id", "unique_foreign_id",
    }  # fmt: skip


def test_the_logins_and_addresses_are_printed(demo):
    printed = demo.output.read_text()
    assert demo.card["ats_url"] in printed
    for login in demo.card["logins"]:
        assert login["password"] in printed


def test_every_screen_of_the_guide_has_its_counterpart_with_the_guide_s_own_words(demo, chromium):
    table = guide_screens.screens()
    found = {}
    for role in sorted({screen.who for screen in table}):
        window = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = window.new_page()
        page.goto(f"{demo.card['base_url']}/accounts/login/")
        sign_in(page, demo, role)
        page.wait_for_load_state()
        for screen in table:
            if screen.who == role:
                base = demo.card["ats_url" if screen.in_ats else "base_url"]
                found[screen.guide] = guide_screens.missing(screen, page, base)
                shot(page, f"guide-{table.index(screen):02}")
        window.close()
    assert found == {screen.guide: [] for screen in table}


def test_past_applicants_are_as_many_as_in_the_guide_and_mae_wears_the_badge(demo, recruiter):
    base = demo.card["base_url"]
    recruiter.goto(f"{base}/talent/search/?spotlight=past_applicants")
    expect(recruiter.get_by_text("50 results").first).to_be_visible()
    recruiter.goto(f"{base}/talent/search/?q=Mae+Norris")
    shot(recruiter, "demo-search")
    expect(recruiter.get_by_text("In Acme ATS").first).to_be_visible()
    recruiter.get_by_role("link", name="Mae Norris", exact=True).first.click()
    recruiter.wait_for_url("**/talent/profile/**")
    recruiter.goto(f"{recruiter.url.partition('?')[0]}?tab=ats")
    expect(recruiter.get_by_text("Senior Account Manager - JX1200").first).to_be_visible()
    shot(recruiter, "demo-mae")


def test_a_candidate_added_in_the_ats_is_seen_in_search_within_seconds(demo, recruiter):
    base, ats = demo.card["base_url"], demo.card["ats_url"]
    wanted = f"{base}/talent/search/?q=Gabriel+Francis&spotlight=past_applicants"
    recruiter.goto(wanted)
    expect(recruiter.get_by_role("link", name="Gabriel Francis", exact=True)).to_have_count(0)
    page = recruiter.context.new_page()
    page.goto(f"{ats}/candidates/new")
    page.get_by_label("First name").fill("Gabriel")
    page.get_by_label("Last name").fill("Francis")
    page.get_by_label("E-mail").fill("Gabriel.Francis@mailbox.example")
    page.get_by_label("Current title").fill("Product Manager")
    page.get_by_label("Current employer").fill("Mintone")
    page.get_by_label("Requisition").select_option("PM410")
    page.get_by_role("button", name="Save and push").click()
    expect(page.get_by_role("status").first).to_have_text("Saved and pushed; matched to a member.")
    recruiter.goto(wanted)
    expect(recruiter.get_by_role("link", name="Gabriel Francis", exact=True).first).to_be_visible(
        timeout=SEEN_WITHIN
    )


def test_an_exported_member_is_in_the_ats_within_seconds(demo, recruiter):
    """The circle of the guide: click, signed notice, stub, candidate, link; in both places."""
    base, ats = demo.card["base_url"], demo.card["ats_url"]
    recruiter.goto(f"{base}/talent/search/?q=Rebecca+Best")
    recruiter.get_by_role("link", name="Rebecca Best", exact=True).first.click()
    recruiter.wait_for_url("**/talent/profile/**")
    recruiter.get_by_label("Actions for Rebecca Best").click()
    recruiter.get_by_role("link", name="Export to ATS").click()
    recruiter.get_by_label("Requisition in Acme ATS").fill("recruit")
    expect(recruiter.get_by_role("radio")).to_have_count(1)
    recruiter.get_by_label("Director of Recruiting").check()
    shot(recruiter, "export-dialog")
    clicked = time.monotonic()
    recruiter.get_by_role("button", name="Export", exact=True).click()
    expect(recruiter.get_by_text("Export complete")).to_be_visible(timeout=CIRCLE_WITHIN)
    assert time.monotonic() - clicked < CIRCLE_WITHIN / 1000
    shot(recruiter, "export-complete")
    recruiter.goto(f"{base}/ats/exports/")
    listed = recruiter.get_by_text("In the ATS", exact=True)
    expect(listed.and_(recruiter.locator(":not(option)")).first).to_be_visible()
    shot(recruiter, "exports")
    page = recruiter.context.new_page()
    page.goto(ats)
    page.get_by_role("link", name="Rebecca Best").click()
    expect(page.get_by_text("Director of Recruiting - DR100")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_role("button", name="Sign in")).to_be_visible()
    page.goto(f"{ats}/log")
    expect(page.get_by_text("genuine").first).to_be_visible()


def test_an_edit_in_the_ats_is_pushed_and_shown_in_its_log_without_secrets(demo, context):
    ats = demo.card["ats_url"]
    page = context.new_page()
    page.goto(f"{ats}/candidates/12347/edit")
    page.get_by_label("Current title").fill("Key Account Manager")
    page.get_by_role("button", name="Save and push").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved and pushed")
    page.goto(f"{ats}/log")
    page.get_by_role("row").filter(has_text="PUT /v2/atsCandidates").filter(
        has_not_text="notes"
    ).first.get_by_role("link").click()
    expect(page.get_by_text("Key Account Manager")).to_be_visible()
    expect(page.get_by_text("Bearer (not shown)")).to_be_visible()
    page.goto(f"{ats}/log")
    assert demo.card["customer"]["client_secret"] not in page.content()


def test_the_ats_shows_the_profile_of_a_candidate_in_its_own_page(demo, context):
    page = context.new_page()
    page.goto(f"{demo.card['ats_url']}/candidates/12346")
    frame = page.frame_locator("iframe")
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Sign in").click()
    popup = opened.value
    sign_in(popup, demo)
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Continue on contract Recruiting").click()
    expect(frame.get_by_text("Georgia Institute of Technology").first).to_be_visible()
    shot(page, "demo-ats-candidate")


def test_a_form_of_another_site_pushes_nothing(demo):
    answer = httpx.post(f"{demo.card['ats_url']}/push", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_second_demo_in_the_same_folder_is_refused_with_a_reason(demo):
    second = demo.run()
    assert second.wait(60) == 1
    assert "A demo runs already" in demo.output.read_text()


def test_after_a_kill_nothing_stays_behind_and_the_next_start_keeps_the_data(demo):
    newcomer = {"first_name": "Ines", "last_name": "Prado", "email": "ines.prado@mailbox.example"}
    httpx.post(f"{demo.card['ats_url']}/candidates", data=newcomer, timeout=30)
    family = demo.family
    demo.process.kill()
    demo.process.wait()
    psutil.wait_procs(family, timeout=30)
    assert not [one for one in family if one.is_running() and one.status() != "zombie"]
    demo.start()
    assert newcomer["email"] in httpx.get(demo.card["ats_url"]).text


def test_ctrl_c_ends_every_process_and_the_database(demo):
    family = demo.family
    assert len(family) > 5
    assert demo.postgres.running()
    assert demo.tell(signal.SIGINT) == 0
    assert not [one for one in family if one.is_running() and one.status() != "zombie"]
    assert not demo.postgres.running()
    assert not demo.card_file.exists()


def test_a_busy_port_is_named_together_with_the_way_out(stage):
    if stage.running:
        stage.tell(signal.SIGINT)
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        busy.bind(("localhost", stage.ports[0]))
        busy.listen()
        refused = stage.run()
        assert refused.wait(60) == 1
    assert f"Port {stage.ports[0]} is in use" in stage.output.read_text()
    assert "RSC_PORT=" in stage.output.read_text()
