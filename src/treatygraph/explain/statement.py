"""Why the graph says a single statement: asserted where, or derived how."""

from __future__ import annotations

import pyoxigraph as ox

from treatygraph.errors import UsageError
from treatygraph.explain.explanation import Explanation, Point
from treatygraph.explain.teller import TYPE, Teller, is_axiom
from treatygraph.explain.words import say
from treatygraph.store import text_of

__all__ = ["explain_triple", "triple_of"]


def triple_of(teller: Teller, subject: str, predicate: str, value: str) -> ox.Triple:
    """The triple that a person writes as three names: of things in any language, of properties, ``a`` for the kind.

    Raises:
        UsageError: there is no such thing; a value that names no thing is taken as a literal where the graph has one.
    """
    property_ = TYPE if predicate == "a" else teller.things.find(predicate)
    node = ox.NamedNode(teller.things.find(subject))
    try:
        return ox.Triple(node, ox.NamedNode(property_), ox.NamedNode(teller.things.find(value)))
    except UsageError:
        for triple in teller.prover.matching(node, ox.NamedNode(property_)):
            if text_of(triple.object) == value:
                return triple
        raise


def explain_triple(teller: Teller, triple: ox.Triple) -> Explanation:
    """The proof of a triple, or where it is asserted and on what that rests, or the word that it is neither.

    Args:
        teller: the graph.
        triple: the statement.
    """
    explanation = Explanation(teller.triple(triple), "", teller.language, text_of(triple.subject))
    proof = teller.prover.prove(triple)
    if proof:
        explanation.proofs.append(proof)
        explanation.add("proof", [teller.proof_point(proof)])
        ranks = [(teller.witnesses.best(text_of(premise.subject)), text_of(premise.subject)) for premise in proof.asserted if not is_axiom(premise)]
        worst = max(ranks, default=None)
        sentence = (
            say("weakest", teller.language, thing=teller.label(worst[1]), grade=teller.witnesses.grade(worst[0])) if worst else say("schema", teller.language)
        )
        explanation.add("grade", [Point("grade", sentence, thing=worst[1] if worst else "")])
    elif isinstance(triple.subject, ox.NamedNode) and triple in teller.prover.matching(triple.subject, triple.predicate):
        explanation.add("proof", [Point("asserted", say("is-asserted", teller.language)), teller.asserted(triple)])
    else:
        explanation.add("proof", [Point("absent", say("no-such-triple", teller.language, triple=teller.triple(triple)))])
    return explanation
