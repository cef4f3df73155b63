"""Proofs: how a derived triple follows, step by step, from asserted ones alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.reasoning import Closure, Reason, close, reasons
from treatygraph.store import GraphStore

__all__ = ["Proof", "Prover", "Step", "replays"]


class Step(NamedTuple):
    """One step of a proof: by a rule, from the premises to the conclusion."""

    conclusion: ox.Triple
    reason: Reason


class Proof(NamedTuple):
    """A conclusion, and the steps that lead to it: every premise is asserted or concluded by an earlier step."""

    conclusion: ox.Triple
    steps: tuple[Step, ...]

    @property
    def asserted(self) -> tuple[ox.Triple, ...]:
        """The asserted triples that the proof rests on, each once."""
        concluded = {step.conclusion for step in self.steps}
        return tuple(dict.fromkeys(premise for step in self.steps for premise in step.reason.premises if premise not in concluded))


class Prover:
    """Proofs in one graph.

    Args:
        store: a graph of its own, for what follows is put into it.
    """

    def __init__(self, store: GraphStore) -> None:
        self.store = store
        self._closure: Closure = close(store)
        self._derived = self._closure.derived
        self._reasons: dict[ox.Triple, list[Reason]] = {}

    @property
    def derived(self) -> frozenset[ox.Triple]:
        """Everything that follows and is not asserted."""
        return self._derived

    def prove(self, triple: ox.Triple) -> Proof | None:
        """A shortest proof of a derived triple, or None where the triple is asserted or does not follow.

        Shortest is: fewest steps, counted as if no step served twice (Knuth's generalisation of Dijkstra's algorithm,
        Information Processing Letters 6(1), 1977, 1-5). Among equals the one whose text comes first, so that a proof
        is the same every time.
        """
        if triple not in self._derived:
            return None
        best = self._best(triple)
        needed, ahead = {triple}, [triple]
        while ahead:
            premises = {premise for premise in best[ahead.pop()].premises if premise in best} - needed
            needed |= premises
            ahead += premises
        return Proof(triple, tuple(Step(conclusion, reason) for conclusion, reason in best.items() if conclusion in needed))

    def matching(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Triple]:
        """The triples, asserted or derived, with a subject and a predicate, in a fixed order."""
        return sorted({quad.triple for quad in self.store.oxigraph.quads_for_pattern(subject, predicate, None, None)}, key=str)

    def derived_about(self, thing: str) -> Iterator[ox.Triple]:
        """What follows about a thing, as subject, in a fixed order."""
        yield from sorted((triple for triple in self._derived if str(triple.subject) == f"<{thing}>"), key=str)

    def _best(self, triple: ox.Triple) -> dict[ox.Triple, Reason]:
        """The reason to take for each derived triple that may serve in a proof of this one, premises before conclusions."""
        reached, ahead = {triple}, [triple]
        while ahead:
            for reason in self._steps_to(ahead.pop()):
                new = [premise for premise in reason.premises if premise in self._derived and premise not in reached]
                reached.update(new)
                ahead += new
        weight: dict[ox.Triple, int] = {}
        best: dict[ox.Triple, Reason] = {}
        while len(best) < len(reached):
            found = min(
                (
                    (1 + sum(weight.get(premise, 0) for premise in reason.premises), str(conclusion), _text(reason), conclusion, reason)
                    for conclusion in reached - best.keys()
                    for reason in self._steps_to(conclusion)
                    if all(premise in best or premise not in self._derived for premise in reason.premises)
                ),
                key=lambda candidate: candidate[:3],
                default=None,
            )
            if found is None:  # the rest only leads round in circles
                break
            weight[found[3]], best[found[3]] = found[0], found[4]
            if found[3] == triple:
                break
        return best

    def _steps_to(self, triple: ox.Triple) -> list[Reason]:
        if triple not in self._reasons:
            self._reasons[triple] = reasons(self.store, triple, self._closure.rules)
        return self._reasons[triple]


def _text(reason: Reason) -> str:
    return f"{reason.rule.name} {' '.join(map(str, reason.premises))}"


def replays(proof: Proof, asserted: Iterable[ox.Triple]) -> bool:
    """Whether a proof holds from asserted triples alone.

    Every step is run again as the SPARQL text of its rule, over its premises and nothing else; every premise has to
    be asserted or to have been concluded before.

    Args:
        proof: the proof.
        asserted: what may be taken as given.
    """
    known = set(asserted)
    for conclusion, reason in proof.steps:
        if not known.issuperset(reason.premises):
            return False
        store = ox.Store()
        store.extend(ox.Quad(*premise) for premise in reason.premises)
        answer = store.query(reason.rule.text)
        if not isinstance(answer, ox.QueryTriples) or conclusion not in set(answer):
            return False
        known.add(conclusion)
    return bool(proof.steps) and proof.steps[-1].conclusion == proof.conclusion
