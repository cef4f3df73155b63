"""SPARQL-based constraints and constraint components (W3C SHACL 5, 6 and appendix A): from the text of a user to one query.

Pre-binding (appendix A) asks that a variable be replaced everywhere by its value. For ``$this`` and ``$value`` that is
what LATERAL does (SPARQL SEP-0006, which Oxigraph has): the text is evaluated once for each row on its left, with the
variables of that row bound, in nested groups and sub-queries too. Parameters, ``$currentShape`` and ``$shapesGraph`` are
constants and are written into the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from treatygraph.errors import CorpusError
from treatygraph.namespaces import OWL, SH
from treatygraph.shacl.graph import ShapesGraph
from treatygraph.shacl.paths import Path
from treatygraph.store import Term
from treatygraph.tokens import Token, joined, select_columns, tokens_of

__all__ = ["SHAPES_GRAPH", "UserText", "fill", "prefixes"]

SHAPES_GRAPH = "urn:shapes-graph"


def prefixes(graph: ShapesGraph, node: Term) -> str:
    """The prefix declarations of sh:prefixes, with those that owl:imports reaches (5.2.1).

    Raises:
        CorpusError: a prefix stands for two namespaces.
    """
    found: dict[str, str] = {}
    todo, seen = graph.values(node, SH + "prefixes").copy(), set()
    while todo:
        owner = todo.pop()
        if owner in seen:
            continue
        seen.add(owner)
        todo += graph.values(owner, OWL + "imports")
        for declaration in graph.values(owner, SH + "declare"):
            prefix, namespace = graph.value(declaration, SH + "prefix"), graph.value(declaration, SH + "namespace")
            if not isinstance(prefix, ox.Literal) or not isinstance(namespace, ox.Literal):
                raise CorpusError(f"sh:declare of {owner} has no sh:prefix or no sh:namespace.")
            if found.setdefault(prefix.value, namespace.value) != namespace.value:
                raise CorpusError(f"The prefix {prefix.value}: stands for two namespaces in the sh:prefixes of {node}.")
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(found.items()))


class UserText:
    """The SPARQL of a user, checked against the rules for pre-binding.

    Attributes:
        prologue: its prefixes, with those of sh:prefixes.
        body: the query without them (sh:select), or the group of an ASK query.
        asks_bag: whether it may count or cut off solutions.
        uses_graph: whether it looks into the shapes graph.
    """

    def __init__(
        self, graph: ShapesGraph, node: Term, where: str, kind: str, prebound: set[str], constants: Mapping[str, Term | None], path: Path | None
    ) -> None:
        """Read sh:select or sh:ask of a node.

        Args:
            graph: the shapes graph.
            node: the SPARQL constraint or validator.
            where: how to call it in an error.
            kind: ``select`` or ``ask``.
            prebound: the variables that have a value in each evaluation: ``this``, ``value``.
            constants: the values of the other pre-bound variables; None for one that has no value.
            path: the path of the property shape, for ``$PATH``.

        Raises:
            CorpusError: the text is not what SHACL allows, with the reason.
        """
        text = graph.value(node, SH + kind)
        if not isinstance(text, ox.Literal):
            raise CorpusError(f"{where} has no sh:{kind}.")
        self._where = where
        tokens = tokens_of(text.value)
        start = next((i for i, token in enumerate(tokens) if token.word in {"SELECT", "ASK"}), len(tokens))
        self.prologue = prefixes(graph, node) + joined(tokens[:start]).strip() + ("\n" if start else "")
        tokens = tokens[start:]
        if not tokens or tokens[0].word != kind.upper():
            raise CorpusError(f"sh:{kind} of {where} is no {kind.upper()} query.")
        self._check(tokens, {"this"} | prebound, {"this", *prebound, *constants})
        words = {token.word for token in tokens[1:]}
        self.asks_bag = bool(words & {"GROUP", "HAVING", "LIMIT", "OFFSET", "COUNT", "SUM", "AVG", "GROUP_CONCAT"})
        self.uses_graph = any(token.variable == "shapesGraph" for token in tokens)
        written = self._write(tokens, constants, path)
        self.body = written if kind == "select" else written[3:].strip().removeprefix("WHERE").strip()
        probe = self.prologue + written
        try:
            ox.Store().query(probe)
        except (SyntaxError, ValueError) as error:
            raise CorpusError(f"sh:{kind} of {where} is not SPARQL: {error}.") from None

    def joined_to(self, foci: str) -> str:
        """The body of a SELECT with the pattern of the focus nodes in each group that names ``$this``, in SPARQL 1.1.

        Within EXISTS the values of the row are there already (SPARQL 1.1 18.6), and nothing is put in.
        """
        tokens = tokens_of(self.body)
        opened: list[tuple[int, bool]] = []
        wanted: set[int] = set()
        for i, token in enumerate(tokens):
            if token.word == "{":
                within = bool(opened) and opened[-1][1]
                opened.append((i, within or (i > 0 and tokens[i - 1].word == "EXISTS")))
                if len(opened) == 1:
                    wanted.add(i)
            elif token.word == "}":
                opened.pop()
            elif token.variable == "this" and opened and not opened[-1][1]:
                wanted.add(opened[-1][0])
        return joined(Token("", f"{{ {foci}", token.gap) if i in wanted else token for i, token in enumerate(tokens))

    def _check(self, tokens: list[Token], needed: set[str], fixed: set[str]) -> None:
        """Appendix A and 5.3.1: no MINUS, SERVICE, VALUES; sub-queries give back the pre-bound variables; none of them is assigned."""
        for i, token in enumerate(tokens):
            if token.word in {"MINUS", "SERVICE", "VALUES", "FROM"} and not (i and tokens[i - 1].kind == "variable" and token.word == "FROM"):
                raise CorpusError(
                    f"{self._where} uses {token.word}, which is not supported in a SPARQL constraint (W3C SHACL, appendix A).", "Write it with FILTER."
                )
            if token.word == "AS" and i + 1 < len(tokens) and tokens[i + 1].variable in fixed:
                raise CorpusError(f"{self._where} assigns {tokens[i + 1].text}, which has its value already (W3C SHACL, appendix A).")
            if token.word == "SELECT":
                columns = select_columns(tokens[i + 1 :])
                wanted = {"this"} if i == 0 else needed
                if not (wanted <= columns or (i == 0 and "*" in columns)):
                    raise CorpusError(
                        f"A SELECT of {self._where} does not give back {', '.join(sorted('$' + name for name in wanted))} (W3C SHACL, appendix A)."
                    )

    def _write(self, tokens: list[Token], constants: Mapping[str, Term | None], path: Path | None) -> str:
        """The text with constants for variables, and the path for ``$PATH``."""
        written: list[Token] = []
        depth, head = 0, False
        for i, token in enumerate(tokens):
            head = token.word == "SELECT" or (head and token.word not in {"{", "WHERE"})
            depth += (token.word == "(") - (token.word == ")")
            name = token.variable
            term = constants.get(name) if name else None
            if name == "PATH":
                if path is None:
                    raise CorpusError(f"{self._where} uses $PATH, but its shape has no path.")
                written.append(Token("", str(path)))
            elif term is None:
                written.append(token)
            elif isinstance(term, ox.BlankNode):
                raise CorpusError(f"{self._where} uses {token.text}, whose value is a blank node; that is not supported.", "Give it an IRI.")
            elif i > 1 and tokens[i - 2].word == "BOUND":
                written[-2:] = [Token("", "("), Token("", "true")]
            else:
                written.append(Token("", f"({term} AS ?{name})" if head and depth == 0 else str(term)))
        return joined(written).strip()


def fill(message: ox.Literal, row: Mapping[str, Term | None]) -> ox.Literal:
    """A message with the values of the variables that it names as {?name} or {$name} (5.3.2)."""

    def value(match: re.Match[str]) -> str:
        term = row.get(match.group(1))
        return match.group() if term is None else str(term) if isinstance(term, ox.Triple) else term.value

    text = re.sub(r"\{[?$](\w+)\}", value, message.value)
    return ox.Literal(text, language=message.language) if message.language else ox.Literal(text)
