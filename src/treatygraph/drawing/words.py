"""What pictures say of themselves, in English, Russian and Japanese. Names of things are labels of the graph and not here."""

from __future__ import annotations

from datetime import date, timedelta

from treatygraph.typography import number

__all__ = ["began", "day", "degrees", "ended", "say"]

MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
}
WORDS = {
    "en": {
        "claims": "Claims on {day}",
        "administration": "Administration on {day}",
        "kind": "{kind} on {day}",
        "kind-nobody": "nothing stated",
        "kind-only": "On this map is one kind of position alone: {kind}. It says nothing of the others.",
        "unplaced-more": "and {count} more",
        "timeline": "{place}: positions through time",
        "certain": "certain",
        "possible": "possible",
        "strengths": "Certain: the sources place this day inside the time the position held. Possible: they leave open whether it held on this day.",
        "several": "several states: stripes of each one’s colour, in the order of their identifiers",
        "claims-nobody": "no claim stated",
        "administration-nobody": "nothing stated",
        "uncovered": "not covered on this day",
        "claims-only": "A demand, a promise and a cession are other things than a claim and are not on this map.",
        "administration-only": "Who administers a place in fact, occupies it, or has formal authority over it says nothing about title.",
        "heavy": "heavy outline: {kind}",
        "ring": "coloured line around: {kind}",
        "point": "island that is very small or has no outline in the data",
        "group": "group of islands, at its middle",
        "unplaced": "Not drawn, because the data gives no position for them:",
        "sources": "Outlines and points: {sources}. Albers’ equal-area projection; no boundary is drawn.",
        "according": "according to {who}",
        "began-on": "from {day}",
        "began-between": "began between {day} and {other}",
        "began-by": "began by {day}",
        "began-after": "began not before {day}",
        "began-unknown": "beginning not stated",
        "ended-on": "until {day}",
        "ended-between": "ended between {day} and {other}",
        "ended-by": "ended by {day}",
        "attested": "last attested on {day}",
        "ongoing": "went on when last reviewed, {day}",
        "ended-unknown": "end not stated",
        "acts": "acts",
        "solid": "certain: held on these days by any reading of the dates",
        "pale": "possible: the sources leave the days open; fading where they set no bound at all",
        "goes-on": "it went on when last reviewed",
        "act-mark": "act that began or ended a position, or changed who held the place; listed below",
        "outside": "Not drawn, because it lies outside these years: {count}",
        "nothing": "The documents state no position that reaches this place.",
        "scale": "{count} km",
    },
    "ru": {
        "claims": "Притязания: {day}",
        "administration": "Управление: {day}",
        "kind": "{kind}: {day}",
        "kind-nobody": "не сказано",
        "kind-only": "На этой карте — только один вид позиции: {kind}. О других она ничего не говорит.",
        "unplaced-more": "и ещё {count}",
        "timeline": "{place}: позиции во времени",
        "certain": "достоверно",
        "possible": "возможно",
        "strengths": "Достоверно: согласно источникам, позиция в этот день имела место. Возможно: источники не говорят, имела ли она место в этот день.",
        "several": "несколько государств: полосы цвета каждого, в порядке идентификаторов",
        "claims-nobody": "о притязаниях не сказано",
        "administration-nobody": "не сказано",
        "uncovered": "этот день не охвачен",
        "claims-only": "Требование, обещание и цессия — не то же, что притязание; на этой карте их нет.",
        "administration-only": "Фактическое управление, оккупация и формальные полномочия ничего не говорят о праве на территорию.",
        "heavy": "толстый контур: {kind}",
        "ring": "цветная линия вокруг: {kind}",
        "point": "остров очень мал или его контура нет в данных",
        "group": "группа островов (знак в её центре)",
        "unplaced": "Не показаны, так как в данных нет их координат:",
        "sources": "Контуры и точки: {sources}. Равновеликая проекция Альберса; границы не проведены.",
        "according": "чья трактовка: {who}",
        "began-on": "с {day}",
        "began-between": "началось между {day} и {other}",
        "began-by": "началось не позднее {day}",
        "began-after": "началось не ранее {day}",
        "began-unknown": "начало не указано",
        "ended-on": "по {day}",
        "ended-between": "закончилось между {day} и {other}",
        "ended-by": "закончилось не позднее {day}",
        "attested": "последнее свидетельство: {day}",
        "ongoing": "на день последней проверки, {day}, продолжалось",
        "ended-unknown": "окончание не указано",
        "acts": "акты",
        "solid": "достоверно: позиция имела место в эти дни при любом понимании дат",
        "pale": "возможно: по источникам эти дни не определены; бледнеет там, где граница не указана вовсе",
        "goes-on": "на день последней проверки продолжалась",
        "act-mark": "акт, с которым позиция началась или закончилась либо контроль над местом перешёл к другому; список ниже",
        "outside": "Вне этих лет, не показано: {count}",
        "nothing": "В документах нет позиций, касающихся этого места.",
        "scale": "{count} км",
    },
    "ja": {
        "claims": "{day}現在の領有権の主張",
        "administration": "{day}現在の施政",
        "kind": "{day}現在の「{kind}」",
        "kind-nobody": "記載なし",
        "kind-only": "この地図が示すのは一種類の立場（{kind}）のみであり、他の立場については何も述べない。",
        "unplaced-more": "ほか{count}件",
        "timeline": "{place}：立場の推移",
        "certain": "確実",
        "possible": "可能性あり",
        "strengths": "確実：資料によれば、この日はその立場の存続期間に含まれる。可能性あり：この日に存続していたかは資料から定まらない。",
        "several": "複数の国：各国の色の縞（識別子の順）",
        "claims-nobody": "主張の記載なし",
        "administration-nobody": "記載なし",
        "uncovered": "この日は対象外",
        "claims-only": "要求、引渡しの約束、割譲は領有権の主張とは別のものであり、この地図には示さない。",
        "administration-only": "事実上の施政、占領、形式上の権限は、領有権の帰属を示すものではない。",
        "heavy": "太い輪郭：{kind}",
        "ring": "外側の色線：{kind}",
        "point": "ごく小さい島、または輪郭データのない島",
        "group": "島群（その中央）",
        "unplaced": "位置データがないため描かれていないもの：",
        "sources": "輪郭と位置の出典：{sources}。アルベルス正積円錐図法。境界線は描いていない。",
        "according": "{who}によれば",
        "began-on": "{day}から",
        "began-between": "{day}から{other}までの間に開始",
        "began-by": "{day}までに開始",
        "began-after": "{day}以後に開始",
        "began-unknown": "始期の記載なし",
        "ended-on": "{day}まで",
        "ended-between": "{day}から{other}までの間に終了",
        "ended-by": "{day}までに終了",
        "attested": "資料で確認できる最後の日は{day}",
        "ongoing": "最終確認日（{day}）の時点で継続中",
        "ended-unknown": "終期の記載なし",
        "acts": "行為",
        "solid": "確実：日付をどう解しても、これらの日に存続していた",
        "pale": "可能性あり：資料からは日を確定できない。資料が限界を示さない側では色が薄くなる",
        "goes-on": "最終確認日に継続中",
        "act-mark": "立場を開始・終了させた行為、または支配を移した行為（下の一覧）",
        "outside": "この期間の外にあるため描かれていないもの：{count}件",
        "nothing": "この場所に及ぶ立場は資料に述べられていない。",
        "scale": "{count} km",
    },
}
HEMISPHERES = {
    "en": ("{}° E", "{}° W", "{}° N", "{}° S"),
    "ru": ("{}° в. д.", "{}° з. д.", "{}° с. ш.", "{}° ю. ш."),
    "ja": ("東経{}°", "西経{}°", "北緯{}°", "南緯{}°"),
}


