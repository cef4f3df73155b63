"""The answer to a query as a page, row by row as it is found."""

from __future__ import annotations

from treatygraph.web.dataset import Outcome
from treatygraph.web.markup import element
from treatygraph.web.pages import frame, show_term
from treatygraph.web.wire import Reply

__all__ = ["write_page"]

TRIPLE = ["subject", "predicate", "object"]


def write_page(outcome: Outcome, text: str, reply: Reply) -> None:
    """Write a page with the answer and the query."""
    before, after = frame("Answer")
    reply.write(before.encode())
    if outcome.kind == "boolean":
        reply.write(element("p", "yes" if outcome else "no").encode())
    else:
        head = element("tr", [element("th", column, scope="col") for column in outcome.columns or TRIPLE])
        reply.write(f'<div class="wide"><table><thead>{head}</thead><tbody>'.encode())
        count = 0
        for row in outcome.rows():
            reply.write(element("tr", [element("td", show_term(term)) for term in row]).encode())
            count += 1
        reply.write(f"</tbody></table></div>{element('p', f'{count} rows' if count != 1 else '1 row')}".encode())
    reply.write(element("details", element("summary", "The query"), element("pre", text)).encode())
    reply.write(after.encode())
