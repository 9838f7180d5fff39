"""A drill script as a person reads it: what it is for, who plays, what happens when and what is expected of whom."""

from __future__ import annotations

from rich.console import Console

from coordinator.admin.terminal import minutes, table
from coordinator.drills.schema import Document, Expectation, Inject
from coordinator.drills.vocabulary import ACTIONS, KINDS
from coordinator.wire.marks import MARK_DRILL
from coordinator.wire.words import Language, said, word


def show(console: Console, document: Document, lang: Language) -> None:
    """To standard output."""
    zh = lang == "zh"
    console.rule(f"{MARK_DRILL}{said(document.name.text, lang)}")
    console.print(said(document.objective.text, lang))
    facts = {
        "类型" if zh else "kind": said(KINDS[document.kind], lang),
        "预案" if zh else "playbook": document.playbook or "—",
        "世界时间" if zh else "world time": f"{document.start:%Y-%m-%d %H:%M %z}",
        "时长" if zh else "lasts": minutes(document.lasts, lang),
        "地点" if zh else "places": ", ".join(document.places),
        "模拟" if zh else "simulated": _seats(document.players.simulated, lang),
        "真人" if zh else "real": _seats(document.players.real, lang),
        "中止口令" if zh else "stop word": document.stop_word,
        "周期" if zh else "calendar": (
            f"{document.calendar.cron} {document.calendar.zone}" if document.calendar else "—"
        ),
    }
    for name, fact in facts.items():
        console.print(f"{name}: {fact}")
    columns = (
        ("何时", "情况", "地点", "内容", "预期") if zh else ("when", "inject", "where", "what", "expected")
    )
    listed = table("", *columns)
    for inject in document.injects:
        expected = "\n".join(_expected(one, lang) for one in inject.expects)
        listed.add_row(
            _when(inject, lang),
            word("inject", inject.kind.value, lang),
            "\n".join(inject.to[:4]) + ("\n…" if len(inject.to) > 4 else ""),
            said(inject.text.text, lang),
            expected,
        )
    console.print(listed)
    for item in document.items:
        console.print(f"□ {said(item.text.text, lang)}")


def _when(inject: Inject, lang: Language) -> str:
    delay = f" +{minutes(inject.delay, lang)}" if inject.delay else ""
    unless = f"\n{'除非' if lang == 'zh' else 'unless'} {inject.unless}" if inject.unless else ""
    if inject.at is not None:
        return minutes(inject.at, lang) + delay + unless
    return f"{inject.after}{delay}{unless}"


def _expected(one: Expectation, lang: Language) -> str:
    action = said(ACTIONS[one.what].name, lang)
    share = f" ≥{one.share:.0%}" if one.share < 1 else ""
    who, colon = word("role", one.who.value, lang), "：" if lang == "zh" else ": "
    return f"{who}{colon}{action}{share} ≤{minutes(one.by, lang)}"


def _seats(seats: tuple[object, ...], lang: Language) -> str:
    return ", ".join(word("role", str(seat), lang) for seat in seats) or "—"
