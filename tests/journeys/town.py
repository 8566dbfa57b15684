"""A small centre at work at this moment, made through the services: people with passwords, a roster, a standard."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateRange
from PIL import Image, ImageDraw

from hotline.cases.models import Case, Category, Condition, District, Grid, GridDuty, PhotoRule, Task
from hotline.cases.services import closing, desk, dispatching, field, files, filing
from hotline.cases.services.import_standard import class_key
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.people.models import Centre, Person, Position, Unit, UnitKind
from hotline.people.tests import builders as people
from hotline.rosters.queries import duty as rosters
from hotline.rosters.services import entries, shifts

ZONE = ZoneInfo("Asia/Shanghai")
LONG_AGO = DateRange(date(2024, 1, 1), None)
_pictures = count(1)


@dataclass(frozen=True)
class Words:
    """The names a centre is made of: Chinese, or such that every Chinese sign on a page is the program's own."""

    centre: str = "云澜市民热线中心"
    team: str = "受理一组"
    field: str = "城东监督队"
    departments: tuple[str, str] = ("市政设施养护所", "环境卫生管理处")
    operator: str = "林晓月"
    second: str = "赵远航"
    leader: str = "周正平"
    dispatcher: str = "孙立新"
    supervisor: str = "高大海"
    clerk: str = "何守诚"
    district: str = "城东区"
    grid: str = "学府路一格"
    classes: tuple[tuple[str, str, str, str], ...] = (
        ("01", "公用设施", "01", "上水井盖"),
        ("02", "市容环境", "01", "暴露垃圾"),
    )
    filing: tuple[str, str, str] = ("井盖破损、移位", "井盖缺失", "垃圾成堆")
    closing: tuple[str, str] = ("修复、复位", "清理干净")
    sent_back: str = "不属本单位管辖"
    question: str = "井盖是否松动？"
    report: str = "学府路口井盖松动，车辆经过有异响"
    place: str = "学府路与文昌街交叉口"


CHINESE = Words()
LATIN = Words(
    centre="Yunlan Hotline",
    team="Team One",
    field="Field East",
    departments=("Road Works", "Sanitation"),
    operator="Lin Xiaoyue",
    second="Zhao Yuanhang",
    leader="Zhou Zhengping",
    dispatcher="Sun Lixin",
    supervisor="Gao Dahai",
    clerk="He Shoucheng",
    district="East District",
    grid="Grid E1",
    classes=(("01", "Public works", "01", "Manhole cover"), ("02", "Cleanliness", "01", "Dumped waste")),
    filing=("Broken or displaced", "Missing", "Heap of waste"),
    closing=("Repaired and in place", "Cleaned"),
    sent_back="Not ours",
    question="Is it loose?",
    report="Loose cover that rattles under every car",
    place="Xuefu Road and Wenchang Street",
)


@dataclass
class Town(cases.Town):
    """Who and what there is; `cases.Walk` takes cases along their path in it."""

    words: Words
    waste: Unit
    photos: Condition  # closing needs a photo of afterwards


def town(words: Words = CHINESE) -> Town:
    """A centre with one of each, two hours into a shift that goes on for six more."""
    centre = people.centre(name=words.centre)
    team = people.unit(centre, words.team)
    department = people.unit(centre, words.departments[0], UnitKind.DEPARTMENT)
    waste = people.unit(centre, words.departments[1], UnitKind.DEPARTMENT)
    field = people.unit(centre, words.field, UnitKind.FIELD)
    root = people.root(centre)
    staff = {
        "operator": worker(words.operator, Position.OPERATOR, team),
        "second": worker(words.second, Position.OPERATOR, team),
        "leader": worker(words.leader, Position.SHIFT_LEADER, root),
        "dispatcher": worker(words.dispatcher, Position.DISPATCHER, root),
        "field": worker(words.supervisor, Position.FIELD_SUPERVISOR, field),
        "clerk": worker(words.clerk, Position.DEPARTMENT_CLERK, department),
    }
    plain, gated, photos = standard(words, centre, department, waste)
    made = Town(
        centre=centre,
        department=department,
        waste=waste,
        condition=plain,
        gated=gated,
        photos=photos,
        grid=ground(words, centre, staff["field"]),
        words=words,
        **staff,
    )
    on_shift_now([made.operator, made.second], made.leader)
    return made


