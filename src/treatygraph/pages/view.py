"""A view: the language of a page, and the addresses that lead from it, which keep that language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from treatygraph.namespaces import HOME
from treatygraph.pages.words import say
from treatygraph.web.addresses import address_of

__all__ = ["View"]


@dataclass(frozen=True)
class View:
    """How a page is seen.

    Attributes:
        language: ``en``, ``ru`` or ``ja``.
        here: the path of the page itself, without its parameters.
        asked: the parameters of the page other than the language, in the order in which an address has them.
        is_local: whether the page is a file with no server behind it.
    """

    language: str
    here: str = "/"
    asked: tuple[tuple[str, str], ...] = ()
    is_local: bool = False

    def to(self, path: str, fragment: str = "", **parameters: str) -> str:
        """The address of a path of this site in the language of the view; parameters without a value are left out."""
        given = {name.removesuffix("_"): value for name, value in parameters.items() if value} | {"lang": self.language}
        return f"{path}{'&' if '?' in path else '?'}{urlencode(given)}{f'#{quote(fragment)}' if fragment else ''}"

    def thing(self, iri: str, fragment: str = "") -> str:
        """Where a thing is told about: on this site, or where the term of another vocabulary lives."""
        if iri.startswith(HOME):
            return self.to(address_of(iri), fragment)
        return iri if iri.startswith(("http://", "https://")) else self.to(f"/thing?iri={quote(iri, safe='')}")

    def passage(self, document: str, passage: str) -> str:
        """Where a passage stands in the text of its document, of which a page may show a part alone."""
        name = passage.rpartition("/")[2]
        return self.to(address_of(document), name, at=name)

    def again(self, **changed: str) -> str:
        """The address of this page with other parameters; an empty value takes one away."""
        return self.to(self.here, **(dict(self.asked) | changed))

    def in_language(self, language: str) -> str:
        """The address of this page in another language."""
        return replace(self, language=language).again()

    def say(self, key: str, **values: object) -> str:
        """A sentence of the program in the language of the view."""
        return say(key, self.language, **values)
