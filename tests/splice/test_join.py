"""Clips in, segments out: to the sample."""

from array import array
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.base.model import Chapter, Clip, Script, Utterance, Word
from narrate.splice import Timeline, splice_clips
from narrate.splice._trim import trim_clip
from narrate.splice.timeline import to_ms

RATE = 22_050
LOUD = array("h", [8000, -8000]).tobytes()


def beep(ms, before_ms=0, after_ms=0, rate=RATE):
    """A square wave with silence around it, and one word over all of the sound."""
    before, sound, after = (ms_ * rate // 1000 for ms_ in (before_ms, ms, after_ms))
    pcm = bytes(2 * before) + (LOUD * (sound // 2 + 1))[: 2 * sound] + bytes(2 * after)
    return Clip(pcm, rate, (Word(0, 4, before, before + sound),))


def script_of(pauses, firsts=(0,)):
    utterances = tuple(
        Utterance(f"u{n:04d}", 0, 0, 4, "beep", "beep", pause_ms=pause)
        for n, pause in enumerate(pauses, 1)
    )
    chapters = tuple(Chapter(f"Chapter {n}", first) for n, first in enumerate(firsts, 1))
    return Script(None, chapters, utterances, ())


def sounding(pcm):
    """(first, last) samples of each run of sound that is parted by over 20 ms of silence."""
    runs = []
    for index, sample in enumerate(memoryview(pcm).cast("h")):
        if abs(sample) > 60:
            if runs and index - runs[-1][1] < RATE // 50:
                runs[-1][1] = index
            else:
                runs.append([index, index])
    return runs


def test_silence_is_trimmed_to_ten_milliseconds():
    clip = trim_clip(beep(300, before_ms=200, after_ms=400))
    ((first, last),) = sounding(clip.pcm)
    assert first <= 0.016 * RATE
    assert len(clip.pcm) // 2 - last <= 0.021 * RATE
    assert last - first >= 0.285 * RATE
    assert abs(clip.words[0].first - first) < 0.006 * RATE


def test_the_ends_are_faded():
    samples = memoryview(trim_clip(beep(300)).pcm).cast("h")
    assert abs(samples[0]) < 100
    assert abs(samples[-1]) < 200
    assert max(map(abs, samples[50:70])) < 6000 < max(map(abs, samples[1000:2000]))


@pytest.mark.parametrize("clip", [Clip(b"", RATE), Clip(bytes(2 * RATE), RATE), beep(1), beep(9)])
def test_a_clip_of_nothing_or_nearly_nothing_is_no_error(clip):
    assert len(trim_clip(clip).pcm) <= len(clip.pcm)


def test_pauses_are_kept_and_cues_point_at_the_sound(tmp_path):
    clips = [beep(300), beep(500, before_ms=90), beep(200)]
    (segment,) = splice_clips(script_of([350, 700, 800]), clips, tmp_path)
    pcm = segment.pcm.read_bytes()
    assert len(pcm) == 2 * segment.samples
    assert segment.samples % 9_216 == 0
    runs = sounding(pcm)
    assert len(runs) == 3
    for (first, last), cue in zip(runs, segment.cues, strict=True):
        assert abs(first * 1000 / RATE - cue.start_ms) < 17
        assert abs(last * 1000 / RATE - cue.end_ms) < 17
        assert cue.start_ms <= cue.words[0].start_ms <= cue.words[0].end_ms <= cue.end_ms
    gaps = [b.start_ms - a.end_ms for a, b in pairwise(segment.cues)]
    assert gaps == [pytest.approx(350, abs=1), pytest.approx(700, abs=1)]
    assert not any(pcm[-2 * RATE // 10 :]), "a segment ends in silence"
    assert not any(pcm[: 2 * RATE // 25]), "and starts in it"


def test_chapters_follow_one_another_without_a_gap(tmp_path):
    script = script_of([0, 0, 0, 500, 0], firsts=(0, 2, 3))
    segments = list(splice_clips(script, [beep(200)] * 5, tmp_path))
    assert [len(segment.cues) for segment in segments] == [2, 1, 2]
    assert segments[0].start_ms == 0
    total = 0
    for segment, following in pairwise(segments):
        total += segment.samples
        assert segment.end_ms == following.start_ms == to_ms(total, RATE)
        assert following.cues[0].start_ms == following.start_ms + 50
        assert following.cues[0].chapter == following.index


def test_an_edit_in_one_chapter_leaves_the_samples_of_the_next_as_they_were(tmp_path):
    script = script_of([300, 300], firsts=(0, 1))
    ends = []
    for name, length in (("a", 200), ("b", 900)):
        (tmp_path / name).mkdir()
        segments = list(splice_clips(script, [beep(length), beep(333)], tmp_path / name))
        ends.append(segments[1].pcm.read_bytes())
    assert ends[0] == ends[1]


def test_what_has_no_sound_becomes_an_omission(tmp_path):
    (segment,) = splice_clips(script_of([100, 100]), [beep(200), Clip(b"", RATE)], tmp_path)
    assert len(segment.cues) == 1
    assert segment.omissions[0].reason == "the voice has no sound for it"


def test_clips_of_two_rates_come_out_at_the_narrators(tmp_path):
    clips = [beep(99), beep(99, rate=16_000)]
    (segment,) = splice_clips(script_of([0, 0]), clips, tmp_path)
    assert segment.rate_hz == RATE
    assert [cue.end_ms - cue.start_ms for cue in segment.cues] == pytest.approx([99, 99], abs=1)


def test_the_timeline_comes_back_as_it_was_written(tmp_path):
    (segment,) = splice_clips(script_of([300, 300]), [beep(200), beep(300)], tmp_path)
    timeline = Timeline(tmp_path / "timeline.jsonl")
    timeline.append(segment.cues)
    assert tuple(timeline) == segment.cues == tuple(timeline)


@settings(max_examples=30, deadline=None)
@given(lengths=st.lists(st.integers(1, 120), min_size=1, max_size=8), data=st.data())
def test_cues_never_overlap_and_end_before_the_segment(tmp_path_factory, lengths, data):
    pauses = [data.draw(st.integers(0, 900)) for _ in lengths]
    folder = tmp_path_factory.mktemp("splice")
    (segment,) = splice_clips(script_of(pauses), [beep(ms) for ms in lengths], folder)
    edges = [edge for cue in segment.cues for edge in (cue.start_ms, cue.end_ms)]
    assert edges == sorted(edges)
    assert not edges or edges[-1] <= segment.end_ms - 99
