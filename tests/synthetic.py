"""Make a corpus of treaties that never were, as large as wanted, with faults that are known.

``python tests/synthetic.py DIR --treaties 80000 --faults 3``: the same seed gives the same bytes. It uses the ontology, the
shapes and the saved queries of this project as they are.

How it lies on disk is how a curator would keep 80,000 treaties: a file a treaty, for a file is what one person reviews in
one sitting and what a commit changes; the files of one printed volume (28 treaties, as in the UN Treaty Series, which has
about 2,900 volumes) in a folder of their own, for no editor, no ``git status`` and no person likes a folder of 80,000 files;
the volume itself, its text and its digest in ``volume.ttl`` beside them. What all treaties share (states, places) stands in
``data/shared.ttl``. About 174 triples a treaty, in canonical Turtle.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
VOLUME = 28  # treaties
STATES = 190
ISLANDS = 400
GROUPS = 40
KINDS = ("Treaty", "Convention", "Protocol", "JointDeclaration")
NAMES = "agreement clause condition document event group island participation passage period person position provision reading region state text"
FOREIGN = {
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "tg": "https://w3id.org/treatygraph/ontology/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PREFIXES = dict(sorted({**{name: f"https://w3id.org/treatygraph/id/{name}/" for name in (*NAMES.split(), "corpus")}, **FOREIGN}.items()))
WORDS = [
    "fishing",
    "trade",
    "navigation",
    "customs",
    "air",
    "transport",
    "postal",
    "cultural",
    "technical",
    "health",
    "water",
    "energy",
    "frontier",
    "credit",
    "labour",
    "research",
]

Node = tuple[str, str, list[tuple[str, str]]]
Expected = list[dict[str, str]]


def day(value: date) -> str:
    return f'"{value.isoformat()}"^^xsd:date'


def english(text: str) -> str:
    return f'"{text}"@en'


def natural(name: str) -> list[tuple[int, str]]:
    """The order of names in canonical Turtle: numbers by what they count."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def turtle(nodes: list[Node]) -> str:
    """Nodes in canonical Turtle."""
    body = []
    for subject, kind, said in sorted(nodes, key=lambda node: natural(node[0])):
        pairs: dict[str, list[str]] = {}
        for prop, value in said:
            pairs.setdefault(prop, []).append(value)
        lines = [f"    a {kind}"]
        for prop in sorted(pairs, key=lambda prop: PREFIXES[prop.partition(":")[0]] + prop.partition(":")[2]):
            lines.append(f"    {prop} " + " ,\n        ".join(sorted(pairs[prop], key=natural) if prop != "oa:hasSelector" else pairs[prop]))
        body.append(f"{subject}\n" + " ;\n".join(lines) + " .\n")
    text = "\n".join(body)
    head = "".join(
        f"@prefix {name}: <{iri}> .\n"
        for name, iri in PREFIXES.items()
        if f" {name}:" in text or text.startswith(f"{name}:") or f"\n{name}:" in text or f"^^{name}:" in text
    )
    return f"{head}\n{text}"


def shared() -> list[Node]:
    """What many treaties speak of: states, islands and regions, and the scope."""
    nodes: list[Node] = [(f"state:s{i}", "tg:State", [("skos:prefLabel", english(f"State {i}"))]) for i in range(STATES)]
    nodes += [(f"region:r{i}", "tg:Region", [("skos:prefLabel", english(f"Region {i}"))]) for i in range(GROUPS)]
    proof = "passage:shared-places"
    for i in range(ISLANDS):
        said = [("skos:prefLabel", english(f"Island {i}")), ("tg:isPartOf", f"region:r{i % GROUPS}"), ("tg:isEvidencedBy", proof)]
        nodes.append((f"island:i{i}", "tg:Island", said))
    words = "The islands belong to the regions."
    nodes.append(passage(proof, "text:shared", words, words, 0))
    nodes.append(("document:shared", "tg:Document", [("skos:prefLabel", english("Gazetteer")), ("tg:hasDateStatus", "tg:Undated")]))
    nodes.append(version("text:shared", "document:shared", "shared.txt", words))
    scope = [("tg:coversFrom", day(date(1945, 1, 1))), ("tg:coversUntil", day(date(2026, 1, 1))), ("skos:prefLabel", english("Treaties that never were"))]
    return [*nodes, ("corpus:synthetic", "tg:Corpus", scope)]


