"""What the tests of podcasts share: small real releases, and a podcast.toml."""

import json
import shutil
import xml.etree.ElementTree as ET
from datetime import date

from narrate import make_release
from narrate.base.model import Article, Block
from narrate.podcast.feed import init_podcast
from narrate.produce import Order

DAY = date(2026, 11, 22)
KINDS = ("mp3", "vtt", "srt", "json", "chapters")
URL = "https://example.org/talks/"


def article(title="Tide Tables", text="The tide comes in, and the tide goes out.", **about):
    about = {"author": "Ann Example", "site": "The Coast", "published": "2026-03-17", **about}
    key = about.pop("key", title)
    about.setdefault("source", f"https://example.org/{key.replace(' ', '-')}")
    long = about.pop("long", 1)  # from about 40 on it has two chapters
    blocks = (
        Block("heading", title, level=1),
        Block("para", " ".join([text] * long)),
        Block("heading", "Second part", level=2),
        Block("para", " ".join(["Nobody knows where the water goes at night."] * long)),
        Block("code", "print(1)"),
    )
    return Article(title, blocks, language="en", source_key=key, **about)


def make(out, voice, *articles, kinds=KINDS, **order):
    """A release of each article in `out`; their folders."""
    order = Order(out=out, kinds=kinds, **order)
    return [make_release(each, voice, order, jobs=1).folder for each in articles]


def init(folder, **values):
    return init_podcast(
        folder, **{"url": URL, "title": "Talks", "email": "me@example.org", **values}
    )


def multiply(release, count):
    """Copies of a release beside it, each with a source and a title of its own."""
    record = json.loads((release / "recording.json").read_text())
    for number in range(1, count):
        copy = release.with_name(f"{release.name}-{number:04}")
        shutil.copytree(release, copy)
        own = {"title": f"Tide {number:04}", "source_key": f"key {number:04}"}
        own["source"] = f"https://example.org/tide/{number}"
        (copy / "recording.json").write_text(json.dumps({**record, **own}))


def contents(folder):
    """Every file in `folder`, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def parse(feed):
    """The channel of a feed's bytes."""
    return ET.fromstring(feed).find("channel")  # noqa: S314 it is our own
