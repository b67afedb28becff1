"""Who is named where an author is named: persons, apart from agencies, roles and the words around names."""
