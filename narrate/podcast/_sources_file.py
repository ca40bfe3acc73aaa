"""sources.toml of a show: what it follows, an address or a path a line, in the order of following.

[sources]
"https://example.org/feed.xml" = {}
"http://nas.home/feed.xml" = { private = true }
"/home/ada/Articles" = { latest = 5 }
"""

from dataclasses import dataclass
from pathlib import Path

from narrate.base.config import edit_toml, read_file
from narrate.base.errors import UsageError

SOURCES_FILE = "sources.toml"
TABLE = "sources"


@dataclass(frozen=True, slots=True)
class Source:
    """What a show follows."""

    address: str
    """Of the web, or the full path of a file or folder."""
    private: bool = False
    """Whether it, and what it links to, may be fetched from this machine and its own network."""
    latest: int = 0
    """How many articles are taken of those that it has at first; 0 for all."""


def read_sources(folder: Path) -> list[Source]:
    """What the show in `folder` follows, in the order of its sources.toml.

    Raises UsageError where that cannot be read or says what cannot be.
    """
    path = folder / SOURCES_FILE
    table = read_file(path).get(TABLE, {})
    if not isinstance(table, dict):
        raise UsageError(f"{TABLE} in {path}", "it must be a table", f"write [{TABLE}]")
    return [_read_source(address, values, path) for address, values in table.items()]


def _read_source(address: str, values: object, path: Path) -> Source:
    name = f"{address} in {path}"
    if not isinstance(values, dict):
        raise UsageError(name, "it must be a table", "write { } behind it")
    private, latest = values.get("private", False), values.get("latest", 0)
    unknown = sorted(values.keys() - {"private", "latest"})
    if unknown:
        raise UsageError(name, f"there is no {unknown[0]}", "there are: private, latest")
    if not isinstance(private, bool):
        raise UsageError(name, "private must be true or false")
    if isinstance(latest, bool) or not isinstance(latest, int) or latest < 0:
        raise UsageError(name, "latest must be a number from 0 up")
    return Source(address, private, latest)


def add_source(source: Source, folder: Path) -> bool:
    """Write `source` into sources.toml in `folder`; whether the show did not follow it so already.

    Raises UsageError when it cannot be written.
    """
    if source in read_sources(folder):
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"it cannot be written to: {str(error.strerror or error).lower()}"
        raise UsageError(str(folder), why) from error
    values: dict[str, object] = {"private": True} if source.private else {}
    if source.latest:
        values["latest"] = source.latest
    edit_toml(folder / SOURCES_FILE, (TABLE, source.address), values)
    return True


def remove_source(address: str, folder: Path) -> None:
    """Take the source at `address` out of sources.toml; its episodes stay.

    Raises UsageError where the show does not follow it.
    """
    if address not in {source.address for source in read_sources(folder)}:
        raise UsageError(address, f"{folder} does not follow it", "narrate follow --list lists all")
    edit_toml(folder / SOURCES_FILE, (TABLE, address), None)