def worker(name: str, position: str, unit: Unit) -> Person:
    """Somebody who can sign in."""
    return people.person(name=name, position=position, unit=unit, password=people.PASSWORD)


def standard(words: Words, centre: Centre, department: Unit, waste: Unit) -> tuple[Condition, Condition, Condition]:
    """Two sub-classes with six conditions: an ordinary one, one that passes the gate, one that needs a photo."""
    covers, heaps = (
        Category.objects.create(
            centre=centre,
            kind="component",
            big_code=big,
            big_name=big_name,
            small_code=small,
            small_name=small_name,
            key=class_key(small_name, big_name),
        )
        for big, big_name, small, small_name in words.classes
    )
    repaired, cleaned = words.closing
    first, second, third = words.filing
    terms = {"department": department, "closing_condition": repaired}
    plain = cases.condition(covers, 1, filing_condition=first, **terms)
    gated = cases.condition(covers, 2, filing_condition=second, needs_gate=True, limit_value=2, **terms)
    cases.condition(covers, 3, filing_condition=f"{first} 3", limit_value=8, **terms)
    terms = {"department": waste, "closing_condition": cleaned}
    photos = cases.condition(
        heaps, 1, filing_condition=third, photos=PhotoRule.AFTER, department=department, closing_condition=cleaned
    )
    cases.condition(heaps, 2, filing_condition=f"{third} 2", limit_value=12, **terms)
    cases.condition(heaps, 3, filing_condition=f"{third} 3", limit_value=24, **terms)
    return plain, gated, photos


def ground(words: Words, centre: Centre, supervisor: Person) -> Grid:
    """One district with one grid, for which the field supervisor answers."""
    district = District.objects.create(
        centre=centre, code="D1", name=words.district, outline=cases.square(112.5, 37.85, 0.1)
    )
    grid = Grid.objects.create(district=district, code="G1", name=words.grid, outline=cases.square(112.5, 37.85, 0.1))
    GridDuty.objects.create(grid=grid, person=supervisor, days=LONG_AGO)
    return grid


def on_shift_now(operators: list[Person], leader: Person) -> None:
    """Give the handbook's early shift hours that hold this moment, and put these people on it."""
    began = (now() - timedelta(hours=2)).astimezone(ZONE)
    starts = time(began.hour, began.minute)
    ends = (began + timedelta(hours=8)).time().replace(second=0, microsecond=0)
    by, day = people.system(leader.centre), began.date()
    shifts.install_shift_types(centre=leader.centre, by=by, at=people.AT)
    choice = rosters.Choice(leader.centre)
    for code, persons in (("early", operators), ("leader_early", [leader])):
        usual = choice.of(code, day) or choice.of("early", day)
        assert usual is not None
        today = shifts.change_shift_type(
            shift_type_id=usual.pk, since=day, starts=starts, ends=ends, breaks=[], by=by, at=now()
        )
        for person in persons:
            entries.plan(person=person, shift_type=today, day=day, by=by, at=now())


def now() -> datetime:
    """This moment, as the installation sees it."""
    return clock.now()


def report(of: Town, by: Person | None = None, minutes_ago: int = 0, **more: object) -> Case:
    """A phone report of a little while ago, in the hands of whoever took it in."""
    values = {"description": of.words.report, "place": of.words.place, **more}
    return cases.report(of, now() - timedelta(minutes=minutes_ago), by=by, **values)  # type: ignore[arg-type]


