"""A folder of recordings as a podcast feed.

The feed is a pure function of the recordings, of podcast.toml and of episodes.json, which holds
what cannot be told from them: guids and first-seen dates. The newest episodes are in feed.xml, all
but the last of them also in archive-0001.xml and on, a hundred each, which RFC 5005 readers follow
back to the first; a full archive page stays as it is.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from narrate.base.config import read_file
from narrate.base.errors import UsageError
from narrate.base.locks import locked
from narrate.base.model import Article
from narrate.podcast._arrange import arrange_show
from narrate.podcast._episodes import MORE, Episode, date_episode, find_episodes
from narrate.podcast._files import find_today, replace_file, write_error
from narrate.podcast._podcast_file import (
    FEED,
    PODCAST_FILE,
    Podcast,
    check_cover,
    is_loopback,
    parse_podcast,
    read_podcast,
    warn_of_address,
    write_podcast,
)
from narrate.podcast._register import Register, read_register, write_register
from narrate.podcast._rss import Item, Page, write_page
from narrate.podcast.library import write_library
from narrate.write import draw_cover

PAGE_ITEMS = 100
DEFAULT_LANGUAGE = "en"
_ARCHIVE = re.compile(r"archive-\d{4,}\.xml")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was written."""

    path: Path
    """Of feed.xml."""
    url: str
    """Where apps find it."""
    episodes: int
    archives: tuple[Path, ...]
    changed: bool
    """Whether any of its documents was written anew."""
    remarks: tuple[str, ...]
    """What somebody should know: recordings that are left out, an address few can reach."""


def build_feed(folder: Path, *, today: date | None = None) -> Feed:
    """Write feed.xml, its archives and index.html of the recordings in `folder`.

    A recording is noted in episodes.json when it is seen first, with `today` (default: the date in
    UTC, or that of SOURCE_DATE_EPOCH); nothing else depends on when it is done. In a show, audio is
    put in its place first. A cover is drawn where there is none. Raises UsageError for what a
    directory would refuse, with what to do, and where there are no recordings; WriteError when a
    file cannot be written.
    """
    today = today or find_today()
    podcast = read_podcast(folder)
    with locked(folder):
        register = read_register(folder)
        episodes, remarks = _note_episodes(folder, register, today)
        if not episodes:
            why = "there are no recordings in it"
            raise UsageError(str(folder), why, f"narrate make STORY -o {folder} makes some")
        items = list_items(episodes, register, today)
        podcast = _complete(podcast, episodes, register)
        write_register(register, folder)
        cover = _find_cover(folder, podcast)
        check_cover(cover)
        pages = write_pages(items, podcast, cover.name)
        changed = _replace_pages(folder, pages)
        write_library(folder)
    return Feed(
        path=folder / FEED,
        url=podcast.url + FEED,
        episodes=len(items),
        archives=tuple(folder / name for name in pages if name != FEED),
        changed=changed,
        remarks=(*warn_of_address(podcast.url), *remarks),
    )


def _note_episodes(
    folder: Path, register: Register, today: date
) -> tuple[list[Episode], list[str]]:
    """The episodes in `folder`, and remarks, as `find_episodes` gives them.

    If it is a show, new ones are noted and its files put in their places.
    """
    if not (folder / MORE).is_dir():
        return find_episodes(folder)
    with locked(folder / MORE):
        episodes, remarks = find_episodes(folder)
        list_items(episodes, register, today)
        write_register(register, folder)  # before anything moves: names follow from it
        moved = arrange_show(folder, register, today)
        return find_episodes(folder) if moved else (episodes, remarks)


def render_feed(folder: Path, url: str, *, today: date | None = None) -> dict[str, bytes]:
    """The documents of a feed by name, with `url` as the address of `folder`; nothing is written.

    For a server that knows its address only when it runs. Where podcast.toml has no title, the
    podcast has the folder's name, and where there is none, directories are asked not to list it.
    """
    path = folder / PODCAST_FILE
    name = folder.resolve().name or "Recordings"
    otherwise = {"title": name, "url": url, "email": "", "unlisted": not path.is_file()}
    podcast = replace(parse_podcast(read_file(path), path, otherwise), url=url, link=url)
    register = read_register(folder)
    episodes, _ = find_episodes(folder)
    items = list_items(episodes, register, today or find_today())
    cover = podcast.cover if (folder / podcast.cover).is_file() else ""
    return write_pages(items, _complete(podcast, episodes, register), cover)


