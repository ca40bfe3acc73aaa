"""podcast.toml: what apps and directories say about a show, checked as a directory would."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from narrate.base.config import edit_toml, read_file
from narrate.base.errors import UsageError
from narrate.write import Picture, measure_picture

PODCAST_FILE = "podcast.toml"
FEED = "feed.xml"
COVER = "cover.jpg"
MAKE = "make"
"""The table with the settings of `narrate make --show`."""
LONGEST_FIELD, LONGEST_DESCRIPTION = 255, 4000
"""Characters; Apple Podcasts takes no more."""
SMALLEST_COVER, LARGEST_COVER = 1400, 3000
"""Pixels of a side; directories refuse others."""
TYPES = ("episodic", "serial")
MEDIA = ("podcast", "newsletter", "blog", "audiobook")
"""Those of https://podcastindex.org/namespace/1.0#medium that fit articles read aloud."""
SWITCHES = ("explicit", "locked", "unlisted")
EMPTY: Mapping[str, object] = MappingProxyType({})
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_INIT = "narrate feed FOLDER --init --url URL --title TITLE --email EMAIL writes it"


@dataclass(frozen=True, slots=True)
class Podcast:
    """What podcast.toml says, with the defaults of what it leaves out."""

    title: str
    url: str
    """The address of the show's folder on the web; it ends in a slash."""
    email: str
    description: str
    author: str
    owner: str
    link: str
    language: str = ""
    """BCP 47; empty for that of most episodes."""
    category: str = "News"
    """One of categories.toml, or two as "Arts > Books"."""
    explicit: bool = False
    type: str = TYPES[0]
    medium: str = MEDIA[0]
    locked: bool = True
    unlisted: bool = False
    cover: str = COVER
    """A file in the folder."""
    guid: str = ""
    """podcast:guid; empty where it is the one that was made for the show."""


KEYS = tuple(field.name for field in fields(Podcast))


def read_podcast(folder: Path) -> Podcast:
    """The podcast that podcast.toml in `folder` describes.

    Raises UsageError for what is missing, and for what a directory would refuse.
    """
    path = folder / PODCAST_FILE
    if not path.is_file():
        raise UsageError(str(path), "there is none", _INIT)
    return parse_podcast(read_file(path), path)


def parse_podcast(
    table: Mapping[str, object], path: Path, otherwise: Mapping[str, object] = EMPTY
) -> Podcast:
    """The podcast in `table`, which was read from `path`, or `otherwise` where it says nothing.

    Raises as `read_podcast` does.
    """
    given = {key: value for key, value in table.items() if key != MAKE and value != ""}
    for key, value in given.items():
        _check_key(key, value, path)
    for key in ("title", "url", "email"):
        if key not in given and key not in otherwise:
            raise UsageError(f"{key} in {path}", "it is not set", _INIT)
    values: dict[str, Any] = {**otherwise, **given}
    values["url"] = _folder_address(values["url"])
    author = values.setdefault("author", values["title"])
    values.setdefault("owner", author)
    values.setdefault("link", values["url"])
    values.setdefault(
        "description", f"{values['title']}: articles to listen to, read aloud by a synthetic voice."
    )
    podcast = Podcast(**values)
    for key, check in _CHECKS.items():
        why, remedy = check(getattr(podcast, key))
        if why and (key in given or key in ("author", "owner", "description")):
            raise UsageError(f"{key} in {path}", why, remedy)
    return podcast


def _check_key(key: str, value: object, path: Path) -> None:
    if key not in KEYS:
        near = get_close_matches(key, [*KEYS, MAKE], n=1)
        remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(KEYS)}"
        raise UsageError(f"{key} in {path}", "there is no such key", remedy)
    if key in SWITCHES and not isinstance(value, bool):
        remedy = f"write {key} = true or {key} = false, without quotes"
        raise UsageError(f"{key} in {path}", "it must be true or false", remedy)
    if key not in SWITCHES and not isinstance(value, str):
        raise UsageError(f"{key} in {path}", "it must be text", f'write {key} = "…"')


Complaint = tuple[str, str]
"""Why a value cannot be, and what to do; both are empty where it can."""
_FINE: Complaint = ("", "")


def _check_length(text: str, most: int = LONGEST_FIELD) -> Complaint:
    if not text.strip():
        return "it is blank", "write something"
    if len(text) > most:
        return f"it has {len(text)} characters", f"directories take {most} at most: shorten it"
    return _FINE


def _check_description(text: str) -> Complaint:
    return _check_length(text, LONGEST_DESCRIPTION)


def _check_email(text: str) -> Complaint:
    return _FINE if _EMAIL.fullmatch(text) else ("it is no e-mail address", "as me@example.org")


def _check_address(text: str) -> Complaint:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or " " in text:
        return f"{text} is no address of a folder on the web", "as https://example.org/show/"
    if not text.isascii() or not text.isprintable():
        return (
            f"{text} has letters that not every app knows",
            "copy it from a browser's address bar",
        )
    return _FINE