def version(iri: str, document: str, name: str, text: str) -> Node:
    said = [("dcterms:language", '"en"'), ("tg:fileName", f'"{name}"'), ("tg:isVersionOf", document)]
    return (iri, "tg:TextVersion", [*said, ("tg:sha256", f'"{hashlib.sha256(text.encode()).hexdigest()}"')])


def passage(iri: str, source: str, words: str, text: str, start: int) -> Node:
    end = start + len(words)
    at = f"[\n            a oa:TextPositionSelector ;\n            oa:end {end} ;\n            oa:start {start}\n        ]"
    around = f"oa:prefix {english(text[max(0, start - 12) : start])} ;\n            oa:suffix {english(text[end : end + 12])}"
    quote = f"[\n            a oa:TextQuoteSelector ;\n            oa:exact {english(words)} ;\n            {around}\n        ]"
    return (iri, "tg:Passage", [("oa:hasSelector", at), ("oa:hasSelector", quote), ("oa:hasSource", source)])


class Treaty:
    """One treaty: its nodes by a short name, and its words."""

    def __init__(self, number: int, seed: int) -> None:
        self.number = number
        self.slug = f"t{number}"
        self.dice = random.Random(f"{seed}/{number}")
        dice = self.dice
        self.states = [f"state:s{i}" for i in dice.sample(range(STATES), 2)]
        self.other = next(f"state:s{i}" for i in range(STATES) if f"state:s{i}" not in self.states)
        self.signed = date(1946, 1, 1) + timedelta(days=dice.randrange(27_000))
        self.topic = dice.choice(WORDS)
        self.lines = [
            f"Agreement {number} on {self.topic} was signed by both sides.",
            f"Article 1 of {number}: each side shall further {self.topic} with the other.",
            f"Article 2 of {number}: the second side shall report once a year, after consent.",
            f"Agreement {number} entered into force; {number} is held to bind both.",
        ]
        self.nodes: dict[str, Node] = {}

    def add(self, key: str, iri: str, kind: str, label: str, evidence: int | None, *said: tuple[str, str]) -> None:
        pairs = [("skos:prefLabel", english(label)), *said]
        if evidence is not None:
            pairs.append(("tg:isEvidencedBy", f"passage:{self.slug}-{evidence}"))
        self.nodes[key] = (iri, f"tg:{kind}", pairs)

    def write(self, text: str, offset: int, source: str) -> None:
        """All nodes, for a text that has the words of the treaty at an offset."""
        t, name, agreement = self.slug, f"Agreement {self.number}", f"agreement:{self.slug}"
        self.add(
            "agreement", agreement, self.dice.choice(KINDS), name, 0, ("tg:hasExtent", "tg:EncodedWhole"), ("skos:prefLabel", f'"Соглашение {self.number}"@ru')
        )
        for i, state in enumerate(self.states):
            person, there = f"person:{t}-{i}", ("tg:isParticipationIn", agreement)
            self.add(f"person{i}", person, "Person", f"Envoy {i} of {name}", None)
            self.add(f"party{i}", f"participation:{t}-party-{i}", "PartyRole", f"Party {i} of {name}", 0, ("tg:hasParticipant", state), there)
            behalf = ("tg:isOnBehalfOf", state)
            self.add(
                f"signatory{i}",
                f"participation:{t}-signatory-{i}",
                "SignatoryRole",
                f"Signatory {i} of {name}",
                0,
                ("tg:hasParticipant", person),
                there,
                behalf,
            )
        force = self.signed + timedelta(days=self.dice.randrange(30, 700))
        for key, kind, on, line in (("signature", "Signature", self.signed, 0), ("entry", "EntryIntoForce", force, 3)):
            self.add(
                key, f"event:{t}-{key}", kind, f"{kind} of {name}", line, ("tg:isEventOf", agreement), *bounds(on, on, on, on), ("tg:hasEndStatus", "tg:Ended")
            )
        reviewed = date(2025, 12, 31)
        ongoing = [("tg:hasEndStatus", "tg:Ongoing"), ("tg:reviewedOn", day(reviewed)), ("tg:endEarliest", day(reviewed + timedelta(days=1)))]
        starts = [("tg:startEarliest", day(force)), ("tg:startLatest", day(force))]
        self.add("period", f"period:{t}", "InForcePeriod", f"{name} in force", 3, ("tg:isInForcePeriodOf", agreement), *starts, *ongoing)
        for i in (1, 2, 3):
            number = [("tg:clauseNumber", f'"{i}"'), ("tg:clauseOrdinal", str(i)), ("tg:isClauseOf", agreement)]
            self.add(f"clause{i}", f"clause:{t}-{i}", "Clause", f"{name}, article {i}", min(i, 2), *number)
        for i in (1, 2):
            made = [("tg:isMadeIn", f"clause:{t}-{i}"), ("tg:isMadeBy", self.states[i - 1]), ("tg:isOwedTo", self.states[2 - i])]
            self.add(
                f"provision{i}",
                f"provision:{t}-{i}",
                "Undertaking",
                f"Undertaking {i} of {name}",
                i,
                *made,
                ("tg:provisionText", english(f"Furthers {self.topic}.")),
            )
        self.add(
            "condition",
            f"condition:{t}",
            "Condition",
            f"Consent in {name}",
            2,
            ("tg:isConditionOf", f"provision:{t}-2"),
            ("tg:conditionText", english("after consent")),
        )
        self._positions(agreement, name)
        for i, line in enumerate(self.lines):
            self.nodes[f"passage{i}"] = passage(f"passage:{t}-{i}", source, line, text, offset + sum(len(before) + 1 for before in self.lines[:i]))

    def _positions(self, agreement: str, name: str) -> None:
        """Two positions of four bounds each and a reading; one treaty in a hundred is about territory, the others are not."""
        t, dice = self.slug, self.dice
        territorial = self.number % 100 == 7
        islands = dice.sample(range(ISLANDS), 3)
        for i, state in enumerate(self.states):
            about = ("tg:concernsInstrument", agreement)
            kind = "Stance"
            if territorial:
                kind = ("SovereigntyClaim", "Demand")[i]
                about = ("tg:concernsPlace", f"island:i{islands[0]}") if i else ("tg:concernsGroup", f"group:{t}")
            first = self.signed + timedelta(days=dice.randrange(60))
            last = first + timedelta(days=dice.randrange(400, 7000))
            times = bounds(first, first + timedelta(days=dice.randrange(40)), last, last + timedelta(days=dice.randrange(90)))
            said = [("tg:isHeldBy", state), about, ("tg:positionText", english(f"Holds to {self.topic}.")), *times, ("tg:hasEndStatus", "tg:Ended")]
            self.add(f"position{i}", f"position:{t}-{i}", kind, f"Position {i} on {name}", i + 1, *said)
        members = [("tg:includesPlace", f"island:i{i}") for i in islands[1:]]
        self.add("group", f"group:{t}", "GroupDefinition", f"The islands of {name}", 3, ("tg:isHeldBy", self.states[0]), *members)
        reads = [("tg:isHeldBy", self.states[1]), ("tg:isReadingOf", f"clause:{t}-2"), ("tg:hasDateStatus", "tg:Undated")]
        self.add("reading", f"reading:{t}", "Reading", f"A reading of {name}", 3, *reads, ("tg:readingText", english("Consent is a condition.")))

    def drop(self, key: str, prop: str) -> str:
        iri, kind, said = self.nodes[key]
        self.nodes[key] = (iri, kind, [pair for pair in said if pair[0] != prop])
        return iri

    def put(self, key: str, prop: str, value: str) -> str:
        self.nodes[key][2].append((prop, value))
        return self.nodes[key][0]

    def change(self, key: str, prop: str, value: str) -> str:
        self.drop(key, prop)
        return self.put(key, prop, value)


