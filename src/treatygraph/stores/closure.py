"""OWL 2 RL in a store: the rules as SPARQL Update, run there until they conclude nothing new.

The rules are those of `treatygraph.reasoning`, compiled here from the few triples of the schema, which are fetched; the data
stay where they are. They run in a scratch graph that begins as a copy of the graphs of the corpus, so that a store of any
kind answers them from one graph, and nothing that anybody asks changes meanwhile. A rule runs again only where the
number of triples with a predicate or class that it reads has grown.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pyoxigraph as ox

from treatygraph.namespaces import XSD
from treatygraph.reasoning import SCHEMA_KEYS, TYPE, Atom, Contradiction, Rule, RuleSet, compile, compile_schema, variable_of  # noqa: A004
from treatygraph.store import GraphStore, Term, is_about_blank
from treatygraph.stores.connection import Connection
from treatygraph.stores.manifest import JOURNAL, REPLACES, STAGING
from treatygraph.stores.remote import RemoteGraph, triples_in

__all__ = ["Closed", "closed_in"]

TOGETHER = 40  # rules in one request, or patterns in one question
_ROUNDS = 10_000
T = TypeVar("T")


class Closed:
    """A closure in a store, there while it is looked at.

    Attributes:
        rules: the rules of the closed ontology.
    """

    def __init__(self, connection: Connection, whole: str, derived: str, rules: RuleSet) -> None:
        self._connection = connection
        self._whole = whole
        self._derived = derived
        self.rules = rules

    def lines(self) -> list[str]:
        """What was derived, without what is about blank nodes, as N-Triples in a fixed order."""
        triples = triples_in(self._connection, self._derived, "read what was derived")
        return sorted(f"{triple} ." for triple in triples if not is_about_blank(triple))

    def contradictions(self) -> list[Contradiction]:
        """What cannot be, each once, in the order of the rules."""
        graph = RemoteGraph(self._connection, [self._whole])
        held = _keys(self._connection, self._whole)
        alive = [rule for rule in self.rules.clashes if all(key in held for key in rule.reads)]
        found: dict[tuple[str, str, frozenset[ox.Triple]], Contradiction] = {}
        plain = [rule for rule in alive if not (_casts(rule) and not self._connection.kind.casts)]
        for some in [*_batches(plain, TOGETHER), *([rule] for rule in alive if rule not in plain)]:
            if len(some) > 1 and not graph.ask(f"ASK {{ {' UNION '.join(rule.where for rule in some)} }}"):
                continue
            for rule in some:
                for values in self._solutions(graph, rule):
                    triples = tuple(dict.fromkeys(_triple(atom, values) for atom in (rule.body or rule.axiom)))
                    found.setdefault((rule.name, rule.axiom_text, frozenset(triples)), Contradiction(rule.name, rule.axiom_text, triples))
        return list(found.values())

    def _solutions(self, graph: RemoteGraph, rule: Rule) -> Iterator[dict[str, Term]]:
        """The values for which a rule holds. Where a store gives up at a cast, its filters are tried here, on each
        distinct literal, and the store is asked who has the bad ones."""
        where = rule.where
        if _casts(rule) and not self._connection.kind.casts:
            literals = graph.select(f'SELECT DISTINCT ?y WHERE {{ {_patterns(rule)} FILTER(isLiteral(?y) && LANG(?y) = "") }}')
            bad = [str(literal) for (literal,) in literals if literal is not None and _holds(rule, literal)]
            if not bad:
                return
            where = f"{{ {_patterns(rule)} FILTER(?y IN ({', '.join(bad)})) }}"
        rows = graph.select(f"SELECT * WHERE {where}")
        for row in rows:
            yield {f"?{name}": term for name, term in zip(rows.columns, row, strict=True) if term is not None}


def _casts(rule: Rule) -> bool:
    return any(f"<{XSD}" in text and ">(" in text for text in rule.filters)


def _patterns(rule: Rule) -> str:
    return " ".join(" ".join(term) + " ." for term in rule.body)


def _holds(rule: Rule, literal: Term) -> bool:
    """Whether the filters of a rule about ?y alone hold of a literal."""
    filters = " ".join(f"FILTER({text})" for text in rule.filters)
    return GraphStore().ask(f"ASK {{ VALUES ?y {{ {literal} }} {filters} }}")


@contextmanager
def closed_in(connection: Connection, graphs: list[str], progress: Callable[[str, int, int], None]) -> Iterator[Closed]:
    """Conclude in a store all that OWL 2 RL concludes from some graphs.

    Args:
        connection: the store; the user has to be allowed to write.
        graphs: ontology and data.
        progress: is told how far it is.

    Yields:
        The closure, whose graphs are taken away afterwards, whatever happens.

    Raises:
        StoreError: the store does not do it.
    """
    run = secrets.token_hex(8)
    whole, derived = f"{STAGING}{run}/whole", f"{STAGING}{run}/derived"
    noted = " ".join(f"<{JOURNAL}> {REPLACES} <{graph}> ." for graph in (whole, derived))
    connection.update([f"INSERT DATA {{ GRAPH <{JOURNAL}> {{ {noted} }} }}"], "write the journal")
    try:
        connection.update([connection.add(graph, whole) for graph in graphs], "copy the graphs to reason over")
        while True:
            before = _schema(connection, whole)
            _saturate(connection, whole, compile_schema(before), progress)
            schema = _schema(connection, whole)
            rules = compile(schema)
            _saturate(connection, whole, rules.instance, progress)
            if len(_schema(connection, whole)) == len(schema):
                break
        connection.update([connection.add(whole, derived)], "put aside what was derived")
        connection.update([_without(graph, derived) for graph in graphs], "put aside what was derived")
        yield Closed(connection, whole, derived, rules)
    finally:
        done = [connection.drop(whole), connection.drop(derived), f"DELETE DATA {{ GRAPH <{JOURNAL}> {{ {noted} }} }}"]
        connection.update(done, "take away what was needed for reasoning")


def _without(graph: str, derived: str) -> str:
    return f"DELETE {{ GRAPH <{derived}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} GRAPH <{derived}> {{ ?s ?p ?o }} }}"


def _schema(connection: Connection, graph: str) -> GraphStore:
    """The triples of a graph that rules are compiled from, fetched by one query, so that a blank node has one name."""
    predicates = " ".join(sorted(key for key in SCHEMA_KEYS if not key.startswith("a ")))
    classes = " ".join(sorted(key.removeprefix("a ") for key in SCHEMA_KEYS if key.startswith("a ")))
    query = f"SELECT ?s ?p ?o WHERE {{ {{ VALUES ?p {{ {predicates} }} ?s ?p ?o }} UNION {{ VALUES ?o {{ {classes} }} ?s {TYPE} ?o BIND({TYPE} AS ?p) }} }}"
    store = GraphStore()
    store.add_ntriples("\n".join(f"{subject} {predicate} {value} ." for subject, predicate, value in RemoteGraph(connection, [graph]).select(query)))
    return store


def _keys(connection: Connection, graph: str) -> dict[str, int]:
    """How many triples there are of each key (see `rules.key_of`)."""
    remote = RemoteGraph(connection, [graph])
    found = {"*": 1, "a *": 0}
    for predicate, number in remote.select("SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"):
        found[str(predicate)] = int(number.value) if isinstance(number, ox.Literal) else 0
    for kind, number in remote.select(f"SELECT ?o (COUNT(*) AS ?n) WHERE {{ ?s {TYPE} ?o }} GROUP BY ?o"):
        found[f"a {kind}"] = int(number.value) if isinstance(number, ox.Literal) else 0
    found["a *"] = found.get(TYPE, 0)
    found["*"] = sum(number for key, number in found.items() if key.startswith("<"))
    return found


def _saturate(connection: Connection, graph: str, rules: list[Rule], progress: Callable[[str, int, int], None]) -> None:
    """Run rules until they conclude nothing new."""
    groups: dict[Atom, list[Rule]] = {}
    for rule in rules:
        assert rule.head
        groups.setdefault(rule.head, []).append(rule)
    before: dict[str, int] = {}
    for number in range(1, _ROUNDS):
        keys = _keys(connection, graph)
        operations = []
        for head, some in groups.items():
            ready = [
                rule
                for rule in some
                if all(keys.get(key) for key in rule.reads) and (any(keys.get(key) != before.get(key) for key in rule.reads) or (not before and not rule.reads))
            ]
            if ready:
                operations.append(_insertion(graph, head, ready))
        if not operations:
            return
        for at, some_of in enumerate(_batches(operations, TOGETHER)):
            progress(f"reasoning, round {number}", at * TOGETHER, len(operations))
            connection.update(some_of, "reason")
        progress(f"reasoning, round {number}", len(operations), len(operations))
        before = keys


def _insertion(graph: str, head: Atom, rules: list[Rule]) -> str:
    """Rules with one conclusion as one operation; what would have a literal for its subject is left out (SPARQL 1.1 Update 3.1.3)."""
    subject = head[0] if head[0].startswith("?") else ""
    guard = f" FILTER(!isLiteral({subject}))" if any(subject == atom[2] for rule in rules for atom in rule.body) else ""
    patterns = dict.fromkeys(rule.where for rule in rules)
    body = next(iter(patterns)) if len(patterns) == 1 else f"{{ {' UNION '.join(patterns)} }}"
    body = f"{body.removesuffix('}')}{guard} }}" if guard else body
    concluded = " ".join(f"?{variable_of(term)}" if term.startswith("_:") else term for term in head)
    return f"INSERT {{ GRAPH <{graph}> {{ {concluded} }} }} USING <{graph}> WHERE {body}"


def _triple(atom: Atom, values: dict[str, Term]) -> ox.Triple:
    """The triple of a pattern; a blank node of the schema is the variable that stands for it."""
    terms = []
    for term in atom:
        name = f"?{variable_of(term)}" if term.startswith("_:") else term
        terms.append(values[name] if name in values else ox.BlankNode(term[2:]) if term.startswith("_:") else _constant(term))
    return ox.Triple(*terms)  # type: ignore[arg-type]


def _constant(term: str) -> ox.NamedNode | ox.Literal:
    value = next(iter(ox.parse(f"<a:a> <a:a> {term} .".encode(), format=ox.RdfFormat.N_TRIPLES))).object
    assert isinstance(value, (ox.NamedNode, ox.Literal))
    return value


def _batches(items: list[T], size: int) -> Iterable[list[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
