"""What citizens did and said in the demonstration's two weeks: call-backs answered, ratings, reports of the page."""

import random
from datetime import datetime, timedelta

from hotline.cases.models import Category
from hotline.citizens.logic import photos
from hotline.citizens.logic.terms import in_hours
from hotline.citizens.models import CallBack, Grade, Reason, Review
from hotline.citizens.models.calls import CallStatus, ReviewStatus
from hotline.citizens.queries import public
from hotline.citizens.services import calls, intake, tracking
from hotline.citizens.services.intake import Told
from hotline.config.demo import content, pictures
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.people.models import Centre, Person, Position, Post

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LEFT = 6 * HOUR  # what ended later is left to whoever looks
# Of a hundred who are called.
UNREACHED, BY_HIMSELF = 6, 14
GRADES = ((Grade.SATISFIED, 83), (Grade.PARTLY, 11), (Grade.DISSATISFIED, 6))
PRAISE = ("处理得很快，谢谢。", "已经修好了，没有意见。", "师傅态度好，当天就来了。", "满意。", "问题解决了，辛苦了。")
SO_SO = ("修是修了，就是等得久了点。", "清理了，希望经常有人管。", "总体可以，围挡没有及时撤。")
BAD = (
    (Reason.NOT_SOLVED, "晚上还是有声音，没有解决。"),
    (Reason.POOR_WORK, "补的地方又塌了。"),
    (Reason.TOO_SLOW, "反映了一个多星期才来人。"),
    (Reason.NO_ANSWER, "中间没有人告诉我进展。"),
    (Reason.ATTITUDE, "电话里语气不太好。"),
)
DECIDED = ("已向市民说明原因，市民表示理解，不再重新办理。", "经核对现场照片，问题已整改，已电话致歉。")
ADDED = "补充一下，就在公交站牌旁边。"


def fill(of: Centre, now: datetime) -> None:
    """Open the public page, answer most call-backs of the last two weeks, and let some reports come in by the page."""
    keeper = _holding(of, Position.CENTRE_SUPERVISOR, now)[0]
    values = {"is_open": True, "notice": "周末和节假日照常受理。", "consent": "", "most_photos": 6}
    intake.set_intake(centre=of, values=values, by=keeper, at=now)
    pick = random.Random(f"citizens:{of.code}")
    _answer_calls(of, now, pick)
    _decide(of, now, pick)
    _report(of, now, pick)


def _holding(of: Centre, position: str, now: datetime) -> list[Person]:
    posts = Post.objects.on(clock.local_day(now)).filter(person__centre=of, position=position, person__is_active=True)
    return [post.person for post in posts.select_related("person").order_by("person_id")]


def _answer_calls(of: Centre, now: datetime, pick: random.Random) -> None:
    operators, web = _holding(of, Position.OPERATOR, now), public.web_person(of)
    waiting = CallBack.objects.filter(centre=of, status=CallStatus.WAITING, ended_at__lt=now - LEFT)
    for call in waiting.order_by("next_at", "pk"):
        at = min(call.next_at + pick.randrange(5, 90) * MINUTE, now)
        grade = pick.choices([one for one, _share in GRADES], [share for _one, share in GRADES])[0]
        reason, words = _said(grade, pick)
        try:
            if pick.randrange(100) < BY_HIMSELF:
                calls.rate_by_himself(
                    case_id=call.case_id, round_=call.round, grade=grade, reason=reason, words=words, by=web, at=at
                )
                continue
            person = pick.choice(operators)
            calls.take(call_id=call.pk, by=person, at=at)
            if pick.randrange(100) < UNREACHED:
                _call_in_vain(call, person, at, now)
                continue
            calls.note_grade(call_id=call.pk, grade=grade, reason=reason, words=words, by=person, at=at)
        except Refused:
            continue  # the matter was opened again meanwhile


def _said(grade: str, pick: random.Random) -> tuple[str, str]:
    if grade == Grade.SATISFIED:
        return "", pick.choice(PRAISE)
    return pick.choice(BAD) if grade == Grade.DISSATISFIED else ("", pick.choice(SO_SO))


def _call_in_vain(call: CallBack, person: Person, at: datetime, now: datetime) -> None:
    """Three calls at other times, as far as there was time for them."""
    done = calls.note_unreached(call_id=call.pk, note="无人接听", by=person, at=at)
    while done.status == CallStatus.WAITING and done.next_at < now:
        at = done.next_at
        calls.take(call_id=call.pk, by=person, at=at)
        done = calls.note_unreached(call_id=call.pk, note="无人接听", by=person, at=at)


def _decide(of: Centre, now: datetime, pick: random.Random) -> None:
    """The shift leader has decided on most of those who were not content; the newest still wait."""
    leader = _holding(of, Position.SHIFT_LEADER, now)[0]
    waiting = Review.objects.filter(call__centre=of, status=ReviewStatus.WAITING).exclude(asked_by=leader)
    for review in list(waiting.order_by("at"))[:-2]:
        at = min(in_hours(clock.local(review.at + 2 * HOUR), (9, 20)), now)
        calls.decide(review_id=review.pk, reopen=False, reason=pick.choice(DECIDED), by=leader, at=at)


def _report(of: Centre, now: datetime, pick: random.Random) -> None:
    """Some reports of the last hours by the page; one with a supplement."""
    web, kinds = public.web_person(of), list(Category.objects.filter(centre=of)[:200])
    for number, minutes in enumerate((170, 95, 40)):
        pattern = pick.choice([one for one in content.patterns() if one.qualifies])
        place = pick.choice(content.places())
        told = Told(
            description=pattern.at(place.name),
            place=place.name,
            latitude=place.latitude,
            longitude=place.longitude,
            category=next((one for one in kinds if one.code == pattern.category), None),
            name=("韩雪梅", "", "马国庆")[number],
            number=("19900001117", "", "19900001118")[number],
            is_secret=number == 2,
        )
        at = now - minutes * MINUTE
        picture = photos.clean("photo.jpg", pictures.picture(pattern.category, is_after=False, variant=number))
        form = f"{pick.getrandbits(128):032x}"
        receipt = intake.take_report(form=form, told=told, photos=[picture], language="zh-hans", by=web, at=at)
        if number == 0:
            tracking.add(case_id=receipt.case.pk, text=ADDED, photos=[], by=web, at=now - 20 * MINUTE)
