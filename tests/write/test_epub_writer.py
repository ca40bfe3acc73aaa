"""The book as a file: what is in it, and that its text and its sound are in step."""

import re
import tracemalloc
import uuid
from dataclasses import replace
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import pytest
from books import (
    DC,
    EPUB,
    HOSTILE_ADDRESSES,
    OPF,
    SMIL,
    XHTML,
    Book,
    everything,
    make_book,
    many_chapters,
    to_ms,
)
from lxml import etree
from pages import article_in, read_markdown
from sounds import SETTINGS, decode, encode_all, make_recording, make_segments

from narrate import make_release
from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Article, Block, Cue, Span, WordTime
from narrate.produce import Order, export_release
from narrate.write import TextSettings, _encoders_of, epub, load_writers, mp3
from narrate.write._audio import AudioSettings
from narrate.write._inline import safe_address


@pytest.fixture(scope="module")
def plain(tone_voice, tmp_path_factory):
    """A real document, sentence by sentence, with its notes spoken."""
    folder = tmp_path_factory.mktemp("plain")
    voice = replace(tone_voice, read=(("note", "paragraph"),))
    return make_book(read_markdown(folder / "in"), voice, folder, draw=True)


@pytest.fixture(scope="module")
def rich(tone_voice, tmp_path_factory):
    return make_book(everything(), tone_voice, tmp_path_factory.mktemp("rich"), words=True)


def cues_of(book, chapter):
    return [cue for cue in book.recording.cues if cue.chapter == book.chapters.index(chapter)]


