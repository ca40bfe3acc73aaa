"""Captions: how sentences are cut, and what other programs read of what we write."""

import io
import json
from dataclasses import replace
from itertools import pairwise

import pysubs2
import pytest
import srt as srt_reader
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from sounds import VOICE, output

from narrate.base.errors import WriteError
from narrate.base.model import Article, Block, Cue, Recording, TimedChapter, WordTime
from narrate.write import json as transcript
from narrate.write import srt, txt, vtt
from narrate.write._clock import clock
from narrate.write._subtitles import COLUMNS, LINES, LONGEST_MS, columns, make_captions
from narrate.write._text import TextSettings

HOSTILE = "</v> <b>x</b> & --> 00:00:01.000 {\\an8} \u2028\u2029 <00:00:01.000> שלום ]]> \x00\x0b."
LONG = (
    "When the harbour board switched it off last winter, nobody on the quay was told, and so they "
    "noticed in their own time: the pilots first, then the gulls, and at last the bakery."
)
CHINESE = (
    "港口委员会去年冬天把灯关掉的时候，码头上没有人得到通知，"
    "先是引水员，然后是海鸥，最后是面包房，才发现了这件事。"
)
SCRIPTS = {
    "en": LONG,
    "zh": CHINESE,
    "ar": "لم يخبر أحد على الرصيف حين أطفأ مجلس الميناء المصباح في الشتاء الماضي، "
    "ومع ذلك لاحظ الجميع الأمر.",
    "hi": "जब बंदरगाह बोर्ड ने पिछली सर्दियों में दीपक बुझाया, तो घाट पर किसी को नहीं "
    "बताया गया, फिर भी सबने देख लिया।",
}


def cue_of(text, number=1, start_ms=0, ms=60, *, words=True, **more):
    """A cue that says `text` at so many milliseconds a character."""
    times, place = [], 0
    for word in text.split() if words else ():
        first = text.index(word, place)
        place = first + len(word)
        times.append(WordTime(first, place, start_ms + first * ms, start_ms + place * ms))
    end_ms = start_ms + len(text) * ms
    return Cue(f"u{number:04d}", 0, 0, 0, len(text), text, start_ms, end_ms, tuple(times), **more)


def recording_of(cues, blocks=(), **article):
    length_ms = max((cue.end_ms for cue in cues), default=0) + 500
    return Recording(
        article=Article(title="A title", blocks=tuple(blocks), **article),
        voice=VOICE,
        chapters=(TimedChapter("One", 1, 0, length_ms),),
        cues=tuple(cues),
        rate_hz=16_000,
        samples=length_ms * 16,
    )


def in_a_row(*texts, gap_ms=400, **more):
    cues, start_ms = [], 50
    for number, text in enumerate(texts, 1):
        cues.append(cue_of(text, number, start_ms, **more))
        start_ms = cues[-1].end_ms + gap_ms
    return cues


def assert_good(captions, cues):
    """No overlap, no more than may be read at a time, and nothing lost."""
    for caption in captions:
        assert 1 <= len(caption.lines) <= LINES
        for start, end in caption.lines:
            assert columns(caption.text[start:end]) <= COLUMNS
        assert 0 < caption.end_ms - caption.start_ms <= LONGEST_MS
    for one, next_one in pairwise(captions):
        assert one.end_ms <= next_one.start_ms
    shown = "".join(c.text[start:end] for c in captions for start, end in c.lines)
    assert "".join(shown.split()) == "".join("".join(cue.text for cue in cues).split())


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_a_long_sentence_is_cut_into_captions_that_can_be_read(text):
    cues = in_a_row(text, text)
    captions = list(make_captions(cues))
    assert len(captions) >= 4
    assert_good(captions, cues)


@pytest.mark.parametrize("text", [LONG, CHINESE], ids=["en", "zh"])
def test_a_sentence_is_cut_at_clauses(text):
    *inner, _ = make_captions([cue_of(text)])
    assert inner
    assert all(caption.text.rstrip()[-1] in ",:;，；" for caption in inner)


def test_a_caption_begins_with_its_first_word():
    captions = list(make_captions([cue_of(LONG, start_ms=1000)]))
    for caption in captions:
        assert caption.start_ms == 1000 + LONG.index(caption.text) * 60


def test_a_word_that_is_wider_than_a_line_is_cut_and_a_slow_one_ends():
    cues = in_a_row("x" * 200, "$1,234,567.89", ms=700)
    assert_good(list(make_captions(cues)), cues)


def test_a_short_caption_stays_for_a_second_but_not_into_the_next():
    captions = list(make_captions(in_a_row("Yes.", "No.", "Why?", gap_ms=100)))
    assert [c.end_ms - c.start_ms for c in captions] == [340, 280, 1000]


@given(
    st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=4),
    st.integers(1, 900),
    st.booleans(),
)
def test_any_text_makes_good_captions(texts, ms, words):
    cues = in_a_row(*texts, ms=ms, words=words)
    assert_good(list(make_captions(cues)), cues)


def written(writer, recording, tmp_path, **settings):
    path = tmp_path / f"x{writer.SUFFIX}"
    writer.write(recording, path, TextSettings(**settings))
    return path


