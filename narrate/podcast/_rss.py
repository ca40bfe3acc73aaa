"""RSS 2.0 with the namespaces of podcasts, as bytes that depend on nothing but what they say.

https://www.rssboard.org/rss-specification, https://podcasters.apple.com/support/823-podcast-requirements,
https://podcastindex.org/namespace/1.0, https://podlove.org/simple-chapters, RFC 4287, RFC 5005.
"""

import base64
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from narrate.podcast._episodes import AUDIO_TYPES, Episode, ListedFile
from narrate.podcast._podcast_file import (
    LONGEST_DESCRIPTION,
    LONGEST_FIELD,
    Podcast,
    has_cover_size,
)
from narrate.podcast._shownotes import describe_briefly, write_notes
from narrate.write import clamp_title, clean_text, measure_picture

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "fh": "http://purl.org/syndication/history/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
}
TRANSCRIPTS = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".transcript.json": "application/json",
}
CHAPTERS, CHAPTERS_TYPE = ".chapters.json", "application/json+chapters"
LONGEST_LABEL = 32
"""Characters of the title of an alternateEnclosure."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ADDRESS_CHARACTERS = ";/?:@&=+$-_!~*'()%,#"  # what RFC 2396 lets stand in an address


class Item(NamedTuple):
    """An episode with what episodes.json knows of it."""

    episode: Episode
    guid: str
    day: date
    order: int
    """Its place among the episodes of its day: seconds after midnight, so that apps sort them."""
    number: int
    """Its place in the whole show, from 1 up."""
    updated: date | None


class Page(NamedTuple):
    """One document of a feed, and its neighbours."""

    name: str
    items: Sequence[Item]
    """The newest first."""
    older: str = ""
    newer: str = ""
    current: str = ""
    """The name of the feed to subscribe to, if this is an archive of it."""


def write_page(page: Page, podcast: Podcast, cover: str) -> bytes:
    """The document of `page`; `cover` is the file name of the show's picture, or empty."""
    rss = Element("rss", {"version": "2.0"})
    for prefix, address in NAMESPACES.items():
        rss.set(f"xmlns:{prefix}", address)
    channel = SubElement(rss, "channel")
    _write_channel(channel, page, podcast, cover)
    for item in page.items:
        _write_item(SubElement(channel, "item"), item, podcast)
    indent(rss, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(rss, "unicode")}\n'.encode()


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Add an element, without what XML cannot hold; `type_` is the attribute type."""
    cleaned = {name.rstrip("_"): clean_text(value) for name, value in attributes.items() if value}
    element = SubElement(parent, tag, cleaned)
    element.text = clean_text(text) or None
    return element


def _write_channel(channel: Element, page: Page, podcast: Podcast, cover: str) -> None:
    _add(channel, "title", podcast.title)
    _add(channel, "link", podcast.link)
    _add(channel, "description", podcast.description)
    _add(channel, "language", podcast.language)
    _link(channel, "self", podcast.url + page.name)
    for rel, name in (
        ("prev-archive", page.older),
        ("next-archive", page.newer),
        ("current", page.current),
    ):
        if name:
            _link(channel, rel, podcast.url + name)
    if page.current:
        _add(channel, "fh:archive")
    days = [day for item in page.items for day in (item.day, item.updated) if day]
    if days:
        _add(channel, "lastBuildDate", _write_date(max(days)))
    _add(channel, "generator", "narrate")
    _write_itunes(channel, podcast)
    if cover:
        address = podcast.url + quote(cover)
        _add(channel, "itunes:image", href=address)
        image = _add(channel, "image")
        _add(image, "url", address)
        _add(image, "title", podcast.title)
        _add(image, "link", podcast.link)
    _add(channel, "podcast:guid", podcast.guid)
    _add(channel, "podcast:medium", podcast.medium)
    _add(channel, "podcast:locked", "yes" if podcast.locked else "no", owner=podcast.email)


def _write_itunes(channel: Element, podcast: Podcast) -> None:
    """What Apple Podcasts asks for, and most apps read."""
    _add(channel, "itunes:author", podcast.author)
    _add(channel, "itunes:type", podcast.type)
    _add(channel, "itunes:explicit", str(podcast.explicit).lower())
    top, _, below = (part.strip() for part in podcast.category.partition(">"))
    category = _add(channel, "itunes:category", text_=top)
    if below:
        _add(category, "itunes:category", text_=below)
    if podcast.email:
        owner = _add(channel, "itunes:owner")
        _add(owner, "itunes:name", podcast.owner)
        _add(owner, "itunes:email", podcast.email)
    if podcast.unlisted:
        _add(channel, "itunes:block", "Yes")
        _add(channel, "podcast:block", "yes")


def _link(channel: Element, rel: str, href: str) -> None:
    _add(channel, "atom:link", href=href, rel=rel, type_="application/rss+xml")


def _write_item(element: Element, item: Item, podcast: Podcast) -> None:
    episode = item.episode
    link = web_link(episode.source)
    title = clamp_title(episode.title, most_characters=LONGEST_FIELD)
    _add(element, "title", title)
    if link:
        _add(element, "link", link)
    _add(element, "description", describe_briefly(episode.summary or title, LONGEST_DESCRIPTION))
    _add(element, "content:encoded", write_notes(episode, link, item.updated))
    _add(element, "guid", item.guid, isPermaLink="false")
    _add(element, "pubDate", _write_date(item.day, item.order))
    if item.updated:
        _add(element, "atom:updated", f"{item.updated.isoformat()}T00:00:00Z")
    _write_enclosures(element, episode, podcast)
    _add(element, "itunes:title", title)
    _add(element, "itunes:duration", str(max(1, round(episode.length_ms / 1000))))
    _add(element, "itunes:episodeType", "full")
    _add(element, "itunes:explicit", str(podcast.explicit).lower())
    if podcast.type == "serial":
        _add(element, "itunes:episode", str(item.number))
    if episode.author:
        _add(element, "itunes:author", clamp_title(episode.author, most_characters=LONGEST_FIELD))
        _add(element, "podcast:person", episode.author, role="author", group="writing")
    if picture := _find_picture(episode):
        _add(element, "itunes:image", href=_address(podcast, picture))
    _write_texts(element, episode, podcast)


def _find_picture(episode: Episode) -> ListedFile | None:
    """The episode's own picture, if apps take it: square, and large enough."""
    if episode.cover is None:
        return None
    picture = measure_picture(episode.folder / episode.cover.path.rpartition("/")[2])
    return episode.cover if picture and has_cover_size(picture) else None


