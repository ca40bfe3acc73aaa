"""One article down the whole road: read → script → speak → splice → write."""

import wave
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from narrate.base.errors import WriteError
from narrate.base.model import Article, Block, Clip, Release, Script, Voice
from narrate.base.pool import open_pool
from narrate.base.voice import load_voice
from narrate.script import estimate_ms, make_script
from narrate.speak import clip_keys, speak_script
from narrate.splice import Timeline, calibrate_voice, check_sounds, pace_clips, splice_clips
from narrate.write import (
    AudioSettings,
    check_kinds,
    choose_folder,
    name_files,
    open_work,
    read_release,
    stream_clips,
    write_release,
)

TIMELINE = "timeline.jsonl"
CHOICES = ("opening", "closing", "loudness")
"""What of an order decides on the sound: kept with a release, so that more can be made of it."""
Report = Callable[[int, int], None]
"""Called with the characters spoken so far and in all."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of an article, and where."""

    out: Path = Path("output")
    """The release goes into a folder of its own in here."""
    kinds: tuple[str, ...] = ("mp3",)
    opening: bool = True
    closing: bool = True
    """Whether title and author, and the end, are announced."""
    audio: AudioSettings = field(default=AudioSettings())
    loudness: float | None = -16.0
    """Integrated, in LUFS; None leaves the speech as loud as the engine made it."""
    draw: bool = True
    """Whether a cover is drawn where the article has none."""
    split: bool = False
    """Whether audio is a file for each chapter."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be made."""

    script: Script
    files: tuple[Path, ...]
    estimate_ms: int


def plan_release(article: Article, voice: Voice, order: Order) -> Plan:
    """What `make_release` would make.

    Raises what that would raise before it speaks.
    """
    check_kinds(order.kinds, order.audio)
    around_ms = check_sounds(voice)
    script = make_script(article, voice, opening=order.opening, closing=order.closing)
    files = name_files(choose_folder(order.out, article), article, order.kinds)
    return Plan(script, files, estimate_ms(script, voice) + around_ms)


def make_release(
    article: Article,
    voice: Voice | None = None,
    order: Order | None = None,
    *,
    jobs: int | None = None,
    report: Report | None = None,
    plan: Plan | None = None,
    keep: bool = False,
) -> Release:
    """Make the files that `order` asks for from `article`.

    `plan` is what `plan_release` gave for the same three, if it was asked. `jobs` is how many
    sentences and chapters are worked on at a time (default: one a processor); it has no influence
    on the bytes. With `keep`, files of the same recording that are there stay. Raises a
    NarrateError, and then the place is as it was.
    """
    voice, order = voice or load_voice(), order or Order()
    script = (plan or plan_release(article, voice, order)).script
    with (
        open_work(order.out) as work,
        open_pool(jobs) as pool,
        closing(speak_script(script, voice, pool, jobs=jobs)) as clips,
    ):
        release = write_release(
            script,
            voice,
            splice_clips(
                script,
                _report(clips, script, report),
                work,
                voice=_measure(voice, script, order, pool),
                loudness=order.loudness,
            ),
            Timeline(work / TIMELINE),
            kinds=order.kinds,
            out=order.out,
            work=work,
            pool=pool,
            settings=order.audio,
            clip_keys=clip_keys(script, voice),
            choices={name: getattr(order, name) for name in CHOICES},
            draw=order.draw,
            split=order.split,
            keep=keep,
        )
    timeline = Timeline(release.folder / TIMELINE)
    return replace(release, recording=replace(release.recording, cues=timeline))


def export_release(
    folder: Path, order: Order, *, jobs: int | None = None, report: Report | None = None
) -> Release:
    """Make more files, of the kinds in `order`, of the release in `folder`, beside those there.

    Article, voice and all that decides on the sound are those of the release. What is there stays
    if the speech will come out the same, and is made again with the rest if it will not: with
    another version of the engine, say. Raises UsageError where there is no release.
    """
    article, voice, record = read_release(folder)
    order = replace(order, out=folder.parent, **record["choices"])
    plan = plan_release(article, voice, order)
    if list(clip_keys(plan.script, voice)) != record["clip_keys"]:
        order = replace(order, kinds=tuple(dict.fromkeys((*record["kinds"], *order.kinds))))
    return make_release(article, voice, order, jobs=jobs, report=report, plan=plan, keep=True)


def _measure(voice: Voice, script: Script, order: Order, pool: Executor) -> Voice:
    """`voice` with what is needed to level it, which it says something for if it must."""
    if order.loudness is None or voice.level:
        return voice
    targets = (order.loudness,)
    return calibrate_voice(voice, lambda sample: speak_script(sample, voice, pool), targets, script)


def _report(clips: Iterator[Clip], script: Script, report: Report | None) -> Iterator[Clip]:
    """`clips` as they come, each told to `report`."""
    lengths = [len(utterance.spoken) for utterance in script.utterances]
    done, total = 0, sum(lengths)
    for length, clip in zip(lengths, clips, strict=True):
        yield clip
        done += length
        if report:
            report(done, total)


def stream_article(
    article: Article, voice: Voice, order: Order, sink: BinaryIO, *, jobs: int | None = None
) -> None:
    """Write the sound of `article` into `sink` as it is spoken, in the first kind of `order`.

    There are no chapters and no tags: those need the end. Raises UsageError for a kind that
    cannot be streamed.
    """
    check_kinds(order.kinds, order.audio)
    check_sounds(voice)
    script = make_script(
        article, voice, opening=order.opening, closing=order.closing, chapters=False
    )
    with (
        open_pool(jobs) as pool,
        closing(speak_script(script, voice, pool, jobs=jobs)) as clips,
    ):
        paced = pace_clips(
            script,
            clips,
            voice=_measure(voice, script, order, pool),
            loudness=order.loudness,
        )
        stream_clips(paced, sink, order.kinds[0], order.audio)


def say_text(text: str, voice: Voice, path: Path) -> int:
    """Write what `voice` makes of `text` as a WAV file to `path`; its length in milliseconds."""
    article = Article(title=text, blocks=(Block("para", text),), language=voice.language)
    script = make_script(article, voice, opening=False, closing=False)
    with open_pool() as pool, closing(speak_script(script, voice, pool)) as spoken:
        clips = list(pace_clips(script, spoken))
    rate_hz = clips[0].rate_hz
    try:
        with path.open("wb") as plain, wave.open(plain, "wb") as file:
            file.setparams((1, 2, rate_hz, 0, "NONE", ""))
            for clip in clips:
                file.writeframesraw(clip.pcm)
            return file.tell() * 1000 // rate_hz
    except OSError as error:
        raise WriteError(str(path), str(error.strerror or error).lower()) from error