@pytest.mark.parametrize("words", [False, True])
def test_webvtt_reads_every_caption_back(tmp_path, words):
    cues = in_a_row(LONG, HOSTILE, CHINESE, SCRIPTS["ar"])
    path = written(vtt, recording_of(cues), tmp_path, words=words)
    captions = list(make_captions(cues))
    found = webvtt.read(path)
    assert [(c.start, c.end) for c in found] == [
        (clock(c.start_ms), clock(c.end_ms)) for c in captions
    ]
    text = path.read_text(encoding="utf-8")
    assert text.count("-->") == len(captions)
    assert ("<00:00:" in text) == words
    assert not set(text) & set("\x00\x0b\u0085")


def test_ffmpeg_reads_the_same_text_from_both_kinds_of_subtitles(tmp_path, tool):
    recording = recording_of(in_a_row(LONG, HOSTILE, SCRIPTS["hi"]))
    both = []
    for writer in (vtt, srt):
        path = written(writer, recording, tmp_path)
        made = output(tool("ffmpeg"), "-v", "error", "-i", path, "-f", "srt", "-")
        both.append(
            [
                (cue.start, cue.end, cue.content.replace("\u2060", "").replace("\\h", " "))
                for cue in srt_reader.parse(made.decode())
            ]
        )
    assert [cue[:2] for cue in both[0]] == [cue[:2] for cue in both[1]]
    assert len(both[0]) == len(list(make_captions(recording.cues)))
    assert "nobody on the quay was told," in both[0][1][2].replace("\n", " ")


def test_two_readers_of_subrip_find_the_written_text(tmp_path):
    cues = in_a_row(LONG, HOSTILE, "3 < 4 and --> on.")
    path = written(srt, recording_of(cues), tmp_path)
    text = path.read_text(encoding="utf-8")
    captions = list(make_captions(cues))
    found = list(srt_reader.parse(text))
    assert [round(cue.start.total_seconds() * 1000) for cue in found] == [
        caption.start_ms for caption in captions
    ]
    assert "3 < 4 and --\u2060> on." in found[-1].content
    events = pysubs2.SSAFile.from_string(text, format_="srt")
    assert [(event.start, event.end) for event in events] == [
        (caption.start_ms, caption.end_ms) for caption in captions
    ]
    assert "<\u2060b>x" in " ".join(event.plaintext for event in events)


def test_words_are_timed_inside_a_caption(tmp_path):
    path = written(vtt, recording_of([cue_of("Some small words.")]), tmp_path, words=True)
    assert "\nSome <00:00:00.300>small <00:00:00.660>words.\n" in path.read_text()


def test_a_speaker_has_a_name_and_a_foreign_sentence_its_language(tmp_path):
    cues = in_a_row("Hello & <hi>.", "A quote.", "Guten Tag.")
    cues[0] = replace(cues[0], cast="speaker:Ada <Byrne>")
    cues[1] = replace(cues[1], cast="quote")
    cues[2] = replace(cues[2], language="de")
    recording = recording_of(cues)
    text = written(vtt, recording, tmp_path).read_text()
    assert "<v Ada &lt;Byrne&gt;>Hello &amp; &lt;hi&gt;." in text
    assert "\nA quote." in text
    assert "<lang de>Guten Tag.</lang>" in text
    assert next(webvtt.from_buffer(io.StringIO(text)).iter_slice()).text.startswith("Hello")
    assert "Ada <\u2060Byrne>: Hello" in written(srt, recording, tmp_path).read_text()
    segments = json.loads(written(transcript, recording, tmp_path).read_text())["segments"]
    assert [segment.get("speaker") for segment in segments] == ["Ada <Byrne>", None, None]


def test_the_podcast_transcript_has_a_segment_for_each_sentence(tmp_path):
    cues = in_a_row("It cost $1.5 billion.", HOSTILE, CHINESE)
    found = json.loads(written(transcript, recording_of(cues), tmp_path).read_text("utf-8"))
    assert found["version"] == "1.0.0"
    assert [(s["startTime"], s["endTime"]) for s in found["segments"]] == [
        (cue.start_ms / 1000, cue.end_ms / 1000) for cue in cues
    ]
    assert found["segments"][0]["body"] == "It cost $1.5 billion."
    assert all("\x00" not in segment["body"] for segment in found["segments"])


def test_the_plain_transcript_keeps_the_structure_of_what_is_heard(tmp_path):
    blocks = (
        Block("heading", "A title", level=1),
        Block("para", "First. Second."),
        Block("item", "one", level=1, marker="1."),
        Block("item", "two", level=2),
        Block("code", "print()"),
        Block("table", "a\tb\n1\t2"),
        Block("quote", "Said.", level=1),
        Block("note", "Noted.", marker="1"),
    )
    order = [0, 1, 2, 3, None, 5, 6, 7]
    cues = [
        replace(cue, block=block)
        for cue, block in zip(
            in_a_row(
                "A title", "First.", "one", "two", "Code is left out.", "1", "Said.", "Noted."
            ),
            order,
            strict=True,
        )
    ]
    path = written(txt, recording_of(cues, blocks), tmp_path)
    assert path.read_text() == (
        "A title\n\nFirst. Second.\n\n1. one\n  - two\n\nCode is left out.\n\n"
        "a | b\n1 | 2\n\n    Said.\n\n[1] Noted.\n"
    )


@pytest.mark.parametrize("writer", [vtt, srt, txt, transcript])
def test_a_place_that_is_not_there_is_told(writer, tmp_path):
    with pytest.raises(WriteError, match=r"No such file"):
        writer.write(recording_of([cue_of("Text.")]), tmp_path / "none" / "x")
