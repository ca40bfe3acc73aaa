"""Books with everything in them, and what is inside of a book: for the tests of the EPUB writer."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from lxml import etree
from pages import HOSTILE, SCRIPTS

from narrate import make_release
from narrate.base.model import Article, Block, Picture, Recording, Span
from narrate.produce import Order
from narrate.write import TextSettings

XHTML = "{http://www.w3.org/1999/xhtml}"
EPUB = "{http://www.idpf.org/2007/ops}"
SMIL = "{http://www.w3.org/ns/SMIL}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
HOSTILE_ADDRESSES = (
    "https://example.org/a b|c\\d<e>[f]",
    "http://example.org/%zz?q=ü#a#b",
    "https://exa mple.org/",
    "http://[bad/",
    "http://..",
    "http://example.org:99999/",
    "mailto:",
    "javascript:window.broken=1",
)


def note_mark(place, label):
    return Span(place, place, "note", label)


def everything():
    """Each kind of block, notes from several chapters, links, and text that breaks markup."""
    one, two = "A light.", "See the light again."
    blocks = [
        Block("para", "The Lamp", spans=()),
        Block("para", f"{one} {HOSTILE}", spans=(note_mark(7, "a"), Span(2, 7, "link", "#x"))),
        Block("heading", f"Part one {HOSTILE}", level=2),
        Block("para", two, spans=(note_mark(20, "a"), note_mark(3, "b"), Span(0, 9, "emphasis"))),
        Block("heading", "Deeper", level=3),
        Block("item", "Who pays?", level=1, marker="1."),
        Block("item", "the stairs", level=2),
        Block("quote", "A light that can be mistaken.", level=1),
        Block("table", "Year\tLamp\n1935\twick\n1999\tdiode", rows=()),
        Block("image", "The lamp room", picture=Picture("The lamp room", "lamp.jpg")),
        Block("caption", "Seen from below."),
        Block("code", f"print('x')\n{HOSTILE}"),
        Block("break"),
        Block("heading", "Deepest", level=5),
        *(_linked(address) for address in HOSTILE_ADDRESSES),
        Block("heading", "Part two", level=2),
        Block("verse", "Burn low,\nburn late."),
        *(Block("para", text, language=language) for language, (_, text) in SCRIPTS.items()),
        Block("para", "One more mark.", spans=(note_mark(3, "b"),), notes=("b",)),
        Block("note", "A wooden one.", marker="a"),
        Block("note", "A second paragraph of it.", marker="a"),
        Block("note", "A brass one.", marker="b"),
        Block("note", "Nobody refers to this one.", marker=HOSTILE),
    ]
    blocks = [replace(b, notes=tuple(s.value for s in b.spans if s.kind == "note")) for b in blocks]
    return Article(
        "The Lamp",
        tuple(blocks),
        author=f"Ada {HOSTILE}",
        language="en",
        published="2026-03-17",
        source="https://example.org/the lamp?<a>",
        source_key="lamp",
        site="Harbour & Sons",
        summary=f"About a lamp. {HOSTILE}",
    )


def _linked(address):
    return Block("para", "A link is here.", spans=(Span(2, 6, "link", address),))


def many_chapters(count, language="ar"):
    """So many chapters on two levels in one language, without any other structure."""
    title, text = SCRIPTS[language]
    blocks = [Block("heading", title, level=1)]
    for number in range(count - 1):
        level = 2 if number % 4 == 0 else 3
        blocks += [Block("heading", f"{title} {number}", level=level), Block("para", text)]
    return Article(title, tuple(blocks), language=language)


@dataclass
class Book:
    """A book as it was written, and what it was written from."""

    path: Path
    recording: Recording

    @cached_property
    def names(self):
        with ZipFile(self.path) as file:
            return file.namelist()

    def read(self, name):
        with ZipFile(self.path) as file:
            return file.read(f"EPUB/{name}")

    def parse(self, name):
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(self.read(name), parser)

    def named(self, suffix):
        return sorted(PurePosixPath(n).name for n in self.names if n.endswith(suffix))

    @property
    def chapters(self):
        return [name for name in self.named(".xhtml") if name.startswith("chapter")]

    def clips(self, chapter):
        """The (anchor, start and end in ms) of each clip of a chapter."""
        root = self.parse(chapter.replace(".xhtml", ".smil"))
        for par in root.iter(f"{SMIL}par"):
            anchor = par.find(f"{SMIL}text").get("src")
            audio = par.find(f"{SMIL}audio")
            assert anchor.startswith(f"{chapter}#")
            assert audio.get("src") == chapter.replace(".xhtml", ".mp3")
            times = (to_ms(audio.get(name)) for name in ("clipBegin", "clipEnd"))
            yield anchor.partition("#")[2], *times

    def texts(self, chapter):
        """The text at each anchor of a chapter, without the marks of notes."""
        found = {}
        for element in self.parse(chapter).iter():
            if element.get("id"):
                found[element.get("id")] = text_of(element)
        return found

    def metadata(self, name):
        metas = self.parse("package.opf").iter(f"{OPF}meta")
        return [m.text for m in metas if m.get("property") == name and not m.get("refines")]


def text_of(element):
    """The text inside an element, without the marks and numbers of notes."""
    parts = [element.text or ""]
    for child in element:
        parts += ["" if child.get("class") in ("ref", "marker") else text_of(child)]
        parts += [child.tail or ""]
    return "".join(parts)


def to_ms(clock):
    hours, minutes, seconds, milliseconds = map(int, re.split("[:.]", clock))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds


def make_book(article, voice, out, *, words=False, draw=False, **order):
    settings = TextSettings(words=words)
    release = make_release(
        article, voice, Order(out=out, kinds=("epub",), text=settings, draw=draw, **order)
    )
    (path,) = release.files
    return Book(path, release.recording)
