"""Every shared piece of a page with long names, many rows, errors and nothing at all: for those who build pages.

Reachable only while HOTLINE_DEBUG is set; the frame around it is a sample, so that no sign-in is needed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import path

from hotline.core import clock
from hotline.core.pages import PUBLIC, Request, Slice, draw, view
from hotline.core.templatetags import formats
from hotline.core.templatetags.pieces import FileLink, Held, Look, Tab, TimelineItem, enter_looks

MINUTE = timedelta(minutes=1)
NAMES = ("欧阳春晓", "王敏", "阿卜杜拉·买买提江", "Alexandra Featherstonehaugh", "李雷")
PLACES = (
    "人民路188号门前人行道,靠近公交站台",
    "滨江大道与建设路交叉口东北角第三个上水井盖,井盖边缘破损约30厘米并有明显沉陷,夜间无照明",
    "Riverside Avenue, north-east corner, third manhole cover",
)
STATES = ("accepted", "verifying", "filed", "handling", "returned", "closed")
enter_looks(
    "gallery",
    {
        "accepted": Look("受理 accepted", "neutral", "inbox"),
        "verifying": Look("核实中 verifying", "purple", "map-pin"),
        "filed": Look("立案 filed", "blue", "file-check"),
        "handling": Look("处置中 handling", "amber", "steering-wheel"),
        "returned": Look("回退 returned", "red", "corner-up-left"),
        "closed": Look("结案 closed", "green", "circle-check"),
    },
)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the sample menu."""

    label: str
    icon: str
    url: str = "#"
    active: bool = False


MENU = (
    Place("我的工作台 My desk", "headset", active=True),
    Place("案件 Cases", "list-details"),
    Place("市民 Customers", "user-circle"),
    Place("立案标准 Standard", "book-2"),
    Place("地图 Map", "map-2"),
    Place("指标 Indicators", "chart-bar"),
    Place("排班 Roster", "calendar-month"),
    Place("组织机构 Organisation", "sitemap"),
    Place("我的 My work", "id-badge-2"),
)
FRAME = {
    "centre": "滨江市数字化城市管理监督指挥中心",
    "team": "受理一组",
    "name": "欧阳春晓",
    "initial": "欧",
    "position": "接线员",
    "menu": MENU,
    "mine": MENU[8:],
    "first_four": MENU[:4],
    "more": MENU[4:],
    "home_url": "#",
    "search_url": "/gallery/search",
    "phone_url": "",
    "phone_topic": "",
    "presence_url": "",
    "presence_topic": "",
    "bell_url": "",
    "bell_topic": "",
    "lock_url": "",
    "sign_out_url": "#",
    "sign_in_url": "#",
    "idle_seconds": 0,
}


class SampleForm(forms.Form):
    """Every kind of field."""

    place = forms.CharField(label="地点 Place", help_text="写到门牌或路口 As exact as a door or a crossing")
    kind = forms.ChoiceField(label="类别 Category", choices=[("", "请选择"), ("a", "市容环境"), ("b", "街面秩序")])
    condition = forms.CharField(
        label="立案条件 Filing condition",
        widget=forms.TextInput(attrs={"data-picker-url": "/gallery/options", "placeholder": "xzl → 行政类"}),
    )
    seen = forms.DateField(label="发现日期 Seen on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    what = forms.CharField(label="情况 What is the matter", widget=forms.Textarea(attrs={"rows": 3}))
    how = forms.ChoiceField(
        label="来源 Source", choices=[("p", "电话"), ("l", "信函"), ("v", "来访")], widget=forms.RadioSelect
    )
    secret = forms.BooleanField(label="为来电人保密 Keep the caller's name secret", required=False)

    def clean(self) -> dict[str, Any]:
        """The whole form may be wrong, too."""
        self.add_error(None, "同一地点已有在办案件 20261012-0042,请先并案。A case at this place is already open.")
        return self.cleaned_data


def _rows(at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "number": f"20261012-{one:04d}",
            "place": PLACES[one % 3],
            "who": NAMES[one % 5],
            "status": STATES[one % 6],
            "due": at + (one * 37 % 400 - 60) * MINUTE / 20,
            "start": at - 20 * MINUTE,
            "phone": "13800001234",
        }
        for one in range(1, 501)
    ]


