"""An episode as the library page shows it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from html import escape
from urllib.parse import quote

from narrate.podcast._episodes import TIMELINE, Episode, ListedFile
from narrate.podcast._library_words import write_words
from narrate.terminal import duration, size

NAMES = {
    ".mp3": "MP3 audio",
    ".m4b": "M4B audiobook",
    ".m4a": "M4A audio",
    ".opus": "Opus audio",
    ".flac": "FLAC audio",
    ".wav": "WAV audio",
    ".html": "Page to read along",
    ".epub": "EPUB book",
    ".txt": "Plain text",
    ".vtt": "Captions (VTT)",
    ".srt": "Captions (SRT)",
    ".chapters.json": "Chapters (JSON)",
    ".chapters.vtt": "Chapters (VTT)",
    ".transcript.json": "Transcript (JSON)",
}
"""The files that people may want, by the ends of their names, in the order they are shown."""
LONGEST_SUMMARY = 320
# fmt: off
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Item:
    """What the page holds of one episode."""

    id: str
    title: str
    day: str
    """ISO 8601 date on which it is listed; empty where none is known."""
    length_ms: int
    html: str
    words: str
    """JSON of its sentences; empty where it has none."""


def clean(text: str) -> str:
    """`text` on one line, safe in HTML, as text and as the value of an attribute."""
    return escape(" ".join(_UNSAFE.sub("\ufffd", text).split()))


def make_item(episode: Episode, day: str) -> Item:
    """The item of `episode`, which is listed on `day`."""
    key = sha256(f"{episode.key}\n{episode.folder.name}".encode("utf-8", "replace")).hexdigest()[
        :12
    ]
    return Item(
        id=key,
        title=episode.title,
        day=day,
        length_ms=episode.length_ms,
        html="\n".join(_write_item(episode, key, day)),
        words=write_words(episode.folder / TIMELINE),
    )


def _write_item(episode: Episode, key: str, day: str) -> Iterator[str]:
    page = episode.find(".html")
    audio, text = _link(episode.audio[0]), _language(episode.language)
    yield (
        f'<li class="episode" id="e-{key}" data-length="{episode.length_ms}" data-audio="{audio}"'
        f' data-page="{_link(page) if page else ""}">'
    )
    yield _write_cover(episode.cover)
    yield '<div class="what">'
    title = f'<a href="{_link(page) if page else audio}"{text}>{clean(episode.title)}</a>'
    yield f'<h3 id="t-{key}">{title}</h3>'
    yield f'<p class="facts">{"".join(_write_facts(episode, day))}</p>'
    if episode.summary:
        yield f'<p class="summary"{text}>{clean(_shorten(episode.summary))}</p>'
    yield '</div>\n<div class="actions">'
    yield (
        '<button type="button" class="listen" data-scripted hidden'
        f' aria-labelledby="p-{key} t-{key}">'
        '<svg aria-hidden="true"><use href="#i-play"/></svg>'
        f'<span id="p-{key}">Play</span></button>'
    )
    yield (
        f'<a class="listen" data-plain href="{audio}" aria-labelledby="l-{key} t-{key}">'
        f'<span id="l-{key}">Listen</span></a>'
    )
    yield from _write_files(episode, key)
    yield "</div>\n</li>"


def _link(file: ListedFile) -> str:
    """The address of a file, relative to the page, as the value of an attribute."""
    return clean(quote(file.path))


def _write_cover(cover: ListedFile | None) -> str:
    if cover is None:
        return '<span class="cover"></span>'
    return (
        f'<img class="cover" src="{_link(cover)}" alt="" width="144" height="144"'
        ' loading="lazy" decoding="async">'
    )


def _write_facts(episode: Episode, day: str) -> Iterator[str]:
    """Date, length, author and site, and room for what is left to hear."""
    if said := say_day(day):
        yield f'<span><time datetime="{clean(day)}">{said}</time></span>'
    yield f"<span>{duration(episode.length_ms)}</span>"
    for name in dict.fromkeys((episode.author, episode.site)):
        if name.strip():
            yield f'<span dir="auto">{clean(name)}</span>'
    yield '<span class="left"></span>'


def _write_files(episode: Episode, key: str) -> Iterator[str]:
    """The files to take along, folded away."""
    yield f'<details class="files"><summary aria-labelledby="f-{key} t-{key}">'
    yield f'<span id="f-{key}">Files</span></summary>\n<ul>'
    kinds = list(NAMES)
    shown = []
    # In a show the page has audio of its own beside it, the same once more.
    once = {file.sha256: file for file in (*episode.files, *episode.audio)}
    for file in once.values():
        # The longest end that fits: a .chapters.vtt holds no captions.
        ends = [end for end in kinds if file.path.endswith(end)]
        if ends:
            end = max(ends, key=len)
            link = f'<a href="{_link(file)}">{NAMES[end]}</a> <span>{_say_size(file.bytes)}</span>'
            shown.append((kinds.index(end), f"<li>{link}</li>"))
    yield from (line for _, line in sorted(shown))
    yield "</ul></details>"


def _say_size(count: int) -> str:
    """A file's size as people say it; small ones in kB."""
    return size(count) if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def say_day(day: str) -> str:
    """An ISO 8601 date as people write it: 3 May 2026; empty where it is none."""
    try:
        known = date.fromisoformat(day)
    except ValueError:
        return ""
    return f"{known.day} {MONTHS[known.month - 1]} {known.year}"


def _language(tag: str) -> str:
    name = tag.replace("_", "-")
    return (f' lang="{name}"' if _TAG.fullmatch(name) else "") + ' dir="auto"'


def _shorten(text: str) -> str:
    """`text`, cut at a word where it is long."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_SUMMARY:
        return line
    return f"{line[:LONGEST_SUMMARY].rpartition(' ')[0] or line[:LONGEST_SUMMARY]} …"