def _check_language(text: str) -> Complaint:
    good = not text or _LANGUAGE.fullmatch(text)
    return _FINE if good else (f"{text} is no language tag", "write one like en or de-AT")


def _check_category(text: str) -> Complaint:
    known = list_categories()
    top, _, below = (part.strip() for part in text.partition(">"))
    if top in known and (not below or below in known[top]):
        return _FINE
    if top in known:
        names = [f"{top} > {name}" for name in known[top]]
    else:
        subs = {name: f"{above} > {name}" for above, names in known.items() for name in names}
        near = get_close_matches(top, [*known, *subs], n=3)
        names = [subs.get(name, name) for name in near] or list(known)
    return f"directories know no category {text}", f"there are: {', '.join(names or known)}"


def list_categories() -> dict[str, list[str]]:
    """The categories that directories know, each with its subcategories."""
    path = Path(__file__).with_name("categories.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _check_type(text: str) -> Complaint:
    return _FINE if text in TYPES else ("it is neither of the types", f"write {' or '.join(TYPES)}")


def _check_medium(text: str) -> Complaint:
    return _FINE if text in MEDIA else ("there is no such medium", f"there are: {', '.join(MEDIA)}")


def _check_cover(text: str) -> Complaint:
    inside = Path(text).name == text and not text.startswith(".")
    if inside and Path(text).suffix.lower() in (".jpg", ".jpeg", ".png"):
        return _FINE
    return f"{text} is no JPEG or PNG file of the show's folder", "as cover.jpg or cover.png"


def _check_guid(text: str) -> Complaint:
    try:
        return _FINE if not text or str(UUID(text)) == text.lower() else ("it is no UUID", "")
    except ValueError:
        return "it is no UUID", "leave it out, and one is made"


_CHECKS = {
    "title": _check_length,
    "url": _check_address,
    "email": _check_email,
    "description": _check_description,
    "author": _check_length,
    "owner": _check_length,
    "link": _check_address,
    "language": _check_language,
    "category": _check_category,
    "type": _check_type,
    "medium": _check_medium,
    "cover": _check_cover,
    "guid": _check_guid,
}


def _folder_address(url: str) -> str:
    """`url` without the name of the feed itself, with a slash at its end."""
    folder = url.strip().removesuffix(f"/{FEED}")
    return folder if folder.endswith("/") else f"{folder}/"


def is_loopback(url: str) -> bool:
    """Whether `url` is an address of the very machine that asks."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def warn_of_address(url: str) -> tuple[str, ...]:
    """What to say of an address that not every podcast app can reach."""
    if is_loopback(url):
        return (f"{url} is this machine: apps elsewhere cannot reach it",)
    if urlsplit(url).scheme == "http":
        return (f"{url} is not https: Apple Podcasts and some apps refuse it",)
    return ()


def check_cover(path: Path) -> None:
    """Raise UsageError when the picture at `path` is none that directories take."""
    picture = measure_picture(path)
    wanted = f"a square from {SMALLEST_COVER} to {LARGEST_COVER} pixels is"
    if picture is None:
        raise UsageError(str(path), "it is no JPEG or PNG picture", "replace it, or remove it")
    type_ = "image/png" if path.suffix.lower() == ".png" else "image/jpeg"
    if picture.type != type_:
        suffix = picture.type.rpartition("/")[2]
        raise UsageError(str(path), f"it is a {suffix} picture", "give it the suffix of its kind")
    if not has_cover_size(picture):
        size = f"it has {picture.width} by {picture.height} pixels"
        raise UsageError(str(path), f"{size}; {wanted} taken", "resize it, or remove it")
    if picture.mode != "RGB":
        why = f"its colours are {picture.mode}, and directories take RGB"
        raise UsageError(str(path), why, "save it as RGB without transparency, or remove it")


def has_cover_size(picture: Picture) -> bool:
    """Whether `picture` is as square and as large as directories want it."""
    square = picture.width == picture.height
    return square and SMALLEST_COVER <= picture.width <= LARGEST_COVER


def write_podcast(folder: Path, values: Mapping[str, str]) -> Path:
    """Write `values` into podcast.toml in `folder`, which is made where there is none; its path.

    Comments in it stay. Raises UsageError as `read_podcast` does, but for what is missing, before
    anything is written.
    """
    path = folder / PODCAST_FILE
    given = {key: value.strip() for key, value in values.items() if value.strip()}
    fill = {"title": "x", "url": "https://example.org/", "email": "x@example.org"}
    parse_podcast({**fill, **given}, path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{PODCAST_FILE}.new"
        template = Path(__file__).with_name("template.toml")
        draft.write_bytes((path if path.exists() else template).read_bytes())
        for key, value in given.items():
            edit_toml(draft, (key,), value)
        draft.replace(path)
    except OSError as error:
        why = str(error.strerror or error).lower()
        raise UsageError(str(path), f"it cannot be written: {why}") from error
    return path
