"""The audit trail as a page: signed, masked, of one centre, and cheap however long the history is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from hotline.cases.tests import builders as cases
from hotline.citizens.services import papers
from hotline.config.audit import queries, shown, words
from hotline.config.audit.queries import Asked
from hotline.config.audit.tables import first_ids, path_to_centre, tables
from hotline.core import access, audit, clock
from hotline.customers.tests import builders as customers
from hotline.open311.models import ApiKey, Subscription
from hotline.open311.tests import builders as programs
from hotline.people.models import Position
from hotline.people.services import accounts, organisation
from hotline.people.tests import builders as people
from hotline.promises.logic import Channel, Kind
from hotline.promises.services import ledger
from hotline.rosters.models import RosterEntry
from hotline.rosters.services import entries as roster

PAGE = "audit"
TODAY = {"since": clock.today().isoformat(), "until": clock.today().isoformat()}
READS = {Position.DIRECTOR, Position.CENTRE_SUPERVISOR, Position.SYSADMIN}


@pytest.fixture(autouse=True)
def _ends():
    with translation.override("zh-hans"):  # whatever language a page of another test was asked in
        yield
    audit.set_request("")


@pytest.fixture(name="town")
def _town(db):
    return cases.town()


@pytest.fixture(name="reader")
def _reader(town):
    return people.person(town.centre, position=Position.DIRECTOR)


def lines(reader, **asked):
    return queries.entries(queries.found(Asked(**asked), reader)[:200], reader)


def page(client, reader, **asked):
    client.force_login(reader)
    response = client.get(reverse(PAGE), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_every_audited_table_has_a_name_and_ends_at_a_centre():
    assert set(words.TABLES) == set(tables())
    without = {label for label, table in tables().items() if path_to_centre(table.model) is None}
    assert without == {"people.Centre", "quality.ReadMark", "rosters.CalendarDay"}


def test_every_column_and_every_act_has_chinese_words():
    with translation.override("zh-hans"):
        columns = [field for table in tables().values() for field in shown.columns(table.model)]
        assert [shown.name_of(field) for field in columns if shown.label(field).isascii()] == []
        looks = ("view_", "list_", "open_", "work_")
        acts = [name for name in access.CHECKS if not name.split(".")[1].startswith(looks)]
        assert [name for name in acts if str(words.ACTIONS.get(name, "")).isascii()] == []


def test_a_line_tells_who_did_what_at_which_request_and_what_became_of_it(town, reader, client):
    audit.set_request("5f0e9a7711bb22cc")
    hr = people.person(town.centre, position=Position.HR, name="陆人事")
    organisation.change_person(person=town.operator, name="新名字", phone="19911112222", by=hr, at=people.AT)
    line = lines(reader, table="people.Person", key=str(town.operator.pk))[0]
    assert (line.who, line.action) == (f"陆人事 {hr.number}", "管理组织和人员")
    assert (line.happened, line.request) == ("修改", "5f0e9a7711bb22cc")
    told = {change.label: (change.old, change.new) for change in line.changes}
    assert told == {"名称": (town.operator.name, "新名字"), "电话": ("199****0000", "199****2222")}
    text = page(client, reader, table="people.Person", key=town.operator.pk)
    assert "5f0e9a7711bb22cc" in text
    assert "199****2222" in text
    assert "19911112222" not in text
    assert "新名字" in page(client, reader, request="5f0e9a7711bb22cc", **TODAY)
    assert "新名字" not in page(client, reader, request="5f0e9a7711bb22cd", **TODAY)


def test_a_deleted_row_is_told_with_its_reason_even_when_what_it_hung_on_is_gone(town, reader):
    entry = RosterEntry.objects.filter(person=town.operator)[0]
    leader = people.person(town.centre, position=Position.MANAGER)
    roster.cancel(entry_id=entry.pk, reason="改派外勤", by=leader, at=people.AT)
    line = lines(reader, table="rosters.RosterEntry", key=str(entry.pk))[0]
    assert (line.kind, line.reason) == ("delete", "改派外勤")
    assert "delete" in {line.kind for line in lines(reader, table="rosters.RosterBreak")}
    elsewhere = people.person(position=Position.DIRECTOR)
    assert lines(elsewhere, table="rosters.RosterBreak") == []


def test_secrets_and_what_citizens_said_of_themselves_are_not_shown(town, reader, client):
    made = customers.customer(town.centre, name="陈云澜", number="+8613812345678", address="学府路 7 号", note="怕狗")
    case = cases.report(town, description="请回电 13812345678", customer=made)
    token = accounts.invite(person=town.second, by=people.system(town.centre), at=people.AT)
    accounts.accept_invitation(token=token, password="umbrella-stand-48", at=people.AT)
    town.second.refresh_from_db()
    secrets = [town.second.password, *town.second.invitations.values_list("token_hash", flat=True)]
    for asked in ({}, {"table": "customers.Customer"}, {"table": "cases.Case", "key": case.pk}, TODAY):
        text = page(client, reader, **asked)
        for hidden in ("陈云澜", "13812345678", "学府路 7 号", "怕狗", "argon2", *secrets):
            assert hidden not in text, (asked, hidden)
    texts = [change.new for line in lines(reader) for change in line.changes]
    assert {"陈**", "138****5678", "请回电 138****5678"} <= set(texts)
    changed = lines(reader, table="people.Person", key=str(town.second.pk))[0].changes
    assert [(change.label, change.new) for change in changed if change.label == "密码"] == [("密码", "（不显示）")]


def test_codes_keys_and_senders_of_letters_are_not_shown(town, reader, client):
    key, text = programs.key(town, contact="运维 周工")
    hook = programs.subscription(town, "https://example.com/hook")
    paper = papers.enter(
        source="letter", day=clock.local_day(cases.NINE), description="来信反映井盖松动", reference="信2026-7",
        by=town.operator, at=cases.NINE,
    )  # fmt: skip
    code = paper.case.tracking.known_by
    hidden = {
        "citizens.Tracking": ("查询码散列", code),
        "open311.ApiKey": ("密钥散列", key.hash),
        "open311.Subscription": ("签名盐值", hook.salt),
        "citizens.Paper": ("来文编号", "信2026-7"),
    }
    everything = page(client, reader)
    for table, (label, value) in hidden.items():
        assert value
        assert value not in everything, table
        assert value not in page(client, reader, table=table), table
        told = [change for line in lines(reader, table=table) for change in line.changes if change.label == label]
        assert [(change.old, change.new) for change in told] == [("–", "（不显示）")], table
    assert text not in everything
    assert "运维 周工" not in everything
    assert str(ApiKey.objects.get()) in everything
    assert Subscription.objects.get().url in everything


def test_mail_addresses_are_masked():
    fields = {shown.name_of(field): field for table in tables().values() for field in table.model._meta.concrete_fields}
    for name in shown.MAILS:
        assert shown.shown(fields[name], "weihu@example.org", {}, tells=True) == "w***@example.org", name
    told = shown.shown(fields["departments.Delivery.phoned_to"], "韩云溪", {}, tells=True)
    assert told == "韩**"


def test_every_rule_of_what_is_hidden_names_a_column():
    known = {shown.name_of(field) for table in tables().values() for field in table.model._meta.concrete_fields}
    assert shown.SECRET | shown.VEILED | shown.TELLS | set(shown.MASKS) <= known
    assert {name for name in words.COLUMNS if "." in name} <= known
    assert set(tables()) >= shown.NAMELESS


def test_what_was_promised_is_for_those_who_may_open_cases(town, reader, client):
    promise = ledger.open_promise(
        kind=Kind.REPLY, what="答复井盖异响何时修好", due=cases.NINE + cases.HOUR, via=Channel.PHONE,
        holder=town.operator, case=cases.report(town), by=town.operator, at=cases.NINE,
    )  # fmt: skip
    asked = {"table": "promises.Promise", "key": promise.pk}
    assert "答复井盖异响何时修好" in page(client, reader, **asked)
    sysadmin = people.person(town.centre, position=Position.SYSADMIN)
    for narrowed in ({}, asked):
        text = page(client, sysadmin, **narrowed)
        assert "答复井盖异响何时修好" not in text
        assert f"#{promise.pk}" in text


def test_a_table_without_words_goes_by_the_name_of_its_model(town, reader, client, monkeypatch):
    case = cases.report(town)
    monkeypatch.delitem(words.TABLES, "cases.Case")
    assert tables()["cases.Case"].name == str(tables()["cases.Case"].model._meta.verbose_name)
    assert case.number in page(client, reader)
    assert {line.table for line in lines(reader, table="cases.Case")} == {tables()["cases.Case"].name}


def test_what_cases_say_is_for_those_who_may_open_them(town, reader, client):
    case = cases.report(town, description="井盖松动异响")
    asked = {"table": "cases.Case", "key": case.pk}
    assert "井盖松动异响" in page(client, reader, **asked)
    sysadmin = people.person(town.centre, position=Position.SYSADMIN)
    text = page(client, sysadmin, **asked)
    assert "井盖松动异响" not in text
    assert case.number in text


def test_rows_of_another_centre_are_absent(town, client):
    case = cases.report(town)
    stranger = people.person(position=Position.DIRECTOR, name="外地主任")
    text = page(client, stranger)
    assert "外地主任" in text
    assert case.number not in text
    assert town.operator.name not in text
    assert lines(stranger, table="cases.Case", key=str(case.pk)) == []
    centres = {line.key for line in lines(stranger, table="people.Centre")}
    assert centres == {str(stranger.centre_id)}


def test_all_tables_together_by_person_and_day(town, reader):
    case = cases.report(town)
    mine = lines(reader, by=(town.operator.pk,), since=clock.today(), until=clock.today())
    assert {"cases.Case", "cases.Holding", "cases.StageRun"} <= {line.label for line in mine}
    assert {line.who for line in mine} == {str(town.operator)}
    assert case.number in {line.row for line in mine}
    tomorrow = clock.today() + timedelta(days=1)
    assert lines(reader, since=tomorrow, until=tomorrow) == []
    assert lines(reader, until=clock.today() - timedelta(days=1)) == []


def test_days_bound_the_numbers_that_are_looked_at(town):
    """A hundred history rows, one a minute, with a gap in the numbers as a rolled back transaction leaves it."""
    table, start = tables()["people.Skill"], datetime(2026, 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        for minute in range(100):
            if minute == 50:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence('people_skillhistory', 'pgh_id'), max(pgh_id) + 1000)"
                    " FROM people_skillhistory"
                )
            cursor.execute(
                "INSERT INTO people_skillhistory (pgh_created_at, pgh_label, id, code, name, centre_id, pgh_obj_id)"
                " VALUES (%s, 'insert', %s, 'x', 'x', %s, %s) RETURNING pgh_id",
                [start + timedelta(minutes=minute), minute, town.centre.pk, minute],
            )
    moments = dict(table.rows.values_list("pgh_created_at", "pgh_id"))
    for minute in (0, 1, 49, 50, 51, 99):
        moment = start + timedelta(minutes=minute)
        at = first_ids([table], moment)[table.label]
        assert [key for key in moments.values() if key >= at] == [key for m, key in moments.items() if m >= moment]
    assert first_ids([table], start + timedelta(days=1))[table.label] > max(moments.values())
    assert first_ids([table], None)[table.label] == max(moments.values()) + 1


@pytest.mark.parametrize(
    "asked", [{}, TODAY, {"table": "cases.Case"}, {"table": "cases.Holding", **TODAY}, {"request": "abc", **TODAY}]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(town, reader, client, asked, django_assert_max_num_queries):
    for _ in range(3):
        cases.Walk(town, cases.report(town)).checked()
    client.force_login(reader)
    with django_assert_max_num_queries(70 if "table" not in asked else 25):
        assert client.get(reverse(PAGE), asked).status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"key": "7"}, "行键只在一张表内有意义"),
        ({"who": "谁也不是"}, "本中心没有这个姓名或编号的人员"),
        ({"request": "abc", "since": "2026-01-01", "until": "2026-02-01"}, "最多跨七天"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "结束日早于起始日"),
    ],
)
def test_what_cannot_be_answered_says_why(reader, client, asked, said):
    assert said in page(client, reader, **asked)


@pytest.mark.parametrize("asked", [{"key": "seven", "table": "cases.Case"}, {"key": "x", "table": "cases.Attachment"}])
def test_a_key_that_is_none_finds_nothing(reader, client, asked):
    assert "没有符合条件的记录" in page(client, reader, **asked)


def test_only_those_who_answer_for_the_centre_read_it_and_find_the_way(town, client):
    case = cases.report(town)
    link = f"{reverse(PAGE)}?table=cases.Case&amp;key={case.pk}"
    for position, person in people.everybody(town.centre).items():
        client.force_login(person)
        assert client.get(reverse(PAGE)).status_code == (200 if position in READS else 403), position
        opened = client.get(reverse("cases:case", args=[case.number]))
        if opened.status_code == 200:
            assert (link in opened.content.decode()) is (position in READS), position
    client.force_login(people.person(town.centre, position=Position.SYSADMIN))
    text = client.get(reverse("people:person", args=[town.operator.pk])).content.decode()
    assert f"{reverse(PAGE)}?table=people.Person&amp;key={town.operator.pk}" in text
    assert client.get(reverse("home")).status_code == 302
    assert f'href="{reverse(PAGE)}"' in text, "the menu leads there"


def test_values_are_told_in_words():
    fields = {shown.name_of(field): field for table in tables().values() for field in table.model._meta.concrete_fields}
    tell = lambda name, value: shown.shown(fields[name], value, {}, tells=True)  # noqa: E731 a word for this test
    with translation.override("zh-hans"):
        assert tell("people.Person.is_active", False) == "否"
        assert tell("people.Person.joined_on", date(2026, 3, 2)) == "2026-03-02"
        assert tell("people.Person.joined_on", None) == "–"
        assert tell("people.Post.position", "operator") == "接线员"
        assert tell("cases.Case.arrived_at", cases.NINE) == "2026-03-09 09:00:00"
        assert tell("cases.Case.description", "电 0351-7654321 或 139 1234 5678，见 20260309-0042") == (
            "电 035****4321 或 139****5678，见 20260309-0042"
        )
        assert len(tell("people.Undertaking.body", "长" * 500)) == shown.LONGEST


def test_what_the_program_did_is_signed_by_no_name_of_a_centre(town):
    assert shown.title(people.system(town.centre)) == "系统"
    with translation.override("en"):
        assert shown.title(people.system(town.centre)) == "the program"
