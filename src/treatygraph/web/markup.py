"""HTML that cannot be forgotten to be escaped: text becomes markup only through `element`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Union

__all__ = ["Content", "Markup", "element", "is_safe_address", "join"]

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})  # HTML Living Standard, section 13.1.2
ADDRESSES = frozenset({"action", "href", "src"})
SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|/(?!/)|[?#])|\Z", re.IGNORECASE)


class Markup(str):
    """HTML that is ready as it stands."""

    __slots__ = ()


Content = Union[str, None, Iterable["Content"]]  # noqa: UP007 - it names itself


def join(content: Content) -> Markup:
    """Content as markup: text escaped, markup as it is, lists one after the other, None as nothing."""
    if content is None:
        return Markup()
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(html.escape(content))
    return Markup("".join(join(part) for part in content))


def is_safe_address(address: str) -> bool:
    """Whether an address may stand in a link: of the web, of mail, or of this site; never a script."""
    return SAFE_ADDRESS.match(address) is not None


def element(name: str, /, *content: Content, **attributes: str | bool | None) -> Markup:
    """An HTML element.

    Args:
        name: of the element, a word of the program and never of a user.
        content: what stands inside.
        attributes: by name, with ``_`` for ``-`` and one at the end left away (``class_``); None or False leaves one
            away, True writes it without a value. A link that is not a safe address is left away.
    """
    written = []
    for key, value in attributes.items():
        attribute = key.removesuffix("_").replace("_", "-")
        if value is None or value is False or (attribute in ADDRESSES and isinstance(value, str) and not is_safe_address(value)):
            continue
        written.append(f" {attribute}" if value is True else f' {attribute}="{html.escape(value)}"')
    start = f"<{name}{''.join(written)}>"
    return Markup(start if name in VOID else f"{start}{join(content)}</{name}>")
