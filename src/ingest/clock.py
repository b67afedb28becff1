"""The one clock that workers on several machines share is the database's: asked once, and carried on by our own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """What the database's clock said (`now`) when our own stood at `began`, in seconds that nobody sets back."""

    now: datetime
    began: float = field(default_factory=time.monotonic)

    def at(self) -> datetime:
        """What it says by now."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)
