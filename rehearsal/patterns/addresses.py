"""IP addresses in patterns and events, as hexadecimal digits that compare like text."""

from __future__ import annotations

import ipaddress
import re

_IPV4 = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")


def digits(text: str) -> str | None:
    """The address in hexadecimal, 8 or 32 digits; None if the text is no address."""
    if _IPV4.fullmatch(text):
        parts = [int(part) for part in text.split(".")]
        return "".join(f"{part:02X}" for part in parts) if max(parts) <= 255 else None
    if _IPV6.fullmatch(text):
        try:
            return ipaddress.IPv6Address(text).packed.hex().upper()
        except ValueError:
            return None
    return None


def network(text: str) -> tuple[str, str]:
    """The first and the last address of a range; raises ValueError for what AWS refuses.

    A range of one address is refused by AWS's ruler: it wants the address itself.
    """
    address, slash, bits = text.partition("/")
    first = digits(address)
    if first is None or not slash or not re.fullmatch(r"[0-9]{1,3}", bits):
        raise ValueError(f"{text!r} is not an address range such as 10.0.0.0/8")
    width = len(first) * 4
    if not 0 <= int(bits) < width:
        raise ValueError(f"{text!r} needs a prefix length from 0 to {width - 1}")
    hosts = (1 << (width - int(bits))) - 1
    low = int(first, 16) & ~hosts
    return f"{low:0{width // 4}X}", f"{low | hosts:0{width // 4}X}"