def _write_enclosures(element: Element, episode: Episode, podcast: Podcast) -> None:
    """The audio that every app plays, and the other formats there are."""
    audio = episode.audio[0]
    length, type_ = str(audio.bytes), _audio_type(audio)
    _add(element, "enclosure", url=_address(podcast, audio), length=length, type_=type_)
    for file in episode.audio:
        alternate = _add(
            element,
            "podcast:alternateEnclosure",
            type_=_audio_type(file),
            length=str(file.bytes),
            bitrate=str(round(file.bytes * 8000 / max(episode.length_ms, 1))),
            lang=episode.language,
            title=file.path.rpartition(".")[2].upper()[:LONGEST_LABEL],
            default="true" if file == audio else "",
        )
        _add(alternate, "podcast:source", uri=_address(podcast, file))
        digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
        _add(alternate, "podcast:integrity", type_="sri", value=f"sha256-{digest}")


def _write_texts(element: Element, episode: Episode, podcast: Podcast) -> None:
    """Transcripts and chapters."""
    for suffix, type_ in TRANSCRIPTS.items():
        if file := _find_text(episode, suffix):
            rel = "" if suffix == ".transcript.json" else "captions"
            address = _address(podcast, file)
            _add(
                element,
                "podcast:transcript",
                url=address,
                type_=type_,
                language=episode.language,
                rel=rel,
            )
    if file := _find_text(episode, CHAPTERS):
        _add(element, "podcast:chapters", url=_address(podcast, file), type_=CHAPTERS_TYPE)
    chapters = _add(element, "psc:chapters", version="1.2")
    for chapter in episode.chapters:
        start = _write_time(chapter.start_ms)
        _add(chapters, "psc:chapter", start=start, title=clamp_title(chapter.title) or "…")


def _find_text(episode: Episode, suffix: str) -> ListedFile | None:
    """The file of a kind; the WebVTT of chapters is no transcript."""
    found = (
        file
        for file in episode.files
        if file.path.endswith(suffix) and not file.path.endswith(".chapters.vtt")
    )
    return next(found, None)


def _audio_type(file: ListedFile) -> str:
    return AUDIO_TYPES[f".{file.path.rpartition('.')[2]}"]


def _address(podcast: Podcast, file: ListedFile) -> str:
    return podcast.url + quote(file.path)


def web_link(source: str) -> str:
    """`source` as an address in ASCII, if it is one on the web; else nothing."""
    address = quote(clean_text(source.strip()), safe=_ADDRESS_CHARACTERS, errors="replace")
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    return address if known else ""


def _write_date(day: date, seconds: int = 0) -> str:
    """RFC 2822; `seconds` after midnight UTC."""
    minutes, second = divmod(min(seconds, 86_399), 60)
    time = f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
    weekday, month = _DAYS[day.weekday()], _MONTHS[day.month - 1]
    return f"{weekday}, {day.day:02} {month} {day.year:04} {time} +0000"


def _write_time(ms: int) -> str:
    """Normal play time as Podlove Simple Chapters has it."""
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