def test_the_type_comes_first_and_sound_and_pictures_are_not_packed_again(plain):
    with ZipFile(plain.path) as file:
        entries = file.infolist()
        assert file.testzip() is None
    first = entries[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert plain.path.read_bytes()[38:58] == b"application/epub+zip"
    packed = {e.filename for e in entries if e.compress_type == ZIP_STORED}
    assert {name[-3:] for name in packed - {"mimetype"}} == {"mp3", "jpg"}
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_article_gives_the_same_book(rich, tone_voice, tmp_path):
    again = make_book(everything(), tone_voice, tmp_path, words=True)
    assert again.path.read_bytes() == rich.path.read_bytes()


def test_every_sentence_is_marked_while_it_is_heard(plain):
    for chapter in plain.chapters:
        start_ms = plain.recording.chapters[plain.chapters.index(chapter)].start_ms
        texts = plain.texts(chapter)
        expected = [(c.id, max(0, c.start_ms - start_ms), c.text) for c in cues_of(plain, chapter)]
        expected[0] = (expected[0][0], 0, expected[0][2])
        found = [(anchor, start, texts[anchor]) for anchor, start, _ in plain.clips(chapter)]
        assert found == expected


def test_every_word_is_marked_while_it_is_heard(rich):
    for chapter in rich.chapters:
        start_ms = rich.recording.chapters[rich.chapters.index(chapter)].start_ms
        texts = rich.texts(chapter)
        found = {anchor: (start, texts[anchor]) for anchor, start, _ in rich.clips(chapter)}
        for cue in cues_of(rich, chapter):
            for number, word in enumerate(cue.words[1:], start=2):
                text = cue.text[word.start : word.end].replace("\x00", "\ufffd")
                assert found[f"{cue.id}w{number}"] == (word.start_ms - start_ms, text)


def test_clips_leave_no_gap_and_add_up_to_the_length(plain, rich):
    for book in (plain, rich):
        metas = list(book.parse("package.opf").iter(f"{OPF}meta"))
        own = {
            m.get("refines"): to_ms(m.text)
            for m in metas
            if m.get("property") == "media:duration" and m.get("refines")
        }
        for chapter, timed in zip(book.chapters, book.recording.chapters, strict=True):
            clips = list(book.clips(chapter))
            assert [end for _, _, end in clips[:-1]] == [start for _, start, _ in clips[1:]]
            assert all(start < end for _, start, end in clips)
            name = chapter.removesuffix(".xhtml")
            assert clips[0][1] == 0
            assert clips[-1][2] == own[f"#{name}-overlay"] == timed.end_ms - timed.start_ms
        (whole,) = book.metadata("media:duration")
        assert sum(own.values()) == to_ms(whole) == book.recording.length_ms


def test_the_sound_of_a_clip_begins_where_the_overlay_says(plain, tool, tmp_path):
    for chapter, timed in zip(plain.chapters, plain.recording.chapters, strict=True):
        path = tmp_path / chapter.replace("xhtml", "mp3")
        path.write_bytes(plain.read(path.name))
        sound = np.abs(decode(tool, path).astype(int))
        rate = plain.recording.rate_hz
        assert len(sound) * 1000 / rate == pytest.approx(timed.end_ms - timed.start_ms, abs=1)
        for _, start, _ in list(plain.clips(chapter))[1:]:
            at = start * rate // 1000
            assert sound[at - rate // 20 : at - rate // 100].max() < 300
            assert sound[at + rate // 100 : at + rate // 20].max() > 1000


@pytest.mark.parametrize(
    "settings", [AudioSettings(bitrate_kbps=32), AudioSettings(sample_rate_hz=44_100)]
)
def test_the_sound_is_encoded_as_asked(tone_voice, tmp_path, tool, settings):
    book = make_book(many_chapters(7, "en"), tone_voice, tmp_path, audio=settings)
    for name, timed in zip(book.named(".mp3"), book.recording.chapters, strict=True):
        (tmp_path / name).write_bytes(book.read(name))
        rate = settings.output_rate(book.recording.rate_hz)
        length = len(decode(tool, tmp_path / name)) * 1000 / rate
        assert length == pytest.approx(timed.end_ms - timed.start_ms, abs=1)


def test_a_book_and_an_mp3_file_share_what_is_encoded(tone_voice, tmp_path):
    writers = load_writers(["epub", "mp3", "vtt"])
    assert _encoders_of(writers) == [mp3]
    order = Order(out=tmp_path / "both", kinds=("epub", "mp3"), draw=False, split=True)
    release = make_release(many_chapters(7, "en"), tone_voice, order)
    assert [path.suffix for path in release.files] == [".epub", *[".mp3"] * 7, ".m3u8"]
    alone = make_book(many_chapters(7, "en"), tone_voice, tmp_path / "alone")
    assert alone.path.read_bytes() == release.files[0].read_bytes()


def test_a_book_can_be_made_of_a_release_afterwards(tone_voice, tmp_path):
    order = Order(out=tmp_path / "one", kinds=("mp3",), draw=False)
    folder = make_release(many_chapters(7, "en"), tone_voice, order).folder
    export_release(folder, Order(kinds=("epub",), draw=False))
    (path,) = folder.glob("*.epub")
    together = make_book(many_chapters(7, "en"), tone_voice, tmp_path / "two")
    assert path.read_bytes() == together.path.read_bytes()


def test_all_of_the_text_is_there_once(rich):
    article = everything()
    whole = "".join(rich.texts(name)["chapter"] for name in rich.chapters)
    for block in article.blocks:
        for line in block.text.replace("\x00", "\ufffd").replace("\t", "\n").split("\n"):
            assert line in whole
    assert whole.count("A brass one.") == whole.count("A second paragraph of it.") == 1


def test_every_link_inside_the_book_leads_somewhere(rich):
    names = set(rich.named(""))
    anchors = {name: set(rich.texts(name)) for name in rich.named(".xhtml")}
    links = []
    for name in rich.named(".xhtml"):
        links += [a.get("href") for a in rich.parse(name).iter(f"{XHTML}a")]
    inside = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    for link in inside:
        file, _, anchor = link.partition("#")
        assert file in names
        assert not anchor or anchor in anchors[file]
    assert sum("#note-" in link for link in inside) == 4
    assert sum("#ref-" in link for link in inside) == 2


def test_notes_that_are_not_heard_stand_in_the_chapter_that_refers_to_them_first(rich):
    places = [
        [note.get("id") for note in rich.parse(name).iter(f"{XHTML}aside")]
        for name in rich.chapters
    ]
    assert places == [["note-1"], ["note-2"], [], [], ["note-3"]]


def test_notes_and_tables_can_be_skipped_with_what_announces_them(plain):
    seqs = []
    for name in plain.named(".smil"):
        for seq in plain.parse(name).iter(f"{SMIL}seq"):
            anchors = [text.get("src").partition("#")[2] for text in seq.iter(f"{SMIL}text")]
            texts = plain.texts(name.replace("smil", "xhtml"))
            assert seq.get(f"{EPUB}textref").partition("#")[2] in texts
            seqs.append((seq.get(f"{EPUB}type"), [texts[anchor] for anchor in anchors]))
    assert seqs == [
        ("footnote", ["Note.", "It was a wooden one.", "So they say.", "End of note."]),
        ("table", ["1935\twick\t9 miles", "1999\tdiode\t18 miles"]),
    ]


def test_the_contents_are_as_deep_as_the_chapters(rich):
    nav = rich.parse("nav.xhtml").find(f".//{XHTML}nav")

    def outline(items):
        return [
            [item.find(f"{XHTML}a").get("href"), *outline(item.iterfind(f"{XHTML}ol/{XHTML}li"))]
            for item in items
        ]

    one, two, three, four, five = rich.chapters
    expected = [[one], [two, [three, [four]]], [five], ["about.xhtml"]]
    assert outline(nav.iterfind(f"{XHTML}ol/{XHTML}li")) == expected
    space = {"n": "http://www.daisy.org/z3986/2005/ncx/"}
    points = rich.parse("toc.ncx").xpath("//n:navPoint", namespaces=space)
    assert [len(p.xpath("ancestor::n:navPoint", namespaces=space)) for p in points] == [
        *(0, 0, 1, 2, 0, 0),
    ]
    headings = [rich.parse(name).find(f".//{XHTML}section")[0].tag for name in rich.chapters]
    assert [tag.removeprefix(XHTML) for tag in headings] == ["h1", "h1", "h2", "h3", "h1"]


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("zh", "ltr"), ("hi", "ltr")]
)
def test_language_and_direction_are_those_of_the_text(tone_voice, tmp_path, language, direction):
    book = make_book(article_in(language), tone_voice, tmp_path)
    package = book.parse("package.opf")
    assert package.find(f".//{DC}language").text == language
    assert package.find(f"{OPF}spine").get("page-progression-direction") == direction
    assert package.find(f".//{DC}title").get("dir") == direction
    for name in (*book.chapters, "nav.xhtml"):
        root = book.parse(name)
        assert (root.get("lang"), root.get("dir")) == (language, direction)
    (quote,) = (q for name in book.chapters for q in book.parse(name).iter(f"{XHTML}blockquote"))
    assert quote[0].get("lang") == ("en" if language != "en" else quote[0].get("lang"))


def test_a_book_says_what_it_is_and_who_made_it(rich, tone_voice, tmp_path):
    package = rich.parse("package.opf")
    core = {e.tag.removeprefix(DC): e.text for e in package.iter() if str(e.tag).startswith(DC)}
    assert uuid.UUID(core["identifier"]).version == 5
    assert core["title"] == "The Lamp"
    assert core["date"] == "2026-03-17"
    assert core["source"] == "https://example.org/the%20lamp?%3Ca%3E"
    assert core["contributor"] == f"{tone_voice.name} (synthetic voice)"
    assert rich.metadata("media:narrator") == [core["contributor"]]
    assert rich.metadata("dcterms:modified") == ["2026-03-17T00:00:00Z"]
    about = "".join(rich.parse("about.xhtml").itertext())
    assert "Synthetic speech: voice" in about
    assert "word by word" in about
    undated = make_book(article_in("en"), tone_voice, tmp_path)
    assert undated.metadata("dcterms:modified") == ["2000-01-01T00:00:00Z"]
    assert undated.parse("package.opf").find(f".//{DC}date") is None


def test_a_book_claims_only_what_is_sure(rich, tone_voice, tmp_path):
    (claim,) = rich.metadata("dcterms:conformsTo")
    assert claim == "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"
    assert rich.metadata("schema:accessModeSufficient") == ["textual"]
    blocks = (Block("para", "All of it is heard."), Block("image", "x.png"))
    unsure = make_book(Article("A", blocks, language="en"), tone_voice, tmp_path / "a")
    assert unsure.metadata("dcterms:conformsTo") == []
    heard = make_book(Article("A", blocks[:1], language="en"), tone_voice, tmp_path / "b")
    assert heard.metadata("schema:accessModeSufficient") == ["textual", "auditory"]
    assert "synchronizedAudioText" in heard.metadata("schema:accessibilityFeature")
    assert "alternativeText" not in heard.metadata("schema:accessibilityFeature")


def test_hostile_text_stays_text(rich):
    for name in (*rich.named(".xhtml"), *rich.named(".smil"), "package.opf", "toc.ncx"):
        root = rich.parse(name)
        assert not [e for e in root.iter() if str(e.tag).endswith("script")]
        assert not [e for e in root.iter() if e.tag is etree.Comment]
        assert b"\x00" not in rich.read(name)


def test_a_title_that_only_we_say_is_the_heading(tone_voice, tmp_path):
    article = Article("The Lamp", (Block("para", "It stood there for years."),), author="Ada")
    book = make_book(article, tone_voice, tmp_path)
    section = book.parse(book.chapters[0]).find(f".//{XHTML}section")
    first, second, *_ = ("".join(child.itertext()) for child in section)
    assert (section[0].tag, first, second) == (f"{XHTML}h1", "The Lamp.", "By Ada.")
    assert next(book.clips(book.chapters[0]))[0] == section[0][0].get("id")


def test_a_link_holds_no_other_link_nor_the_mark_of_a_note(tone_voice, tmp_path):
    links = (Span(0, 9, "link", "https://a.org/"), Span(4, 20, "link", "https://b.org/"))
    text = "All of the words are linked."
    block = Block("para", text, spans=(*links, Span(5, 5, "note", "1")), notes=("1",))
    article = Article("Links", (block, Block("note", "It is.", marker="1")))
    book = make_book(article, tone_voice, tmp_path)
    anchors = list(book.parse(book.chapters[0]).iter(f"{XHTML}a"))
    assert all(anchor.find(f".//{XHTML}a") is None for anchor in anchors)
    found = ["".join(a.itertext()) for a in anchors if a.get("href").startswith("https")]
    assert found == ["All o", "f th", "e words are"]


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_a_link_is_a_proper_address_or_none(address):
    found = safe_address(address, "")
    assert re.fullmatch(r"(https?://[\w.-]+/[\w/?=&%#.;-]*)?", found)
    assert safe_address(found, "") == found


# Recordings that no document gives


def write(folder, units, cues, blocks, **more):
    """The book of a made-up recording with so many chapters."""
    titles = more.pop("titles", None)
    segments = make_segments(folder, units, titles=titles)
    recording = replace(make_recording(segments, blocks=blocks, **more), cues=cues)
    path = folder / "book.epub"
    epub.finish(recording, encode_all(mp3, segments), path, TextSettings())
    return Book(path, recording)


def cue(number, chapter, block, start_ms):
    text = "Text."
    return Cue(f"u{number:04}", chapter, block, 0, len(text), text, start_ms, start_ms + 100)


def test_a_chapter_without_words_can_be_heard_from_its_title(tmp_path):
    cues = [cue(1, 0, 0, 50), cue(2, 2, None, 2000)]
    book = write(tmp_path / "b", [2, 2, 2], cues, (Block("para", "Text."),))
    first, second, third = (list(book.clips(name)) for name in book.chapters)
    assert [clip[0] for clip in (*first, *second, *third)] == ["u0001", "chapter", "u0002"]
    assert book.texts(book.chapters[1])["chapter"].strip() == "Chapter 2"
    assert "said" in book.read(book.chapters[2]).decode()


def test_what_has_no_place_in_the_text_is_heard_with_what_is_before_it(tmp_path):
    elsewhere = cue(2, 1, 0, 900)  # of a block that stands in the first chapter
    cues = [cue(1, 0, 0, 50), elsewhere, cue(3, 1, 1, 1000)]
    blocks = (Block("para", "Text."), Block("para", "Text."))
    book = write(tmp_path / "b", [2, 2], cues, blocks)
    (clip,) = book.clips(book.chapters[1])
    assert clip[:2] == ("u0003", 0)


def test_words_of_no_length_are_left_out(tmp_path):
    words = (WordTime(0, 1, 50, 60), WordTime(1, 2, 60, 60), WordTime(2, 3, 60, 90))
    cues = [replace(cue(1, 0, 0, 50), words=words)]
    segments = make_segments(tmp_path / "b", [2])
    recording = replace(make_recording(segments), cues=cues)
    path = tmp_path / "book.epub"
    epub.finish(recording, encode_all(mp3, segments), path, TextSettings(words=True))
    book = Book(path, recording)
    assert [clip[0] for clip in book.clips("chapter-0001.xhtml")] == ["u0001w1", "u0001w3"]


def test_titles_of_any_kind_name_chapters(tmp_path):
    titles = ["", "\x00", "x" * 1000, "<b> & ]]>"]
    book = write(tmp_path / "b", [2] * 4, [], (Block("para", "Text."),), titles=titles)
    entries = book.parse("nav.xhtml").iterfind(f".//{XHTML}nav[1]//{XHTML}a")
    assert [entry.text[:9] for entry in entries] == ["1", "2", "x" * 9, "<b> & ]]>", "About thi"]


def test_a_failure_is_told(tmp_path):
    segments = make_segments(tmp_path / "pcm", [2, 3])
    recording = make_recording(segments)
    parts = encode_all(mp3, segments)
    with pytest.raises(WriteError, match=r"book\.epub: No such file"):
        epub.finish(recording, parts, tmp_path / "none" / "book.epub")
    other = TextSettings(encoding=AudioSettings(bitrate_kbps=32))
    with pytest.raises(WriteError, match="not mp3 of"):
        epub.finish(recording, parts, tmp_path / "book.epub", other)
    with pytest.raises(WriteError, match="samples"):
        epub.finish(recording, [parts[0]] * 2, tmp_path / "book.epub")
    with pytest.raises(UsageError, match="bitrate"):
        epub.check_settings(AudioSettings(bitrate_kbps=33))
    assert epub.estimate_bytes(1000, SETTINGS) == 8000


class Cues:
    """A hundred cues for each of so many chapters, made as they are asked for."""

    def __init__(self, segments):
        self.segments = segments

    def __iter__(self):
        for segment in self.segments:
            for place in range(100):
                start_ms = segment.start_ms + place
                name = f"u{segment.index * 100 + place:05}"
                start = 6 * place
                yield Cue(
                    name,
                    segment.index,
                    segment.index,
                    start,
                    start + 5,
                    "Word.",
                    start_ms,
                    start_ms,
                )


def test_the_memory_a_book_takes_is_that_of_a_chapter(tmp_path):
    peaks = []
    for count in (10, 30):
        segments = make_segments(tmp_path / str(count), [1] * count)
        blocks = (Block("para", "Word. " * 100),) * count
        recording = replace(make_recording(segments, blocks=blocks), cues=Cues(segments))
        parts = encode_all(mp3, segments)
        tracemalloc.start()
        epub.finish(recording, parts, tmp_path / f"{count}.epub", TextSettings())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_text_stands_in_its_own_chapter_where_the_first_only_announces(tmp_path, tone_voice):
    parts = ("Of the quay", "Of the pilots", "Of the gulls")
    blocks = [Block("heading", "Four lamps", 1)]
    for part in parts:
        said = Block("para", f"{part} there is more to say than a lamp can show by night.")
        blocks += [Block("heading", part, 2), said, said]
    article = Article("Four lamps | The Daily Post", tuple(blocks), source_key="ef" * 32)
    order = Order(out=tmp_path, kinds=("epub",), draw=False)
    (path,) = make_release(article, tone_voice, order).files
    with ZipFile(path) as book:
        pages = [name for name in sorted(book.namelist()) if re.search(r"chapter-\d+\.xhtml", name)]
        texts = {name: book.read(name).decode() for name in pages}
    for part in parts:
        (page,) = [name for name, text in texts.items() if text.count(f"{part} there is more") == 2]
        assert part in texts[page].split("</h")[0]
