"""Proofs: how a derived triple follows, step by step, from asserted ones alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import compress
from typing import NamedTuple

import pyoxigraph as ox

from treatygraph.explain.ground import ClosedGround, Ground
from treatygraph.reasoning import Reason, reasons
from treatygraph.store import GraphStore

__all__ = ["Proof", "Prover", "Step", "replays"]

LABEL = re.compile(r"_:\w+")
DEEPEST = 400  # steps, within what Python takes of calls inside calls


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
        ground: a closed graph; or a store of its own in memory, into which what follows is put.
    """

    def __init__(self, ground: Ground | GraphStore) -> None:
        self.ground: Ground = ClosedGround(ground) if isinstance(ground, GraphStore) else ground
        self._candidates: dict[ox.Triple, list[_Candidate]] = {}
        self._best: dict[ox.Triple, tuple[int, Reason]] = {}
        self._more: dict[ox.Triple, int] = {}  # steps that are known not to be enough

    def prove(self, triple: ox.Triple) -> Proof | None:
        """A shortest proof of a derived triple, or None where the triple is asserted or does not follow.

        Shortest is: fewest steps, counted as if no step served twice (Knuth's generalisation of Dijkstra's algorithm,
        Information Processing Letters 6(1), 1977, 1-5). Among equals the one whose text comes first, so that a proof
        is the same every time. It is looked for backwards, with one step more allowed each time, so that nothing is
        looked at which a shorter proof has no need of.
        """
        if not self.ground.follows(triple):
            return None
        if not any(self._steps(triple, most) for most in range(1, DEEPEST + 1)):
            return None
        needed, ahead = {triple}, [triple]
        while ahead:
            premises = {premise for premise in self._best[ahead.pop()][1].premises if self.ground.follows(premise)} - needed
            needed |= premises
            ahead += premises
        order = sorted(needed, key=lambda step: (self._best[step][0], _plain(step)))
        return Proof(triple, tuple(Step(step, self._best[step][1]) for step in order))

    def matching(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.Triple]:
        """The triples, asserted or derived, with a subject and a predicate, in a fixed order."""
        return sorted({quad.triple for quad in self.ground.quads_for_pattern(subject, predicate, None, None)}, key=str)

    def derived_about(self, thing: str) -> list[ox.Triple]:
        """What follows about a thing, as subject, in a fixed order; but for what is about blank nodes."""
        return sorted(self.ground.derived_about(ox.NamedNode(thing)), key=str)

    def _steps(self, triple: ox.Triple, most: int) -> int:
        """How many steps a shortest proof of a derived triple has, if that is not more than so many; else 0."""
        if triple in self._best:
            steps = self._best[triple][0]
            return steps if steps <= most else 0
        for steps in range(self._more.get(triple, 0) + 1, most + 1):
            for candidate in self._reasons(triple):
                if self._suffices(candidate, steps - 1):
                    self._best[triple] = steps, candidate.reason
                    return steps
            self._more[triple] = steps
        return 0

    def _suffices(self, candidate: _Candidate, most: int) -> bool:
        """Whether what a step starts from can be had in so many steps."""
        left = len(candidate.derived)
        for premise in candidate.derived:
            left -= 1
            steps = self._steps(premise, most - left) if most > left else 0
            if not steps:
                return False
            most -= steps
        return True

    def _reasons(self, triple: ox.Triple) -> list[_Candidate]:
        """The steps that lead to a triple, in the order of their texts."""
        if triple not in self._candidates:
            found = []
            for reason in reasons(self.ground, triple, self.ground.rules):
                derived = [self.ground.follows(premise) for premise in reason.premises]
                found.append(_Candidate((*_text(reason), *derived), reason, tuple(compress(reason.premises, derived))))
            self._candidates[triple] = sorted(found, key=lambda candidate: candidate.text)
        return self._candidates[triple]


class _Candidate(NamedTuple):
    """A step that may be taken: its text and which of its premises are derived, and these."""

    text: tuple[str | bool, ...]
    reason: Reason
    derived: tuple[ox.Triple, ...]


def _plain(triple: ox.Triple) -> str:
    """A triple without the labels that blank nodes happen to have."""
    return " ".join("_:" if isinstance(term, ox.BlankNode) else str(term) for term in triple)


def _text(reason: Reason) -> tuple[str, str]:
    return f"{reason.rule.name} {' '.join(map(_plain, reason.premises))}", LABEL.sub("_:", reason.rule.axiom_text)


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
