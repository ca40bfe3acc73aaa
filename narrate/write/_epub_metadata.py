"""What a book says about itself, and how it can be read.

EPUB 3.3, package metadata: https://www.w3.org/TR/epub-33/#sec-pkg-metadata
Accessibility: https://www.w3.org/TR/epub-a11y-11/ with the vocabulary of
https://www.w3.org/community/reports/a11y-discov-vocab/CG-FINAL-vocabulary-20230718/
"""

import re
from collections.abc import Iterator
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from narrate.base.model import Article, Recording, Voice
from narrate.write._address import safe_address
from narrate.write._audio import clamp_title, clean_text
from narrate.write._clock import clock
from narrate.write._direction import language_direction, text_direction
from narrate.write._epub_layout import Layout
from narrate.write._inline import attribute

_NO_DATE = date(2000, 1, 1)
_CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"
# BCP 47: a language, and what may follow it but extensions and private use.
_TAG = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?(-[a-zA-Z0-9]{5,8})*")
_FEATURES = (
    "synchronizedAudioText",
    "tableOfContents",
    "structuralNavigation",
    "readingOrder",
    "displayTransformability",
    "unlocked",
)
ACTIVE = "-epub-media-overlay-active"
"""The class of what is heard, in the style sheet of the book."""
PLAYING = "-epub-media-overlay-playing"


def identify(article: Article) -> str:
    """The name of the book, which stays the same whatever the article says today."""
    key = article.source_key or article.source or article.title
    return uuid5(NAMESPACE_URL, f"narrate:{clean_text(key)}").urn


def language_tag(article: Article) -> str:
    """The article's language as BCP 47 has it; und where it is not known."""
    tag = article.language.replace("_", "-")
    return tag if _TAG.fullmatch(tag) else "und"


def name_voices(voice: Voice) -> list[str]:
    """The narrator and the others who speak, each with the word that it is no person."""
    names = (voice.name, *(other.name for _, other in voice.cast))
    return [f"{clean_text(name)} (synthetic voice)" for name in dict.fromkeys(names)]


def write_metadata(
    recording: Recording, layout: Layout, *, has_cover: bool, words: bool
) -> Iterator[str]:
    """The elements of the package's metadata."""
    yield from _write_dublin_core(recording)
    yield from _write_media(recording, layout)
    yield from _write_accessibility(recording, has_cover=has_cover, words=words)


def _write_dublin_core(recording: Recording) -> Iterator[str]:
    article = recording.article
    published = _published(article)
    yield f'<dc:identifier id="identifier">{identify(article)}</dc:identifier>\n'
    yield _write_text("dc:title", clamp_title(article.title) or "–", article)
    yield f"<dc:language>{language_tag(article)}</dc:language>\n"
    if article.author.strip():
        yield _write_text("dc:creator", clamp_title(article.author), article, ' id="author"')
        yield '<meta refines="#author" property="role" scheme="marc:relators">aut</meta>\n'
    for number, name in enumerate(name_voices(recording.voice)):
        yield f'<dc:contributor id="voice-{number}">{attribute(name)}</dc:contributor>\n'
        yield _write_meta("role", "nrt", f' refines="#voice-{number}" scheme="marc:relators"')
    if article.site.strip():
        yield _write_text("dc:publisher", clamp_title(article.site), article)
    if article.summary.strip():
        yield _write_text("dc:description", clean_text(article.summary).strip(), article)
    address = safe_address(article.source, "")
    if address:
        yield f"<dc:source>{attribute(address)}</dc:source>\n"
    if published:
        yield f"<dc:date>{published.isoformat()}</dc:date>\n"
    modified = f"{(published or _NO_DATE).isoformat()}T00:00:00Z"
    yield _write_meta("dcterms:modified", modified)


def _write_media(recording: Recording, layout: Layout) -> Iterator[str]:
    for chapter in layout.chapters:
        duration = clock(chapter.end_ms - chapter.start_ms)
        yield _write_meta("media:duration", duration, f' refines="#{chapter.name}-overlay"')
    yield _write_meta("media:duration", clock(recording.length_ms))
    for name in name_voices(recording.voice):
        yield _write_meta("media:narrator", name)
    yield _write_meta("media:active-class", ACTIVE)
    yield _write_meta("media:playback-active-class", PLAYING)


def _write_accessibility(recording: Recording, *, has_cover: bool, words: bool) -> Iterator[str]:
    modes = ["textual", "auditory", *(["visual"] if has_cover else [])]
    yield from (_write_meta("schema:accessMode", mode) for mode in modes)
    yield _write_meta("schema:accessModeSufficient", "textual")
    if not recording.omissions:  # else there is more to read than to hear
        yield _write_meta("schema:accessModeSufficient", "auditory")
    features = (*_FEATURES, *(["alternativeText"] if has_cover else []))
    yield from (_write_meta("schema:accessibilityFeature", feature) for feature in features)
    yield _write_meta("schema:accessibilityHazard", "none")
    yield _write_meta("schema:accessibilitySummary", _summarise(recording, words=words))
    if is_sure(recording.article):
        yield _write_meta("dcterms:conformsTo", _CONFORMANCE, ' id="conformance"')
        certifier = "narrate, by program: no person has looked at this book"
        yield _write_meta("a11y:certifiedBy", certifier, ' refines="#conformance"')


def is_sure(article: Article) -> bool:
    """Whether the book meets what it can claim: its language is known, each picture described."""
    pictures = [block for block in article.blocks if block.kind == "image"]
    described = all(block.picture and block.picture.alt.strip() for block in pictures)
    return language_tag(article) != "und" and described


def _summarise(recording: Recording, *, words: bool) -> str:
    unit = "word" if words else "sentence"
    left_out = len(recording.omissions)
    passages = "1 passage is" if left_out == 1 else f"{left_out:,} passages are"
    spoken = (
        f"{passages} not spoken and can be read in the text."
        if left_out
        else ("All of the text is spoken.")
    )
    return (
        f"The whole text, and its reading by a synthetic voice, in step {unit} by {unit}. "
        f"{spoken} Headings, lists, quotations, tables and notes are marked up as such, and notes "
        "and tables can be skipped in listening. There is a table of contents, and each chapter is "
        "a file of its own. Pictures of the article are given by their descriptions only. Nothing "
        "flashes or moves."
    )


def _published(article: Article) -> date | None:
    try:
        return date.fromisoformat(article.published)
    except ValueError:
        return None


def _write_text(tag: str, text: str, article: Article, more: str = "") -> str:
    """An element with words of the article."""
    direction = text_direction(text) or language_direction(article.language)
    language = language_tag(article)
    return f'<{tag}{more} xml:lang="{language}" dir="{direction}">{attribute(text)}</{tag}>\n'


def _write_meta(name: str, value: str, more: str = "") -> str:
    return f'<meta property="{name}"{more}>{attribute(value)}</meta>\n'
