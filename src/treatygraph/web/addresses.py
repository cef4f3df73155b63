"""Where the IRIs of a graph are found on this server: the path below the home of the permanent identifiers, mirrored."""

from __future__ import annotations

from urllib.parse import quote, unquote

from treatygraph.namespaces import HOME, ID, TG

__all__ = ["MIRRORED", "address_of", "iri_of"]

MIRRORED = {ID: "/id/", TG: "/ontology/"}  # graphs have the Graph Store beside them, see graph_store
KEPT = "/:@!$&'()*+,;=-._~"  # characters that stand in a path as they are (RFC 3986, section 3.3)


def address_of(iri: str) -> str:
    """Where a thing is on this server: at its own path, else by its IRI; terms of other vocabularies are where they are."""
    if iri.startswith(HOME):
        return "/" + quote(iri.removeprefix(HOME), safe=KEPT)
    return iri if iri.startswith(("http://", "https://")) else f"/thing?iri={quote(iri, safe='')}"


def iri_of(path: str) -> str:
    """The IRI that a path of this server stands for, `address_of` backwards."""
    return HOME + unquote(path).lstrip("/")
