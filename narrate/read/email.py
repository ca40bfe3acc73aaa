"""Mail → an Article for each message: .eml, mailboxes (mbox), and pages saved as MHTML.

The parser is the standard library's with its older policy, which leaves headers as they are: the
newer one raises whatever it can on broken ones.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from narrate.base.errors import NothingToSay
from narrate.base.model import Article, Block
from narrate.read._decode import decode
from narrate.read._fetch import is_url

if TYPE_CHECKING:
    from email.message import Message

SUFFIXES: frozenset[str] = frozenset({".eml", ".emlx", ".mbox", ".mbx", ".mhtml", ".mht"})
MIMES: frozenset[str] = frozenset({"message/rfc822", "application/mbox", "multipart/related"})

_FIELD = re.compile(rb"[!-9;-~]{1,76}:")
_POSTMARK = re.compile(
    rb"^From [^\r\n]*\d\d:\d\d[^\r\n]*\b\d{4}\b[^\r\n]*\r?\n(?=[!-9;-~]{1,76}:)", re.MULTILINE
)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_EMLX = re.compile(rb"(\d{1,9})[ \t]*\r?\n(?=[!-9;-~]{1,76}:)")
_BEGINNING = 65_536
TELLING = frozenset({b"date", b"message-id", b"received", b"mime-version", b"return-path"})
"""Headers of which a mail has one at least, beside who it is from."""

MOST_NESTED = 5
"""Messages in messages in … that are opened, as digests have them."""

_logger = logging.getLogger("narrate.read")


def recognise(data: bytes) -> bool:
    """Tell whether `data` begins as a message, a mailbox or a saved page does."""
    data = data[:_BEGINNING].removeprefix(b"\xef\xbb\xbf")
    if _POSTMARK.match(data):
        return True
    data = data[_start_of_emlx(data) :].lstrip(b"\r\n")
    names = set()
    for line in data.split(b"\n"):
        if not line.strip():
            break
        if line[:1] in b" \t":
            continue
        if not _FIELD.match(line):
            return False
        names.add(line.partition(b":")[0].lower())
    is_page = {b"mime-version", b"content-type"} <= names
    return is_page or (b"from" in names and bool(names & TELLING))


def read(data: bytes, url: str | None = None) -> Iterator[Article]:
    """Give an article for each message with a text, the last of a mailbox first.

    Raises NothingToSay for a single message without one.
    """
    from email import message_from_bytes
    from email.policy import compat32

    from narrate.read._mail_headers import header

    name = url or "input"
    messages = list(_split(data))
    for part in reversed(messages):
        message = message_from_bytes(part, policy=compat32)
        articles = list(_read_message(message))
        if articles:
            yield from articles
        elif len(messages) == 1:
            raise NothingToSay(name, "there is no text in this mail")
        else:
            subject = header(message, "Subject")
            _logger.warning("%s: “%s” has no text and is passed over", name, subject)


def _split(data: bytes) -> Iterator[bytes]:
    """Give the messages of a mailbox, or the one message that there is."""
    postmarks = list(_POSTMARK.finditer(data))
    if not postmarks or data[: postmarks[0].start()].strip():
        start = _start_of_emlx(data)
        yield data[start : start + int(data.split(maxsplit=1)[0])] if start else data
        return
    ends = [mark.start() for mark in postmarks[1:]] + [len(data)]
    for mark, end in zip(postmarks, ends, strict=True):
        yield _ESCAPED_FROM.sub(rb"\1", data[mark.end() : end])


def _start_of_emlx(data: bytes) -> int:
    """Give where the message begins in a file of Apple Mail, which starts with its length."""
    found = _EMLX.match(data)
    return found.end() if found else 0


def _read_message(message: "Message", depth: int = 0) -> Iterator[Article]:
    """Give the article that a message is, else those of the messages that it holds."""
    if _is_page(message):
        yield _read_page(message)
        return
    is_digest = any(part.get_content_type() == "multipart/digest" for part in message.walk())
    article = None if is_digest and depth < MOST_NESTED else _read_mail(message)
    if article is not None:
        yield article
        return
    inner = [part for part in _parts(message) if part.get_content_type() == "message/rfc822"]
    for part in inner if depth < MOST_NESTED else ():
        payload = part.get_payload()
        for each in payload if isinstance(payload, list) else ():
            if not isinstance(each, str):
                yield from _read_message(each, depth + 1)


def _parts(message: "Message") -> Iterator["Message"]:
    """Give the parts that have no parts, in order; a message in this one is such a part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting += [each for each in reversed(payload) if not isinstance(each, str)]
        else:
            yield part