def bounds(first: date, certain: date, over: date, last: date) -> list[tuple[str, str]]:
    """The four bounds; over and last are days, and an end is the day after."""
    ends = [("tg:endEarliest", day(over + timedelta(days=1))), ("tg:endLatest", day(last + timedelta(days=1)))]
    return [("tg:startEarliest", day(first)), ("tg:startLatest", day(certain)), *ends]


def spoil(treaty: Treaty, fault: str) -> list[tuple[str, str]]:
    """Put one fault into a treaty: the findings to expect, as the name of the rule and the thing."""
    t = treaty.slug
    match fault:
        case "no-evidence":
            return [("AssertionHasEvidence", treaty.drop("position0", "tg:isEvidencedBy"))]
        case "no-holder":
            return [("PositionHasHolder", treaty.drop("position1", "tg:isHeldBy"))]
        case "no-text":
            return [("ReadingHasText", treaty.drop("reading", "tg:readingText"))]
        case "no-extent":
            return [("InstrumentHasExtent", treaty.drop("agreement", "tg:hasExtent"))]
        case "no-member":
            return [("GroupDefinitionHasMember", treaty.drop("group", "tg:includesPlace"))]
        case "start-order":
            late = treaty.signed + timedelta(days=300)
            treaty.change("position0", "tg:startEarliest", day(late))
            return [("StartBoundsAreInOrder", treaty.change("position0", "tg:startLatest", day(late - timedelta(days=1))))]
        case "end-order":
            treaty.change("position0", "tg:endEarliest", day(date(2020, 1, 2)))
            treaty.change("position0", "tg:hasEndStatus", "tg:Ended")
            return [("EndBoundsAreInOrder", treaty.change("position0", "tg:endLatest", day(date(2020, 1, 1))))]
        case "no-end":
            treaty.drop("position1", "tg:endEarliest")
            return [("EndedThingHasEnd", treaty.drop("position1", "tg:endLatest"))]
        case "time-zone":
            return [("DateHasNoTimeZone", treaty.change("period", "tg:reviewedOn", '"2025-12-01Z"^^xsd:date'))]
        case "unknown-status":
            return [("EndStatusIsKnown", treaty.change("position0", "tg:hasEndStatus", "tg:AuthenticText"))]
        case "no-language":
            return [("TextHasLanguage", treaty.change("position0", "tg:positionText", '"Holds."'))]
        case "two-labels":
            return [("LabelIsUniquePerLanguage", treaty.put("clause1", "skos:prefLabel", '"Another label"@en'))]
        case "unknown-property":
            return [("UsedPropertyIsDeclared", treaty.put("clause1", "tg:isOfInterestTo", treaty.other))]
        case "missing-thing":
            iri = treaty.change("group", "tg:includesPlace", "island:nowhere")
            return [("IncludedPlaceIsAPlace", iri), ("MentionedThingIsDeclared", iri)]
        case "clause-gap":
            treaty.change("clause3", "tg:clauseNumber", '"5"')
            return [("ClauseFollowsItsPredecessor", treaty.change("clause3", "tg:clauseOrdinal", "5"))]
        case "wrong-number":
            return [("TopClauseNumberIsItsOrdinal", treaty.change("clause3", "tg:clauseNumber", '"4"'))]
        case "not-a-party":
            return [("SignatoryRepresentsAParty", treaty.change("signatory0", "tg:isOnBehalfOf", treaty.other))]
        case "force-before-signature":
            early = treaty.signed - timedelta(days=9)
            for prop, value in bounds(early, early, early, early):
                treaty.change("entry", prop, value)
            return [("EntryIntoForceIsNotBeforeSignature", f"event:{t}-entry")]
        case "holder-is-a-place":
            iri = treaty.change("reading", "tg:isHeldBy", "island:i1")
            return [("HolderIsAnAgent", iri), ("cax-adc", "island:i1")]
        case "unused-passage":
            treaty.nodes["spare"] = (f"passage:{t}-spare", *treaty.nodes["passage0"][1:])
            return [("PassageProvesSomething", f"passage:{t}-spare")]
        case "altered-quotation":
            iri, kind, said = treaty.nodes["passage1"]
            treaty.nodes["passage1"] = (iri, kind, [(prop, value.replace(" shall ", " Shall ")) for prop, value in said])
            return [("quotation", iri)]
        case "wrong-offset":
            iri, kind, said = treaty.nodes["passage2"]
            treaty.nodes["passage2"] = (iri, kind, [(prop, value.replace("oa:end ", "oa:end 1")) for prop, value in said])
            return [("OffsetsFitQuotation", iri), ("quotation", iri)]
    raise ValueError(fault)


