"""manage.py import_members: what an operator types and reads."""

from __future__ import annotations

import gzip
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recruiter.models import Member
from rsc.models import OutboxEvent
from tests import factories

pytestmark = pytest.mark.django_db

MAE = {
    "basics": {
        "name": "Mae Norris",
        "label": "Account Manager",
        "email": "mnorris@gmail.com",
        "phone": "(312) 123-4567",
        "url": "https://mae.example.com",
        "summary": "Keeps accounts.",
        "location": {"city": "Chicago", "region": "Illinois", "countryCode": "us"},
        "profiles": [{"network": "here", "url": "https://rsc.example.com/in/mae-norris"}],
    },
    "work": [
        {"name": "Freshing", "position": "Account Manager", "startDate": "2015-03"},
        {"name": "Old Co", "position": "Clerk", "startDate": "2010", "endDate": "2015-02"},
    ],
    "education": [{"institution": "California Institute of Technology", "endDate": "2010"}],
    "skills": [{"name": "Sales", "keywords": ["Negotiation", "Sales"]}],
    "languages": [{"language": "English"}],
    "references": [{"name": "Barbara Allen", "reference": "An amazing person."}],
}


def run(path, *options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_members", str(path), *options, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


@pytest.fixture
def mae_file(tmp_path):
    file = tmp_path / "mae.json"
    file.write_text(json.dumps(MAE))
    return file


def test_one_file_makes_a_whole_member(mae_file):
    freshing = factories.CompanyFactory(name="FRESHING")
    assert run(mae_file)[0] == "1 new, 0 changed, 0 unchanged, 0 rejected"
    mae = Member.objects.get()
    assert (mae.full_name, mae.slug, mae.location) == (
        "Mae Norris",
        "mae-norris",
        "Chicago, Illinois",
    )
    assert mae.skills == ["Sales", "Negotiation"]
    assert mae.country_code == "US"
    assert [p.title for p in mae.positions.all()] == ["Account Manager", "Clerk"]
    assert mae.positions.first().company == freshing
    assert mae.emails.get().verified_at
    assert mae.emails.get().normal_form == "mnorris@gmail.com"
    assert mae.education.get().school == "California Institute of Technology"
    assert mae.recommendations.get().author_name == "Barbara Allen"
    assert OutboxEvent.objects.get().key == str(mae.pk)


def test_a_file_changes_nothing_of_a_member_who_has_an_account(mae_file):
    run(mae_file)
    mae = Member.objects.get()
    mae.user, mae.headline = factories.UserFactory(), "Written by myself"
    mae.save()
    mae_file.write_text(json.dumps({**MAE, "basics": {**MAE["basics"], "label": "From a file"}}))
    assert run(mae_file)[0] == "0 new, 0 changed, 1 unchanged, 0 rejected"
    mae.refresh_from_db()
    assert mae.headline == "Written by myself"


def test_a_second_run_changes_nothing_and_says_so(mae_file):
    run(mae_file)
    assert run(mae_file)[0] == "0 new, 0 changed, 1 unchanged, 0 rejected"
    assert OutboxEvent.objects.count() == 1


def test_a_changed_record_changes_its_member_and_no_other(mae_file):
    run(mae_file)
    before = Member.objects.get()
    mae_file.write_text(json.dumps(MAE | {"work": MAE["work"][:1]}))
    assert run(mae_file)[0] == "0 new, 1 changed, 0 unchanged, 0 rejected"
    after = Member.objects.get()
    assert (after.pk, after.public_id, after.slug) == (before.pk, before.public_id, before.slug)
    assert after.positions.count() == 1


def test_bad_records_are_named_and_harm_no_other(tmp_path):
    lines = tmp_path / "people.jsonl"
    lines.write_text(
        "\n".join(
            [
                '{"id": 1, "basics": {"name": "Ana Sousa"}}',
                '{"id": 2, "basics": ',
                "",
                '{"id": 3, "basics": {"name": "Li Wei", "email": "nowhere"}}',
                '{"id": 4, "basics": {"name": "Bo Ek"}}',
            ]
        )
    )
    report = tmp_path / "rejected.csv"
    out, err = run(lines, "--report", str(report))
    assert out == "2 new, 0 changed, 0 unchanged, 2 rejected"
    assert f"{lines}:2: (record): is no valid JSON" in err
    assert f"{lines}:4: basics.email: 'nowhere' is no e-mail address" in err
    assert len(report.read_text().splitlines()) == 3


def test_a_folder_an_array_and_a_gzipped_file_are_read(tmp_path, mae_file):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "two.json").write_text(
        '[{"id": "a", "basics": {"name": "A A"}}, {"id": "b", "basics": {"name": "A A"}}, 5]'
    )
    with gzip.open(tmp_path / "more.jsonl.gz", "wt") as lines:
        lines.write('{"id": "c", "basics": {"name": "C C"}}\n')
    out, err = run(tmp_path)
    assert out == "4 new, 0 changed, 0 unchanged, 1 rejected"
    assert "two.json[2]: (record): must be an object, not a number" in err
    assert Member.objects.values("slug").distinct().count() == 4


def test_an_unknown_path_is_a_clear_error(tmp_path):
    with pytest.raises(CommandError, match="is neither a file nor a folder"):
        run(tmp_path / "nobody.json")
    with pytest.raises(CommandError, match=r"holds no \.json or \.jsonl file"):
        run(tmp_path)


def test_a_file_of_which_nothing_could_be_taken_fails(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("not json")
    with pytest.raises(CommandError, match="nothing could be taken up"):
        run(broken)


def test_a_broken_archive_is_named(tmp_path, mae_file):
    archive = tmp_path / "cut.jsonl.gz"
    archive.write_bytes(gzip.compress(b'{"id": 1, "basics": {"name": "A B"}}\n' * 50)[:-12])
    out, err = run(tmp_path)
    assert "1 rejected" in out
    assert "cut.jsonl.gz: (file):" in err


def test_a_dry_run_changes_nothing(mae_file):
    assert run(mae_file, "--dry-run")[0] == "1 could be taken up, 0 rejected; nothing changed"
    assert not Member.objects.exists()


def test_unvouched_addresses_stay_unverified(mae_file):
    run(mae_file, "--unverified")
    assert Member.objects.get().emails.get().verified_at is None


def test_the_cost_does_not_grow_with_the_number_of_records(tmp_path, django_assert_max_num_queries):
    people = [{"id": n, "basics": {"name": f"P {n}", "email": f"p{n}@x.test"}} for n in range(400)]
    (tmp_path / "many.json").write_text(json.dumps(people))
    with django_assert_max_num_queries(16):
        run(tmp_path)
