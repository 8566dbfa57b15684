"""Promises of the demonstration: two weeks of call-backs and replies, mostly kept, and difficult issues answered."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.cases.models import Case
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.kernel.workclock import Unit
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import main_post, system_person
from hotline.promises.logic import Channel, Kind, Within
from hotline.promises.models import Promise, Question
from hotline.promises.queries import questions as asked
from hotline.promises.services import clock as passing
from hotline.promises.services import ledger, questions
from hotline.rosters.queries import duty as rosters

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS = 14
A_DAY = 5
REPLIES = (
    ("答复市民该处井盖何时修好", "已告知维修班今晚完成更换，市民表示理解。"),
    ("查清路灯不亮的权属后回电", "已回电：属小区物业管理，已联系物业明日上门。"),
    ("核实占道经营的处理结果并回复", "已告知城管当日已清理，并加强晚间巡查。"),
    ("把垃圾清运时间告诉来电人", "已告知每日上午九点前清运，如有遗漏请再来电。"),
    ("回复施工围挡何时拆除", "已答复预计本月底拆除，届时恢复人行道。"),
    ("向市民解释为何未予立案", "已解释属单位院内设施，并提供产权单位电话。"),
)
WAITING = (
    (Kind.CALL_BACK, "市民排队时选择回电"),
    (Kind.MISSED_CALL, "未接来电，需回拨"),
    (Kind.CALL_BACK, "市民排队时选择回电，反映积水"),
)
ISSUES = (
    (
        "市民反复投诉小区夜间施工，要求说明依据哪条规定处理、多久能停工，情绪激动，声称将向媒体反映。",
        "按噪声污染防治规定，夜间十时至次日六时禁止产生噪声的施工；已请城管夜间到场查处，结果当面告知。",
        "夜间施工噪声由谁查处、依据是什么？",
    ),
    (
        "来电人称井盖损坏导致车胎受损，要求热线中心赔偿，并要求书面答复。",
        "热线不受理赔偿，可告知其向井盖权属单位提出；我们提供案件编号和处置记录供其举证。",
        "因设施损坏造成损失，市民要求赔偿如何答复？",
    ),
    (
        "市民对处置结果不认可，已第三次来电，要求由领导接听。",
        "由我回电说明处置经过，并安排现场复核。",
        "市民三次来电不认可处置结果时怎么办？",
    ),
)
CONTACTS = ("本人手机，晚上七点后方便", "来电号码，工作时间均可", "请联系其子，周末方便")


@dataclass(slots=True)
class Story:
    """Everything in the order of its moments, by whoever was on duty then."""

    centre: Centre
    now: datetime
    chance: random.Random

    def at_desk(self, at: datetime) -> Person | None:
        """Somebody at a desk at that moment."""
        found = rosters.on_duty(self.centre, at, (Position.OPERATOR, Position.AGENT))
        return self.chance.choice(found).person if found else None

    def tick(self, at: datetime) -> None:
        """What the clock would have done by then."""
        by = system_person(self.centre)
        for promise in Promise.objects.filter(centre=self.centre, look_at__lt=at).order_by("look_at"):
            passing.look(promise_id=promise.pk, by=by, at=at)
        for question in Question.objects.filter(centre=self.centre, look_at__lt=at).order_by("look_at"):
            passing.look_at_question(question_id=question.pk, by=by, at=at)


def fill(centre: Centre, now: datetime) -> None:
    """Tell the two weeks up to now; safe to call once."""
    if Promise.objects.filter(centre=centre).exists():
        return
    story = Story(centre, now, random.Random(f"promises:{centre.code}"))
    acts: list[tuple[datetime, Callable[[datetime], None]]] = []
    for days in range(DAYS, -1, -1):
        day = clock.local_day(now) - days * DAY
        acts += [(at, act) for at, act in _day(story, day.toordinal(), clock.wall(day, 9)) if at < now - 2 * MINUTE]
    for at, act in sorted(acts, key=lambda one: one[0]):
        story.tick(at)
        act(at)
    story.tick(now)


def _day(story: Story, number: int, start: datetime) -> list[tuple[datetime, Callable[[datetime], None]]]:
    chance = story.chance
    acts = [(start + chance.randrange(11 * 60) * MINUTE, _reply(story)) for _n in range(A_DAY)]
    acts += [(start + chance.randrange(11 * 60) * MINUTE, _waiting(story))]
    if number % 4 == 0 or story.now - start < DAY:
        acts.append((start + chance.randrange(30, 300) * MINUTE, _issue(story, number)))
    return acts


def _reply(story: Story) -> Callable[[datetime], None]:
    what, said = story.chance.choice(REPLIES)
    late, hours = story.chance.random() < 0.12, story.chance.choice((1, 2, 4))

    def act(at: datetime) -> None:
        person = story.at_desk(at)
        if person is None:
            return
        case = Case.objects.filter(centre=story.centre, operator=person, arrived_at__lt=at).order_by("-pk").first()
        due = Within(hours, Unit.URGENT_HOUR if late else Unit.WORK_HOUR)
        promise = ledger.open_promise(
            kind=Kind.REPLY if hours < 4 else Kind.FOLLOW_UP, what=what, due=due, via=Channel.PHONE, holder=person,
            case=case, by=person, at=at,
        )  # fmt: skip
        share = 13 if late else story.chance.randrange(2, 9)
        _keep(story, promise, person, said, at + (promise.due_at - at) * share // 10)

    return act


def _waiting(story: Story) -> Callable[[datetime], None]:
    kind, what = story.chance.choice(WAITING)

    def act(at: datetime) -> None:
        person = story.at_desk(at)
        post = main_post(person, at=at) if person else None
        if person is None or post is None:
            return
        promise = ledger.open_promise(
            kind=kind, what=what, due=Within(1, Unit.URGENT_HOUR), via=Channel.QUEUE, holder=post.unit,
            by=system_person(story.centre), at=at,
        )  # fmt: skip
        taken = at + story.chance.randrange(5, 40) * MINUTE
        if taken < story.now:
            ledger.take(promise_id=promise.pk, by=person, at=taken)
            _keep(story, promise, person, "已回电，市民反映的情况已登记。", taken + 4 * MINUTE)

    return act


def _keep(story: Story, promise: Promise, person: Person, said: str, at: datetime) -> None:
    """Kept when its moment has been; else it is still owed."""
    if at < story.now:
        if at > promise.due_at:
            passing.look(promise_id=promise.pk, by=system_person(story.centre), at=promise.due_at + MINUTE)
        ledger.keep(promise_id=promise.pk, via=Channel.PHONE, words=said, by=person, at=at)


def _issue(story: Story, number: int) -> Callable[[datetime], None]:
    content, answer, title = ISSUES[number % len(ISSUES)]

    def act(at: datetime) -> None:
        person = story.at_desk(at)
        if person is None:
            return
        try:
            question = questions.ask_superior(
                call_at=at - 6 * MINUTE, content=content, contact=CONTACTS[number % len(CONTACTS)],
                promised_at=at + 5 * HOUR, by=person, at=at,
            )  # fmt: skip
        except Refused:
            return  # nobody stands above at this hour
        _answer(story, question, person, answer, title, at)

    return act


def _answer(story: Story, question: Question, person: Person, answer: str, title: str, at: datetime) -> None:
    by, when = question.superior, at + story.chance.randrange(20, 130) * MINUTE
    if when >= story.now:
        return
    questions.answer(question_id=question.pk, text=answer, by=by, at=when)
    owed = asked.current_promise(question)
    if when + 20 * MINUTE < story.now:
        _keep(story, owed, person, "已按上级答复口径向市民说明，市民接受。", when + 20 * MINUTE)
        if story.chance.random() < 0.5:
            questions.generalise(question_id=question.pk, title=title, text=answer, by=by, at=when + 30 * MINUTE)
