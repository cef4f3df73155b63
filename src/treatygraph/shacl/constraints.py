"""The constraint components of SHACL Core that are one SELECT each (W3C SHACL 4.1-4.6, 4.8).

Each function writes the query that gives the violations of one constraint for all focus nodes at once: ``?this`` is the
focus node, ``?value`` the value (sh:value), ``?path`` a path of its own (sh:closed).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import SH
from treatygraph.shacl.graph import ShapesGraph
from treatygraph.shacl.paths import Path, Predicate, missing, reach
from treatygraph.shacl.shapes import Shape
from treatygraph.shacl.terms import Terms, quoted
from treatygraph.store import Term

__all__ = ["SELECTS", "Scope", "whole_number"]


@dataclass(frozen=True)
class Scope:
    """The value nodes of a shape (2.3.2.1) for its focus nodes: ``focus`` is a pattern that binds ``?this``.

    Attributes:
        v: the variable of the value nodes: ``?value``, or ``?this`` for a node shape.
    """

    graph: ShapesGraph
    shape: Shape
    terms: Terms
    focus: str

    @property
    def v(self) -> str:
        return "?this" if self.shape.path is None else "?value"

    @property
    def foci(self) -> str:
        """Each focus node once; in a portable text perhaps more often, for a store may do a sub-query again for each row."""
        return self.each_once if not self.terms.portable else f"{{ {self.focus} }}" if " UNION " in self.focus else self.focus

    @property
    def each_once(self) -> str:
        """Each focus node once, for the text of a user, whose rows count as often as they come."""
        return f"{{ SELECT DISTINCT ?this WHERE {{ {self.focus} }} }}"

    @property
    def values(self) -> str:
        """Each focus node with each of its value nodes; a pair may come twice."""
        return self.foci if self.shape.path is None else f"{self.foci} {self.then(self.reach(self.shape.path))}"

    def then(self, pattern: str) -> str:
        """A pattern for each of the rows before it: LATERAL, or a join, which is the same where the pattern stands alone."""
        return pattern if self.terms.portable else f"LATERAL {{ {pattern} }}"

    def reach(self, path: Path) -> str:
        """The pattern that binds ``?value`` to all that a path reaches from ``?this``."""
        return reach(path, "?this", "?value", portable=self.terms.portable)

    @property
    def inner(self) -> str:
        """The value nodes as the focus nodes of another shape."""
        return self.focus if self.shape.path is None else f"{{ SELECT (?value AS ?this) WHERE {{ {{ SELECT DISTINCT ?value WHERE {{ {self.values} }} }} }} }}"

    def pairs(self, condition: str = "") -> str:
        """The query for focus nodes and their value nodes, each pair once."""
        columns = "?this" if self.shape.path is None else "?this ?value"
        return f"SELECT DISTINCT {columns} WHERE {{ {self.values} {condition} }}"

    def unless(self, test: str) -> str:
        """The query for the value nodes of which a test is not true, be it false or an error."""
        return self.pairs(f"FILTER(!COALESCE({test}, false))")

    def constant(self, term: Term, name: str) -> str:
        """A constant of the shapes graph as text."""
        return self.terms.text(term, f"The value of sh:{name} in {self.shape}")

    def property(self, term: Term, name: str) -> str:
        """The IRI of a property as text.

        Raises:
            CorpusError: it is no IRI.
        """
        if not isinstance(term, ox.NamedNode):
            raise CorpusError(f"sh:{name} of {self.shape} is not an IRI.")
        return str(term)

    def path(self, name: str) -> Path:
        """The path of a property shape.

        Raises:
            CorpusError: the shape is a node shape, which cannot have this parameter.
        """
        if self.shape.path is None:
            raise CorpusError(f"sh:{name} stands in the node shape {self.shape}; it belongs into a property shape.")
        return self.shape.path


def whole_number(term: Term, shape: Shape, name: str) -> int:
    """The value of a parameter that is an xsd:integer.

    Raises:
        CorpusError: it is none.
    """
    try:
        assert isinstance(term, ox.Literal)
        return int(term.value)
    except (AssertionError, ValueError):
        raise CorpusError(f"sh:{name} of {shape} is {term}, which is not a whole number.") from None


def _class(scope: Scope, term: Term) -> str:
    """4.1.1 sh:class."""
    return scope.pairs(f"FILTER NOT EXISTS {{ {scope.terms.instances(scope.v, scope.property(term, 'class'))} }}")


def _datatype(scope: Scope, term: Term) -> str:
    """4.1.2 sh:datatype, with the test for ill-formed literals."""
    datatype = scope.property(term, "datatype")[1:-1]
    tests = [f"isLiteral({scope.v})", scope.terms.has_datatype(scope.v, datatype), scope.terms.well_formed(scope.v, datatype)]
    return scope.unless(" && ".join(test for test in tests if test))


def _node_kind(scope: Scope, term: Term) -> str:
    """4.1.3 sh:nodeKind."""
    tests = {"IRI": "isIRI", "BlankNode": "isBlank", "Literal": "isLiteral"}
    kind = term.value.removeprefix(SH) if isinstance(term, ox.NamedNode) else ""
    known = [test for name, test in tests.items() if name in kind.split("Or")]
    if kind not in {"IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"}:
        raise CorpusError(f"sh:nodeKind of {scope.shape} is {term}, which is not one of the six kinds of SHACL.")
    return scope.unless(" || ".join(f"{test}({scope.v})" for test in known))


def _min_count(scope: Scope, term: Term) -> str:
    """4.2.1 sh:minCount."""
    path, least = scope.path("minCount"), whole_number(term, scope.shape, "minCount")
    if least == 1 and not path.nullable:
        return f"SELECT DISTINCT ?this WHERE {{ {scope.foci} {missing(path, '?this')} }}"
    optional = f"{scope.foci} {scope.then(f'OPTIONAL {{ {scope.reach(path)} }}')}"
    return f"SELECT ?this WHERE {{ {optional} }} GROUP BY ?this HAVING(COUNT(DISTINCT ?value) < {least})"


def _max_count(scope: Scope, term: Term) -> str:
    """4.2.2 sh:maxCount."""
    scope.path("maxCount")
    return f"SELECT ?this WHERE {{ {scope.values} }} GROUP BY ?this HAVING(COUNT(DISTINCT ?value) > {whole_number(term, scope.shape, 'maxCount')})"


def _bound(name: str, operator: str) -> Callable[[Scope, Term], str]:
    def select(scope: Scope, term: Term) -> str:
        """4.3 value ranges: a violation wherever the comparison is not true."""
        if not isinstance(term, ox.Literal):
            raise CorpusError(f"sh:{name} of {scope.shape} is not a literal.")
        return scope.unless(f"{term} {operator} {scope.terms.operand(scope.v)}")

    return select


def _length(name: str, operator: str) -> Callable[[Scope, Term], str]:
    def select(scope: Scope, term: Term) -> str:
        """4.4.1 sh:minLength, 4.4.2 sh:maxLength."""
        return scope.unless(f"!isBlank({scope.v}) && STRLEN(STR({scope.v})) {operator} {whole_number(term, scope.shape, name)}")

    return select


def _pattern(scope: Scope, term: Term) -> str:
    """4.4.3 sh:pattern with sh:flags. Oxigraph's expressions know no look-around and no back-references, and an error
    in REGEX would pass for a violation, so the expression is tried out first."""
    flags = scope.graph.value(scope.shape.node, SH + "flags")
    if not isinstance(term, ox.Literal) or not isinstance(flags, (ox.Literal, type(None))):
        raise CorpusError(f"sh:pattern or sh:flags of {scope.shape} is not a string.")
    arguments = quoted(term.value) + (f", {quoted(flags.value)}" if flags else "")
    answer = ox.Store().query(f'SELECT (REGEX("", {arguments}) AS ?known) {{}}')
    assert isinstance(answer, ox.QuerySolutions)
    if next(answer)[0] is None:
        raise CorpusError(f"sh:pattern {arguments} of {scope.shape} is not supported by the engine.", "Write it without look-around and back-references.")
    return scope.unless(f"!isBlank({scope.v}) && REGEX(STR({scope.v}), {arguments})")


def _language_in(scope: Scope, term: Term) -> str:
    """4.4.4 sh:languageIn."""
    ranges = [item for item in scope.graph.items(term) if isinstance(item, ox.Literal)]
    tests = " || ".join(f"langMatches(LANG({scope.v}), {quoted(item.value)})" for item in ranges) or "false"
    return scope.unless(f'isLiteral({scope.v}) && LANG({scope.v}) != "" && ({tests})')


def _unique_lang(scope: Scope, term: Term) -> str:
    """4.4.5 sh:uniqueLang: one result for each language tag that is used twice."""
    scope.path("uniqueLang")
    having = "GROUP BY ?this (LANG(?value) AS ?lang) HAVING(COUNT(DISTINCT ?value) > 1)"
    return f'SELECT ?this ?lang WHERE {{ {scope.values} FILTER(isLiteral(?value) && LANG(?value) != "") }} {having}'


def _equals(scope: Scope, term: Term) -> str:
    """4.5.1 sh:equals: what is on one side only."""
    other = scope.property(term, "equals")
    one = f"{scope.values} FILTER NOT EXISTS {{ ?this {other} {scope.v} }}"
    if scope.shape.path is None:
        return (
            f"SELECT DISTINCT ?this ?value WHERE {{ {{ {one} BIND(?this AS ?value) }} UNION "
            f"{{ {scope.foci} {scope.then(f'?this {other} ?value')} FILTER(!sameTerm(?this, ?value)) }} }}"
        )
    two = f"{scope.foci} {scope.then(f'?this {other} ?value')} MINUS {{ {scope.values} }}"
    return f"SELECT DISTINCT ?this ?value WHERE {{ {{ {one} }} UNION {{ {two} }} }}"


def _disjoint(scope: Scope, term: Term) -> str:
    """4.5.2 sh:disjoint."""
    return scope.pairs(f"FILTER EXISTS {{ ?this {scope.property(term, 'disjoint')} {scope.v} }}")


def _less(name: str, operator: str) -> Callable[[Scope, Term], str]:
    def select(scope: Scope, term: Term) -> str:
        """4.5.3 sh:lessThan, 4.5.4 sh:lessThanOrEquals: one result for each pair that is not in order."""
        scope.path(name)
        pairs = f"{scope.values} {scope.then(f'?this {scope.property(term, name)} ?other')}"
        test = f"{scope.terms.operand('?value')} {operator} {scope.terms.operand('?other')}"
        return f"SELECT DISTINCT ?this ?value ?other WHERE {{ {pairs} FILTER(!COALESCE({test}, false)) }}"

    return select


def _closed(scope: Scope, term: Term) -> str:
    """4.8.1 sh:closed with sh:ignoredProperties; the paths are those of the shape's own sh:property."""
    graph, node = scope.graph, scope.shape.node
    if not graph.is_true(node, SH + "closed"):
        return ""
    ignored = graph.value(node, SH + "ignoredProperties")
    allowed = {
        *(graph.items(ignored) if ignored is not None else ()),
        *(path for part in graph.values(node, SH + "property") for path in graph.values(part, SH + "path")),
    }
    names = ", ".join(sorted(str(term) for term in allowed if isinstance(term, ox.NamedNode)))
    condition = f"FILTER(?path NOT IN ({names}))" if names else ""
    columns = "?this ?path ?object" if scope.shape.path is None else "?this ?value ?path ?object"
    return f"SELECT DISTINCT {columns} WHERE {{ {scope.values} {scope.then(f'{scope.v} ?path ?object')} {condition} }}"


