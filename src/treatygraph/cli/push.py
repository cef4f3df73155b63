"""The command that loads a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from treatygraph.cli.session import connection_of, layout_of, store_options, warn_if_older
from treatygraph.cli.terminal import Bar
from treatygraph.namespaces import GRAPH

if TYPE_CHECKING:
    from treatygraph.stores import Plan, Report

__all__ = ["push_command"]


@click.command(name="push")
@click.argument("url")
@store_options
@click.option("--inferred", is_flag=True, help="With what follows by OWL 2 RL, in a graph of its own; without this, such a graph goes.")
@click.option("--adopt", is_flag=True, help="Replace graphs of the same name that push has not put there.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.pass_context
def push_command(ctx: click.Context, url: str, inferred: bool, adopt: bool, dry_run: bool) -> None:
    """Load the corpus into a store.

    \b
    For example: treatygraph push http://localhost:7878
                 treatygraph push http://localhost:3030/islands --dry-run

    URL is the base address of the store or the address of its queries. Each file becomes a named graph. All of them
    are put in place at once, after they were read back and compared; until then, and if anything fails, what was there
    before answers. A graph that has not changed is not sent again, one whose file is gone is removed, and nothing
    else in the store is touched.

    The password comes from TREATYGRAPH_PASSWORD or is asked for; TREATYGRAPH_USER and TREATYGRAPH_TOKEN are read too.
    """
    from treatygraph.stores import plan_push, push

    layout = layout_of(ctx)
    if inferred:
        warn_if_older(ctx, layout)
    connection = connection_of(ctx, url)
    click.echo(f"{connection.kind.title} at {connection.addresses.base}", err=True)
    plan = plan_push(connection, layout, inferred=inferred, progress=Bar(lines=True).say)
    if dry_run:
        for line in _planned(plan):
            click.echo(line)
        return
    report = push(connection, plan, adopt=adopt, progress=Bar(lines=True).say)
    click.echo(_told(report))


def _planned(plan: Plan) -> list[str]:
    lines = [
        f"{what} {graph.removeprefix(GRAPH)}"
        for what, graphs in (
            ("send", [source.graph for source in plan.send]),
            ("remove", plan.remove),
            ("keep", plan.keep),
            ("not ours, needs --adopt:", plan.foreign),
            ("clear away", plan.left),
        )
        for graph in graphs
    ]
    return [*lines, f"{len(plan.send)} to send, {len(plan.remove)} to remove, {len(plan.keep)} the same; nothing was done"]


def _told(report: Report) -> str:
    if not report.sent and not report.removed:
        return f"Nothing to do: {len(report.kept)} graphs with {report.triples} triples are the same there."
    return f"{len(report.sent)} graphs sent, {len(report.removed)} removed, {len(report.kept)} the same; {report.triples} triples are there."
