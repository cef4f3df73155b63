"""Words as a full-text index sees them: folded, each with its place; of Japanese, each character is one."""

from __future__ import annotations

import re
import unicodedata

from treatygraph.errors import UsageError
from treatygraph.things import fold

__all__ = ["Wanted", "Word", "wanted", "words_of"]

# Scripts that write no spaces between words: Han, Hiragana and Katakana with their marks (Unicode 15, blocks).
UNSPACED = re.compile("[々-〇〱-〵ぁ-ゖゝ-ゟァ-ヺー-ヿㇰ-ㇿ㐀-䶿一-鿿豈-\ufaffｦ-ﾝ\U00020000-\U0003ffff]")
VOICING = "ﾞﾟ"  # the half-width marks, which are letters of their own to Unicode
ASKED = re.compile(r'(?:"([^"]*)"?|“([^”]*)”?|„([^“”]*)[“”]?|«([^»]*)»?|「([^」]*)」?)(\*?)|([^\s"“„«「]+)')


class Word:
    """A folded word, and where it stands in the text."""

    __slots__ = ("end", "folded", "start")

    def __init__(self, folded: str, start: int, end: int) -> None:
        self.folded = folded
        self.start = start
        self.end = end


class Wanted:
    """Words that a person looks for together, in their order.

    Attributes:
        text: as typed.
        words: the folded words.
        is_prefix: whether the last of them may go on.
    """

    def __init__(self, text: str, is_prefix: bool = False) -> None:
        self.text = text
        self.words = [word.folded for word in words_of(text)]
        self.is_prefix = is_prefix


def words_of(text: str) -> list[Word]:
    """The words of a text: runs of letters and digits, or single characters of a script without spaces."""
    found = []
    at = 0
    while at < len(text):
        start = at
        at += 1
        if not text[start].isalnum():
            continue
        alone = UNSPACED.match(text[start]) is not None
        while at < len(text) and _goes_on(text[at], alone):
            at += 1
        folded = "".join(char for char in fold(text[start:at]) if char.isalnum())
        if folded:
            found.append(Word(folded, start, at))
    return found


def _goes_on(char: str, alone: bool) -> bool:
    if alone:
        return char in VOICING or unicodedata.combining(char) != 0
    return unicodedata.combining(char) != 0 or (char.isalnum() and not UNSPACED.match(char))


def wanted(asked: list[str]) -> list[Wanted]:
    """What the arguments of a search ask for: every one of these has to be there.

    Words in quotation marks stand together; an argument with a space in it stood in the quotation marks of the shell. A
    trailing ``*`` leaves the end of a word open. Nothing else has a meaning of its own.

    Raises:
        UsageError: there is no letter and no digit in it.
    """
    found = []
    for argument in asked:
        phrases = list(ASKED.finditer(argument))
        if len(phrases) > 1 and all(match[7] for match in phrases):
            found.append(Wanted(argument.removesuffix("*"), argument.endswith("*")))
            continue
        for match in phrases:
            if match[7]:
                found.append(Wanted(match[7].rstrip("*"), match[7].endswith("*")))
            else:
                found.append(Wanted(next((part for part in match.groups()[:5] if part), ""), bool(match[6])))
    found = [one for one in found if one.words]
    if not found:
        raise UsageError("There are no words to look for.", "Give some: treatygraph search peace treaty")
    return found