def init_podcast(folder: Path, **values: str) -> tuple[Path, tuple[str, ...]]:
    """Write `values` (title, url, email …) into podcast.toml in `folder`; its path, and remarks.

    There, everything else that can be set is told in comments. A value that is empty is left as it
    is. Raises UsageError for a value that a directory would refuse.
    """
    path = write_podcast(folder, values)
    return path, warn_of_address(values["url"]) if values.get("url") else ()


def list_items(episodes: Sequence[Episode], register: Register, today: date) -> list[Item]:
    """`episodes` in the order in which they were seen first, the newest first.

    Those that `register` does not know yet are added to it, by the dates of their articles.
    """
    seen = today.isoformat()
    for each in sorted(
        episodes, key=lambda each: (date_episode(each.published, seen), each.title, each.key)
    ):
        register.see(each.key, each.source, each.text, today)
    by_key = {each.key: each for each in episodes}
    of_day = Counter[date]()
    items = []
    for number, entry in enumerate(register.entries.values(), start=1):
        episode = by_key.get(entry.key)
        if episode is None:
            continue  # its recording is gone
        day = date_episode(episode.published, entry.first_seen)
        updated = date.fromisoformat(entry.updated) if entry.updated else None
        items.append(Item(episode, entry.guid, day, of_day[day], number, updated))
        of_day[day] += 1
    return items[::-1]


def _complete(podcast: Podcast, episodes: Sequence[Episode], register: Register) -> Podcast:
    """`podcast` with what follows from its episodes and from episodes.json."""
    spoken = Counter(each.language for each in episodes if each.language)
    language = min(spoken, key=lambda tag: (-spoken[tag], tag), default=DEFAULT_LANGUAGE)
    keep = not is_loopback(podcast.url)
    guid = podcast.guid.lower() or register.choose_podcast_guid(podcast.url, keep=keep)
    return replace(podcast, language=podcast.language or language, guid=guid)


def write_pages(items: Sequence[Item], podcast: Podcast, cover: str) -> dict[str, bytes]:
    """The documents of the feed of `items` (the newest first) by name; feed.xml is the last.

    Archive pages are counted from the oldest on and are full, so that one that is there does not
    change when an episode is added; the last of them and feed.xml may have episodes in common.
    """
    oldest_first = list(items)[::-1]
    count = max(0, (len(items) - 1) // PAGE_ITEMS)
    names = [f"archive-{number:04}.xml" for number in range(1, count + 1)]
    pages = {}
    for index, name in enumerate(names):
        own = oldest_first[index * PAGE_ITEMS : (index + 1) * PAGE_ITEMS][::-1]
        older = names[index - 1] if index else ""
        newer = names[index + 1] if index + 1 < count else ""
        page = Page(name, own, older=older, newer=newer, current=FEED)
        pages[name] = write_page(page, podcast, cover)
    latest = Page(FEED, items[:PAGE_ITEMS], older=names[-1] if names else "")
    return {**pages, FEED: write_page(latest, podcast, cover)}


def _find_cover(folder: Path, podcast: Podcast) -> Path:
    """The picture of the show, drawn if there is none of the name that we give it."""
    path = folder / podcast.cover
    if not path.exists():
        if path.suffix != ".jpg":
            raise UsageError(str(path), "there is none", "put it there, or leave cover out")
        about = Article(title=podcast.title, blocks=(), author=podcast.author, language="")
        named = replace(about, author="") if podcast.author == podcast.title else about
        replace_file(path, draw_cover(named, side=3000))
    return path


def _replace_pages(folder: Path, pages: dict[str, bytes]) -> bool:
    """Put `pages` in their places, feed.xml last, and remove archives that are none any more."""
    changed = [replace_file(folder / name, data) for name, data in pages.items()]
    try:
        for path in folder.glob("archive-*.xml"):
            if _ARCHIVE.fullmatch(path.name) and path.name not in pages:
                path.unlink()
    except OSError as error:
        raise write_error(folder, error) from error
    return any(changed)
