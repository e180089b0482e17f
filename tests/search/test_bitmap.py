"""The bitmap engine beside the `sql` engine: whatever is built, young, changed or broken."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pyroaring import BitMap

from recruiter import search
from recruiter.models import (
    AtsFootprint,
    BrandEngagement,
    FactLogEntry,
    IndexChange,
    IndexCheck,
    Member,
)
from recruiter.search import MemberQuery, Viewer
from recruiter.search.bitmap import care, counting, doctor, kernel, merging
from recruiter.search.bitmap.build import build, versions
from recruiter.search.bitmap.counting import Facet, Rows
from recruiter.search.bitmap.expiring import Expiring
from recruiter.search.bitmap.files import Sets, SetsWriter, bitmap, numbers
from tests import factories
from tests.search.population import make_member


@pytest.fixture
def index(db):
    return search.engine("bitmap")


def differences(index, sql, asked):
    return [
        str(each)
        for query in asked
        for each in doctor.compared(query, index.search(query), sql.search(query))
    ]


def set_fact(token, member, past_applicant):
    """What the ATS side writes: the footprint and its log entries."""
    had = AtsFootprint.objects.filter(token=token, member=member).first()
    AtsFootprint.objects.update_or_create(
        token=token,
        member=member,
        defaults={"past_applicant": past_applicant, "as_of": timezone.now()},
    )
    for fact, was, now in (
        ("in_ats", bool(had), True),
        ("past_applicant", bool(had and had.past_applicant), past_applicant),
    ):
        if was != now:
            FactLogEntry.objects.create(token=token, member=member, fact=fact, added=now)


def test_a_built_index_says_what_the_database_says(index, sql, world, asked):
    build()
    assert index.live().base.size > 40
    assert index.live().overlay.documents == {}
    assert differences(index, sql, asked) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_syncs_edits_and_deletes_are_counted_at_once(
    index,
    sql,
    world,
    tokens,
    asked,
    freshing,
    seed,
):
    dice = random.Random(seed)
    if seed > 1:  # else everything stays young
        build()
    for _ in range(12):
        for _ in range(dice.randint(1, 6)):
            change(dice, index, world, tokens, freshing)
        some = dice.sample(asked, 12)
        assert differences(index, sql, some) == []
    assert differences(index, sql, asked) == []
    assert list(doctor.members(index)) == []
    assert list(doctor.facts(index)) == []
    build()
    assert differences(index, sql, asked) == []


def change(dice, index, world, tokens, company):
    """Something happens to somebody."""
    member = Member.objects.get(pk=dice.choice(world).pk)
    what = dice.choice(("fact", "fact", "edit", "hide", "follow", "unfollow", "new", "job"))
    if what == "fact":
        set_fact(dice.choice(tokens), member, dice.random() < 0.6)
    elif what in ("follow", "unfollow"):
        BrandEngagement.objects.filter(member=member, company=company).delete()
        if what == "follow":
            at = timezone.now() - timedelta(days=dice.choice((1, 120)))
            BrandEngagement.objects.create(
                member=member, company=company, kind=dice.choice(("follows", "viewed")), at=at
            )
    else:
        index.put([_edited(dice, what, member, world, tokens, company).pk])


def _edited(dice, what, member, world, tokens, company):
    if what == "new":
        world.append(make_member(dice, (company,), ()))
        return world[-1]
    if what == "job":
        factories.PositionFactory(member=member, title="Pilot", company=company)
        return member
    if what == "hide":
        member.hidden_from_recruiters = not member.hidden_from_recruiters
    else:
        member.headline = dice.choice(("Account Manager", "built rockets", "Pilot of pilots"))
        member.skills = dice.sample(("python", "law", "chess", "yodelling"), 2)
        member.last_seen_at = timezone.now() - timedelta(days=dice.choice((1, 40)))
    member.save()
    return member


def test_a_rare_chosen_value_counts_those_who_changed_too(index, sql):
    """Beside fifteen values that everybody has, it can't reach the panel but for being chosen."""
    common = [f"Skill {n}" for n in range(15)]
    some = [
        factories.MemberFactory(skills=[*common, "Rare"] if n == 0 else common) for n in range(4)
    ]
    index.put([member.pk for member in some])
    build()
    young = factories.MemberFactory(skills=["Rare"])
    index.put([young.pk])
    question = MemberQuery(viewer=Viewer(company_id=0), skill=("Rare",))
    lines = index.search(question).facets["skill"]
    assert lines == sql.search(question).facets["skill"]
    assert (lines[-1].label, lines[-1].count) == ("Rare", 2)


