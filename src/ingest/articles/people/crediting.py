"""A source whose author fields are told apart: persons stay its authors, agencies and desks become statements."""

from __future__ import annotations

from dataclasses import replace

from ingest.articles.people import author_fields as people
from ingest.records import Person, Source, Statement


def told_apart(source: Source) -> Source:
    """`source` with one Person a person, named as people are named.

    What was written stays as the quote of the statements made here: "creator" for each name that differs from its
    field, "agency", "author_organisation".
    """
    persons: list[Person] = []
    made: list[Statement] = []
    for given in source.authors:
        named = people.read(given.name)
        place, quote = _written(source, given)
        for name in named.people:
            persons.append(given if name == given.name else replace(given, name=name))
            if name != given.name:
                made.append(Statement("creator", name, place, quote))
        made += [Statement("agency", name, place, quote) for name in named.agencies]
        made += [Statement("author_organisation", name, place, quote) for name in named.organisations]
    if not made and len(persons) == len(source.authors):
        return source
    return replace(source, authors=tuple(persons), statements=(*source.statements, *made))


def _written(source: Source, given: Person) -> tuple[str, str]:
    """Where the name stands and the words there, as far as the feed or page told; else the name itself."""
    for statement in source.statements:
        if statement.property in ("creator", "contributor") and statement.value == given.name:
            return statement.place, statement.quote
    return "author", given.name