def _is_page(message: "Message") -> bool:
    """Tell a saved page from a mail: its parts say where on the web they come from."""
    from narrate.read._mail_headers import header

    if header(message, "Snapshot-Content-Location"):
        return True
    return message.get_content_type() == "multipart/related" and not header(message, "To")


def _read_page(message: "Message") -> Article:
    from narrate.read._mail_headers import header
    from narrate.read.html import read_html

    page = next(
        (part for part in message.walk() if part.get_content_type() == "text/html"), message
    )
    places = (header(page, "Content-Location"), header(message, "Snapshot-Content-Location"))
    url = next(filter(is_url, places), None)
    article = read_html(_bytes_of(page), url)
    return replace(
        article,
        title=article.title or header(message, "Subject"),
        source=article.source or url or "",
    )


def _read_mail(message: "Message") -> Article | None:
    """Give the article that a mail is; None where it has no text of its own."""
    from narrate.read import _mail_headers as headers
    from narrate.read._fragment import language_tag
    from narrate.read._mail_words import clean_subject

    is_list = bool(headers.header(message, "List-Id"))
    subject, is_reply, is_forward = clean_subject(
        headers.header(message, "Subject"), is_list=is_list
    )
    is_reply = is_reply or bool(headers.header(message, "In-Reply-To"))
    blocks, language, left_out = _read_body(message, is_reply=is_reply, is_forward=is_forward)
    if not any(block.text.strip() for block in blocks):
        return None
    attached = [part.get_filename() or "" for part in _parts(message) if _is_attached(part)]
    if attached:
        names = ", ".join(filter(None, map(str, attached))) or "without a name"
        left_out = (*left_out, f"what is attached ({names}; save it and give the file)")
    if left_out:
        _logger.warning("“%s”: left out: %s", subject, ", ".join(left_out))
    archived = headers.header(message, "Archived-At").strip("<>")
    return Article(
        title=subject,
        blocks=blocks,
        author=headers.sender(message),
        language=language_tag(headers.header(message, "Content-Language").partition(",")[0])
        or language,
        published=headers.sent(message),
        source=archived if is_url(archived) else "",
        site=headers.publication(message),
    )


def _read_body(
    message: "Message", *, is_reply: bool, is_forward: bool
) -> tuple[tuple[Block, ...], str, tuple[str, ...]]:
    """Give blocks, language and what was left out of the better of a mail's versions."""
    from narrate.read._mail_html import read_mail_html
    from narrate.read._mail_text import read_mail_text, unflow
    from narrate.read._mail_words import drop_frame
    from narrate.read.text import read_text

    parts = [part for part in _parts(message) if not _is_attached(part)]
    html = next((part for part in parts if part.get_content_type() == "text/html"), None)
    if html is not None:
        from narrate.read.html import read_html

        found = read_mail_html(_text_of(html), extract=read_html, is_forward=is_forward)
        if any(block.text.strip() for block in found[0]):
            return found
    blocks: list[Block] = []
    left_out: list[str] = []
    for part in parts:
        if part.get_content_type() == "text/plain":
            text = _text_of(part)
            if str(part.get_param("format")).lower() == "flowed":
                text = unflow(text, delete_space=str(part.get_param("delsp")).lower() == "yes")
            mail = read_mail_text(text, is_reply=is_reply, is_forward=is_forward)
            blocks += read_text(mail.text).blocks
            left_out += mail.left_out
    kept = drop_frame(blocks)
    if len(kept) < len(blocks):
        left_out.append("the newsletter's own lines")
    return kept, "", tuple(dict.fromkeys(left_out))


def _is_attached(part: "Message") -> bool:
    """Tell whether a part is a file of its own, and none of the text or its pictures."""
    if part.is_multipart():  # a message in this one
        return True
    if str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment"):
        return True
    is_shown = part.get_content_maintype() in ("text", "image") or part.get("Content-ID")
    return bool(part.get_filename()) and not is_shown


def _text_of(part: "Message") -> str:
    """Give the text of a part, decoded as it says where that can be, else as it looks."""
    data = _bytes_of(part)
    charset = str(part.get_content_charset() or "")
    if charset and charset != "us-ascii":
        try:
            return data.decode(charset).replace("\r\n", "\n")
        except (LookupError, UnicodeError):
            pass
    return decode(data, "mail") if data.strip() else ""


def _bytes_of(part: "Message") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