def say(key: str, language: str, **values: object) -> str:
    """A sentence of a picture in a language; English for a language that is not here."""
    return WORDS.get(language, WORDS["en"])[key].format(**values)


def day(iso: str, language: str) -> str:
    """A day as people write it: 12 December 1956."""
    year, month, number = (int(part) for part in iso.split("-"))
    if language == "ja":
        return f"{year}年{month}月{number}日"
    name = MONTHS.get(language, MONTHS["en"])[month - 1]
    return f"{number} {name} {year}{' г.' if language == 'ru' else ''}"


def degrees(value: float, is_longitude: bool, language: str) -> str:
    """A longitude or latitude with its hemisphere."""
    east, west, north, south = HEMISPHERES.get(language, HEMISPHERES["en"])
    form = (east if value >= 0 else west) if is_longitude else (north if value >= 0 else south)
    return form.format(number(abs(value), language, "g"))


def began(earliest: str, latest: str, language: str) -> str:
    """When something began, from its two bounds, either of which may be missing."""
    if earliest and latest:
        if earliest == latest:
            return say("began-on", language, day=day(earliest, language))
        return say("began-between", language, day=day(earliest, language), other=day(latest, language))
    if latest:
        return say("began-by", language, day=day(latest, language))
    return say("began-after", language, day=day(earliest, language)) if earliest else say("began-unknown", language)


def ended(earliest: str, latest: str, ongoing: bool, language: str) -> str:
    """When something ended: both bounds are the first day on which it no longer held, or may no longer have held."""
    if latest:
        if earliest == latest:
            return say("ended-on", language, day=day(_before(latest), language))
        if earliest:
            return say("ended-between", language, day=day(_before(earliest), language), other=day(_before(latest), language))
        return say("ended-by", language, day=day(_before(latest), language))
    if earliest:
        return say("ongoing" if ongoing else "attested", language, day=day(_before(earliest), language))
    return say("ended-unknown", language)


def _before(iso: str) -> str:
    first = date.fromisoformat(iso)
    return (first - timedelta(days=1)).isoformat() if first > date.min else iso
