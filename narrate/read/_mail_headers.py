"""What the headers of a mail say, however broken they are."""

import re
from contextlib import suppress
from datetime import date
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate

from narrate.read._clean import clean_text

EARLIEST = 1970
"""Year before which no mail was sent."""

_VIA = re.compile(r"\s+(?:via|durch|par)\s+.*$", re.IGNORECASE)
_LIST_ID = re.compile(r"(?P<name>[^<]*)<(?P<id>[^<>]+)>")


def header(message: Message, name: str) -> str:
    """Give a header on one line, its encoded words decoded; empty where there is none.

    The raw bytes are looked at, since many programs write UTF-8 as it is.
    """
    for key, raw in message.raw_items():
        if key.lower() == name.lower():
            return _decode_words(str(raw))
    return ""


def _decode_words(raw: str) -> str:
    data = raw.encode("utf-8", errors="surrogateescape")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    text = re.sub(r"[\r\n]+(?=[ \t])", "", text)
    with suppress(MessageError, LookupError, ValueError):  # what nobody knows stays as it is
        text = str(make_header(decode_header(text)))
    return " ".join(clean_text(text).split())


def sender(message: Message) -> str:
    """Give the name of who wrote a mail, else the address."""
    for name in ("From", "Sender", "Reply-To"):
        for person, address in _addresses(header(message, name)):
            if person or address:
                return _VIA.sub("", person.strip("'\" ")) or person or address
    return ""


def _addresses(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except (ValueError, IndexError, TypeError):
        return []


def sent(message: Message) -> str:
    """Give the calendar date in the sender's time zone; empty where it is none."""
    try:
        parts = parsedate(header(message, "Date"))
        day = date(*parts[:3]) if parts else None
    except (ValueError, IndexError, TypeError):
        return ""
    return day.isoformat() if day and day.year >= EARLIEST else ""


def publication(message: Message) -> str:
    """Give the name of the list or newsletter that sent a mail; empty for one person's."""
    found = _LIST_ID.match(header(message, "List-Id"))
    if found and found["name"].strip(" \"'"):
        return found["name"].strip(" \"'")
    if header(message, "List-Unsubscribe") or header(message, "Sender"):
        for person, _ in _addresses(header(message, "Sender")):
            if person:
                return person
        if header(message, "List-Unsubscribe"):
            return sender(message)
    return found["id"].strip() if found else ""
