"""The files of a book around its chapters: package, contents, cover, colophon, style sheet."""

from collections import Counter
from collections.abc import Iterator
from string import Template

from narrate.base.model import Recording
from narrate.write._address import safe_address
from narrate.write._audio import clamp_title, image_type, voice_note
from narrate.write._direction import lang_attributes, language_direction
from narrate.write._epub_data import read_source
from narrate.write._epub_layout import Layout
from narrate.write._epub_metadata import identify, language_tag, write_metadata
from narrate.write._epub_zip import PACKAGE
from narrate.write._inline import attribute

ENGLISH = ' lang="en" xml:lang="en" dir="ltr"'
_COVERS = {"image/jpeg": "cover.jpg", "image/png": "cover.png"}
_XHTML = "application/xhtml+xml"


class PackageWriter:
    """Writes what stands around the chapters of one book."""

    def __init__(self, recording: Recording, layout: Layout, *, words: bool) -> None:
        self._recording = recording
        self._article = recording.article
        self._layout = layout
        self._words = words
        self._language = lang_attributes(self._article.language, xml=True)
        self._title = attribute(clamp_title(self._article.title)) or "–"
        self._cover_type = image_type(self._article.cover)
        self.cover_name = _COVERS.get(self._cover_type, "")
        """The file of the cover; empty where there is none."""

    def write_files(self) -> Iterator[tuple[str, str]]:
        """The name and the text of each file."""
        yield PACKAGE, self._write_package()
        yield "nav.xhtml", self._write_nav()
        yield "toc.ncx", self._write_ncx()
        yield "style.css", read_source("style.css")
        if self.cover_name:
            yield "cover.xhtml", self._write_cover()
        yield "about.xhtml", self._write_about()

    def _write_package(self) -> str:
        has_cover = bool(self.cover_name)
        metadata = write_metadata(
            self._recording, self._layout, has_cover=has_cover, words=self._words
        )
        return _fill(
            PACKAGE,
            metadata="".join(metadata),
            manifest="".join(self._list_files()),
            spine="".join(self._write_spine()),
            direction=language_direction(self._article.language),
        )

    def _list_files(self) -> Iterator[str]:
        yield _write_item("nav", "nav.xhtml", _XHTML, ' properties="nav"')
        yield _write_item("ncx", "toc.ncx", "application/x-dtbncx+xml")
        yield _write_item("style", "style.css", "text/css")
        if self.cover_name:
            picture = ' properties="cover-image"'
            yield _write_item("cover-image", self.cover_name, self._cover_type, picture)
            yield _write_item("cover", "cover.xhtml", _XHTML)
        for chapter in self._layout.chapters:
            name, overlay = chapter.name, f"{chapter.name}-overlay"
            yield _write_item(name, chapter.text_name, _XHTML, f' media-overlay="{overlay}"')
            yield _write_item(overlay, chapter.overlay_name, "application/smil+xml")
            yield _write_item(f"{name}-audio", chapter.audio_name, "audio/mpeg")
        yield _write_item("about", "about.xhtml", _XHTML)

    def _write_spine(self) -> Iterator[str]:
        if self.cover_name:
            yield '<itemref idref="cover"/>\n'
        for chapter in self._layout.chapters:
            yield f'<itemref idref="{chapter.name}"/>\n'
        yield '<itemref idref="about"/>\n'

    def _write_nav(self) -> str:
        landmarks = [
            *([_write_landmark("cover", "cover.xhtml", "Cover")] if self.cover_name else []),
            _write_landmark("bodymatter", self._layout.chapters[0].text_name, "Start of the text"),
            _write_landmark("colophon", "about.xhtml", "About this recording"),
        ]
        return _fill(
            "nav.xhtml",
            language=self._language,
            english=ENGLISH,
            title=self._title,
            chapters="".join(self._write_contents()),
            landmarks="".join(landmarks),
        )

    def _write_contents(self) -> Iterator[str]:
        """Lists in lists, as deep as the chapters are; the colophon is the last of the first."""
        depth = 0
        for chapter in self._layout.chapters:
            if chapter.depth > depth:
                yield "<ol>\n"
            else:
                yield "</li>\n" + "</ol>\n</li>\n" * (depth - chapter.depth)
            depth = chapter.depth
            yield f'<li><a href="{chapter.text_name}">{attribute(chapter.title)}</a>'
        yield "</li>\n" + "</ol>\n</li>\n" * (depth - 1)
        yield f'<li><a href="about.xhtml"{ENGLISH}>About this recording</a></li>\n</ol>\n'

    def _write_ncx(self) -> str:
        return _fill(
            "toc.ncx",
            language=f' xml:lang="{language_tag(self._article)}"',
            identifier=identify(self._article),
            depth=max(chapter.depth for chapter in self._layout.chapters),
            title=self._title,
            points="".join(self._write_points()),
        )

    def _write_points(self) -> Iterator[str]:
        depth = 0
        for chapter in self._layout.chapters:
            yield "</navPoint>\n" * (depth - chapter.depth + 1) if depth else ""
            depth = chapter.depth
            yield _write_point(chapter.number, attribute(chapter.title), chapter.text_name)
        yield "</navPoint>\n" * depth
        yield _write_point(len(self._layout.chapters), "About this recording", "about.xhtml")
        yield "</navPoint>\n"

    def _write_cover(self) -> str:
        names = [clamp_title(self._article.title), clamp_title(self._article.author)]
        return _fill(
            "cover.xhtml",
            language=self._language,
            title=self._title,
            file=self.cover_name,
            alt=attribute(", ".join(filter(None, names))) or "–",
        )

    def _write_about(self) -> str:
        return _fill(
            "about.xhtml",
            facts="".join(self._write_facts()),
            voice=attribute(voice_note(self._recording.voice)),
            unit="word" if self._words else "sentence",
            omissions=self._write_omissions(),
        )

    def _write_facts(self) -> Iterator[str]:
        article = self._article
        facts = {
            "Title": clamp_title(article.title),
            "Author": clamp_title(article.author),
            "Published by": clamp_title(article.site),
            "Date": article.published,
        }
        for name, text in facts.items():
            if text.strip():
                yield f"<dt>{name}</dt>\n<dd{self._language}>{attribute(text)}</dd>\n"
        address = attribute(safe_address(article.source, ""))
        if address:
            yield f'<dt>Original</dt>\n<dd><a href="{address}">{address}</a></dd>\n'

    def _write_omissions(self) -> str:
        reasons = Counter(omission.reason for omission in self._recording.omissions)
        if not reasons:
            return "<p>Nothing: all of the text is spoken.</p>"
        items = "".join(
            f"<li>{attribute(reason[:1].upper() + reason[1:])} ({count:,})</li>\n"
            for reason, count in sorted(reasons.items())
        )
        return f"<p>These passages can be read in the text:</p>\n<ul>\n{items}</ul>"


def _fill(name: str, **parts: object) -> str:
    return Template(read_source(name)).substitute(parts)


def _write_item(name: str, file: str, kind: str, more: str = "") -> str:
    return f'<item id="{name}" href="{file}" media-type="{kind}"{more}/>\n'


def _write_landmark(kind: str, address: str, name: str) -> str:
    return f'<li><a epub:type="{kind}" href="{address}">{name}</a></li>\n'


def _write_point(number: int, title: str, address: str) -> str:
    return (
        f'<navPoint id="point-{number}" playOrder="{number + 1}">\n'
        f'<navLabel><text>{title}</text></navLabel>\n<content src="{address}"/>\n'
    )
