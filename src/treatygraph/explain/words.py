"""The sentences of explanations in English, Russian and Japanese."""

from __future__ import annotations

from treatygraph.things import LANGUAGES

__all__ = ["join", "say", "term"]

# Built so that a label can stand in any place uninflected: Russian and Japanese name a thing after a colon.
SENTENCES: dict[str, tuple[str, str, str]] = {
    # headings of parts
    "part-says": ("What the graph says", "Что сказано в графе", "グラフの記述"),
    "part-rests": ("What it rests on", "На чём это основано", "何に基づくか"),
    "part-time": ("Time", "Время", "時期"),
    "part-reach": ("How it reaches the place", "Почему это относится к данному месту", "その場所に及ぶ理由"),
    "part-readings": ("Readings", "Толкования", "解釈"),
    "part-others": (
        "Who else takes a position on the same place then",
        "Кто ещё в тот день занимал позицию в отношении того же места",
        "同じ日・同じ場所についての他の立場",
    ),
    "part-differ": ("Where the documents differ", "В чём документы расходятся", "資料間の相違"),
    "part-open": ("What is not settled", "Что не установлено", "未確定の点"),
    "part-follows": ("What follows from it", "Что из этого следует", "ここから導かれること"),
    "part-proof": ("Proof", "Доказательство", "導出の過程"),
    "part-proves": ("What it proves", "Что этим подтверждается", "これが裏付けるもの"),
    "part-grade": ("How strong this is", "Насколько это надёжно", "典拠の確かさ"),
    "part-change": ("What would change it", "Что изменило бы это", "結論が変わる条件"),
    "part-positions": ("Positions on it", "Позиции в отношении этого места", "この場所についての立場"),
    "part-other-times": ("Positions of other times", "Позиции другого времени", "別の時期の立場"),
    "part-not": ("In the answer or not, and why", "Есть ли это в ответе и почему", "答えに含まれるか否かと、その理由"),
    "part-instead": ("What else the graph says of it on that day", "Что ещё об этом сказано в графе на тот день", "その日についてグラフがほかに述べること"),
    "part-note": ("Editors' note", "Примечание составителей", "編者注"),
    # what is asserted
    "it-is": ("Kind: {kind}.", "Вид: {kind}.", "種類：{kind}。"),
    "it-property": ("It {property} {values}.", "{Property}: {values}.", "{property}：{values}。"),
    "its-value": ("Its {property}: {values}.", "{Property}: {values}.", "{property}：{values}。"),
    "words-of-graph": ("In the words of the graph: “{text}”", "Формулировка в графе: «{text}»", "グラフの表現：「{text}」"),
    "triple": ("{subject} {property} {object}", "{subject} — {property}: {object}", "{subject} — {property}：{object}"),
    "nothing": ("The graph says nothing else of it.", "Больше об этом в графе ничего не сказано.", "これ以外の記述はない。"),
    # evidence
    "quoted": (
        "“{words}” — {document}, characters {start} to {end}, in {language}",
        "«{words}» — {document}, знаки {start}–{end}, язык: {language}",
        "「{words}」— {document}、{start}–{end}字目、言語：{language}",
    ),
    "cited": ("{document}, {pinpoint}", "{document}, {pinpoint}", "{document}、{pinpoint}"),
    "same-words": ("compared with the text just now: the same words", "сейчас сверено с текстом: слова те же", "本文と照合済み：同じ文言"),
    "not-here": (
        "the text is not shipped, so the words were not compared here",
        "текст не прилагается, поэтому слова здесь не сверялись",
        "本文が同梱されていないため照合していない",
    ),
    "other-words": ("does not stand in the text: {problem}", "в тексте этого нет: {problem}", "本文にない：{problem}"),
    "no-evidence": ("No passage or citation is given for it.", "Ни отрывок, ни ссылка для этого не указаны.", "引用箇所も参照箇所も示されていない。"),
    "own-text": ("the text of the instrument itself", "текст самого акта", "国際文書の本文そのもの"),
    "rank-0": ("quoted from the text of the instrument itself", "цитата из текста самого акта", "国際文書の本文からの引用"),
    "rank-1": ("quoted from a document", "цитата из документа", "資料からの引用"),
    "rank-2": ("cited with a pinpoint", "ссылка на точное место", "箇所を示した参照"),
    "rank-3": ("reported at second hand", "сообщается из вторых рук", "二次的な報告"),
    "rank-4": ("no evidence given", "без подтверждения", "典拠の記載なし"),
    "strongest": ("The best evidence for {thing}: {grade}.", "Лучшее подтверждение ({thing}): {grade}.", "最も確かな典拠（{thing}）：{grade}。"),
    "weakest": (
        "The weakest link is {thing}: {grade}.",
        "Самое слабое звено — {thing}: {grade}.",
        "最も弱い部分は「{thing}」：{grade}。",
    ),
    "no-weaker": ("No link that it needs is weaker than that.", "Ни одно из необходимых звеньев не слабее.", "前提となる記述に、これより弱いものはない。"),
    "schema": (
        "a definition of the ontology, true by its terms",
        "определение онтологии, верно в силу самих терминов",
        "オントロジーの定義（用語の定義により真）",
    ),
    # time
    "certain": (
        "On {date} it certainly held: it had begun by {sure_from} at the latest and had not ended before {sure_until} ({sure_from} ≤ {date} < {sure_until}).",
        "На {date} это достоверно: началось не позднее {sure_from} и до {sure_until} ещё не закончилось ({sure_from} ≤ {date} < {sure_until}).",
        "{date}には確実に存続：開始は遅くとも{sure_from}、終了は早くとも{sure_until}（{sure_from} ≤ {date} < {sure_until}）。",
    ),
    "possible": (
        "On {date} it possibly held ({outer}); it is not certain, for {reasons}. That is a statement about time only.",
        "На {date} это возможно ({outer}), но не достоверно: {reasons}. Это суждение только о времени.",
        "{date}に存続していた可能性がある（{outer}）。確実ではない：{reasons}。これは時期についてのみの判断である。",
    ),
    "no-start": (
        "no document gives a latest day for its beginning",
        "ни один документ не называет самой поздней даты начала",
        "開始の最も遅い日を示す資料がない",
    ),
    "late-start": ("it may have begun as late as {day}", "это могло начаться лишь {day}", "{day}になって開始した可能性がある"),
    "no-end": (
        "no document says that it still held on a later day",
        "ни один документ не говорит, что позднее это ещё продолжалось",
        "それ以後の存続を示す資料がない",
    ),
    "early-end": ("it may have ended from {day} on", "это могло закончиться {day} или позднее", "早ければ{day}に終了していた可能性がある"),
    "before": (
        "On {date} it did not hold yet: it began on {first} at the earliest ({date} < {first}).",
        "На {date} этого ещё не было: начало не раньше {first} ({date} < {first}).",
        "{date}にはまだ始まっていない：開始は早くとも{first}（{date} < {first}）。",
    ),
    "after": (
        "On {date} it no longer held: it had ended by {last} at the latest ({last} ≤ {date}; an end is the first day on which a thing no longer holds).",
        "На {date} этого уже не было: закончилось не позднее {last} ({last} ≤ {date}; конец — первый день, когда этого уже нет).",
        "{date}にはもはや存続していない：終了は遅くとも{last}（{last} ≤ {date}。終期とは、存続しなくなった最初の日をいう）。",
    ),
    "began-on": ("It began on {day}.", "Началось {day}.", "{day}に始まった。"),
    "began-between": ("It began between {first} and {last}.", "Началось между {first} и {last}.", "{first}から{last}までの間に始まった。"),
    "began-after": ("It began on {first} at the earliest.", "Началось не раньше {first}.", "開始は早くとも{first}。"),
    "began-by": ("It had begun by {last}.", "Началось не позднее {last}.", "開始は遅くとも{last}。"),
    "ended-on": (
        "It ended on {day}, the first day on which it no longer held.",
        "Закончилось {day} — в первый день, когда этого уже не было.",
        "{day}に終わった（存続しなくなった最初の日）。",
    ),
    "ended-between": ("It ended between {first} and {last}.", "Закончилось между {first} и {last}.", "{first}から{last}までの間に終わった。"),
    "ended-after": ("It had not ended before {first}.", "До {first} ещё не закончилось.", "{first}より前には終わっていない。"),
    "ended-by": ("It had ended by {last}.", "Закончилось не позднее {last}.", "終了は遅くとも{last}。"),
    "undated": ("No document gives it a day.", "Ни в одном документе дата этого не указана.", "日付を示す資料がない。"),
    "status": ("Its end: {status}.", "Статус окончания: {status}.", "終期の状態：{status}。"),
    "reviewed": ("Reviewed on {day}.", "Проверено {day}.", "確認日：{day}。"),
    "as-stated": ("The source's own wording of the start: {words}.", "Начало, как его обозначает источник: {words}.", "資料による開始の表記：{words}。"),
    "end-as-stated": ("The source's own wording of the end: {words}.", "Окончание, как его обозначает источник: {words}.", "資料による終了の表記：{words}。"),
    "started-by": ("It was started by: {act}.", "Чем начато: {act}.", "開始原因：{act}。"),
    "ended-by-act": ("It was ended by: {act}.", "Чем прекращено: {act}.", "終了原因：{act}。"),
    "end-reason": ("Of its end the graph says: “{text}”", "Об окончании в графе сказано: «{text}»", "終了についてのグラフの記述：「{text}」"),
    # reach
    "names-place": ("It names {place} itself.", "Место названо прямо: {place}.", "{place}を直接対象とする。"),
    "names-group": ("It names the group {group}.", "Касается группы: {group}.", "島群{group}を対象とする。"),
    "includes": (
        "That group, as defined by {holder}, includes {place}.",
        "В этом определении ({holder}) группа включает: {place}.",
        "{holder}の定義によるこの島群は{place}を含む。",
    ),
    "includes-nobody": (
        "That group, which no holder defines, includes {place}.",
        "В этом определении (чьё оно, не указано) группа включает: {place}.",
        "この島群（定義者の記載なし）は{place}を含む。",
    ),
    "part-of": ("Part of {whole}: {parts}.", "{whole}: сюда входит {parts}.", "{whole}の一部：{parts}。"),
    "itself": ("It includes {place} itself.", "Сюда прямо входит: {place}.", "{place}を直接含む。"),
    # readings
    "depends-reading": (
        "It stands only under this reading, held by {holder}: “{text}”",
        "Это держится лишь на таком толковании ({holder}): «{text}»",
        "次の解釈（{holder}）に立つ場合にのみ成り立つ：「{text}」",
    ),
    "reading-of": ("{holder} reads it so: “{text}”", "Толкование ({holder}): «{text}»", "{holder}の解釈：「{text}」"),
    "contradicts": (
        "This contradicts the reading of {holder}: “{text}”",
        "Этому противоречит толкование ({holder}): «{text}»",
        "これと矛盾する解釈（{holder}）：「{text}」",
    ),
    # others, disagreements
    "other-position": ("{holder}: {kind} ({certainty}) — {label}", "{holder}: {kind} ({certainty}) — {label}", "{holder}：{kind}（{certainty}）— {label}"),
    "word-certain": ("certain", "достоверно", "確実"),
    "word-possible": ("possible", "возможно", "可能性あり"),
    "word-before": ("not yet", "ещё нет", "開始前"),
    "word-after": ("no longer", "уже нет", "終了"),
    "differ": ("{label}: {text}", "{label}: {text}", "{label}：{text}"),
    # derivation
    "asserted": ("asserted: {triple}", "утверждается: {triple}", "明示的な記述：{triple}"),
    "axiom": ("by definition: {triple}", "по определению: {triple}", "定義により：{triple}"),
    "derived": ("it follows: {triple}", "следует: {triple}", "導出：{triple}"),
    "rule": (
        "by the rule {rule} of OWL 2 RL ({meaning})",
        "по правилу {rule} профиля OWL 2 RL ({meaning})",
        "OWL 2 RLの規則{rule}（{meaning}）による",
    ),
    "no-such-triple": (
        "The graph neither says this nor does it follow: {triple}. That is not a “no”.",
        "В графе этого нет, и это из него не следует: {triple}. Это не значит «нет».",
        "グラフにこの記述はなく、導かれもしない：{triple}。これは否定を意味しない。",
    ),
    "is-asserted": (
        "The graph says so itself; nothing had to be concluded.",
        "Это прямо сказано в графе; выводить ничего не пришлось.",
        "グラフ自体がそう述べており、推論は要らない。",
    ),
    # grades of change
    "changes-on": ("From {day} on: {verdict}.", "Начиная с {day}: {verdict}.", "{day}以降：{verdict}。"),
    "changes-before": ("Before {day}: {verdict}.", "До {day}: {verdict}.", "{day}より前：{verdict}。"),
    "without-reading": (
        "Without the reading of {holder} it would not stand.",
        "Без этого толкования ({holder}) это бы не держалось.",
        "{holder}の解釈がなければ成り立たない。",
    ),
    "without-group": (
        "Without {group} it would not reach {place}.",
        "Без этого определения ({group}) это не распространялось бы на: {place}.",
        "{group}によらなければ{place}には及ばない。",
    ),
    "one-source": (
        "It rests on one source alone; without it nothing would carry it.",
        "Это держится на единственном источнике; без него ничто бы этого не подтверждало.",
        "典拠は一点のみで、それがなければ裏付けを失う。",
    ),
    "several-sources": (
        "It rests on {count} sources; without the best of them the grade would be: {grade}.",
        "Это держится на нескольких источниках ({count}); без лучшего из них уровень был бы: {grade}.",
        "典拠は{count}点。最も確かなものを除くと、等級は「{grade}」となる。",
    ),
    # absence
    "in-answer": ("It is in the answer: {label} ({certainty}).", "Это есть в ответе: {label} ({certainty}).", "答えに含まれている：{label}（{certainty}）。"),
    "not-covered-day": (
        "The corpus does not cover {date}: {spans}. This is no statement about that day.",
        "Корпус не охватывает {date}; он охватывает время {spans}. Об этом дне здесь ничего не сказано.",
        "コーパスは{date}を対象としていない（対象期間：{spans}）。その日について何かを述べるものではない。",
    ),
    "span": ("from {first} to the day before {last}", "с {first} по день, предшествующий {last}", "{first}から{last}の前日まで"),
    "not-covered-place": (
        "{place} is outside the places that the corpus covers.",
        "{place}: это место корпус не охватывает.",
        "{place}はコーパスの対象外。",
    ),
    "never-stated": (
        "No document of the corpus states this of {place}: {kinds}{holder}. That is not a “no”.",
        "Ни один документ корпуса не говорит этого о месте {place}: {kinds}{holder}. Это не значит «нет».",
        "{place}について、{kinds}{holder}を述べる資料はコーパスにない。これは否定を意味しない。",
    ),
    "by-holder": (" by {holder}", " ({holder})", "（{holder}）"),
    "silent-other-years": (
        "It is stated without a date, by a document that covers other years.",
        "Это сказано без даты в документе, который охватывает другие годы.",
        "日付なしに、別の時期を対象とする資料が述べている。",
    ),
    "renounced": (
        "{holder} had renounced it by {label} ({certainty} on {date}).",
        "К этому дню уже был отказ от прав ({holder}): {label} ({certainty} на {date}).",
        "{holder}は{label}により放棄していた（{date}時点：{certainty}）。",
    ),
    "other-reason": (
        "Its time fits, yet this question leaves it out; its own conditions do. Read them with: treatygraph query {query} --help",
        "По времени подходит, но условия самого вопроса это исключают. Их показывает: treatygraph query {query} --help",
        "時期は合うが、この問い自体の条件により除かれている。条件は次で読める：treatygraph query {query} --help",
    ),
    "row": ("Line {number} of {query}", "Строка {number} ответа на запрос {query}", "{query}の{number}行目"),
    "on-day": ("explained for {date}", "по состоянию на {date}", "{date}について"),
    "proves-nothing": ("Nothing in the graph rests on it.", "На этом в графе ничего не держится.", "これに基づく記述はない。"),
    "and-more": ("and {count} more", "и ещё {count}", "ほか{count}件"),
    "aggregate": (
        "This line counts or lists; its cells stand for themselves:",
        "Эта строка — подсчёт или перечень; её ячейки говорят сами за себя:",
        "この行は集計または一覧であり、各欄がそのまま内容である：",
    ),
}