def _timeline(at: datetime) -> list[TimelineItem]:
    picture = FileLink("现场全景照片-人民路188号门前-2026-10-12-140512.jpg", "#")
    return [
        TimelineItem(at - 3 * MINUTE, "立案 Filed", NAMES[0], "上水井盖破损>25 cm²", "file-check", "blue", "B3.1"),
        TimelineItem(at - 9 * MINUTE, "核实回复 Verified", NAMES[2], PLACES[1], "map-pin", "purple", took=5 * MINUTE,
                     files=(picture, picture)),
        TimelineItem(at - 40 * MINUTE, "回退 Returned", NAMES[3], "不属本部门职责 Not ours", "corner-up-left", "red"),
        TimelineItem(at - 45 * MINUTE, "受理 Accepted", NAMES[4], icon="phone-incoming"),
    ]  # fmt: skip


def _spans(at: datetime) -> list[Held]:
    return [
        Held("受理队列 Intake queue", "受理", at - 45 * MINUTE, at - 44 * MINUTE, "neutral"),
        Held(NAMES[0], "受理", at - 44 * MINUTE, at - 38 * MINUTE, "red", "超过5分钟 over five minutes"),
        Held(NAMES[2], "核实", at - 38 * MINUTE, at - 9 * MINUTE, "purple"),
        Held(NAMES[3], "批转", at - 9 * MINUTE, None, "blue"),
    ]


@view(PUBLIC, methods=["GET"])
def gallery(request: Request) -> HttpResponse:
    """Every piece on one page."""
    at = request.at
    rows = _rows(at)
    wrong = SampleForm({"place": "", "kind": "", "what": "路面破损", "condition": ""})
    context = {
        "shell": FRAME,
        "at": at,
        "rows": rows,
        "some": rows[:6],
        "page": Slice(rows[:50], 7, 50, 1893, False),
        "form": SampleForm(initial={"how": "p"}),
        "wrong": wrong,
        "tones": ("neutral", "blue", "green", "amber", "red", "purple"),
        "states": STATES,
        "timeline": _timeline(at),
        "spans": _spans(at),
        "near": at + MINUTE / 2,
        "soon": at + 4 * MINUTE,
        "over": at - MINUTE - timedelta(seconds=12),
        "start": at - 4 * MINUTE,
        "refusals": [{"clause": "B3.3", "note": "信息不合格:缺少地点。 The place is missing."}],
        "tabs": [Tab("案情 Facts", "#", True), Tab("经过 Timeline", "#", count=17), Tab("附件 Files", "#", count=0)],
        "moments": [formats.moment(at), formats.moment_exact(at), formats.day(clock.local_day(at))],
    }
    return draw(request, "core/gallery.html", context)


@view(PUBLIC, methods=["GET"])
def options(request: Request) -> HttpResponse:
    """Sample answers of a search field."""
    wanted = request.GET.get("q", "")
    known = [("上水井盖·破损", "4 工作时"), ("上水井盖·缺失移位", "2 紧急工作时"), ("行道树·倒伏", "2 紧急工作时")]
    found = [
        {"value": str(at), "label": label, "detail": detail}
        for at, (label, detail) in enumerate(known)
        if wanted in label
    ]
    return JsonResponse({"options": found})


@view(PUBLIC, methods=["GET"])
def shapes(_request: Request, kind: str) -> HttpResponse:
    """Sample districts and points."""
    features: list[dict[str, Any]] = []
    for x in range(3):
        for y in range(3):
            west, south = 121.40 + x * 0.03, 31.20 + y * 0.025
            ring = [[west, south], [west + 0.03, south], [west + 0.03, south + 0.025], [west, south + 0.025]]
            if kind == "districts":
                shape: dict[str, Any] = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
                features.append({"type": "Feature", "properties": {"name": f"{x + 1}-{y + 1} 街道"}, "geometry": shape})
                continue
            for step in range(1 + 3 * x * y):
                spot = [west + step * 7 % 29 / 1000, south + step * 11 % 23 / 1000]
                about = {
                    "title": f"20261012-{x}{y}{step}",
                    "text": PLACES[0],
                    "tone": ("blue", "amber", "red")[step % 3],
                }
                point = {"type": "Point", "coordinates": spot}
                features.append({"type": "Feature", "properties": about, "geometry": point})
    return JsonResponse({"type": "FeatureCollection", "features": features})


urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("gallery/options", options, name="gallery_options"),
    path("gallery/shapes/<slug:kind>", shapes, name="gallery_shapes"),
]
