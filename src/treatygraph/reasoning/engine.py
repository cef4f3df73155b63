"""What reasoning asks of the store: what holds, what follows from a query, what is new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol

import pyoxigraph as ox

from treatygraph.reasoning.notation import Atom, sparql, variable_of
from treatygraph.reasoning.rule import Rule
from treatygraph.reasoning.vocabulary import DERIVED, TYPE
from treatygraph.store import GraphStore, Term

__all__ = ["DERIVED_GRAPH", "NEW_GRAPH", "Engine", "Matching", "holds", "triple_of", "walk"]


class Matching(Protocol):
    """Triples that can be looked up: a store of Oxigraph, or several as one."""

    def quads_for_pattern(self, *terms: Any) -> Iterable[ox.Quad]:  # noqa: ANN401 - as Oxigraph has it
        """The triples, each perhaps more than once, that have these terms; None stands for any."""


_FEW = 5000  # triples
_NODES = (ox.NamedNode, ox.BlankNode)
_VARIABLE = re.compile(r"\?\w+")
DERIVED_GRAPH = ox.NamedNode(DERIVED)
NEW_GRAPH = ox.NamedNode(f"{DERIVED}/new")
"""What the last round concluded; there only while rules run."""


class Engine:
    """A store and what is new in it.

    Attributes:
        store: of Oxigraph.
        size: how many triples were concluded.
        schema_changed: whether a triple was concluded that may call for other rules.
    """

    def __init__(self, store: GraphStore | ox.Store) -> None:
        self.store = store if isinstance(store, ox.Store) else store.oxigraph
        self.size = 0
        self.schema_changed = False
        self._held: set[str] = set()

    def run(self, query: str) -> ox.QuerySolutions:
        """Answer a SELECT query over all graphs."""
        answer = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QuerySolutions)
        return answer

    def holds(self, key: str) -> bool:
        """Whether a triple with a key is in the store."""
        if key not in self._held:
            if not holds(self.store, key):
                return False
            self._held.add(key)
        return True

    def conclude(self, head: Atom, pattern: str, blanks: Iterable[str], *, sure: bool) -> Iterator[ox.Quad]:
        """What a head says for all for which a pattern holds, without what is in the store already; it is put there meanwhile.

        The pattern sees the store as it was at the beginning (Oxigraph isolates a query from what is written while it runs), so
        that only a few triples at a time are held here.

        Args:
            head: what follows; for terms that RDF allows at their place.
            pattern: of SPARQL.
            blanks: the blank nodes that the pattern names by `variable_of`.
            sure: the pattern itself leaves out what is in the store.
        """
        names = [term for term in dict.fromkeys(head) if term.startswith("?")]
        values = {name: _term(blank) for blank in blanks if (name := f"?{variable_of(blank)}") in pattern}  # the engine wants them projected
        answer = self._ask(f"SELECT DISTINCT {' '.join([*names, *values]) or '*'} WHERE {{ {pattern} }}{'' if names else ' LIMIT 1'}", values)
        at = [names.index(term) if term.startswith("?") else _term(term) for term in head]
        quads = self._quads(answer, *at)
        if not sure:
            quads = iter([quad for quad in quads if next(self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None), None) is None])
        while few := list(islice(quads, _FEW)):
            self.store.extend(few)
            self.size += len(few)
            yield from few

    @staticmethod
    def _quads(answer: ox.QuerySolutions, subject: int | Term, predicate: int | Term, value: int | Term) -> Iterator[ox.Quad]:
        """Conclusions from terms and from columns of an answer."""
        if isinstance(subject, int) and isinstance(predicate, ox.NamedNode) and not isinstance(value, int):  # a class: most of all there is
            return (ox.Quad(node, predicate, value, DERIVED_GRAPH) for row in answer if isinstance(node := row[subject], _NODES))
        rows: Iterator[list[Any]] = ([row[term] if isinstance(term, int) else term for term in (subject, predicate, value)] for row in answer)
        return (ox.Quad(s, p, o, DERIVED_GRAPH) for s, p, o in rows if isinstance(s, _NODES) and isinstance(p, ox.NamedNode))

    def _ask(self, query: str, values: dict[str, Term]) -> ox.QuerySolutions:
        """Answer a SELECT query with values for some variables; the engine wants none that the query does not have."""
        named = set(_VARIABLE.findall(query)) if values else set()
        substitutions = {ox.Variable(name[1:]): term for name, term in values.items() if name in named}
        answer = self.store.query(query, use_default_graph_as_union=True, substitutions=substitutions)
        assert isinstance(answer, ox.QuerySolutions)
        return answer

    def renew(self, conclusions: Iterable[ox.Quad]) -> None:
        """Make these the triples of the last round."""
        self.store.clear_graph(NEW_GRAPH)
        self.store.extend([ox.Quad(quad.subject, quad.predicate, quad.object, NEW_GRAPH) for quad in conclusions])

    def solutions(self, rule: Rule, bound: dict[str, Term]) -> Iterator[dict[str, Term]]:
        """The values of the variables for which the body of a rule holds, those already bound among them."""
        if bound and not rule.filters:
            yield from walk(self.store, list(rule.body), bound)
            return
        text = f"SELECT * WHERE {{ {sparql(rule.body)}{rule.filter_text} }}"
        blanks = {term for atom in (*rule.body, *rule.axiom) for term in atom if term.startswith("_:")}
        answer = self._ask(text, {**bound, **{f"?{variable_of(term)}": _term(term) for term in blanks}})
        names = [variable.value for variable in answer.variables]
        for solution in answer:
            yield {**{f"?{name}": solution[name] for name in names if solution[name] is not None}, **bound}

    def forget(self) -> None:
        """Empty the graph of what was concluded."""
        self.store.remove_graph(DERIVED_GRAPH)
        self.done()

    def done(self) -> None:
        """Leave no trace of the rounds."""
        self.store.remove_graph(NEW_GRAPH)


def walk(triples: Matching, atoms: list[Atom], bound: dict[str, Term]) -> Iterator[dict[str, Term]]:
    """The values of the variables for which patterns hold, from triple to triple: quicker than a query where most are bound."""
    if not atoms:
        yield bound
        return
    atom = min(atoms, key=lambda atom: sum(term.startswith("?") and term not in bound for term in atom))
    rest = [other for other in atoms if other is not atom]
    subject, predicate, value = (bound.get(term) if term.startswith("?") else _term(term) for term in atom)
    if isinstance(subject, ox.Literal) or (predicate is not None and not isinstance(predicate, ox.NamedNode)):
        return
    for quad in triples.quads_for_pattern(subject, predicate, value, None):
        values = dict(bound)
        if all(not name.startswith("?") or values.setdefault(name, term) == term for name, term in zip(atom, quad.triple, strict=True)):
            yield from walk(triples, rest, values)


def holds(triples: Matching, key: str) -> bool:
    """Whether there is a triple with a key."""
    typed = key.startswith("a ")
    predicate = None if key == "*" else ox.NamedNode((TYPE if typed else key)[1:-1])
    value = _term(key[2:]) if typed and key != "a *" else None
    return next(iter(triples.quads_for_pattern(None, predicate, value, None)), None) is not None


@lru_cache(maxsize=10_000)
def _term(text: str) -> Term:
    """A term from its text in N-Triples."""
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    literal: Term = next(iter(ox.parse(f"<a:a> <a:a> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES))).object
    return literal


def triple_of(atom: Atom, values: dict[str, Term]) -> ox.Triple:
    """The triple that a pattern makes with values for its variables."""
    return ox.Triple(*(values[term] if term.startswith("?") else _term(term) for term in atom))  # type: ignore[arg-type]
