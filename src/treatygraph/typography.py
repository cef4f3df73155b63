"""Quotation marks and numbers as each language writes them."""

from __future__ import annotations

__all__ = ["number", "percent", "quoted"]

_QUOTES = {"en": ("“", "”"), "ja": ("「", "」"), "ru": ("«", "»")}
_NO_BREAK = "\N{NO-BREAK SPACE}"


def quoted(text: str, language: str) -> str:
    """A text in the quotation marks of a language (one of `things.LANGUAGES`)."""
    opening, closing = _QUOTES[language]
    return f"{opening}{text}{closing}"


def number(value: float, language: str, form: str = "") -> str:
    """A number by a format of Python; Russian has a decimal comma, and spaces between the thousands (GOST R 7.0.97, ISO 80000-1)."""
    text = format(value, form)
    return text.translate({ord(","): _NO_BREAK, ord("."): ","}) if language == "ru" else text


def percent(share: float, language: str) -> str:
    """A share of 1 in percent, to one place; Russian sets a space before the sign."""
    return f"{number(share * 100, language, '.1f')}{_NO_BREAK if language == 'ru' else ''}%"
