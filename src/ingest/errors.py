"""The errors a person meets. Expected failures of feeds are values (records.Failure), not these.

IngestError
├── UsageError            what was asked for cannot be done as asked            exit 2
│   └── SettingsError     a setting is wrong, unknown or unreadable             exit 2
├── FeedListError         an OPML, CSV or TOML list of feeds cannot be read     exit 2
├── CatalogueError        a notice rule is wrong                                exit 2
├── SchemaError           the store's schema is not the one this code needs     exit 3
└── StoreError            the store cannot be opened or written                 exit 1

Every message names the thing, the cause and the next step. `exit_status` is what the command line returns.
"""

from __future__ import annotations


class IngestError(Exception):
    exit_status = 1


class UsageError(IngestError):
    exit_status = 2


class SettingsError(UsageError):
    pass


class FeedListError(IngestError):
    exit_status = 2


class CatalogueError(IngestError):
    exit_status = 2


class SchemaError(IngestError):
    exit_status = 3


class StoreError(IngestError):
    pass
