"""What a show follows: noted, listed, taken out."""

from pathlib import Path

from narrate.podcast._sources_file import Source, add_source, read_sources, remove_source
from narrate.podcast._sources_list import find_feed
from narrate.podcast._sources_web import Web
from narrate.read import is_url

__all__ = ["Source", "follow_source", "list_sources", "unfollow_source"]


def follow_source(
    source: str, folder: Path, *, private: bool = False, latest: int = 0
) -> tuple[Source, bool]:
    """Let the show in `folder` follow `source`; how it is noted, and whether that is new.

    It is looked at once: of a page on the web, the feed is followed that it names. A file or folder
    is noted by its full path. With `private`, it and what it links to may be on this machine or its
    own network. `latest` bounds how many of its articles are taken at first; 0 takes all. Raises
    ReadError for what cannot be read or followed, UsageError when it cannot be noted.
    """
    address = source.strip() if is_url(source.strip()) else str(Path(source).absolute())
    found = find_feed(Source(address, private, latest), Web())
    return found, add_source(found, folder)


def unfollow_source(source: str, folder: Path) -> str:
    """Take `source` out of what the show in `folder` follows; the address that it was noted by.

    Its episodes stay. Raises UsageError where the show does not follow it.
    """
    known = {each.address for each in read_sources(folder)}
    address = source if source in known or is_url(source) else str(Path(source).absolute())
    remove_source(address, folder)
    return address


def list_sources(folder: Path) -> list[Source]:
    """What the show in `folder` follows; raises UsageError when that cannot be read."""
    return read_sources(folder)
