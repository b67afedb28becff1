"""From claims to the fields of an attribution and the chain of hands, each with its evidence."""
