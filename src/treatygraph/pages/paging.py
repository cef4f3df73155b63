"""Long lists page by page, with links that work without a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from treatygraph.errors import UsageError
from treatygraph.pages.view import View
from treatygraph.web.markup import Markup, element

__all__ = ["PAGE", "page_asked", "page_links", "search_form"]

PAGE = 200  # entries of a list that are shown at once
NEAR = 3  # links to the pages on each side of the present one, beside those to the first and the last


def page_asked(view: View, count: int) -> int:
    """The number of the page of a list that an address asks for, from 1.

    Raises:
        UsageError: there is no such page.
    """
    asked = dict(view.asked).get("page", "1")
    last = max(1, -(-count // PAGE))
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked) <= last):
        raise UsageError(f"There is no page {asked}.", f"The pages are 1 to {last}.")
    return int(asked)


def page_links(view: View, count: int, page: int, name: Callable[[int], str] = str) -> Markup | None:
    """Links to the pages of a list, or None where it has one alone.

    Args:
        count: entries of the list.
        page: the one that is shown.
        name: what a link to a page says.
    """
    last = -(-count // PAGE)
    if last < 2:
        return None
    shown = sorted({1, last, *range(max(1, page - NEAR), min(last, page + NEAR) + 1)})
    parts = []
    for before, number in zip([0, *shown], shown, strict=False):
        gap = " … " if number > before + 1 else " "
        current = "page" if number == page else None
        parts.append([gap, element("a", name(number), href=view.again(page=str(number) if number > 1 else ""), aria_current=current)])
    steps = [
        element("a", view.say("page-before"), href=view.again(page=str(page - 1) if page > 2 else ""), rel="prev") if page > 1 else None,
        parts,
        [" ", element("a", view.say("page-after"), href=view.again(page=str(page + 1)), rel="next")] if page < last else None,
    ]
    return element("nav", steps, class_="pages", aria_label=view.say("pages"))


def search_form(view: View, kind: str = "", asked: str = "", kinds: Sequence[tuple[str, str]] = ()) -> Markup | None:
    """The field that leads to the search page; None in a site of files, which has no server to search.

    Args:
        kind: the only class to look among, by its local name, or empty.
        asked: what was asked.
        kinds: classes to choose from, by their local names and labels; without any, ``kind`` is fixed.
    """
    if view.is_local:
        return None
    options = [element("option", view.say("search-anything"), value="")]
    options += [element("option", label, value=name, selected=name == kind) for name, label in kinds]
    chooser = element("select", options, name="kind", aria_label=view.say("col-kind")) if kinds else None
    fixed = element("input", type="hidden", name="kind", value=kind) if kind and not kinds else None
    return element(
        "form",
        element("label", view.say("search"), for_="search"),
        element("input", type="search", name="q", id="search", value=asked, required=True),
        chooser,
        fixed,
        element("input", type="hidden", name="lang", value=view.language),
        element("button", view.say("search-go")),
        action="/search",
        method="get",
        role="search",
        class_="finder",
    )
