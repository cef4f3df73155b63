"""The page of an instrument: who made it, what happened to it, and its clauses with their texts, provisions, conditions and readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from treatygraph.drawing import day
from treatygraph.errors import UsageError
from treatygraph.namespaces import TG
from treatygraph.pages.citations import behind, cited
from treatygraph.pages.desk import Desk
from treatygraph.pages.dossier import texts_of
from treatygraph.pages.frame import page
from treatygraph.pages.paging import PAGE, page_asked, page_links, search_form
from treatygraph.pages.thing import facts, forms, heading, incoming
from treatygraph.remembered import Table, remembered
from treatygraph.store import iri_term
from treatygraph.web.markup import Content, Markup, element

__all__ = ["agreement_page", "agreements_page"]

ROLES = ("PartyRole", "DelegateRole", "SignatoryRole")  # in this order, then the others
UNDATED = "undated"  # in an address, the year of what has none
LATER = 1_000_000  # the place of a clause without an ordinal, after those with one


def agreements_page(desk: Desk) -> str:
    """The instruments in the order of their first event; where there are many, those of one year.

    Raises:
        UsageError: the address asks for a year or a page that there is not.
    """
    view = desk.view
    rows = remembered(desk.corpus, "instruments", lambda: _instruments(desk))
    years = _years(desk, rows) if len(rows) > PAGE else None
    if years:
        rows = [row for row in rows if (row[1][:4] or UNDATED) == years[0]]
    page_number = page_asked(view, len(rows))
    shown = rows[(page_number - 1) * PAGE : page_number * PAGE]
    return page(
        view,
        view.say("nav-agreements"),
        element("p", view.say("agreements-lead"), class_="lead"),
        search_form(view, "Instrument"),
        years[1] if years else None,
        page_links(view, len(rows), page_number),
        _listed(desk, shown),
        page_links(view, len(rows), page_number),
        kind="agreements",
    )


def _instruments(desk: Desk) -> Table:
    """Every instrument with the first day on which something happened to it, in the order of these days."""
    days = dict(desk.rows("SELECT ?instrument (MIN(?day) AS ?first) { ?event tg:isEventOf ?instrument ; tg:startLatest ?day } GROUP BY ?instrument"))
    every = desk.rows("SELECT DISTINCT ?instrument { ?type rdfs:subClassOf* tg:Instrument . ?instrument a ?type }")
    return sorted(([instrument, days.get(instrument, "")] for (instrument,) in every), key=lambda row: (not row[1], row[1], row[0]))


def _years(desk: Desk, rows: Table) -> tuple[str, Markup]:
    """The year that is shown, and links to all years with how many instruments each has."""
    view = desk.view
    counts = Counter(first[:4] or UNDATED for _, first in rows)
    chosen = dict(view.asked).get("year") or next(iter(counts))
    if chosen not in counts:
        last = max(year for year in counts if year != UNDATED)
        raise UsageError(f"There is no instrument of the year '{chosen}'.", f"The years are {min(counts)} to {last}.")
    links = []
    for year, count in counts.items():
        shown = view.say("undated") if year == UNDATED else year
        link = element("a", shown, href=view.again(year=year, page=""), aria_current="page" if year == chosen else None)
        links.append(element("li", link, element("small", f" {count}")))
    return chosen, element("nav", element("ul", links, class_="chips years"), aria_label=view.say("by-year"))


def _listed(desk: Desk, rows: Table) -> Markup:
    desk.learn(instrument for instrument, _ in rows)
    terms = " ".join(iri_term(instrument) for instrument, _ in rows)
    clauses = dict(
        desk.rows(
            f"SELECT ?instrument (COUNT(DISTINCT ?clause) AS ?n) {{ VALUES ?instrument {{ {terms} }} ?clause tg:isClauseOf ?instrument }} GROUP BY ?instrument"
        )
    )
    kinds = desk.things.kind_labels((instrument for instrument, _ in rows), desk.view.language) if rows else {}
    items = [
        element(
            "tr",
            element("td", day(first, desk.view.language) if first else "—"),
            element("td", desk.link(instrument), class_="long"),
            element("td", kinds.get(instrument, "")),
            element("td", clauses.get(instrument, "—")),
        )
        for instrument, first in rows
    ]
    head = element("tr", [element("th", desk.view.say(key), scope="col") for key in ("col-day", "col-agreement", "col-kind", "col-clauses")])
    return element("div", element("table", element("thead", head), element("tbody", items)), class_="wide")


def agreement_page(desk: Desk, iri: str) -> str:
    """The page."""
    view = desk.view
    clauses = _clauses(desk, iri)
    return page(
        view,
        desk.label(iri),
        _people(desk, iri),
        _events(desk, iri),
        [element("h2", view.say("clauses")), clauses] if clauses else None,
        _differences(desk, iri),
        _documents(desk, iri),
        [element("h2", view.say("facts")), facts(desk, iri)],
        element("details", element("summary", view.say("refers")), incoming(desk, iri)),
        forms(desk, iri),
        heading=heading(desk, iri),
        kind="agreement",
        scripts=("site.js",),
    )


def _people(desk: Desk, iri: str) -> Content:
    found = desk.rows(
        f"""SELECT DISTINCT ?participation {{ {{ ?participation tg:isParticipationIn {iri_term(iri)} }}
          UNION {{ ?event tg:isEventOf|tg:isNegotiationOf {iri_term(iri)} . ?participation tg:isParticipationIn ?event }} }}"""
    )
    terms = " ".join(iri_term(participation) for (participation,) in found)
    rows = desk.rows(
        f"""SELECT DISTINCT ?participation ?role ?who ?state ?office ?by {{ VALUES ?participation {{ {terms} }}
          ?participation a ?role . ?role rdfs:subClassOf* tg:Participation .
          FILTER NOT EXISTS {{ ?participation a ?narrower . ?narrower rdfs:subClassOf+ ?role . FILTER(?narrower != ?role) }}
          OPTIONAL {{ ?participation tg:hasParticipant ?who }} OPTIONAL {{ ?participation tg:isOnBehalfOf ?state }}
          OPTIONAL {{ ?participation tg:isInCapacity/tg:officeTitle ?office }} OPTIONAL {{ ?participation tg:isAuthorizedBy ?by }}
        }} ORDER BY ?role ?state ?who ?office ?by ?participation"""
    )
    if not rows:
        return None
    desk.learn(value for row in rows for value in (row[1], row[2], row[3], row[5]))
    proofs = desk.proofs(row[0] for row in rows)
    order = {TG + role: number for number, role in enumerate(ROLES)}
    groups: dict[str, dict[str, list[Content]]] = {}
    for participation, role, who, state, office, by in rows:
        told: list[Content] = [desk.link(who) if who else "—", f", {office}" if office else None]
        told += [[", ", desk.view.say("on-behalf"), " ", desk.link(state)] if state and state != who else None]
        told += [[", ", desk.view.say("authorized"), " ", desk.link(by)] if by else None]
        groups.setdefault(role, {}).setdefault(participation, [told, proofs.get(participation)])
    parts = [
        element("div", element("h3", desk.label(role)), element("ul", [element("li", told) for told in found.values()], class_="plain"))
        for role, found in sorted(groups.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
    ]
    return [element("h2", desk.view.say("people")), element("div", parts, class_="witnesses")]


def _events(desk: Desk, iri: str) -> Content:
    rows = desk.rows(
        f"""SELECT DISTINCT ?what ?kind ?se ?sl ?ee ?el ?status {{ VALUES ?instrument {{ {iri_term(iri)} }}
          {{ ?what tg:isEventOf|tg:isNegotiationOf|tg:isInForcePeriodOf ?instrument }}
          UNION {{ ?instrument tg:entersIntoForceWith*/tg:entersIntoForceBy ?what }}
          ?what a ?kind . FILTER(STRSTARTS(STR(?kind), "{TG}"))
          FILTER NOT EXISTS {{ ?what a ?narrower . ?narrower rdfs:subClassOf+ ?kind . FILTER(?narrower != ?kind) }}
          OPTIONAL {{ ?what tg:startEarliest ?se }} OPTIONAL {{ ?what tg:startLatest ?sl }} OPTIONAL {{ ?what tg:endEarliest ?ee }}
          OPTIONAL {{ ?what tg:endLatest ?el }} OPTIONAL {{ ?what tg:hasEndStatus ?status }}
        }} ORDER BY (!BOUND(?se)) ?se ?sl ?what ?kind"""
    )
    if not rows:
        return None
    desk.learn(value for row in rows for value in row[:2])
    proofs = desk.proofs(row[0] for row in rows)
    items = [
        element(
            "tr",
            element("td", _when(desk, bounds), class_="long"),
            element("td", desk.link(what), proofs.get(what), class_="long"),
            element("td", desk.label(kind)),
        )
        for what, kind, *bounds in rows
    ]
    return [element("h2", desk.view.say("events")), element("div", element("table", element("tbody", items)), class_="wide")]


def _when(desk: Desk, bounds: list[str]) -> str:
    start_earliest, start_latest, end_earliest, end_latest, status = bounds
    one_day = start_earliest and start_earliest == start_latest
    if (
        one_day
        and not status.endswith("Ongoing")
        and (not end_latest or (end_earliest == end_latest and end_latest > start_latest and _next(start_latest) == end_latest))
    ):
        return day(start_earliest, desk.view.language)
    return desk.when(start_earliest, start_latest, end_earliest, end_latest, status == TG + "Ongoing") or "—"


def _next(iso: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(iso) + timedelta(days=1)).isoformat()


def _clauses(desk: Desk, iri: str) -> list[Markup]:
    rows = desk.rows(
        f"""SELECT DISTINCT ?clause ?parent ?number ?ordinal ?kind {{
          ?clause tg:isPartOfClause* ?top . ?top tg:isClauseOf {iri_term(iri)} .
          OPTIONAL {{ ?clause tg:isPartOfClause ?parent }} OPTIONAL {{ ?clause tg:clauseNumber ?number }} OPTIONAL {{ ?clause tg:clauseOrdinal ?ordinal }}
          OPTIONAL {{ ?clause a ?kind FILTER(?kind IN (tg:Preamble, tg:Testimonium)) }}
        }} ORDER BY ?clause"""
    )
    clauses = list(dict.fromkeys(row[0] for row in rows))
    if not clauses:
        return []
    told = _Clauses(desk, clauses)
    children: dict[str, list[tuple[tuple[int, str], str]]] = {}
    for clause, parent, _, ordinal, kind in rows:
        edge = -1 if kind == TG + "Preamble" else LATER + 1 if kind else LATER
        place = (int(ordinal) if ordinal.isdecimal() else edge, clause)
        if (place, clause) not in children.setdefault(parent if parent in clauses else "", []):
            children[parent if parent in clauses else ""].append((place, clause))
    numbers = {row[0]: row[2] for row in rows}

    def shown(clause: str, depth: int) -> Markup:
        below = [shown(child, depth + 1) for _, child in sorted(children.get(clause, []))]
        title = element(f"h{min(3 + depth, 6)}", element("a", desk.label(clause), href=desk.view.thing(clause)))
        return element("section", title, told.shown(clause), below, class_="clause", id=clause.rpartition("/")[2], data_number=numbers[clause] or None)

    return [shown(clause, 0) for _, clause in sorted(children.get("", []))]


class _Clauses:
    """What is told of each clause, asked for all of them at once."""

    def __init__(self, desk: Desk, clauses: list[str]) -> None:
        self.desk = desk
        terms = " ".join(map(iri_term, clauses))
        self.witnesses = desk.rows(
            f"""SELECT DISTINCT ?clause ?witness ?kind {{ VALUES ?clause {{ {terms} }} ?witness tg:isWitnessOf ?clause .
              OPTIONAL {{ ?witness tg:hasWitnessKind ?kind }} }} ORDER BY ?kind ?witness"""
        )
        self.provisions = desk.rows(
            f"""SELECT DISTINCT ?clause ?provision ?kind ?maker ?owed {{ VALUES ?clause {{ {terms} }} ?provision tg:isMadeIn ?clause ; a ?kind .
              ?kind rdfs:subClassOf* tg:Provision .
              FILTER NOT EXISTS {{ ?provision a ?narrower . ?narrower rdfs:subClassOf+ ?kind . FILTER(?narrower != ?kind) }}
              OPTIONAL {{ ?provision tg:isMadeBy ?maker }} OPTIONAL {{ ?provision tg:isOwedTo ?owed }} }} ORDER BY ?provision ?maker ?owed"""
        )
        things = " ".join(map(iri_term, dict.fromkeys(row[1] for row in self.provisions)))
        self.conditions = desk.rows(
            f"""SELECT DISTINCT ?provision ?condition ?assessment ?outcome {{ VALUES ?provision {{ {things} }} ?condition tg:isConditionOf ?provision .
              OPTIONAL {{ ?assessment tg:isAssessmentOf ?condition . OPTIONAL {{ ?assessment tg:hasOutcome ?outcome }} }} }} ORDER BY ?condition ?assessment"""
        )
        self.readings = desk.rows(
            f"""SELECT DISTINCT ?clause ?reading ?holder ?other {{ VALUES ?clause {{ {terms} }} ?reading tg:isReadingOf ?clause .
              OPTIONAL {{ ?reading tg:isHeldBy ?holder }} OPTIONAL {{ ?reading tg:contradicts|^tg:contradicts ?other }} }} ORDER BY ?reading ?holder ?other"""
        )
        named = [row[1] for row in (*self.provisions, *self.readings)] + [value for row in self.conditions for value in (row[1], row[2]) if value]
        named += [row[3] for row in self.readings if row[3]]
        self.texts = texts_of(desk.corpus, list(dict.fromkeys(named)), desk.view.language)
        self.proofs = desk.proofs(named)
        self.holders = self._holders_of(row[3] for row in self.readings if row[3])
        found = behind(desk.corpus, (row[1] for row in self.witnesses))
        self.sources = cited(desk.corpus, desk.evidence, (iri for iris in found.values() for iri in iris), desk.view.language)
        self.behind = found
        desk.learn(
            [*clauses, *(value for row in (*self.provisions, *self.readings) for value in row[2:] if value), *(row[2] for row in self.witnesses if row[2])]
        )

    def _holders_of(self, readings: Iterable[str]) -> Mapping[str, list[str]]:
        terms = " ".join(map(iri_term, dict.fromkeys(readings)))
        found: dict[str, list[str]] = {}
        for reading, holder in self.desk.rows(
            f"SELECT DISTINCT ?reading ?holder {{ VALUES ?reading {{ {terms} }} ?reading tg:isHeldBy ?holder }} ORDER BY ?holder"
        ):
            found.setdefault(reading, []).append(holder)
        return found

    def shown(self, clause: str) -> Content:
        """The texts of a clause side by side, then what it provides, then how it is read."""
        return [self._witnesses(clause), self._provisions(clause), self._readings(clause)]

    def _witnesses(self, clause: str) -> Content:
        desk = self.desk
        columns = []
        for _, witness, kind in (row for row in self.witnesses if row[0] == clause):
            for source in (self.sources[iri] for iri in self.behind.get(witness, ()) if iri in self.sources and self.sources[iri].words):
                caption = [
                    element("strong", desk.label(kind), " · ") if kind else None,
                    element("a", source.title, href=desk.view.thing(source.document)),
                    " ",
                    element("a", desk.view.say("read-on"), href=desk.view.passage(source.document, source.iri), class_="on") if source.is_checked else None,
                ]
                columns.append(
                    element("figure", element("blockquote", source.words, lang=source.language or None), element("figcaption", caption), class_="witness")
                )
        return element("div", columns, class_="witnesses") if columns else None

    def _provisions(self, clause: str) -> Content:
        desk, view = self.desk, self.desk.view
        found: dict[str, tuple[str, dict[str, None], dict[str, None]]] = {}
        for _, provision, kind, maker, owed in (row for row in self.provisions if row[0] == clause):
            _, makers, owners = found.setdefault(provision, (kind, {}, {}))
            makers |= {maker: None} if maker else {}
            owners |= {owed: None} if owed else {}
        parts = []
        for provision, (kind, makers, owners) in found.items():
            words, tag = self.texts.get(provision, (desk.label(provision), ""))
            who: list[Content] = [desk.links(list(makers)) if makers else None, [" → ", desk.links(list(owners))] if owners else None]
            parts.append(
                element(
                    "article",
                    element("h4", element("a", desk.label(kind), href=view.thing(provision)), " " if makers else None, element("small", who)),
                    element("p", words, class_="says", lang=tag or None),
                    self._conditions(provision),
                    self.proofs.get(provision),
                    class_="position",
                )
            )
        return parts

    def _conditions(self, provision: str) -> Content:
        desk, view = self.desk, self.desk.view
        found: dict[str, list[Content]] = {}
        for _, condition, assessment, outcome in (row for row in self.conditions if row[0] == provision):
            listed = found.setdefault(condition, [])
            if assessment:
                told = [desk.label(outcome) if outcome else desk.link(assessment), desk.bounds(assessment)]
                listed.append([element("a", ": ".join(str(part) for part in told if part), href=view.thing(assessment)), " ", self.proofs.get(assessment)])
        return [
            element(
                "div",
                element("p", element("strong", view.say("condition")), " ", element("span", *self._words(condition))),
                element("ul", [element("li", each) for each in listed], class_="plain") if listed else element("p", view.say("no-outcome"), class_="nothing"),
                self.proofs.get(condition),
                class_="reading",
            )
            for condition, listed in found.items()
        ]

    def _words(self, thing: str) -> tuple[Content]:
        words, tag = self.texts.get(thing, (self.desk.label(thing), ""))
        return (element("span", words, lang=tag or None),)

    def _readings(self, clause: str) -> Content:
        desk, view = self.desk, self.desk.view
        found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
        for _, reading, holder, other in (row for row in self.readings if row[0] == clause):
            holders, others = found.setdefault(reading, ({}, {}))
            holders |= {holder: None} if holder else {}
            others |= {other: None} if other else {}
        if not found:
            return None
        parts = []
        for reading, (holders, others) in found.items():
            when = desk.bounds(reading)
            against = [
                element(
                    "li", view.say("disagrees"), " ", desk.links(self.holders.get(other, [])), ": ", element("a", *self._words(other), href=view.thing(other))
                )
                for other in others
            ]
            parts.append(
                element(
                    "article",
                    element(
                        "p",
                        element("strong", desk.links(list(holders))),
                        " ",
                        element("a", view.say("reads"), href=view.thing(reading)),
                        ": ",
                        *self._words(reading),
                    ),
                    element("p", when, class_="when") if when else None,
                    self.proofs.get(reading),
                    element("ul", against, class_="against plain") if against else None,
                    class_="reading",
                )
            )
        return [element("p", element("strong", view.say("readings"))), parts]


def _differences(desk: Desk, iri: str) -> Content:
    """Where the documents differ about the instrument, its events, its people or its clauses."""
    rows = desk.rows(
        f"""SELECT DISTINCT ?difference ?side {{ ?difference tg:hasSide ?one , ?side .
          {{ ?one tg:isEventOf|tg:isNegotiationOf|tg:isParticipationIn|tg:isInForcePeriodOf {iri_term(iri)} }}
          UNION {{ ?one tg:isParticipationIn/(tg:isEventOf|tg:isNegotiationOf) {iri_term(iri)} }}
          UNION {{ ?one (tg:isWitnessOf|tg:isMadeIn|tg:isReadingOf)/tg:isPartOfClause*/tg:isClauseOf {iri_term(iri)} }}
        }} ORDER BY ?difference ?side"""
    )
    if not rows:
        return None
    sides: dict[str, list[str]] = {}
    for difference, side in rows:
        sides.setdefault(difference, []).append(side)
    texts = texts_of(desk.corpus, list(sides), desk.view.language)
    desk.learn(value for row in rows for value in row)
    items = []
    for difference, found in sides.items():
        words, tag = texts.get(difference, ("", ""))
        items.append(
            element("li", desk.link(difference), element("br"), element("span", words, lang=tag or None), element("br"), element("small", desk.links(found)))
        )
    return element("details", element("summary", desk.view.say("differences", count=len(items))), element("ul", items, class_="questions"))


def _documents(desk: Desk, iri: str) -> Content:
    found = [document for (document,) in desk.rows(f"SELECT DISTINCT ?document {{ ?document tg:isTextOf {iri_term(iri)} }} ORDER BY ?document")]
    return [element("h2", desk.view.say("its-texts")), element("ul", [element("li", desk.link(document)) for document in found])] if found else None
