"""HTML that cannot be forgotten to be escaped."""

from __future__ import annotations

import pytest

from treatygraph.web.markup import Markup, element, join

EVIL = "<script>alert('x')</script>\"&"


def test_text_is_escaped_and_markup_is_not():
    assert element("p", EVIL) == "<p>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;</p>"
    assert element("p", element("b", "x"), ["y", None, Markup("<i>")]) == "<p><b>x</b>y<i></p>"
    assert join(EVIL) == element("p", EVIL)[3:-4]


def test_attributes_are_escaped():
    assert element("a", title=EVIL) == '<a title="&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;"></a>'
    assert element("input", class_="a", data_x="b", disabled=True, hidden=False, lang=None) == '<input class="a" data-x="b" disabled>'


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.org/", "vbscript:x", " javascript:x", "\tjavascript:x", "file:///etc/passwd"],
)
def test_no_link_leads_to_a_script_or_out_by_stealth(address):
    assert element("a", "x", href=address) == "<a>x</a>"


@pytest.mark.parametrize("address", ["https://example.org/", "/id/x", "#x", "?x=1", "mailto:x@example.org"])
def test_a_link_leads_where_it_says(address):
    assert address in element("a", "x", href=address)