def _has_value(scope: Scope, term: Term) -> str:
    """4.8.2 sh:hasValue."""
    wanted, path = scope.constant(term, "hasValue"), scope.shape.path
    if path is None:
        return scope.pairs(f"FILTER(!sameTerm(?this, {wanted}))")
    if isinstance(path, Predicate):
        return f"SELECT DISTINCT ?this WHERE {{ {scope.foci} FILTER NOT EXISTS {{ ?this {path} {wanted} }} }}"
    return f"SELECT DISTINCT ?this WHERE {{ {scope.foci} MINUS {{ {scope.values} FILTER(sameTerm(?value, {wanted})) }} }}"


def _in(scope: Scope, term: Term) -> str:
    """4.8.3 sh:in: as terms, not by value."""
    known = [scope.constant(item, "in") for item in scope.graph.items(term)]
    if scope.terms.portable:  # Virtuoso knows no MINUS with VALUES in it, and no two sameTerm side by side
        same = [f"{scope.v} = {item}" if item.startswith("<") else f"sameTerm({scope.v}, {item})" for item in known]
        return scope.unless(" || ".join(same) or "false")
    return scope.pairs(f"MINUS {{ VALUES {scope.v} {{ {' '.join(known)} }} }}" if known else "")


# Parameter -> name of the component, the query for its violations, and the column of sh:value ("v": of the value nodes).
SELECTS: dict[str, tuple[str, Callable[[Scope, Term], str], str]] = {
    "class": ("Class", _class, "v"),
    "datatype": ("Datatype", _datatype, "v"),
    "nodeKind": ("NodeKind", _node_kind, "v"),
    "minCount": ("MinCount", _min_count, ""),
    "maxCount": ("MaxCount", _max_count, ""),
    "minExclusive": ("MinExclusive", _bound("minExclusive", "<"), "v"),
    "minInclusive": ("MinInclusive", _bound("minInclusive", "<="), "v"),
    "maxExclusive": ("MaxExclusive", _bound("maxExclusive", ">"), "v"),
    "maxInclusive": ("MaxInclusive", _bound("maxInclusive", ">="), "v"),
    "minLength": ("MinLength", _length("minLength", ">="), "v"),
    "maxLength": ("MaxLength", _length("maxLength", "<="), "v"),
    "pattern": ("Pattern", _pattern, "v"),
    "languageIn": ("LanguageIn", _language_in, "v"),
    "uniqueLang": ("UniqueLang", _unique_lang, ""),
    "equals": ("Equals", _equals, "value"),
    "disjoint": ("Disjoint", _disjoint, "v"),
    "lessThan": ("LessThan", _less("lessThan", "<"), "value"),
    "lessThanOrEquals": ("LessThanOrEquals", _less("lessThanOrEquals", "<="), "value"),
    "closed": ("Closed", _closed, "object"),
    "hasValue": ("HasValue", _has_value, ""),
    "in": ("In", _in, "v"),
}
