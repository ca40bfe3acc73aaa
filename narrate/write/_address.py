"""Addresses of the web as links may have them."""

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit

_WEB = frozenset({"http", "https"})
_MAIL = "mailto"
_LABEL = re.compile(r"[\w-]+")  # of a host's name, in any script
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# RFC 3986, 3.3 to 3.5: what may stand in a path beside letters and digits; a query and a fragment
# may have a question mark as well.
_IN_PATH = "/:@!$&'()*+,;=~%"
_IN_QUERY = _IN_PATH + "?"


def safe_address(address: str, base: str) -> str:
    """`address` as a link may have it: on the web, or for mail; empty for everything else.

    `base` is the address of the article, which a relative one continues. What an address cannot
    hold is quoted (RFC 3986); one with a host that cannot be, or with a name and password, is none.
    """
    try:
        begins = urlsplit(base).scheme in _WEB
        parts = urlsplit((urljoin(base, address.strip()) if begins else address).strip())
        if parts.scheme in _WEB and _has_host(parts):
            return _join(f"{parts.scheme}://{parts.netloc}", parts)
    except ValueError:
        return ""
    return _join(f"{_MAIL}:", parts) if parts.scheme == _MAIL and parts.path else ""


def _has_host(parts: SplitResult) -> bool:
    """Whether there is a host, by a name that can be looked up; raise ValueError for a bad port."""
    name = parts.hostname or ""
    if not all(map(_LABEL.fullmatch, name.split("."))) or "@" in parts.netloc:
        return False
    # As the system of names has it; raises UnicodeError, a ValueError, if that cannot be.
    name.encode("idna").decode("idna")
    return parts.port is None or parts.port > 0


def _join(start: str, parts: SplitResult) -> str:
    query = f"?{_quote(parts.query, _IN_QUERY)}" if parts.query else ""
    fragment = f"#{_quote(parts.fragment, _IN_QUERY)}" if parts.fragment else ""
    return f"{start}{_quote(parts.path, _IN_PATH)}{query}{fragment}"


def _quote(text: str, safe: str) -> str:
    return _STRAY_PERCENT.sub("%25", quote(text, safe=safe, errors="replace"))