def walk(of: Town, case: Case) -> cases.Walk:
    """Takes the case on along its path; each step is a minute, and all of them lie in the past."""
    return cases.Walk(of, case, case.arrived_at)


def at_filing_gate(of: Town) -> Case:
    """A report of which only the shift leader can make a case."""
    steps = walk(of, report(of, minutes_ago=10)).pre_filed(of.gated)
    case = steps.case
    return filing.submit_for_filing(case_id=case.pk, version=case.version, by=of.operator, at=now())


def dispatched(of: Town, condition: Condition | None = None) -> Case:
    """A case that its department has been asked to handle."""
    steps = walk(of, report(of, minutes_ago=10)).pre_filed(condition)
    case = steps.case
    case = filing.file(case_id=case.pk, version=case.version, by=of.operator, at=now())
    unit = case.condition.department if case.condition else None
    return dispatching.dispatch(
        case_id=case.pk, version=case.version, department=unit or of.department, by=of.operator, at=now()
    )


def add_photo(case: Case, by: Person, kind: str = "after") -> None:
    """A photo among the files of a case."""
    files.attach(case_id=case.pk, kind=kind, name="photo.jpg", content=photo(), by=by, at=now())


def photo() -> bytes:
    """A small picture, another one each time."""
    number = next(_pictures)
    image = Image.new("RGB", (320, 240), (90 + number % 100, 120, 140))
    ImageDraw.Draw(image).rectangle((40, 120, 280, 200), fill=(60, 60, 60 + number % 100))
    out = BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def sent_back(of: Town) -> Case:
    """A case that its department did not take."""
    case = dispatched(of)
    return dispatching.send_back(
        case_id=case.pk, version=case.version, reason=of.words.sent_back, by=of.clerk, at=now()
    )


def asked_to_verify(of: Town) -> Case:
    """A report at which the field supervisor is to look."""
    case = report(of, minutes_ago=2)
    return filing.ask_verify(
        case_id=case.pk, version=case.version, question=of.words.question, by=of.operator, at=now()
    )


def before_closing_gate(of: Town) -> Case:
    """A handled and checked case with its photo, in the operator's hands; only the answer is missing."""
    steps = walk(of, report(of, minutes_ago=20)).pre_filed(of.photos)
    at = steps.at
    case = filing.file(case_id=steps.case.pk, version=steps.case.version, by=of.operator, at=at)
    dispatching.dispatch(case_id=case.pk, version=case.version, department=of.department, by=of.operator, at=at)
    return handled(of, cases.fresh(case))


def handled(of: Town, case: Case) -> Case:
    """Accept, report with a photo, check on the spot, take it back to the desk."""
    case = dispatching.accept(case_id=case.pk, version=case.version, by=of.clerk, at=now())
    add_photo(case, of.clerk)
    case = cases.fresh(case)
    dispatching.feedback(case_id=case.pk, version=case.version, result=of.words.closing[1], by=of.clerk, at=now())
    back_in_hand(of, case)
    case = cases.fresh(case)
    case = closing.ask_check(case_id=case.pk, version=case.version, by=of.operator, at=now())
    task = Task.objects.get(case=case, status="asked")
    field.reply(task_id=task.pk, confirmed=True, text=of.words.closing[1], by=of.field, at=now())
    back_in_hand(of, case)
    return cases.fresh(case)


def back_in_hand(of: Town, case: Case) -> None:
    """Out of the queue, unless it came back to the operator by itself."""
    case = cases.fresh(case)
    if case.holding is None or case.holding.person_id != of.operator.pk:
        desk.take(case_id=case.pk, version=case.version, by=of.operator, at=now())


def closed(of: Town) -> Case:
    """A case that has come to its end."""
    case = before_closing_gate(of)
    case = closing.submit_for_closing(
        case_id=case.pk, version=case.version, answer=of.words.closing[1], by=of.operator, at=now()
    )
    return closing.close(case_id=case.pk, version=case.version, by=of.leader, at=now())
