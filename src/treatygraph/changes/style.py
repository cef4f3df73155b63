"""How a text is marked up: plain for a terminal, or Markdown."""

from __future__ import annotations

import re

__all__ = ["MARKDOWN", "PLAIN", "Style"]

# What would begin a mark-up inside a line (CommonMark 0.31, section 6).
SPECIAL = re.compile(r"[\\`*_\[\]<>]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Style:
    """A way to write names and words of the data, so that they show as they are.

    Args:
        is_markdown: write Markdown instead of plain text.
    """

    def __init__(self, is_markdown: bool) -> None:
        self.is_markdown = is_markdown

    def words(self, text: str) -> str:
        """A text of the data, on one line, without characters that a terminal would obey."""
        line = CONTROL.sub("", " ".join(text.split()))
        return SPECIAL.sub(lambda match: f"\\{match[0]}", line) if self.is_markdown else line

    def name(self, text: str) -> str:
        """A name that a machine knows a thing by."""
        if not self.is_markdown:
            return text
        fence = "``" if "`" in text else "`"
        return f"{fence}{text}{fence}"


PLAIN = Style(is_markdown=False)
MARKDOWN = Style(is_markdown=True)
