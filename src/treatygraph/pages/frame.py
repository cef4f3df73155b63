"""The frame of every page: head, navigation, languages, and what stands at the foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treatygraph.pages.assets import built
from treatygraph.pages.view import View
from treatygraph.things import LANGUAGES
from treatygraph.web.markup import Content, Markup, element

__all__ = ["crumbs", "json_block", "page"]

SITE = "TreatyGraph"
NAVIGATION = (("/", "nav-map"), ("/queries", "nav-questions"), ("/documents", "nav-documents"), ("/agreements", "nav-agreements"),
              ("/search", "search"), ("/sparql", "nav-sparql"), ("/ontology/", "nav-ontology"), ("/dataset", "nav-dataset"))  # fmt: skip
SEARCH = "/search"  # which a site of files has not
ASKING = ("question", "sparql")  # the kinds of pages that ask SPARQL
ENDONYMS = {"en": "English", "ru": "Русский", "ja": "日本語"}


def page(
    view: View,
    title: str,
    *content: Content,
    heading: Content = "",
    kind: str = "",
    alternates: Mapping[str, str] | None = None,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    data: str = "",
) -> str:
    """A whole page.

    Args:
        view: its language, and where it is.
        title: of the window, and the heading unless ``heading`` is another.
        content: what stands below the heading.
        heading: what stands above the content; None for a page without a heading of its own.
        kind: a class of the body, for the style sheet and the scripts.
        alternates: media type to the address of the same thing in another form.
        scripts, styles: names of bundled files that the page uses where they have been built.
        data: structured data about the page as JSON-LD.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", http_equiv="Content-Security-Policy", content=policy_of(kind)) if view.is_local else None,
        element("title", title if title == SITE else f"{title} – {SITE}"),
        element("link", rel="stylesheet", href="/style.css"),
        [element("link", rel="stylesheet", href=f"/front/{name}") for name in styles if built(name)],
        element("link", rel="icon", href="/icon.svg", type="image/svg+xml"),
        [element("link", rel="alternate", hreflang=language, href=view.in_language(language)) for language in LANGUAGES],
        [element("link", rel="alternate", type=media_type, href=address) for media_type, address in (alternates or {}).items()],
        [element("script", src=f"/front/{name}", type="module") for name in scripts if built(name)],
        json_block(data, "application/ld+json") if data else None,
    )
    body = element(
        "body",
        element("a", view.say("skip"), href="#content", class_="skip"),
        element(
            "header",
            element("a", SITE, href=view.to("/"), class_="site"),
            element("nav", [_entry(view, path, key) for path, key in NAVIGATION if not (view.is_local and path == SEARCH)], aria_label=view.say("nav")),
            element("nav", [_language(view, language) for language in LANGUAGES], class_="languages", aria_label=view.say("languages")),
            class_="top",
        ),
        element("main", (heading or element("h1", title)) if heading is not None else None, content, id="content", tabindex="-1"),
        element(
            "footer",
            element("p", view.say("foot-neutral")),
            element("p", element("a", view.say("foot-data"), href=view.to("/dataset")), " · ", element("a", view.say("foot-licences"), href="/licences")),
            class_="foot",
        ),
        class_=kind or None,
    )
    return f"<!doctype html>{element('html', head, body, lang=view.language, data_local='/' if view.is_local else None)}"


def policy_of(kind: str) -> str:
    """What a page that is a file may load: things of its own site; SPARQL in the browser needs WebAssembly, and the editor styles of its own."""
    compiled = " 'wasm-unsafe-eval'" if kind in ASKING else ""
    styled = " 'unsafe-inline'" if kind == "sparql" else ""
    return (
        f"default-src 'none'; script-src 'self'{compiled}; style-src 'self'{styled}; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'"
    )


def _entry(view: View, path: str, key: str) -> Markup:
    here = view.here == path or (path != "/" and view.here.startswith(path.rstrip("/") + "/"))
    return element("a", view.say(key), href=view.to(path), aria_current="page" if here else None)


def _language(view: View, language: str) -> Markup:
    current = "true" if language == view.language else None
    return element("a", ENDONYMS[language], href=view.in_language(language), lang=language, hreflang=language, aria_current=current)


def crumbs(view: View, *steps: tuple[str, str]) -> Markup:
    """The way from the top to a page: labels with addresses."""
    links = [[" › " if number else None, element("a", label, href=address)] for number, (label, address) in enumerate(steps)]
    return element("p", links, class_="crumbs", lang=view.language)


def json_block(data: str, media_type: str = "application/json", name: str | None = None) -> Markup:
    """JSON inside a page; a script element ends at ``</``, so that is written as an escape of JSON."""
    return element("script", Markup(data.replace("<", "\\u003c")), type=media_type, id=name)