def test_a_fact_counts_at_the_next_search(index, world, tokens, viewers):
    build()
    question = MemberQuery(viewer=viewers["bo"])
    before = index.search(question).spotlight_counts["past_applicants"]
    token = tokens[0]
    stranger = (
        Member.objects.filter(document__isnull=False).exclude(footprints__token=token).first()
    )
    set_fact(token, stranger, past_applicant=True)
    assert index.search(question).spotlight_counts["past_applicants"] == before + 1


def test_a_search_costs_one_statement_more_when_somebody_changed(
    index,
    world,
    viewers,
    django_assert_num_queries,
):
    build()
    question = MemberQuery(viewer=viewers["ada"], text="pilot")
    index.search(question)
    with django_assert_num_queries(0):  # its own prepared statement goes past Django's count
        index.search(question)


def test_a_build_that_was_cut_off_goes_on_where_it_was(
    index,
    sql,
    world,
    asked,
    monkeypatch,
):
    monkeypatch.setattr("recruiter.search.bitmap.build.CHUNK", 20)
    told = []

    def stop_after_two(count):
        told.append(count)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(stop_after_two)
    assert versions().stamp() == 0
    member = Member.objects.get(pk=world[0].pk)
    member.headline = "changed in between"
    member.save()
    index.put([member.pk])
    kept = (versions().folder(1) / "chunk0" / "done").stat().st_mtime_ns
    read = []
    monkeypatch.setattr(
        merging,
        "_words",
        lambda parts, real=merging._words: (
            read.append((parts[0] / "done").stat().st_mtime_ns) or real(parts)
        ),
    )
    build()
    assert read == [kept]
    assert differences(index, sql, asked) == []


def test_old_versions_go_and_changes_that_they_held(index, world):
    for _ in range(3):
        build()
    assert sorted(path.name for path in versions().root.glob("v*")) == ["v2", "v3"]
    assert versions().manifest()["version"] == 3


@pytest.mark.parametrize("size", [0, 1, 3_000, 70_000, 200_000])
def test_the_kernel_and_numpy_count_alike(settings, tmp_path, size):
    dice = np.random.default_rng(size)
    universe = 200_000
    rows = [np.sort(dice.choice(300, 3, replace=False)) for _ in range(1_000)]
    values = np.concatenate([rows[n % 1_000] for n in range(universe)]).astype(np.uint16)
    frequency = np.bincount(values, minlength=300)
    labels = dice.permutation(300).astype(np.uint32)
    order = np.lexsort((labels, -frequency))
    rank = np.empty(300, np.uint16)
    rank[order] = np.arange(300)
    values = rank[values]
    # Some members have more values than fit in a row: those of a second facet.
    owners = np.repeat(np.arange(universe, dtype=np.uint32), 3)
    crowd = np.repeat(np.arange(0, universe, 500, dtype=np.uint32), 40)
    stated = [(values, owners, 300), (np.zeros(len(crowd), np.uint16), crowd, 1)]
    facet = Facet(
        frequency=frequency[order].astype(np.uint32),
        order=labels[order],
        first=0,
        dense=dense_of(values, universe),
        rows=Rows(*merging.packed(stated, universe), len(values), 300),
        place=0,
        sets=sets_of(tmp_path, values, universe),
    )
    hits = bitmap(np.sort(dice.choice(universe, size, replace=False)))
    hits.run_optimize()
    among = numbers(hits)
    truth = np.bincount(values.reshape(-1, 3)[among].ravel(), minlength=300)
    ranked = sorted(range(300), key=lambda value: (-truth[value], facet.order[value]))[:15]
    best = [(value, truth[value]) for value in ranked if truth[value]]
    for compiler in ("cc", ""):
        settings.SEARCH_COMPILER = compiler
        kernel.compiled.cache_clear()
        assert counted([facet, facet], hits, universe) == [best, best]
    kernel.compiled.cache_clear()
    if size:
        walked = counting._walk(facet, hits, 15, 10**12)
        assert walked.tolist() == truth[: len(walked)].tolist()


