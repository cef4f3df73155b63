"""The closure: rules run to a fixpoint, contradictions, and the reasons of a conclusion.

What was asserted stays in its named graphs; conclusions go to a graph of their own, `DERIVED`, which never holds a
triple that is asserted. Rules run in the order in which they feed one another, those that feed themselves over what
was new in the round before (semi-naive). Where a thing is the same as another, all rules run that way together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.rules import DERIVED, SAME, SCHEMA_KEYS, TYPE, Atom, Rule, RuleSet, compile, compile_schema, key_of, variable_of  # noqa: A004
from treatygraph.store import GraphStore, Term

__all__ = ["DERIVED", "Closure", "Contradiction", "Reason", "close", "contradictions", "reasons"]

_ANY = ("?s", "?p", "?o")
_SWEEPS = 3  # a few sweeps over everything are cheaper than to put aside what is new, which is most of it at first
_VARIABLE = re.compile(r"\?\w+")
_DERIVED = ox.NamedNode(DERIVED)
_NEW = ox.NamedNode(f"{DERIVED}/new")  # what the last round concluded; there only while rules run


class Closure:
    """What came of closing a store.

    Attributes:
        rules: the rules of the closed ontology.
    """

    def __init__(self, store: ox.Store, size: int, rules: RuleSet) -> None:
        self.rules = rules
        self._store = store
        self._size = size

    def __len__(self) -> int:
        return self._size

    @property
    def derived(self) -> frozenset[ox.Triple]:
        """The triples derived, as they stand in the store now."""
        return frozenset(quad.triple for quad in self._store.quads_for_pattern(None, None, None, _DERIVED))


class Contradiction(NamedTuple):
    """The name of a rule, the axiom in Turtle-like text, and the triples that cannot stand together."""

    rule: str
    axiom: str
    triples: tuple[ox.Triple, ...]


class Reason(NamedTuple):
    """One step that leads to a triple: a rule, and the triples it starts from, those of its axiom first."""

    rule: Rule
    premises: tuple[ox.Triple, ...]


def close(store: GraphStore | ox.Store) -> Closure:
    """Conclude all that OWL 2 RL concludes from the asserted triples (but see `rules.LEFT_OUT`).

    What an earlier call derived is forgotten first.

    Args:
        store: all its graphs together are the ontology and the data.

    Returns:
        What was derived, which is now in the graph `DERIVED` of the store.
    """
    engine = _Engine(store)
    engine.forget()
    try:
        while True:
            _saturate(engine, compile_schema(engine))
            engine.schema_changed = False
            rules = compile(engine)
            _saturate(engine, rules.instance)
            if not engine.schema_changed:
                return engine.closure(rules)
    finally:
        engine.done()


def contradictions(store: GraphStore | ox.Store, rules: RuleSet | None = None) -> list[Contradiction]:
    """What a store says that cannot be.

    Args:
        store: a closed store; in one that is not, only contradictions between asserted triples are found.
        rules: the rules that `close` returned, to save compiling them again.

    Returns:
        Each contradiction once, in the order of the rules.
    """
    engine = _Engine(store)
    found: dict[tuple[str, str, frozenset[ox.Triple]], Contradiction] = {}
    for rule in (rules or compile(engine)).clashes:
        if all(map(engine.holds, rule.reads)):
            axiom = rule.axiom_text
            for values in engine.solutions(rule, {}):
                triples = tuple(dict.fromkeys(_triple(atom, values) for atom in rule.body)) or tuple(_triple(atom, {}) for atom in rule.axiom)
                found.setdefault((rule.name, axiom, frozenset(triples)), Contradiction(rule.name, axiom, triples))
    return list(found.values())


def reasons(store: GraphStore | ox.Store, triple: ox.Triple, rules: RuleSet | None = None) -> list[Reason]:
    """The single steps that conclude a triple from other triples of a closed store.

    Args:
        store: a closed store.
        triple: the conclusion.
        rules: the rules that `close` returned, to save compiling them again.

    Returns:
        Every step whose premises do not hold the triple itself; the premises are asserted or derived, and a derived
        one has reasons of its own. Steps may lead round in a circle (a is b because b is a), so a proof has to choose.
    """
    engine = _Engine(store)
    subject, predicate, value = (str(term) for term in triple)
    found: dict[Reason, None] = {}
    for rule in (rules or compile(engine)).concluding(key_of((subject, predicate, value))):
        bound = _match(rule, triple)
        if bound is None or not all(map(engine.holds, rule.reads)):
            continue
        for values in engine.solutions(rule, bound):
            premises = tuple(dict.fromkeys([*(_triple(atom, {}) for atom in rule.axiom), *(_triple(atom, values) for atom in rule.body)]))
            if triple not in premises:
                found.setdefault(Reason(rule, premises))
    return list(found)


# --- what is asked of the engine -------------------------------------------------------------------------------------


class _Engine:
    """A store and what is new in it.

    Attributes:
        schema_changed: whether a triple was concluded that may call for other rules.
    """

    def __init__(self, store: GraphStore | ox.Store) -> None:
        self._store: ox.Store = store if isinstance(store, ox.Store) else store._store  # until the store offers what is asked here
        self._size = 0
        self.schema_changed = False
        self._held: set[str] = set()

    def run(self, query: str) -> ox.QuerySolutions:
        """Answer a SELECT query over all graphs."""
        answer = self._store.query(query, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QuerySolutions)
        return answer

    def holds(self, key: str) -> bool:
        """Whether a triple with a key is in the store."""
        if key not in self._held:
            typed = key.startswith("a ")
            predicate = None if key == "*" else ox.NamedNode((TYPE if typed else key)[1:-1])
            value = _term(key[2:]) if typed and key != "a *" else None
            if next(self._store.quads_for_pattern(None, predicate, value, None), None) is None:
                return False
            self._held.add(key)
        return True

    def conclude(self, query: str, blanks: Iterable[str], *, sure: bool) -> set[ox.Triple]:
        """The triples of a CONSTRUCT query that are not in the store, which are then put there.

        Args:
            query: the query.
            blanks: the blank nodes that it names by `variable_of`.
            sure: the query itself leaves out what is in the store.
        """
        answer = self._ask(query, {f"?{variable_of(blank)}": _term(blank) for blank in blanks})
        assert isinstance(answer, ox.QueryTriples)
        new = set(answer)
        if not sure:
            new = {t for t in new if _quad(t, _DERIVED) not in self._store}
            new = {t for t in new if next(self._store.quads_for_pattern(t.subject, t.predicate, t.object, None), None) is None}
        if new:
            self._store.extend([_quad(triple, _DERIVED) for triple in new])
            self._size += len(new)
        return new

    def closure(self, rules: RuleSet) -> Closure:
        """What has been concluded."""
        return Closure(self._store, self._size, rules)

    def _ask(self, query: str, values: dict[str, Term]) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answer a query with values for some variables; the engine wants none that the query does not have."""
        named = set(_VARIABLE.findall(query)) if values else set()
        substitutions = {ox.Variable(name[1:]): term for name, term in values.items() if name in named}
        return self._store.query(query, use_default_graph_as_union=True, substitutions=substitutions)

    def renew(self, triples: Iterable[ox.Triple]) -> None:
        """Make these the triples of the last round."""
        self._store.clear_graph(_NEW)
        self._store.extend([_quad(triple, _NEW) for triple in triples])

    def solutions(self, rule: Rule, bound: dict[str, Term]) -> Iterator[dict[str, Term]]:
        """The values of the variables for which the body of a rule holds, those already bound among them."""
        if bound and not rule.filters:
            yield from self._walk(list(rule.body), bound)
            return
        text = f"SELECT * WHERE {{ {_sparql(rule.body)}{_filters(rule)} }}"
        blanks = {term for atom in (*rule.body, *rule.axiom) for term in atom if term.startswith("_:")}
        answer = self._ask(text, {**bound, **{f"?{variable_of(term)}": _term(term) for term in blanks}})
        assert isinstance(answer, ox.QuerySolutions)
        names = [variable.value for variable in answer.variables]
        for solution in answer:
            yield {**{f"?{name}": solution[name] for name in names if solution[name] is not None}, **bound}

    def _walk(self, atoms: list[Atom], bound: dict[str, Term]) -> Iterator[dict[str, Term]]:
        """The same without a query, quicker where most variables are bound: a step from triple to triple."""
        if not atoms:
            yield bound
            return
        atom = min(atoms, key=lambda atom: sum(term.startswith("?") and term not in bound for term in atom))
        rest = [other for other in atoms if other is not atom]
        subject, predicate, value = (bound.get(term) if term.startswith("?") else _term(term) for term in atom)
        if isinstance(subject, ox.Literal) or (predicate is not None and not isinstance(predicate, ox.NamedNode)):
            return
        for quad in self._store.quads_for_pattern(subject, predicate, value, None):
            values = dict(bound)
            if all(not name.startswith("?") or values.setdefault(name, term) == term for name, term in zip(atom, quad.triple, strict=True)):
                yield from self._walk(rest, values)

    def forget(self) -> None:
        """Empty the graph of what was concluded."""
        self._store.remove_graph(_DERIVED)
        self.done()

    def done(self) -> None:
        """Leave no trace of the rounds."""
        self._store.remove_graph(_NEW)


