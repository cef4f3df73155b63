"""What a shell may offer at the cursor: names of things, days, documents, kinds and words, from the index of the corpus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from treatygraph.cli.session import layout_of
from treatygraph.namespaces import PREFIXES, TG, short_name

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from treatygraph.fulltext import Index

__all__ = ["Completer", "completes_days", "completes_documents", "completes_kinds", "completes_things", "completes_words"]

AT_LEAST = 2  # letters before all things or words are offered
AT_MOST = 60  # words of the index
Completer = Callable[[click.Context, click.Parameter, str], list["CompletionItem[str]"]]


def completes_things(kind: str | None = None) -> Completer:
    """Offers the names of things, in every script, and their short names.

    Args:
        kind: a class, prefixed (``tg:Place``), or None for all things: then something has to be typed first.
    """

    def offer(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        from treatygraph.things import fold

        if kind is None and len(incomplete) < AT_LEAST:
            return []
        index = _index(ctx)
        if index is None:
            return []
        names = index.names(_iri(kind) if kind else None)
        start = fold(incomplete)
        bearers: dict[str, set[str]] = {}
        for name, thing in names:
            bearers.setdefault(fold(name), set()).add(thing)
        offered = {name: thing for name, thing in names if "\n" not in name and fold(name).startswith(start) and len(bearers[fold(name)]) == 1}
        if incomplete:
            offered |= {short_name(thing): thing for _, thing in names if short_name(thing).startswith(incomplete)}
        labels = index.labels(offered.values(), "en")
        return [_item(name, labels[thing] if labels[thing] != name else short_name(thing)) for name, thing in sorted(offered.items())]

    return offer


def completes_documents(*, quoted: bool = False) -> Completer:
    """Offers the slugs of documents, or only of those whose text is quoted."""

    def offer(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:

        index = _index(ctx)
        if index is None:
            return []
        documents = index.quoted_documents() if quoted else index.things(f"{TG}Document")
        labels = index.labels(documents, "en")
        slugs = {document.rpartition("/")[2]: document for document in documents}
        return [_item(slug, labels[document]) for slug, document in slugs.items() if slug.startswith(incomplete)]

    return offer


def completes_days(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offers the days on which something begins or ends in the corpus."""

    index = _index(ctx)
    if index is None:
        return []
    days = [(day, things) for day, things in index.days() if day.startswith(incomplete)]
    labels = index.labels((things[0] for _, things in days), "en")
    return [_item(day, labels[things[0]] + (f", and {len(things) - 1} more" if len(things) > 1 else "")) for day, things in days]


def completes_kinds(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offers the kinds of things that the corpus has, by their labels in every language."""
    from treatygraph.things import LANGUAGES, fold

    index = _index(ctx)
    if index is None:
        return []
    classes = [cls for cls in index.classes() if cls.startswith(TG)]
    labels = {label: short_name(cls) for language in reversed(LANGUAGES) for cls, label in index.labels(classes, language).items()}
    return [_item(label, name) for label, name in sorted(labels.items()) if fold(label).startswith(fold(incomplete))]


def completes_words(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offers the words of the corpus."""
    from treatygraph.things import fold

    start, index = fold(incomplete), _index(ctx)
    return [_item(word) for word in (index.vocabulary() if index else ()) if len(start) >= AT_LEAST and word.startswith(start)][:AT_MOST]


def _index(ctx: click.Context) -> Index | None:
    """The index of the corpus; None where a large corpus would have to be read for it, which `search` does and nobody who types waits for."""
    from treatygraph.fulltext import index_of, is_indexed

    layout = layout_of(ctx)
    return index_of(layout) if is_indexed(layout) else None


def _iri(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return PREFIXES[prefix] + local


def _item(value: str, told: str = "") -> CompletionItem[str]:
    from click.shell_completion import CompletionItem  # no other command needs it

    return CompletionItem(value, help=told or None)
