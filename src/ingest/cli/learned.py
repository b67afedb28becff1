"""`ingest rules learned`: the templates learned of one feed."""

from __future__ import annotations

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import note, print_json
from ingest.cli.tables import print_table


@click.command()
@click.argument("feed", metavar="FEED")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a template.")
@pass_face
def learned(face: Face, feed: str, as_json: bool) -> None:
    """List what was learned of a feed: blocks that recur in its entries.

    FEED is its number, its address, or a part of address or title. {title}, {author} and so on are
    filled by each entry's own; {…} by other words each time. A notice that a template gave has the rule
    learned:SIGNATURE.

    \b
    Examples:
      ingest rules learned 3
      ingest rules learned gazette --json
    """
    from ingest.cli.subscriptions import resolve
    from ingest.store import templates

    face.log()
    with face.store() as store:
        feed_id = resolve(store, feed)
        with store.read() as connection:
            rows = [
                {**row, "signature": row["signature"].hex()} for row in templates.learned(connection, feed_id)
            ]
    if as_json:
        for row in rows:
            print_json({name: value for name, value in row.items() if name not in ("id", "feed_id")})
    elif rows:
        columns = ("signature", "kind", "articles", "confidence", "last_seen_at", "masked")
        print_table(columns, [[row[name] for name in columns] for row in rows], right=("articles",))
    else:
        note("Nothing was learned of this feed yet: a block must recur in at least three of its stories.")
