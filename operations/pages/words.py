"""Numbers and names as people read them."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 120
"""Characters of a name that a page shows; whoever names a resource decides how long that is."""
NOTHING: Final = "\N{EN DASH}"
JOINED: Final = "\N{NO-BREAK SPACE}"
"""Between a number and its unit."""
KEPT: Final = (JOINED, "\N{NARROW NO-BREAK SPACE}")
UNITS: Final = (("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400))


def duration(seconds: float | None) -> str:
    """``0.4 s``, ``37.1 s``, ``13 min 22 s``, ``3 h 5 min``, ``2 d 4 h``; a dash where unknown."""
    if seconds is None:
        return NOTHING
    sign, length = ("\N{MINUS SIGN}" if seconds < 0 else ""), abs(seconds)
    if round(length, 1) < 100:
        return f"{sign}{length:.1f}{JOINED}s"
    # What rounds up to the first of the next unit is said in the next unit.
    if (whole := round(length)) < 3_600:
        return sign + _two(whole, 60, "min", "s")
    if (minutes := round(length / 60)) < 24 * 60:
        return sign + _two(minutes, 60, "h", "min")
    return sign + _two(round(length / 3_600), 24, "d", "h")


def _two(steps: int, factor: int, big: str, small: str) -> str:
    first, rest = divmod(steps, factor)
    return JOINED.join([str(first), big, *([str(rest), small] if rest else [])])


def axis(longest: float) -> tuple[str, int]:
    """The unit in which an axis up to so many seconds reads well, and its length in seconds."""
    fitting = [unit for unit in UNITS if longest >= 3 * unit[1]]
    return fitting[-1] if fitting else UNITS[0]


def share(part: float | None) -> str:
    """A part of one in percent; what is not quite all or nothing never reads as if it were."""
    if part is None:
        return NOTHING
    percent = round(100 * part)
    if percent == 0 and part > 0:
        return "<1 %"
    if percent == 100 and part < 1:
        return ">99 %"
    return f"{percent} %"


def count(number: int, one: str, many: str = "") -> str:
    """``1 incident``, ``1 204 incidents``; the space does not break."""
    digits = f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{digits} {one if number == 1 else many or one + 's'}"


def short(text: object, longest: int = LONGEST) -> str:
    """Somebody else's text on one line, cut where it is too long, which is said.

    What does not print is replaced, direction marks among it: a name must not rearrange a page.
    """
    plain = _printable(text)
    if len(plain) <= longest:
        return plain
    return f"{plain[:longest]}… ({len(plain)} characters)"


def cut(text: object, longest: int) -> str:
    """The same where there is no room to say how long it was, as beside a bar."""
    plain = _printable(text)
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _printable(text: object) -> str:
    return "".join(
        letter if letter.isprintable() or letter in KEPT else "\N{REPLACEMENT CHARACTER}"
        for letter in str(text)
    )
