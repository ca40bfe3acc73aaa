"""The library page of a folder: all its episodes, to search, to play, and to subscribe to.

One HTML file that loads nothing but covers and audio beside it, and says so to the browser (a
Content Security Policy with the hashes of its own style and script). It works from a disk, too, so
the words of the transcripts are in the page itself. Its sources are in the folder of this name.
"""

import hashlib
import tomllib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from string import Template

from narrate.podcast._episodes import Episode, date_episode, find_episodes
from narrate.podcast._files import replace_file
from narrate.podcast._library_items import Item, clean, make_item
from narrate.podcast._podcast_file import COVER, FEED, PODCAST_FILE
from narrate.podcast._register import read_register
from narrate.podcast._shelf import Shelf
from narrate.terminal import duration, plural

INDEX = "index.html"
SPEEDS = (0.5, 0.75, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.75, 2, 2.25, 2.5, 2.75, 3)
MOST_WORDS = 16_000_000
"""Characters of transcripts that the page holds, about 3 million words: of older episodes only what
is seen is searched then, and the page says so."""


class Library:
    """Makes the page again and again, and reads only what has changed."""

    def __init__(self, folder: Path, shelf: Shelf | None = None) -> None:
        self._folder = folder.resolve()
        self._shelf = shelf or Shelf(folder)
        self._items: dict[tuple[object, ...], Item] = {}
        self._made: tuple[object, bytes] = (None, b"")

    def make(self, *, feed: bool) -> bytes:
        """The page as UTF-8; with `feed` it leads to the feed beside it."""
        states = {release.folder: release.state for release in self._shelf.releases()}
        about = _read_about(self._folder)
        entries = read_register(self._folder).entries
        seen = tuple((entry.key, entry.first_seen) for entry in entries.values())
        cover = (self._folder / COVER).is_file()
        now = (tuple(states.items()), about, seen, cover, feed)
        if self._made[0] != now:
            items: dict[tuple[object, ...], Item] = {}
            for episode in find_episodes(self._folder)[0]:
                entry = entries.get(episode.key)
                day = _date(episode, entry.first_seen if entry else "")
                key = (episode.folder, states.get(episode.folder), day)
                items[key] = self._items.get(key) or make_item(episode, day)
            self._items = items
            page = _fill(list(items.values()), *about, cover=cover, feed=feed)
            self._made = now, page.encode("utf-8", "replace")
        return self._made[1]


def _date(episode: Episode, first_seen: str) -> str:
    """The day on which the feed lists `episode`; where none has yet, that of its article."""
    if not first_seen:
        return episode.published
    return date_episode(episode.published, first_seen).isoformat()


def write_library(folder: Path) -> Path:
    """Write the library page of `folder` as index.html into it; its path.

    It leads to the feed if there is one beside it. Raises WriteError when it cannot be written.
    """
    path = folder / INDEX
    replace_file(path, Library(folder).make(feed=(folder / FEED).is_file()))
    return path


def _read_about(folder: Path) -> tuple[str, str]:
    """Title and web address of the show, as far as podcast.toml says; else the folder's name."""
    try:
        about = tomllib.loads((folder / PODCAST_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        about = {}
    name = folder.resolve().name.replace("-", " ").strip()
    title, url = about.get("title"), about.get("url")
    return str(title or name[:1].upper() + name[1:] or "Library"), str(url or "")


def _fill(items: Sequence[Item], title: str, address: str, *, cover: bool, feed: bool) -> str:
    items = sorted(items, key=lambda item: (item.title, item.id))
    items.sort(key=lambda item: item.day, reverse=True)
    style, script = _source("library.css"), _source("library.js")
    words = list(_write_words(items))
    return Template(_source("template.html")).substitute(
        policy=write_policy(style, script),
        title=clean(title),
        style=style,
        script=script,
        cover=f'<img class="show" src="{COVER}" alt="" width="160" height="160">' if cover else "",
        facts=_write_facts(items),
        subscribe=_write_subscribe(address) if feed else "",
        to_feed='<a class="to-feed" href="#subscribe">Subscribe</a>' if feed else "",
        episodes="\n".join(item.html for item in items),
        empty="" if items else '<p class="empty">Nothing has been made here yet.</p>',
        speeds="".join(map(_write_speed, SPEEDS)),
        words="\n".join(words),
        count=len(words),
    )


def _source(name: str) -> str:
    folder = resources.files("narrate.podcast") / "library"
    return (folder / name).read_text(encoding="utf-8")


def write_policy(style: str, script: str) -> str:
    """What the page may load: its own style and script, and pictures and sound beside it."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "media-src 'self' file:",  # "self" is not every browser's name for a file beside
            "img-src 'self' file: data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _write_facts(items: Sequence[Item]) -> str:
    length = sum(item.length_ms for item in items)
    return f"{plural(len(items), 'episode')}, {duration(length)} in all" if items else ""


def _write_subscribe(address: str) -> str:
    feed = f"{address.rstrip('/')}/{FEED}" if address else FEED
    return Template(_source("subscribe.html")).substitute(feed=clean(feed), beside=FEED)


def _write_words(items: Sequence[Item]) -> Iterator[str]:
    """The sentences of each episode, the newest first, as far as there is room."""
    room = MOST_WORDS
    for item in items:
        room -= len(item.words)
        if room < 0:
            return
        if item.words:
            yield f'<script type="application/json" id="w-{item.id}">{item.words}</script>'


def _write_speed(speed: float) -> str:
    chosen = " selected" if speed == 1 else ""
    return f'<option value="{speed:g}"{chosen}>{speed:g}×</option>'
