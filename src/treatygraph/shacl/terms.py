"""Terms in the text of a query: constants, comparisons, and whether a literal is a value of its datatype.

Oxigraph's store keeps numbers, booleans and times by value: ``0.90`` comes back as ``0.9``, and ``"5"^^xsd:byte`` as
an xsd:integer. SHACL compares RDF terms. So there are two ways of writing a query: `Terms` for a store as it is, and
`WrittenTerms` for a store in which each literal that would change stands under a datatype that Oxigraph does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import RDF, RDFS, XSD, short_name
from treatygraph.store import Term

__all__ = ["AS_WRITTEN", "LateralTerms", "PortableTerms", "Terms", "WrittenTerms", "as_written", "keeps_datatype", "kept", "quoted", "shielded"]

AS_WRITTEN = "urn:as-written:"
_PLAIN = {XSD + "string", RDF + "langString"}
_SAMPLES = ("1", "-1", "true", "2000-01-01", "2000-01-01T00:00:00Z", "00:00:00", "P1D", "P1Y", "2000", "--01", "---01", "--01-01", "2000-01")
_INTEGER = r"^[+-]?[0-9]+$"
_LEXICAL = {
    "integer": _INTEGER,
    "decimal": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$",
    "float": r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$",
    "double": r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$",
    "boolean": r"^(true|false|0|1)$",
    "nonNegativeInteger": r"^(\+?[0-9]+|-0+)$",
    "positiveInteger": r"^\+?0*[1-9][0-9]*$",
    "nonPositiveInteger": r"^(-[0-9]+|\+?0+)$",
    "negativeInteger": r"^-0*[1-9][0-9]*$",
    "hexBinary": r"^([0-9a-fA-F]{2})*$",
    "base64Binary": r"^(([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?$",
    "language": r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$",
    "normalizedString": r"^[^\t\n\r]*$",
}
_BOUNDS = {
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_CASTS = ("date", "dateTime", "time", "gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth", "duration", "dayTimeDuration", "yearMonthDuration")
_YEARS = {"date", "dateTime", "gYear", "gYearMonth"}
_LONG, _SHORT = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])", "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_LEAP = "[0-9]*([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = f"([0-9]{{4,}}-({_LONG}|{_SHORT}|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_CALENDAR = {
    "date": f"^-?{_DAY}{_ZONE}$",
    "dateTime": f"^-?{_DAY}T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?|24:00:00(\\.0+)?){_ZONE}$",
    "gYear": f"^-?[0-9]{{4,}}{_ZONE}$",
    "gYearMonth": f"^-?[0-9]{{4,}}-(0[1-9]|1[0-2]){_ZONE}$",
}


def quoted(text: str) -> str:
    """A plain string as SPARQL writes it."""
    return str(ox.Literal(text))


@cache
def _stored(literal: ox.Literal) -> ox.Literal:
    """What Oxigraph's store makes of a literal."""
    store, node = ox.Store(), ox.NamedNode("urn:x")
    store.add(ox.Quad(node, node, literal))
    term = next(iter(store)).object
    assert isinstance(term, ox.Literal)
    return term


def kept(term: Term) -> Term:
    """A term as Oxigraph's store gives it back."""
    return _stored(term) if isinstance(term, ox.Literal) and term.datatype.value not in _PLAIN else term


def shielded(term: Term) -> Term:
    """A term for the store of `WrittenTerms`: itself, or a literal under a datatype that keeps it as it is written."""
    if isinstance(term, ox.Literal) and term.datatype.value not in _PLAIN and _stored(term) != term:
        return ox.Literal(term.value, datatype=ox.NamedNode(AS_WRITTEN + term.datatype.value))
    return term


def as_written(term: Term) -> Term:
    """The inverse of `shielded`."""
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(AS_WRITTEN):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value.removeprefix(AS_WRITTEN)))
    return term


@cache
def keeps_datatype(datatype: str) -> bool:
    """Whether Oxigraph's store gives a literal back with the datatype that it came with."""
    return all(_stored(ox.Literal(sample, datatype=ox.NamedNode(datatype))).datatype.value == datatype for sample in _SAMPLES)


