"""The datatypes of OWL 2 RL with the dates of XML Schema: a tree, and what makes a literal well-formed."""

from __future__ import annotations

from collections.abc import Iterable

from treatygraph.namespaces import XSD

__all__ = ["DATATYPES", "FAMILY", "has_datatype", "in_values", "typed", "well_formed"]

_TREE = """
decimal: integer; integer: long nonNegativeInteger nonPositiveInteger; long: int; int: short; short: byte; nonPositiveInteger: negativeInteger;
nonNegativeInteger: unsignedLong positiveInteger; unsignedLong: unsignedInt; unsignedInt: unsignedShort; unsignedShort: unsignedByte;
string: normalizedString; normalizedString: token; token: language NMTOKEN Name; Name: NCName; dateTime: dateTimeStamp;
double:; float:; boolean:; anyURI:; hexBinary:; base64Binary:; date:; time:; gYear:; gYearMonth:
"""
_BELOW: dict[str, list[str]] = {
    name.strip(): below.split() for name, _, below in (part.partition(":") for part in _TREE.replace("\n", " ").split(";")) if name.strip()
}
_LIMITS = {"byte": 7, "short": 15, "int": 31, "long": 63, "unsignedByte": 8, "unsignedShort": 16, "unsignedInt": 32, "unsignedLong": 64}
_SIGNS = {"nonNegativeInteger": ">= 0", "positiveInteger": "> 0", "nonPositiveInteger": "<= 0", "negativeInteger": "< 0"}
_LEXICAL = {
    "decimal": r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$",
    "integer": r"^[+-]?[0-9]+$",
    "boolean": r"^(true|false|0|1)$",
    "double": r"^([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$",
    "date": r"^-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "gYear": r"^-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "gYearMonth": r"^-?[0-9]{4,}-(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?$",
    "hexBinary": r"^([0-9a-fA-F]{2})*$",
    "language": r"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$",
}


def _subtypes(name: str) -> list[str]:
    return [name, *(lower for below in _BELOW.get(name, ()) for lower in _subtypes(below))]


_ROOTS = ("decimal", "string", "dateTime", "double", "float", "boolean", "anyURI", "hexBinary", "base64Binary")
FAMILY = {name: root for root in _ROOTS for name in _subtypes(root)}
FAMILY |= {name: name for name in ("date", "time", "gYear", "gYearMonth")}
DATATYPES = {f"<{XSD}{name}>": name for name in FAMILY}


def has_datatype(variable: str, datatype: str) -> str:
    """What holds of a literal that has a datatype or one below it."""
    return f"isLiteral({variable}) && datatype({variable}) IN ({typed(_subtypes(DATATYPES[datatype]))})"


def typed(names: Iterable[str]) -> str:
    """Datatypes as a list in SPARQL."""
    return ", ".join(f"<{XSD}{name}>" for name in names)


def well_formed(name: str) -> str | None:
    """What holds of the text of ?y where it is a lexical form of a datatype, or None where any text is."""
    text, conditions = "STR(?y)", []
    root = "integer" if name in _subtypes("integer") else {"float": "double", "dateTimeStamp": "dateTime"}.get(name, name)
    if root in _LEXICAL:
        conditions.append(f'REGEX({text}, "{_LEXICAL[root]}")')
    if root == "dateTime":
        conditions.append(f"YEAR(<{XSD}dateTime>({text})) > -10000000")
    if root == "date":
        day = f'REPLACE({text}, "(Z|[+-][0-9]{{2}}:[0-9]{{2}})$", "")'
        conditions.append(f'YEAR(<{XSD}dateTime>(CONCAT({day}, "T00:00:00"))) > -10000000')
    if root == "integer" and _interval(name):
        conditions.append(_interval(name))
    return " && ".join(conditions) or None


def _interval(name: str) -> str:
    """What holds of the number ?y in a datatype below xsd:integer."""
    number = f"<{XSD}decimal>(STR(?y))"
    if name in _LIMITS:
        low, high = (0, 2 ** _LIMITS[name] - 1) if name.startswith("unsigned") else (-(2 ** _LIMITS[name]), 2 ** _LIMITS[name] - 1)
        return f"{number} >= {low} && {number} <= {high}"
    return f"{number} {_SIGNS[name]}" if name in _SIGNS else ""


def in_values(name: str) -> str:
    """What holds of a literal ?y of a known datatype where its value is one of the values of a datatype."""
    family = [other for other, root in FAMILY.items() if root == FAMILY[name]]
    same = f"datatype(?y) IN ({typed(family)})"
    if name in _subtypes("integer"):
        number = f"<{XSD}decimal>(STR(?y))"
        return " && ".join(filter(None, [same, f"{number} = FLOOR({number})", _interval(name)]))
    return same
