import sys

# httpx takes in its command line where it can be had, and with it rich and pygments: a twentieth of a start.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # so the import system marks "not to be had"