class Terms:
    """How a query is written for a store that keeps literals by value.

    Attributes:
        portable: whether it has to be SPARQL 1.1 and no more, for a store of somebody else.
    """

    portable = False

    def targets(self, kind: str) -> str:
        """The pattern that binds ``?this`` to the SHACL instances of a class."""
        return f"?this <{RDF}type>/<{RDFS}subClassOf>* {kind} ."

    def instances(self, variable: str, kind: str) -> str:
        """The pattern that holds where a node that is bound is a SHACL instance of a class."""
        return f"{variable} <{RDF}type> ?type FILTER EXISTS {{ ?type <{RDFS}subClassOf>* {kind} }}"

    def text(self, term: Term, where: str) -> str:
        """A constant.

        Raises:
            CorpusError: the constant is a blank node, which no query can name.
        """
        if isinstance(term, ox.BlankNode):
            raise CorpusError(f"{where} is a blank node, which is not supported: a query cannot name it.", "Give it an IRI.")
        return str(term)

    def operand(self, variable: str) -> str:
        """A variable where its value counts, not the term."""
        return variable

    def has_datatype(self, variable: str, datatype: str) -> str:
        """The test for a datatype.

        Raises:
            CorpusError: the store does not keep this datatype, so that nobody can say afterwards.
        """
        if not keeps_datatype(datatype):
            name = short_name(datatype)
            raise CorpusError(
                f"sh:datatype {name} is not supported on a store: Oxigraph keeps a {name} as a value of a wider type.", "Use xsd:integer with bounds."
            )
        return f"DATATYPE({variable}) = <{datatype}>"

    def well_formed(self, variable: str, datatype: str) -> str:
        """The test that a literal of a datatype lies in its lexical space (W3C SHACL 4.1.2, XSD 1.1 part 2); empty where every text does."""
        name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
        if name in _LEXICAL:
            return f"REGEX(STR({variable}), {quoted(_LEXICAL[name])})"
        if name in _BOUNDS:
            low, high = _BOUNDS[name]
            number = f"<{XSD}decimal>(STR({variable}))"
            return f"REGEX(STR({variable}), {quoted(_INTEGER)}) && {number} >= {low}.0 && {number} <= {high}.0"
        if name in _CASTS:  # the year 0000 is none in the XSD 1.0 to which SPARQL 1.1 refers
            year = f' && !REGEX(STR({variable}), "^-?0000")' if name in _YEARS else ""
            return f"isLiteral(<{datatype}>(STR({variable}))){year}"
        if name == "dateTimeStamp":
            return f'isLiteral(<{XSD}dateTime>(STR({variable}))) && REGEX(STR({variable}), "(Z|[+-][0-9]{{2}}:[0-9]{{2}})$")'
        return ""


class PortableTerms(Terms):
    """How a query is written for any store that knows SPARQL 1.1: no LATERAL; no cast, at which Virtuoso gives up; and the
    subclasses of a class written out, for stores walk a path anew for each row, and Virtuoso loses rows on the way.

    Args:
        subclasses: gives the IRIs of the subclasses of a class, itself among them, each as SPARQL writes it.
    """

    portable = True

    def __init__(self, subclasses: Callable[[str], list[str]]) -> None:
        self._subclasses = subclasses

    def targets(self, kind: str) -> str:
        return self.instances("?this", kind)

    def instances(self, variable: str, kind: str) -> str:
        kinds = self._subclasses(kind)
        if kinds == [kind]:
            return f"{variable} <{RDF}type> {kind} ."
        return f"{variable} <{RDF}type> ?type . FILTER(?type IN ({', '.join(kinds)}))"

    def has_datatype(self, variable: str, datatype: str) -> str:
        """The test for a datatype; Virtuoso calls a literal with a language a string, as SPARQL 1.0 did."""
        if datatype == RDF + "langString":
            return f'LANG({variable}) != ""'
        plain = f' && LANG({variable}) = ""' if datatype == XSD + "string" else ""
        return f"DATATYPE({variable}) = <{datatype}>{plain}"

    def well_formed(self, variable: str, datatype: str) -> str:
        """The test that a literal lies in its lexical space, by regular expressions alone.

        Raises:
            CorpusError: it cannot be told so.
        """
        name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
        if name in _CALENDAR:
            return f"REGEX(STR({variable}), {quoted(_CALENDAR[name])})"
        if name in _CASTS or name in _BOUNDS or name == "dateTimeStamp":
            raise CorpusError(f"sh:datatype xsd:{name} is not supported in a store.", "Check the corpus here instead.")
        return super().well_formed(variable, datatype)


class LateralTerms(PortableTerms):
    """The same for a store that knows LATERAL."""

    portable = False


class WrittenTerms(Terms):
    """How a query is written for a store of `shielded` terms."""

    def text(self, term: Term, where: str) -> str:
        return super().text(shielded(term), where)

    def operand(self, variable: str) -> str:
        datatype = f"STR(DATATYPE({variable}))"
        value = f'STRDT(STR({variable}), IRI(STRAFTER({datatype}, "{AS_WRITTEN}")))'
        return f'IF(COALESCE(STRSTARTS({datatype}, "{AS_WRITTEN}"), false), {value}, {variable})'

    def has_datatype(self, variable: str, datatype: str) -> str:
        return f"DATATYPE({variable}) IN (<{datatype}>, <{AS_WRITTEN}{datatype}>)"