def _quad(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


@lru_cache(maxsize=10_000)
def _term(text: str) -> Term:
    """A term from its text in N-Triples."""
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    literal: Term = next(iter(ox.parse(f"<a:a> <a:a> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES))).object
    return literal


def _triple(atom: Atom, values: dict[str, Term]) -> ox.Triple:
    return ox.Triple(*(values[term] if term.startswith("?") else _term(term) for term in atom))  # type: ignore[arg-type]


def _match(rule: Rule, triple: ox.Triple) -> dict[str, Term] | None:
    """The values of the variables for which the head of a rule is a triple, or None."""
    assert rule.head
    bound: dict[str, Term] = {}
    for pattern, term in zip(rule.head, triple, strict=True):
        if pattern.startswith("?"):
            if bound.setdefault(pattern, term) != term:
                return None
        elif pattern != str(term):
            return None
    return bound


def _sparql(atoms: Iterable[Atom]) -> str:
    return " ".join(" ".join(f"?{variable_of(term)}" if term.startswith("_:") else term for term in atom) + " ." for atom in atoms)


def _filters(rule: Rule) -> str:
    return "".join(f" FILTER({text})" for text in rule.filters)


# --- the fixpoint ----------------------------------------------------------------------------------------------------


def _saturate(engine: _Engine, rules: list[Rule]) -> None:
    """Run rules until they conclude nothing new."""
    rules = _alive(engine, rules)
    general = [rule for rule in rules if rule.writes == "*"]
    plain = _needed([rule for rule in rules if rule.writes != "*"])
    for component in _components(plain):
        _settle(engine, component)
    if general and engine.holds(SAME):
        rules = [*general, *plain]
        new: set[ox.Triple] = set()
        for group in _groups(general):
            new |= _run(engine, group, _whole)
        _rounds(engine, rules, new)


def _settle(engine: _Engine, component: _Component) -> None:
    """Run rules that belong together: once, or where they feed themselves, until there is nothing new."""
    rules, turning = component
    if len(turning) == 1 and turning[0].name == "prp-trp":
        for group in _groups([rule for rule in rules if rule not in turning]):
            _run(engine, group, _whole)
        _run(engine, _groups(turning)[0], _path)
        return
    groups = _groups(rules)
    reads = [{key for rule in group.rules for key in rule.reads} for group in groups]
    ran, step, changed = [-1] * len(groups), 0, {"*": 0}
    for sweep in range(_SWEEPS if turning else 1):
        new: set[ox.Triple] = set()
        for i, group in enumerate(groups):
            if sweep == 0 or any(changed.get(key, -1) > ran[i] for key in reads[i]):
                ran[i], step = step, step + 1
                found = _run(engine, group, _whole)
                changed |= dict.fromkeys(_keys(group.head, found), step)
                new |= found
        if not new:
            return
    if turning:
        _rounds(engine, rules, new)


def _keys(head: Atom, triples: set[ox.Triple]) -> set[str]:
    """The keys under which patterns find what a head has concluded."""
    key = key_of(head)
    keys = {key_of((str(triple.subject), str(triple.predicate), str(triple.object))) for triple in triples} if key in {"*", "a *"} else {key}
    return {*keys, "*", *(("a *",) if any(key.startswith("a ") for key in keys) else ())} if triples else set()


def _rounds(engine: _Engine, rules: list[Rule], new: Iterable[ox.Triple]) -> None:
    """Run rules over what is new, then over what that has made new, to the end."""
    groups = _groups(rules)
    new = set(new)
    while new:
        engine.renew(new)
        keys = _keys(_ANY, new)
        new = set()
        for group in groups:
            new |= _run(engine, group, partial(_fresh, keys))


class _Component(NamedTuple):
    """Rules that belong together, and those of them that read what one of them writes."""

    rules: list[Rule]
    turning: list[Rule]


class _Group(NamedTuple):
    """Rules with the same head, which run as one query."""

    head: Atom
    rules: list[Rule]
    blanks: frozenset[str]


def _groups(rules: list[Rule]) -> list[_Group]:
    heads: dict[Atom, list[Rule]] = {}
    for rule in rules:
        assert rule.head
        heads.setdefault(rule.head, []).append(rule)
    blanks = {head: frozenset(term for rule in found for atom in (head, *rule.body) for term in atom if term.startswith("_:")) for head, found in heads.items()}
    return [_Group(head, found, blanks[head]) for head, found in heads.items()]


def _run(engine: _Engine, group: _Group, branches: Callable[[Rule], Iterable[str]]) -> set[ox.Triple]:
    """Run the rules of a group as one query."""
    patterns = list(dict.fromkeys(pattern for rule in group.rules for pattern in branches(rule)))
    if not patterns:
        return set()
    head = _sparql([group.head])
    sure = not any(term.startswith("_:") for term in group.head)  # the engine puts no blank node into NOT EXISTS
    body = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
    query = f"CONSTRUCT {{ {head} }} WHERE {{ {body}{f' FILTER NOT EXISTS {{ {head} }}' if sure else ''} }}"
    new = engine.conclude(query, group.blanks, sure=sure)
    engine.schema_changed = engine.schema_changed or not SCHEMA_KEYS.isdisjoint(_keys(group.head, new))
    return new


def _whole(rule: Rule) -> Iterator[str]:
    """A rule over all triples; one with a pattern for any triple starts from the other."""
    if "*" in rule.reads:
        yield _chain(list(rule.body)) + _filters(rule)
    else:
        yield _sparql(rule.body) + _filters(rule)


def _path(rule: Rule) -> Iterator[str]:
    """All that a transitive property leads to, in one go."""
    assert rule.head
    prop = rule.head[1]
    yield f"{{ SELECT DISTINCT ?x WHERE {{ ?x {prop} ?m }} }} LATERAL {{ ?x {prop}+ ?y }}"


def _fresh(keys: set[str], rule: Rule) -> Iterator[str]:
    """A rule over what is new: for each part of its body, that part from the last round and the others from anywhere."""
    for i, atom in enumerate(rule.body):
        if key_of(atom) in keys:
            others = [other for j, other in enumerate(rule.body) if j != i]
            yield f"GRAPH {_NEW} {{ {_sparql([atom])} }}{_chain(others, atom)}{_filters(rule)}"


def _chain(atoms: list[Atom], *before: Atom) -> str:
    """Patterns one after the other, each bound to those before it as far as can be."""
    bound = {term for atom in before for term in atom if term.startswith("?")}
    text, rest = "", list(atoms)
    while rest:
        atom = min(rest, key=lambda atom: (-len(bound & set(atom)) if bound else 0, sum(term.startswith("?") for term in atom), rest.index(atom)))
        rest.remove(atom)
        text += f" LATERAL {{ {_sparql([atom])} }}" if bound or text else _sparql([atom])
        bound |= {term for term in atom if term.startswith("?")}
    return text


def _alive(engine: _Engine, rules: list[Rule]) -> list[Rule]:
    """The rules that can conclude something, for all they read is there or is what another of them concludes."""
    written: set[str] = set()
    waiting = [(rule, rule.reads) for rule in rules]
    alive = []
    while True:
        still = []
        for rule, reads in waiting:
            if all(key in written or engine.holds(key) for key in reads):
                alive.append(rule)
                written.add(rule.writes or "")
                if (rule.writes or "").startswith("a "):
                    written.add("a *")
            else:
                still.append((rule, reads))
        if "a *" in {rule.writes for rule in alive}:
            still = [(rule, tuple(key for key in reads if not key.startswith("a "))) for rule, reads in still]
        if len(still) == len(waiting):
            return alive
        waiting = still


def _needed(rules: list[Rule]) -> list[Rule]:
    """The rules without those that only go straight where others go in two steps (a class to a class far above it)."""
    steps: dict[str, dict[tuple[str, str], None]] = {}
    label_of: dict[Rule, tuple[str, str, str]] = {}
    for rule in rules:
        label = _step(rule)
        if label:
            read, write, _ = label_of[rule] = (rule.reads[0], rule.writes or "", label)
            steps.setdefault(read, {})[write, label] = None
    place = {key: i for i, component in enumerate(_strong({key: [write for write, _ in found] for key, found in steps.items()})) for key in component}

    def detour(rule: Rule) -> bool:
        read, write, label = label_of[rule]
        for between, first in steps[read]:
            if place[between] not in (place[read], place[write]):
                for last, second in steps.get(between, ()):
                    if last == write and _JOINED.get(first + second) == label:
                        return True
        return False

    by_head: dict[Atom | None, list[Rule]] = {}
    for rule in {(rule.head, rule.body, rule.filters): rule for rule in rules if rule not in label_of or not detour(rule)}.values():
        by_head.setdefault(rule.head, []).append(rule)
    return [
        rule
        for found in by_head.values()
        for rule in found
        if len(rule.body) == 1 or not any(set(other.body) < set(rule.body) and set(other.filters) <= set(rule.filters) for other in found)
    ]


# How a rule of one pattern carries things over: t from class to class, s and o from a property to the class of its
# subject or object, f and r from a property to another, forwards or reversed. And what two such steps make together.
_JOINED = {"tt": "t", "st": "s", "ot": "o", "fs": "s", "fo": "o", "rs": "o", "ro": "s", "ff": "f", "fr": "r", "rf": "r", "rr": "f"}


def _step(rule: Rule) -> str:
    """The letter of a rule of one pattern, or nothing."""
    if len(rule.body) != 1 or rule.filters or not rule.head:
        return ""
    (subject, predicate, value), head = rule.body[0], rule.head
    if not {"*", "a *"}.isdisjoint((key_of(head), key_of(rule.body[0]))) or not subject.startswith("?"):
        return ""
    if predicate == TYPE:
        return "t" if head[1] == TYPE and head[0] == subject else ""
    if not value.startswith("?") or value == subject:
        return ""
    if head[1] == TYPE:
        return "s" if head[0] == subject else "o" if head[0] == value else ""
    return "f" if (head[0], head[2]) == (subject, value) else "r" if (head[0], head[2]) == (value, subject) else ""


def _components(rules: list[Rule]) -> Iterator[_Component]:
    """The rules in the order in which they feed one another; those that feed each other together."""
    any_class = any("a *" in (*rule.reads, rule.writes) for rule in rules)

    def node(key: str) -> str:
        return "a *" if any_class and key.startswith("a ") else key

    feeds: dict[str, list[str]] = {}
    for rule in rules:
        for key in rule.reads:
            feeds.setdefault(node(key), []).append(node(rule.writes or ""))
        feeds.setdefault(node(rule.writes or ""), [])
    by_node: dict[str, list[Rule]] = {}
    for rule in rules:
        by_node.setdefault(node(rule.writes or ""), []).append(rule)
    for component in reversed(_strong(feeds)):
        found = [rule for key in component for rule in by_node.get(key, ())]
        if found:
            yield _Component(found, [rule for rule in found if any(node(key) in component for key in rule.reads)])


def _strong(feeds: dict[str, list[str]]) -> list[list[str]]:
    """Strongly connected components of a graph, the last first (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root, first in feeds.items():
        if root in number:
            continue
        work = [(root, iter(first))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for after in rest:
                if after not in number:
                    number[after] = low[after] = len(number)
                    stack.append(after)
                    on_stack.add(after)
                    work.append((after, iter(feeds.get(after, ()))))
                    break
                if after in on_stack:
                    low[node] = min(low[node], number[after])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    found.append(component)
    return found
