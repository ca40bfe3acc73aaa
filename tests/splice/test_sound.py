"""Earcons, intro, outro and bed: where they sound, how loud, and what they leave alone."""

import subprocess
from array import array
from dataclasses import replace

import pytest

from narrate.base.errors import LimitError, UsageError
from narrate.base.model import Chapter, Clip, Script, Utterance
from narrate.base.voice import load_voice, read_profile
from narrate.produce import Order, make_release, plan_release
from narrate.read import read_articles
from narrate.splice import check_sounds, pace_clips, splice_clips
from narrate.splice._loudness import measure_loudness
from narrate.splice.earcons import EARCONS, GAP_MS, make_earcon
from narrate.splice.sound import read_sound

RATE = 22_050
LOUD = array("h", [6000] * 30 + [-6000] * 30).tobytes()


def beep(ms=1000):
    samples = ms * RATE // 1000
    return Clip((LOUD * (samples // 60 + 1))[: 2 * samples], RATE)


def script_of(earcons, firsts=(0,), announced=0):
    """Utterances of a second each, half a second apart, the first `announced` ones ours."""
    utterances = tuple(
        Utterance(
            f"u{n:04d}",
            None if n < announced else 0,
            0,
            4,
            "beep",
            "beep",
            pause_ms=500,
            earcon=name,
        )
        for n, name in enumerate(earcons)
    )
    return Script(None, tuple(Chapter("One", first) for first in firsts), utterances, ())


@pytest.fixture
def jingle(tool, tmp_path):
    """A sound file made by ffmpeg: jingle("intro.flac", seconds) in stereo, 44.1 kHz."""

    def make(name, seconds, source="sine=frequency=440:sample_rate=44100"):
        path = tmp_path / name
        command = [tool("ffmpeg"), "-v", "error", "-y", "-f", "lavfi", "-i", source]
        subprocess.run([*command, "-t", str(seconds), "-ac", "2", str(path)], check=True)
        return path

    return make


@pytest.fixture
def dressed(tmp_path):
    """The built-in voice with a [sound] table, its level as measured."""

    def make(**sounds):
        files = {key: str(path) for key, path in sounds.items()}
        return replace(load_voice(), sound=tuple(sorted(files.items())))

    return make


def part(segment, start_ms, end_ms):
    pcm = segment.pcm.read_bytes()
    return pcm[2 * (start_ms * RATE // 1000) : 2 * (end_ms * RATE // 1000)]


def joined(folder, script, voice, clip=None):
    clips = [clip or beep()] * len(script.utterances)
    return list(splice_clips(script, clips, folder, voice=voice, loudness=-16.0))


@pytest.mark.parametrize("name", EARCONS)
def test_an_earcon_is_short_soft_and_unlike_the_others(name):
    sound = make_earcon(name, RATE, -16.0)
    tones = sound[: -2 * (GAP_MS * RATE // 1000)]
    assert len(tones) / 2 / RATE < 0.350
    assert not any(sound[len(tones) :])
    assert measure_loudness(tones, RATE) == pytest.approx(-22, abs=0.3)
    assert len({make_earcon(other, RATE, -16.0) for other in EARCONS}) == len(EARCONS)
    samples = array("h", tones)
    assert max(map(abs, samples[:20])) < max(samples) / 5, "it begins without a click"
    assert max(map(abs, samples[-20:])) < max(samples) / 50


def test_an_earcon_sounds_before_the_speech_and_the_cue_begins_with_the_speech(tmp_path):
    plain, heading = (
        joined(tmp_path, script_of(["", name]), load_voice())[0] for name in ("", "heading")
    )
    length_ms = len(make_earcon("heading", RATE, -15.8)) * 500 // RATE
    assert heading.cues[0] == plain.cues[0]
    assert heading.cues[1].start_ms - plain.cues[1].start_ms == pytest.approx(length_ms, abs=1)
    end = heading.cues[1].start_ms
    assert any(part(heading, end - length_ms, end - GAP_MS))
    assert not any(part(heading, end - GAP_MS + 2, end - 2))
    assert any(part(heading, end, end + 30))


def test_intro_and_outro_frame_the_speech_at_its_loudness(tmp_path, jingle, dressed):
    voice = dressed(intro=jingle("in.flac", 3), outro=jingle("out.ogg", 4))
    script = script_of([""] * 4, firsts=(0, 2))
    plain, framed = (joined(tmp_path, script, each) for each in (load_voice(), voice))
    begin = framed[0].cues[0].start_ms
    assert begin - plain[0].cues[0].start_ms == pytest.approx(3_400, abs=2)
    assert measure_loudness(part(framed[0], 0, 2_200), RATE) == pytest.approx(-15.8, abs=0.5)
    assert not any(part(framed[0], begin - 399, begin - 2)), "there is a gap"
    last = framed[1]
    outro = last.cues[-1].end_ms - last.start_ms + 500 + 400
    assert measure_loudness(part(last, outro, outro + 2_000), RATE) == pytest.approx(-15.8, abs=0.5)
    assert not any(last.pcm.read_bytes()[-2 * RATE // 10 :]), "a segment ends in silence"
    assert all(segment.samples % 9_216 == 0 for segment in framed)
    assert framed[1].start_ms == framed[0].end_ms


def test_chapters_between_the_first_and_the_last_stay_as_they_are(tmp_path, jingle, dressed):
    script = script_of([""] * 3, firsts=(0, 1, 2))
    framed = dressed(intro=jingle("a.wav", 1), outro=jingle("b.wav", 1))
    middles = [
        joined(tmp_path, script, voice)[1].pcm.read_bytes() for voice in (load_voice(), framed)
    ]
    assert middles[0] == middles[1]


def test_a_bed_lies_softly_under_the_announcements_and_ends_with_them(tmp_path, jingle, dressed):
    voice = dressed(bed=jingle("bed.mp3", 0.7))  # goes round
    script = script_of([""] * 4, announced=2)
    (plain,) = joined(tmp_path, script, load_voice())
    plain_pcm = plain.pcm.read_bytes()
    (bedded,) = joined(tmp_path, script, voice)
    shift = bedded.cues[0].start_ms - plain.cues[0].start_ms
    assert shift == pytest.approx(1000, abs=1)
    pause = (bedded.cues[0].end_ms + 10, bedded.cues[1].start_ms - 10)
    assert measure_loudness(part(bedded, *pause), RATE) == pytest.approx(-35.8, abs=1)
    text = bedded.cues[2].start_ms
    assert max(map(abs, array("h", part(bedded, text - 5, text - 1)))) < 5
    rest = part(bedded, text, bedded.cues[3].end_ms)
    start = 2 * (text * RATE // 1000 - RATE)
    assert rest == plain_pcm[start : start + len(rest)]


def test_a_stream_has_the_same_sound_around_it(jingle, dressed):
    script, voice = script_of(["", "list"]), dressed(intro=jingle("i.wav", 2))
    paced = list(pace_clips(script, [beep()] * 2, voice=voice, loudness=-16.0))
    seconds = [len(clip.pcm) / 2 / RATE for clip in paced]
    assert seconds[0] == pytest.approx(2 + 0.4 + 1 + 0.5, abs=0.01)
    earcon = len(make_earcon("list", RATE, -15.8)) / 2 / RATE
    assert seconds[1] == pytest.approx(earcon + 1 + 0.5, abs=0.01)


def test_a_file_is_decoded_as_ffmpeg_does(jingle, tool):
    path = jingle("tone.m4a", 2)
    form = ["-f", "s16le", "-ac", "1", "-ar", str(RATE), "-"]
    theirs = subprocess.run(
        [tool("ffmpeg"), "-v", "error", "-i", path, *form], capture_output=True, check=True
    ).stdout
    ours = read_sound("intro", str(path), RATE)
    assert len(ours) == pytest.approx(len(theirs), abs=2 * 2048)
    assert measure_loudness(ours, RATE) == pytest.approx(measure_loudness(theirs, RATE), abs=0.1)


def test_a_sound_that_cannot_be_used_is_found_before_anything_is_spoken(
    tmp_path, dressed, tool, jingle
):
    text = tmp_path / "letter.txt"
    text.write_text("A short text. It has two sentences.")
    article = next(read_articles(text))
    silent = tmp_path / "picture.mp4"
    source = ["-f", "lavfi", "-i", "color=size=16x16", "-t", "1"]
    subprocess.run([tool("ffmpeg"), "-v", "error", *source, str(silent)], check=True)
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://192.0.2.1/a.ts\n#EXT-X-ENDLIST\n")
    cut = jingle("cut.flac", 2)
    cut.write_bytes(cut.read_bytes()[:4000])
    for path in (tmp_path / "none.mp3", text, silent, playlist, cut, tmp_path):
        with pytest.raises(UsageError) as caught:
            plan_release(article, dressed(intro=path), Order(out=tmp_path))
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    long = jingle("long.flac", 601, "anullsrc=sample_rate=8000")
    with pytest.raises(LimitError, match="10 minutes"):
        plan_release(article, dressed(bed=long), Order(out=tmp_path))


def test_the_paths_in_a_profile_start_at_its_folder(tmp_path, jingle, run):
    (tmp_path / "sounds").mkdir()
    jingle("sounds/in.flac", 2)
    profile = tmp_path / "mine.toml"
    head = 'engine = "pyttsx3"\nmodel = "gmw/en-us"\n[sound]\n'
    profile.write_text(head + 'intro = "sounds/in.flac"\nearcons = "on"\n')
    voice = read_profile(profile)
    assert dict(voice.sound) == {"intro": str(tmp_path / "sounds/in.flac"), "earcons": "on"}
    assert check_sounds(voice) == pytest.approx(2_400, abs=2)
    profile.write_text(head + 'intor = "x.wav"\n')
    with pytest.raises(UsageError, match="did you mean intro"):
        read_profile(profile)


def test_a_release_with_an_intro_is_longer_by_it(tmp_path, jingle, dressed, tool):
    text = tmp_path / "letter.txt"
    text.write_text("A letter\n\nIt says that they are well, and that the weather is mild.")
    article = next(read_articles(text))
    lengths = []
    for voice in (load_voice(), dressed(intro=jingle("in.flac", 5))):
        release = make_release(article, voice, Order(out=tmp_path / str(len(lengths))))
        show = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
        told = subprocess.run(
            [tool("ffprobe"), *show, release.files[0]], capture_output=True, check=True
        ).stdout
        lengths.append(float(told))
        plan = plan_release(article, voice, Order(out=tmp_path / str(len(lengths))))
        assert plan.estimate_ms / 1000 == pytest.approx(lengths[-1], abs=2)
    assert lengths[1] - lengths[0] == pytest.approx(5.4, abs=0.45)


def test_silence_stays_silence_and_is_no_error(tmp_path, jingle, dressed):
    voice = dressed(intro=jingle("quiet.wav", 1, "anullsrc=sample_rate=44100"))
    (segment,) = joined(tmp_path, script_of([""]), voice)
    assert segment.cues[0].start_ms == pytest.approx(50 + 1_400, abs=2)
    assert not any(part(segment, 0, 1_440))
