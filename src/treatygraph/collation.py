"""Collation: which words differ between texts that are set side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["CLOSE", "OPEN", "collate", "shortened"]

OPEN, CLOSE = "⟨", "⟩"
# Two texts are worth collating where this share of their words is common, in order; below it, they say the same thing in
# other words, or another thing, and every word would be marked.
ALIKE = 0.4
AROUND = 6  # words that stay on each side of a difference when the rest is left out
# A word with its inner points and hyphens (U.S.S.R, good-neighbourly); a script without spaces is read by the character.
TOKEN = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]|[^\W぀-ヿ㐀-鿿豈-﫿]+(?:[.'’\-–][^\W぀-ヿ㐀-鿿豈-﫿]+)*|[^\w\s]")


def collate(texts: Sequence[str], punctuation: bool = False) -> list[str]:
    """Texts in one language, each with ⟨ ⟩ around the words that not all the others have at that place.

    A text is compared only with those that are like it, see `ALIKE`; no text is the norm. Capitals count, for texts
    differ in them too.

    Args:
        texts: the texts.
        punctuation: whether marks of punctuation count as words.
    """
    tokens = [[match for match in TOKEN.finditer(text) if punctuation or match[0][0].isalnum()] for text in texts]
    differing: list[set[int]] = [set() for _ in texts]
    for first in range(len(texts)):
        for second in range(first + 1, len(texts)):
            common = _common([token[0] for token in tokens[first]], [token[0] for token in tokens[second]])
            if 2 * len(common) < ALIKE * (len(tokens[first]) + len(tokens[second])):
                continue
            differing[first] |= set(range(len(tokens[first]))) - {one for one, _ in common}
            differing[second] |= set(range(len(tokens[second]))) - {other for _, other in common}
    return [_marked(text, stretch, at) for text, stretch, at in zip(texts, tokens, differing, strict=True)]


def _common(first: list[str], second: list[str]) -> list[tuple[int, int]]:
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return [(block.a + offset, block.b + offset) for block in blocks for offset in range(block.size)]


def _marked(text: str, tokens: list[re.Match[str]], differing: set[int]) -> str:
    parts = []
    done = 0
    for number, token in enumerate(tokens):
        opens = number in differing and number - 1 not in differing
        parts += [text[done : token.start()], OPEN if opens else "", token[0], CLOSE if number in differing and number + 1 not in differing else ""]
        done = token.end()
    return "".join([*parts, text[done:]])


def shortened(text: str) -> str:
    """A collated text with long stretches of common words left out; a text without marks stays whole."""
    if OPEN not in text:
        return text
    parts = re.split(f"({OPEN}[^{CLOSE}]*{CLOSE})", text)
    last = len(parts) - 1
    for number in range(0, len(parts), 2):
        words = [token for token in TOKEN.finditer(parts[number]) if token[0][0].isalnum()]
        before, after = (AROUND if number else 0), (AROUND if number < last else 0)
        if len(words) > before + after + 2:
            head = f"{parts[number][: words[before - 1].end()]} " if before else ""
            tail = f" {parts[number][words[-after].start() :]}" if after else ""
            parts[number] = f"{head}…{tail}"
    return "".join(parts)