FAULTS = (
    *("no-evidence", "no-holder", "no-text", "no-extent", "no-member", "start-order", "end-order", "no-end", "time-zone", "unknown-status", "no-language"),
    *("two-labels", "unknown-property", "missing-thing", "clause-gap", "wrong-number", "not-a-party", "force-before-signature", "holder-is-a-place"),
    *("unused-passage", "altered-quotation", "wrong-offset"),
)


def planted(treaties: int, faults: dict[str, int], seed: int) -> dict[int, str]:
    """Which treaty gets which fault; each at most one, so that no fault hides another."""
    wanted = [fault for fault in FAULTS for _ in range(faults.get(fault, 0))]
    if len(wanted) > treaties:
        raise SystemExit(f"{len(wanted)} faults need as many treaties.")
    return dict(zip(random.Random(seed).sample(range(treaties), len(wanted)), wanted, strict=True))


def volume(folder: Path, seed: int, treaties: int, spoilt: dict[int, str], number: int) -> Expected:
    """Write one volume: its treaties, its text and what describes it; the findings to expect in it."""
    slug, expected = f"volume-{number:04}", []
    members = [Treaty(i, seed) for i in range(number * VOLUME, min((number + 1) * VOLUME, treaties))]
    parts = ["\n".join(treaty.lines) + "\n" for treaty in members]
    text = "\n".join(parts)
    here = folder / "data" / slug
    here.mkdir(parents=True)
    offset = 0
    for treaty, part in zip(members, parts, strict=True):
        treaty.write(_Escaped(text), offset, f"text:{slug}")
        offset += len(part) + 1
        if fault := spoilt.get(treaty.number):
            for rule, thing in spoil(treaty, fault):
                kind, _, local = thing.partition(":")
                expected.append({"rule": rule, "thing": PREFIXES[kind] + local, "fault": fault})
        (here / f"{treaty.slug}.ttl").write_text(turtle(list(treaty.nodes.values())), encoding="utf-8")
    about = ("skos:prefLabel", english(f"Volume {number}"))
    nodes = [(f"document:{slug}", "tg:Document", [about, ("tg:hasDateStatus", "tg:Undated")]), version(f"text:{slug}", f"document:{slug}", f"{slug}.txt", text)]
    (here / "volume.ttl").write_text(turtle(nodes), encoding="utf-8")
    (folder / "data" / "texts" / f"{slug}.txt").write_text(text, encoding="utf-8")
    return expected


