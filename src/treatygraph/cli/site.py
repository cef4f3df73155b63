"""The command that writes the site as files: site."""

from __future__ import annotations

from pathlib import Path

import click

from treatygraph.cli.session import layout_of
from treatygraph.errors import UsageError

__all__ = ["site_command"]


@click.command(name="site")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--base", default="", metavar="URL", help="The address that the site will have; needed for its site map alone.")
@click.option("--yes", is_flag=True, help="Write the site however many files it is.")
@click.pass_context
def site_command(ctx: click.Context, folder: Path, base: str, yes: bool) -> None:
    """Write the pages as files.

    \b
    For example: treatygraph site build/site

    What serve shows, in DIR, for any host of files.

    The pages lead to each other by relative links, so that DIR works under any address, also of python -m http.server.
    Saved queries and SPARQL are answered in the browser. DIR is written beside and renamed when it is whole; one that
    holds anything but an earlier site is refused. So is a site of more than 100000 files without --yes: each thing is a
    page in three languages and four files of RDF, and a corpus of thousands of treaties is better served.
    """
    from treatygraph.pages.assets import built
    from treatygraph.pages.static import MOST_FILES, write_site

    if base and not base.startswith(("http://", "https://")):
        raise UsageError(f"'{base}' is not the address of a site.", "It begins with https:// or http://.")
    if not built("local.js"):
        click.echo("The scripts have not been built, so that the site will answer no queries of a reader; make front builds them.", err=True)
    count = write_site(layout_of(ctx), folder, base, lambda what: click.echo(f"Writing {what} ...", err=True), 0 if yes else MOST_FILES)
    click.echo(f"{count} files in {folder}")
