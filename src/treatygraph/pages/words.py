"""What the pages say of themselves, in English, Russian and Japanese. Names of things are labels of the graph and not here."""

from __future__ import annotations

__all__ = ["WORDS", "say"]

# Each sentence in the order of the languages' codes: English, Japanese, Russian.
WORDS: dict[str, tuple[str, str, str]] = {
    "skip": ("Skip to the content", "本文へ移動", "К содержанию"),
    "nav": ("Pages", "ページ", "Страницы"),
    "languages": ("Languages", "言語", "Языки"),
    "nav-map": ("Map", "地図", "Карта"),
    "nav-questions": ("Questions", "質問", "Вопросы"),
    "nav-documents": ("Documents", "文書", "Документы"),
    "nav-agreements": ("Agreements", "条約・合意", "Соглашения"),
    "nav-sparql": ("SPARQL", "SPARQL", "SPARQL"),
    "nav-ontology": ("Ontology", "オントロジー", "Онтология"),
    "nav-dataset": ("Data", "データ", "Данные"),
    "foot-neutral": (
        "Every statement here belongs to somebody who made it, and leads to where it stands. The graph takes no side; a missing statement is not a “no”.",
        "ここにあるすべての記述には、それを述べた主体があり、その典拠に至る。このグラフはいずれの側にも立たない。記述がないことは「否」を意味しない。",
        "Каждое утверждение здесь кому-то принадлежит и ведёт туда, где оно сказано. Граф не занимает ничьей стороны; отсутствие утверждения — не «нет».",
    ),
    "foot-data": ("The data, to take away and cite", "データの入手と引用", "Данные: взять и цитировать"),
    "foot-licences": ("Licences", "ライセンス", "Лицензии"),
    "home-title": ("Map and time", "地図と時間", "Карта и время"),
    "home-lead": (
        "Who claimed an island on a day, who held it, and the sentence that says so.",
        "ある日に、どの国が島の領有を主張し、どの国が支配していたか。そして、それを述べる文。",
        "Кто в данный день притязал на остров, кто им владел на деле — и фраза, в которой это сказано.",
    ),
    "home-question": ("Who claimed and who held {place} on {date}?", "{date}に{place}の領有を主張し、支配していたのは？", "Кто притязал на {place} и кто его держал на дату {date}?"),
    "place": ("Island", "島", "Остров"),
    "day": ("Day", "日付", "День"),
    "show": ("Show", "表示", "Показать"),
    "layer": ("Colours show", "色分け", "Цвета показывают"),
    "layer-claims": ("who claims", "領有権の主張", "кто притязает"),
    "layer-administration": ("who administers", "施政", "кто управляет"),
    "time": ("Time", "時間", "Время"),
    "year": ("Year", "年", "Год"),
    "play": ("Play", "再生", "Пуск"),
    "stop": ("Stop", "停止", "Стоп"),
    "go": ("Go", "移動", "Перейти"),
    "earlier": ("the change before", "前の変化", "предыдущая перемена"),
    "later": ("the next change", "次の変化", "следующая перемена"),
    "changes": ("All {count} days on which something changed", "変化のあった全{count}日", "Все дни перемен: {count}"),
    "choose": ("Choose an island on the map or in the list.", "地図または一覧から島を選んでください。", "Выберите остров на карте или в списке."),
    "on-day": ("On", "時点：", "На день:"),
    "all-places": ("All islands and groups", "すべての島と島群", "Все острова и группы"),
    "whole-timeline": ("{place} through all the years →", "{place}の全年表 →", "{place}: все годы →"),
    "section-claims": ("Who claimed it", "領有権を主張した主体", "Кто на него притязал"),
    "section-holds": ("Who held it", "支配していた主体", "Кто его держал"),
    "section-said": ("What else was said, promised or renounced", "その他の表明・約束・放棄", "Что ещё сказано, обещано, от чего отказались"),
    "nothing-on-day": (
        "The documents state nothing of this for the day. That is not a “no”.",
        "この日について文書は何も述べていない。これは「否」を意味しない。",
        "Документы ничего об этом на этот день не говорят. Это не «нет».",
    ),
    "certain": ("certain", "確実", "достоверно"),
    "possible": ("possible", "可能性あり", "возможно"),
    "according": ("according to {who}", "{who}による", "согласно: {who}"),
    "evidence": ("The evidence", "典拠", "Основание"),
    "read-on": ("read it in its text →", "原文の中で読む →", "читать в тексте →"),
    "elsewhere": ("where it is published", "公表元", "место публикации"),
    "own-text": ("text of the instrument itself", "文書本文そのもの", "текст самого акта"),
    "text-not-here": ("the text is not shipped here", "本文は収録されていない", "сам текст здесь не приложен"),
    "claims-nobody": ("no claim stated", "主張の記載なし", "о притязаниях не сказано"),
    "administration-nobody": ("nothing stated", "記載なし", "не сказано"),
    "uncovered": ("not covered on this day", "この日は対象外", "этот день не охвачен"),
    "unplaced": ("Places without a position in the data", "位置データのない場所", "Места без координат в данных"),
    "outlines": ("Outlines: {sources}. No boundary is drawn.", "輪郭の出典：{sources}。境界線は描いていない。", "Контуры: {sources}. Границы не проведены."),
    "several": ("several: stripes of each one’s colour", "複数：各主体の色の縞", "несколько: полосы цвета каждого"),
}
ORDER = ("en", "ja", "ru")


def say(key: str, language: str, **values: object) -> str:
    """A sentence of a page in a language; English for a language that is not here."""
    sentence = WORDS[key][ORDER.index(language) if language in ORDER else 0]
    return sentence.format(**values) if values else sentence
