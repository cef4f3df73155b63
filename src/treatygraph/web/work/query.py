"""Run a query of somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treatygraph.web.dataset import Outcome
from treatygraph.web.negotiation import Choice
from treatygraph.web.refusals import Refused
from treatygraph.web.served import Served
from treatygraph.web.sparql_text import explain, forbid_calls, names_dataset
from treatygraph.web.tables import write_page
from treatygraph.web.wire import Reply

__all__ = ["run_query"]


def run_query(
    served: Served,
    reply: Reply,
    text: str,
    forms: Mapping[str, Choice | None],
    graphs: Sequence[str] | None,
    named: Sequence[str] | None,
    base: str,
) -> None:
    """Run a SPARQL query and write its answer.

    Args:
        text: the query.
        forms: for each kind of answer (``rows``, ``boolean``, ``graph``) the form that the client accepts, or None.
        graphs: the default graph, as the request names it, named: the named graphs; None for both where it names none.
        base: what relative IRIs are relative to.

    Raises:
        Refused: it is not SPARQL, asks a server that it may not ask, or gives something that the client does not accept.
    """
    calls = forbid_calls(text, served.settings.services, ())
    try:
        _answer(served, reply, text, forms, graphs, named, base)
    except SyntaxError as error:
        raise Refused(400, explain(text, error.msg)) from None
    except (BrokenPipeError, ConnectionResetError):  # our own client
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise Refused(502 if calls else 500, f"The query could not be finished: {error}") from None


def _answer(
    served: Served,
    reply: Reply,
    text: str,
    forms: Mapping[str, Choice | None],
    graphs: Sequence[str] | None,
    named: Sequence[str] | None,
    base: str,
) -> None:
    union = served.settings.union and not names_dataset(text)
    outcome = served.graph.query(text, graphs, named, base, union)
    choice = forms[outcome.kind]
    if choice is None:
        what = {"rows": "a table of rows", "boolean": "yes or no", "graph": "a graph"}[outcome.kind]
        raise Refused(406, f"This query gives {what}, in no format that the request accepts.", "Change the Accept header, or ask with ?format=.")
    reply.head(200, {"Content-Type": choice.content_type})
    _write(outcome, choice.form.name, text, reply)


def _write(outcome: Outcome, form: str, text: str, reply: Reply) -> None:
    if form == "html":
        write_page(outcome, text, reply)
    else:
        outcome.write(form, reply)