@pytest.mark.parametrize("different", [1, 5, 100])
def test_facets_of_one_value_a_member_are_counted_by_planes_alike(settings, tmp_path, different):
    """One in seven members has no value."""
    dice = np.random.default_rng(different)
    universe, size = 150_000, 60_000
    owners = np.flatnonzero(np.arange(universe) % 7).astype(np.uint32)
    values = np.sort(dice.integers(0, different, len(owners))).astype(np.uint16)
    dice.shuffle(values)
    frequency = np.bincount(values, minlength=different).astype(np.uint32)
    rank = np.argsort(np.argsort(-frequency.astype(np.int64), kind="stable"))
    values = rank[values].astype(np.uint16)
    truth_of = np.full(universe, different)
    truth_of[owners] = values
    writer = SetsWriter(tmp_path, "sets")
    for value in range(different):
        writer.add(bitmap(owners[values == value]))
    writer.close()
    facet = Facet(
        frequency=np.bincount(values, minlength=different).astype(np.uint32),
        order=np.arange(different, dtype=np.uint32),
        first=0,
        dense=np.zeros((0, 3 * 65_536 // 8), np.uint8),
        rows=Rows(*merging.packed([(values, owners, different)], universe), len(values), different),
        place=0,
        sets=Sets(tmp_path, "sets"),
    )
    hits = bitmap(np.sort(dice.choice(universe, size, replace=False)))
    truth = np.bincount(truth_of[numbers(hits)], minlength=different + 1)[:different].tolist()
    best = sorted(enumerate(truth), key=lambda one: (-one[1], one[0]))[:15]
    for compiler, planes in (("cc", different.bit_length()), ("", 0)):
        settings.SEARCH_COMPILER = compiler
        kernel.compiled.cache_clear()
        assert counted([replace(facet)], hits, universe) == [best]
        assert len(replace(facet)._planes) == planes
    kernel.compiled.cache_clear()


@pytest.mark.parametrize("size", [1, 30_000, 90_000])
@pytest.mark.parametrize("further", [0, 900, 30_000])
def test_a_facet_of_which_few_have_several_values_is_counted_by_a_column_alike(
    settings, tmp_path, size, further
):
    """Some with a further value have no room for it in their row; too many need rows as ever."""
    dice = np.random.default_rng(size)
    universe, different = 100_000, 900
    owners = np.arange(universe, dtype=np.uint32)
    several = np.sort(dice.choice(universe, further, replace=False))
    values = dice.integers(0, different - 1, universe) // 2 * 2  # so that none is had twice
    owners = np.insert(owners, several + 1, several)
    values = np.insert(values, several + 1, values[several] + 1).astype(np.uint16)
    frequency = np.bincount(values, minlength=different).astype(np.uint32)
    rank = np.argsort(np.argsort(-frequency.astype(np.int64), kind="stable"))
    values = rank[values].astype(np.uint16)
    before = np.repeat(np.arange(0, universe, 5, dtype=np.uint32), 9)
    stated = [(np.zeros(len(before), np.uint16), before, 1), (values, owners, different)]
    rows = Rows(*merging.packed(stated, universe), len(values), different + 1)
    writer = SetsWriter(tmp_path, "sets")
    for value in range(different):
        writer.add(bitmap(owners[values == value]))
    writer.close()
    facet = Facet(
        frequency=np.bincount(values, minlength=different).astype(np.uint32),
        order=np.arange(different, dtype=np.uint32),
        first=0,
        dense=np.zeros((0, 2 * 65_536 // 8), np.uint8),
        rows=rows,
        place=1,
        sets=Sets(tmp_path, "sets"),
    )
    hits = bitmap(np.sort(dice.choice(universe, size, replace=False)))
    truth = np.bincount(values[np.isin(owners, numbers(hits))], minlength=different).tolist()
    best = sorted(enumerate(truth), key=lambda one: (-one[1], one[0]))[:15]
    best = [(value, count) for value, count in best if count]
    for compiler, pairs in (("cc", further if further < universe // 16 else 0), ("", 0)):
        settings.SEARCH_COMPILER = compiler
        kernel.compiled.cache_clear()
        fresh = replace(facet)
        assert counted([fresh], hits, universe) == [best]
        assert counted([fresh, fresh], hits, universe) == [best, best]
        assert len(fresh._column[1]) == pairs
    kernel.compiled.cache_clear()


def counted(facets, hits, universe):
    best = counting.Panels(facets, universe, 15).best(hits)
    return [list(zip(*each, strict=True)) for each in best]


def dense_of(values, universe):
    """The first ten values as bits."""
    bits = np.zeros((10, -(-universe // 65_536) * 65_536), dtype=np.uint8)
    owners = np.repeat(np.arange(universe), 3)
    for value in range(10):
        bits[value, owners[values == value]] = 1
    return np.packbits(bits, axis=1, bitorder="little")


def sets_of(folder, values, universe):
    writer = SetsWriter(folder, "sets")
    owners = np.repeat(np.arange(universe, dtype=np.uint32), 3)
    for value in range(300):
        held = BitMap(np.unique(owners[values == value]).tolist())
        if value % 2:  # some sets have run containers, as those of a few neighbours do
            held.run_optimize()
        writer.add(held)
    writer.close()
    return Sets(folder, "sets")


def test_what_expires_drops_out_and_comes_back_for_earlier_times():
    times = np.array([50, 10, -(2**62), 30], dtype=np.int64)
    did = Expiring(times, np.arange(4, dtype=np.uint32))
    assert list(did.since(0)) == [0, 1, 3]
    assert list(did.since(20)) == [0, 3]
    assert did.since(30) is did.since(21)  # nobody dropped out in between
    assert list(did.since(31)) == [0]
    assert list(did.since(60)) == []
    assert list(did.since(50)) == [0]


def test_an_index_of_another_database_is_not_used(index, world, monkeypatch):
    build()
    index.forget()
    monkeypatch.setattr("recruiter.search.bitmap.live.database_identity", lambda: "another")
    assert "belongs to another database" in index.search(MemberQuery(viewer=Viewer(0))).notice


def test_too_many_members_for_memory_need_an_index(index, world, monkeypatch):
    monkeypatch.setattr("recruiter.search.bitmap.live.MOST_YOUNG", 5)
    question = MemberQuery(viewer=Viewer(0))
    assert "is not built yet" in index.search(question).notice
    build()
    assert index.search(question).notice == ""
    index.put([factories.MemberFactory().pk for _ in range(20)])
    member_ids = list(Member.objects.values_list("pk", flat=True))
    Member.objects.update(headline="all anew")
    index.put(member_ids)
    assert "Too many members changed" in index.search(question).notice


def test_the_doctor_names_each_difference(index, world, tokens):
    build()
    said = io.StringIO()
    call_command("search_doctor", stdout=said)
    assert "no difference" in said.getvalue()
    hidden = Member.objects.filter(document__isnull=False).order_by("pk").first()
    tables = index.live()
    tables.base.gone.add(int(tables.base.numbers_of([hidden.pk])[0]))
    with pytest.raises(CommandError, match="differences found"):
        call_command("search_doctor", stdout=said)
    assert f"member {hidden.pk}: is there: index False, database True" in said.getvalue()


def test_the_clock_recounts_raises_an_alarm_and_rebuilds(settings, index, world):
    settings.SEARCH_ENGINE = "bitmap"
    build()
    assert care.look_after().differences == []
    stamp = versions().stamp()
    live = index.live()
    live.base.gone |= BitMap(range(live.base.size))
    check = care.look_after()
    assert check.rebuilt
    assert check.differences
    assert versions().stamp() != stamp
    assert care.look_after().differences == []
    assert IndexCheck.objects.count() == 3


def test_the_clock_folds_young_members_in(settings, index, world, monkeypatch):
    settings.SEARCH_ENGINE = "bitmap"
    monkeypatch.setattr(care, "FOLD_IN", 3)
    assert index.live().base is None
    care.look_after()
    assert index.live().overlay.documents == {}
    assert index.live().base.size == len(
        Member.objects.filter(closed_at=None, hidden_from_recruiters=False)
    )


def test_changes_are_logged_whoever_makes_them(index, world):
    before = IndexChange.objects.count()
    member = Member.objects.filter(document__isnull=False).first()
    member.document.delete()
    assert IndexChange.objects.count() == before + 1
    assert member.pk not in index.search(MemberQuery(viewer=Viewer(0), count=100)).member_ids


@pytest.mark.parametrize("built", [False, True])
def test_what_is_typed_suggests_values_with_counts(index, sql, world, viewers, built):
    if built:
        build()
    ada = viewers["ada"]
    few = Viewer(ada.company_id, ada.tokens, tuple(member.pk for member in world[:20]))
    for viewer in (ada, few):
        for kind, text in (("title", "acc"), ("skill", "we"), ("skill", "w x"), ("school", "!")):
            found = index.suggest(viewer, kind, text)
            assert found == sql.suggest(viewer, kind, text)
    assert [line.label for line in index.suggest(ada, "title", "man")] == ["Account Manager"]
    assert index.suggest(ada, "title", "") == []
