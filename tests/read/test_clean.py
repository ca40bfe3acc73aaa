"""Bytes become text, and text loses what has no sound and nothing else."""

import gzip
import io
import lzma
import random
import sqlite3
import time
import unicodedata
import wave
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from narrate.base.errors import ReadError
from narrate.read._clean import MAX_MARKS, clean_text
from narrate.read._decode import decode

LEGACY = {
    "cp1252": "Le garçon a été très surpris par l’été à Paris. Ça va être difficile, dit-elle.",
    "iso8859_1": "Det er første gang på åtte år at så mange bøker er blitt solgt i denne byen.",
    "cp1251": "Съешь же ещё этих мягких французских булок, да выпей чаю.",
    "cp1250": "Zażółć gęślą jaźń. Wszyscy ludzie rodzą się wolni i równi.",
    "shift_jis": "吾輩は猫である。名前はまだ無い。どこで生れたか見当がつかぬ。",
    "gb18030": "我能吞下玻璃而不伤身体。这是一个测试。",
    "cp949": "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다.",
}


def zip_file():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w:p/>")
    return file.getvalue()


def wav_file():
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(800))
    return file.getvalue()


def sqlite_file():
    connection = sqlite3.connect(":memory:")
    connection.execute("create table words (word text)")
    return connection.serialize()


BINARY = {
    "a ZIP archive": zip_file(),
    "gzip": gzip.compress(b"a text"),
    "xz": lzma.compress(b"a text"),
    "a WAV recording": wav_file(),
    "an SQLite database": sqlite_file(),
    "a PNG picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a JPEG picture": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "a PDF document": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n",
    "an MP3 recording": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "an MP4 recording": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00",
    "an RTF document": b"{\\rtf1\\ansi Hello}",
    "binary data": random.Random(1).randbytes(5000),  # noqa: S311 not for secrets
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_its_mark_and_utf_8_without(encoding):
    assert decode("Déjà vu — “yes”\r\nand\ragain\n".encode(encoding)) == (
        "Déjà vu — “yes”\nand\nagain\n"
    )


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xfe\xff", "utf-16-be"), (b"\x00\x00\xfe\xff", "utf-32-be")]
)
def test_big_endian_unicode_is_read(mark, encoding):
    assert decode(mark + "Déjà vu".encode(encoding)) == "Déjà vu"


@pytest.mark.parametrize("encoding", LEGACY)
def test_text_in_an_older_encoding_is_read(encoding):
    assert decode(LEGACY[encoding].encode(encoding)) == LEGACY[encoding]


def test_a_file_cut_inside_a_character_keeps_the_rest():
    data = ("größer und schöner, " * 20 + "ü").encode()[:-1]
    assert decode(data) == "größer und schöner, " * 20 + "\ufffd"


@pytest.mark.parametrize("kind", BINARY)
def test_binary_data_is_refused_by_its_kind_and_name(kind):
    with pytest.raises(ReadError) as caught:
        decode(BINARY[kind], "story.txt")
    assert str(caught.value).startswith("story.txt: this is ")
    assert kind in caught.value.why
    assert "convert it to text" in caught.value.remedy


def test_a_program_is_refused(tool):
    with pytest.raises(ReadError, match="not text"):
        decode(Path(tool("ffprobe")).resolve().read_bytes())


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00"])
def test_random_bytes_behind_a_mark_are_refused(mark):
    with pytest.raises(ReadError, match="binary"):
        decode(mark + random.Random(2).randbytes(4000))  # noqa: S311 not for secrets


def test_text_with_a_few_nulls_is_text():
    assert clean_text(decode(b"A long enough line of text\x00 with\x00 nulls in it.")) == (
        "A long enough line of text with nulls in it."
    )


@pytest.mark.parametrize(
    "text", ["ID3 is a tag", "RIFF is a format", "PK", "the ftyp box", "GIF is old", "MZ", ""]
)
def test_a_text_that_begins_like_a_signature_is_text(text):
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    "silent",
    [
        *"\x00\x07\x1b\x7f\x9f\u00ad\u061c\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff",
        *"\ue000\ufdd0\ufffe\uffff\ud800\U0001ffff\U0010fffd",
    ],
)
def test_a_character_without_sound_is_dropped(silent):
    assert clean_text(f"sa{silent}id") == "said"


@pytest.mark.parametrize(
    "kept",
    ["می\u200cخواهم", "क्\u200dष", "👩\u200d🚀", "10\u202f000 €", "«\u00a0oui\u00a0»", "a\tb"],
)
def test_what_scripts_and_numbers_need_is_kept(kept):
    assert clean_text(kept) == kept


def test_every_kind_of_line_end_becomes_a_line_feed():
    assert clean_text("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h\ni") == "a\nb\nc\nd\ne\nf\ng\nh\ni"


def test_a_word_broken_by_a_soft_hyphen_is_joined():
    assert clean_text("light\u00adhouse and light\u00ad\nhouse") == "lighthouse and lighthouse"
    assert clean_text("one\u00ad\n\ntwo") == "one\n\ntwo"


def test_text_comes_out_composed():
    assert clean_text("De\u0301ja\u0300") == "Déjà"


def test_a_tower_of_marks_is_cut_in_linear_time():
    def seconds(marks):
        begun = time.process_time()
        cleaned = clean_text("a" + "\u0301\u0323" * marks)
        assert len(unicodedata.normalize("NFD", cleaned)) == 1 + MAX_MARKS
        return time.process_time() - begun

    assert seconds(400_000) < 9 * min(seconds(100_000) for _ in range(3))


@given(st.text() | st.text("a\u0301\u0344\u0323\r\n\u00ad\u200b\ud800b"))
@example("a" + "\u0344" * 40)
@example("\u00ad\u200b\n\u00ada")
def test_cleaning_twice_changes_nothing(text):
    once = clean_text(text)
    assert clean_text(once) == once


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_letters_numbers_and_punctuation_are_never_lost(text):
    assert clean_text(text) == unicodedata.normalize("NFC", text)
