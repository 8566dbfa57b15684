"""What callers hear: prompts in Mandarin spoken by a program, and music reckoned note by note. Nothing is copied.

Each prompt is kept as .wav, .ulaw and .alaw at 8 kHz, so that the exchange never has to convert.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hotline.acd.exchange.problem import NoExchange
from hotline.acd.exchange.software import lacking

MOST_AHEAD = 20  # callers ahead that are told by number; beyond that "more than twenty"
PROMPTS = {
    "welcome": "您好，欢迎拨打城市管理服务热线。",
    "recorded": "为了保证服务质量，本次通话将被录音。",
    "waiting": "座席正忙，请您稍候。",
    "thanks": "感谢您的耐心等待，请继续等候。",
    "callback-offer": "如果您不想继续等候，请按一，我们会按您的顺序给您回电。",
    "callback-kept": "好的，我们已经记下您的号码，轮到您时马上给您回电，请挂机。",
    "closed": "您好，现在不是人工服务时间，请在服务时间内拨打，紧急情况请拨打一一零。",
    "full": "当前等候的市民很多，请您稍后再拨。",
    "menu-wrong": "您按的键无效。",
    "goodbye": "感谢您的来电，再见。",
    "line-check": "线路测试。",
    "ahead-many": "您前面还有二十多位市民在等候。",
    "next": "您是下一位，请不要挂机。",
}
SPOKEN = "lib/sounds/zh/hotline"  # in the folder of an instance
KINDS = ("wav", "ulaw", "alaw")
RATE = "8000"
SPEED = "165"  # words a minute
# one quiet phrase of an old scale, four voices of two sines each: (hertz, seconds)
PHRASE = (
    (262, 1.2), (294, 0.6), (330, 0.6), (392, 1.2), (440, 0.6), (392, 0.6), (330, 1.2), (294, 0.6), (262, 0.6),
    (220, 1.2), (262, 0.6), (294, 0.6), (330, 1.2), (392, 0.6), (330, 0.6), (294, 1.2), (262, 1.8),
)  # fmt: skip


def prompts() -> dict[str, str]:
    """Every prompt by its name, those that say a number included."""
    numbers = {f"ahead-{n}": f"您前面还有{n}位市民在等候。" for n in range(1, MOST_AHEAD + 1)}
    return PROMPTS | numbers


def make(cache: Path) -> None:
    """Speak and play whatever the cache lacks or says otherwise; needs espeak-ng and sox."""
    wanted = hashlib.sha256(repr((sorted(prompts().items()), PHRASE, SPEED)).encode()).hexdigest()
    stamp = cache / "stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    missing = lacking()
    if missing:
        raise NoExchange(
            f"prompts cannot be spoken without {' and '.join(missing)}. Run:  apt install {' '.join(missing)}"
        )
    shutil.rmtree(cache, ignore_errors=True)
    spoken, music = cache / "hotline", cache / "music"
    spoken.mkdir(parents=True)
    music.mkdir()
    for name, text in prompts().items():
        _speak(text, spoken / name)
    _play(music / "calm")
    stamp.write_text(wanted)


def add(folder: Path, texts: Mapping[str, str]) -> int:
    """Speak what the folder of a running exchange lacks; how many. Each stands there whole or not at all."""
    new = {name: text for name, text in texts.items() if not (folder / f"{name}.{KINDS[-1]}").exists()}
    if new and (missing := lacking()):
        raise NoExchange(f"announcements cannot be spoken without {' and '.join(missing)}")
    owner = folder.stat() if new else None
    for name, text in new.items():
        with tempfile.TemporaryDirectory(dir=folder) as room:
            _speak(text, Path(room) / name)
            for kind in KINDS:
                made = Path(room) / f"{name}.{kind}"
                made.chmod(0o644)
                if owner is not None and os.geteuid() == 0:
                    os.chown(made, owner.st_uid, owner.st_gid)
                made.replace(folder / made.name)
    return len(new)


def syllables(text: str) -> str:
    """Chinese as the speaking program reads it: pinyin with the number of the tone, stops kept.

    >>> syllables("您好，再见。")
    'nin2 hao3 , zai4 jian4 .'
    """
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 its dictionary costs every process 0.4 s; few speak anew

    said = lazy_pinyin(_spelled(text), style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(said).replace("，", ",").replace("。", ".").replace("、", ",")


def _spelled(text: str) -> str:
    """Numbers up to 99 in characters."""
    digits = "零一二三四五六七八九"
    words = []
    for part in _runs(text):
        if not part.isdigit():
            words.append(part)
            continue
        tens, ones = divmod(int(part), 10)
        head = "" if not tens else ("十" if tens == 1 else f"{digits[tens]}十")
        words.append(head + (digits[ones] if ones or not tens else ""))
    return "".join(words)


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for sign in text:
        if runs and runs[-1].isdigit() and sign.isdigit():
            runs[-1] += sign
        else:
            runs.append(sign)
    return runs


def _speak(text: str, to: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "said.wav"
        _run(["espeak-ng", "-v", "cmn-latn-pinyin", "-s", SPEED, "-w", str(raw), syllables(text)])
        _convert(raw, to)


def _play(to: Path) -> None:
    """Notes that fade, one after the other, soft enough to talk over."""
    with tempfile.TemporaryDirectory() as folder:
        notes = []
        for number, (hertz, seconds) in enumerate(PHRASE):
            note = Path(folder) / f"{number:02d}.wav"
            tones = ["sine", str(hertz), "sine", str(hertz * 2)]
            fade = ["fade", "0.02", str(seconds), str(round(seconds * 0.6, 2))]
            _run(["sox", "-n", "-r", RATE, "-c", "1", str(note), "synth", str(seconds), *tones, *fade, "vol", "0.18"])
            notes.append(str(note))
        whole = Path(folder) / "whole.wav"
        _run(["sox", *notes, str(whole), "pad", "0", "1", "repeat", "1"])
        _convert(whole, to)


def _convert(raw: Path, to: Path) -> None:
    shape = ["-r", RATE, "-c", "1"]
    _run(["sox", "-G", str(raw), *shape, "-b", "16", f"{to}.wav"])
    _run(["sox", f"{to}.wav", *shape, "-t", "ul", f"{to}.ulaw"])
    _run(["sox", f"{to}.wav", *shape, "-t", "al", f"{to}.alaw"])


def _run(words: list[str]) -> None:
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise NoExchange(f"{words[0]} failed: {done.stderr.strip()[-300:]}")