class _Escaped(str):
    """A text whose slices are written as a Turtle string would write them."""

    __slots__ = ()

    def __getitem__(self, key: object) -> str:
        return str.__getitem__(self, key).replace("\n", "\\n")  # type: ignore[index]


def generate(folder: Path, treaties: int, faults: dict[str, int] | None = None, seed: int = 1, jobs: int = 1) -> Expected:
    """Write a corpus.

    Args:
        folder: an empty folder, or none yet.
        treaties: how many.
        faults: how many of each kind (see `FAULTS`).
        seed: the same gives the same bytes.
        jobs: processes.

    Returns:
        The findings to expect: rule, thing and fault; also in ``expected.json``.
    """
    spoilt = planted(treaties, faults or {}, seed)
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "data" / "texts").mkdir(parents=True)
    (folder / "data" / "shared.ttl").write_text(turtle(shared()), encoding="utf-8")
    (folder / "data" / "texts" / "shared.txt").write_text("The islands belong to the regions.", encoding="utf-8")
    numbers = range(-(-treaties // VOLUME))
    make = partial(volume, folder, seed, treaties, spoilt)
    expected: Expected = []
    for found in _spread(make, numbers, jobs):
        expected += found
    (folder / "expected.json").write_text(json.dumps(expected, indent=1), encoding="utf-8")
    return expected


def _spread(make: partial[Expected], numbers: range, jobs: int) -> Iterator[Expected]:
    if jobs == 1:
        yield from map(make, numbers)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(make, numbers, chunksize=16)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--treaties", type=int, default=80_000)
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="of each kind")
    parser.add_argument("--fault", action="append", default=[], metavar="KIND=N", help=f"of one kind: {', '.join(FAULTS)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    faults = dict.fromkeys(FAULTS, given.faults) | {kind: int(number) for kind, _, number in (fault.partition("=") for fault in given.fault)}
    expected = generate(given.folder, given.treaties, faults, given.seed, given.jobs)
    sys.stdout.write(f"{given.treaties} treaties in {given.folder}, {len(expected)} findings to expect\n")


if __name__ == "__main__":
    main()