# What each rule of OWL 2 RL that the corpus of a reader is likely to meet says, in a few words; the specification has
# them as tables 4 to 9 (W3C OWL 2 Profiles, section 4.3).
RULES: dict[str, tuple[str, str, str]] = {
    "cax-sco": ("what is in a class is in the classes above it", "член класса входит и в классы выше", "クラスの要素は上位クラスの要素でもある"),
    "prp-dom": (
        "whatever has this property is of that class",
        "всё, что имеет это свойство, относится к этому классу",
        "このプロパティをもつものはそのクラスに属する",
    ),
    "prp-rng": (
        "whatever is the value of this property is of that class",
        "значение этого свойства относится к этому классу",
        "このプロパティの値はそのクラスに属する",
    ),
    "prp-trp": ("the property carries over from link to link", "свойство передаётся по цепочке", "このプロパティは連鎖して成り立つ"),
    "prp-symp": ("the property holds both ways", "свойство действует в обе стороны", "このプロパティは両方向に成り立つ"),
    "prp-spo1": (
        "the property is a case of a wider one",
        "свойство — частный случай более широкого",
        "このプロパティはより広いプロパティの下位プロパティである",
    ),
    "prp-spo2": ("the chain of these properties makes this one", "цепочка этих свойств даёт данное свойство", "プロパティの連鎖からこのプロパティが導かれる"),
    "prp-inv1": ("the property is the inverse of the other", "свойство обратно другому", "このプロパティは他方の逆プロパティである"),
    "prp-inv2": ("the property is the inverse of the other", "свойство обратно другому", "このプロパティは他方の逆プロパティである"),
    "scm-sco": ("a class below a class is below all above it", "подкласс подкласса — тоже подкласс", "下位クラスの下位クラスも下位クラスである"),
    "scm-dom1": ("a property's class of subjects may be widened", "класс субъектов свойства можно расширить", "プロパティの定義域は上位クラスに広げられる"),
    "scm-rng1": ("a property's class of values may be widened", "класс значений свойства можно расширить", "プロパティの値域は上位クラスに広げられる"),
}
# What a reader sees of terms that other vocabularies define without a label here.
TERMS: dict[str, tuple[str, str, str]] = {
    "rdf:type": ("is of the kind", "вид", "種類"),
    "rdfs:subClassOf": ("is a kind of", "подкласс класса", "上位クラス"),
    "rdfs:subPropertyOf": ("is a case of", "частный случай свойства", "上位プロパティ"),
    "rdfs:domain": ("is said only of the kind", "область определения", "主語の種類"),
    "rdfs:range": ("has only values of the kind", "область значений", "値の種類"),
    "rdfs:isDefinedBy": ("is defined by", "определено в", "定義元"),
    "dcterms:language": ("language", "язык", "言語"),
    "dcterms:title": ("title", "название", "題名"),
    "dcterms:creator": ("author", "автор", "著者"),
    "dcterms:publisher": ("publisher", "издатель", "発行者"),
    "dcterms:license": ("licence", "лицензия", "ライセンス"),
    "dcterms:rights": ("rights", "права", "権利"),
    "dcterms:source": ("source", "источник", "出典"),
    "dcterms:isPartOf": ("part of", "входит в", "収録元"),
    "dcterms:description": ("description", "описание", "説明"),
    "skos:altLabel": ("other name", "другое название", "別名"),
    "skos:definition": ("definition", "определение", "定義"),
    "skos:example": ("example", "пример", "例"),
    "skos:scopeNote": ("note on its use", "примечание об употреблении", "用法の注記"),
    "skos:exactMatch": ("same thing elsewhere", "то же в других данных", "他のデータセットの同一項目"),
    "skos:closeMatch": ("similar thing elsewhere", "сходное в других данных", "他のデータセットの類似項目"),
    "rdfs:label": ("label", "обозначение", "ラベル"),
    "oa:hasSource": ("text", "текст", "本文"),
}
OTHER_RULE = ("see the specification, section 4.3", "см. спецификацию, раздел 4.3", "仕様書4.3節を参照")


def say(key: str, language: str, /, **values: object) -> str:
    """A sentence with its values.

    Args:
        key: of `SENTENCES`, or ``rule-meaning`` with the name of a rule as ``rule``.
        language: one of `LANGUAGES`; English for any other.
        values: for the places in braces. ``{Property}`` takes ``property`` with a capital.
    """
    at = LANGUAGES.index(language) if language in LANGUAGES else 0
    if key == "rule-meaning":
        return RULES.get(str(values["rule"]), OTHER_RULE)[at]
    if "property" in values:
        name = str(values["property"])
        values["Property"] = name[:1].upper() + name[1:]
    return SENTENCES[key][at].format(**values)


def term(name: str, language: str) -> str:
    """What a term of another vocabulary is called, by its short name; the short name where nothing is known."""
    at = LANGUAGES.index(language) if language in LANGUAGES else 0
    return TERMS[name][at] if name in TERMS else name


def join(parts: list[str], language: str) -> str:
    """Parts of a list in one sentence."""
    return ("、" if language == "ja" else ", ").join(parts)
