"""Times as people say them."""

from __future__ import annotations


def spoken(seconds: float | None) -> str:
    """A span of time; a negative one is a skew of clocks, and is shown as such (trap 6.9)."""
    if seconds is None:
        return "-"
    if seconds < 0:
        return f"{seconds:.1f} s (clocks differ)"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
