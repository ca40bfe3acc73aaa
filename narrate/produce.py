"""One article down the whole road: read → script → speak → splice → write."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from narrate.base.cache import Cache
from narrate.base.model import Article, Clip, Release, Script, Voice
from narrate.base.pool import open_pool
from narrate.base.voice import fit_voice, load_voice
from narrate.reuse import Keys, describe_reuse, find_keys, find_known
from narrate.script import estimate_ms, make_script
from narrate.speak import Engines, speak_script
from narrate.splice import Timeline, calibrate_cast, check_sounds, pace_clips, splice_clips
from narrate.write import (
    AudioSettings,
    TextSettings,
    check_kinds,
    choose_folder,
    complete_kinds,
    name_files,
    open_work,
    read_release,
    stream_clips,
    write_release,
)

TIMELINE = "timeline.jsonl"
CHOICES = ("opening", "closing", "loudness")
"""What of an order decides on the sound: kept with a release, so that more can be made of it."""
NO_CACHE = Cache()
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
    text: TextSettings = field(default=TextSettings())
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
    voice: Voice
    """The narrator, fitted to the article's languages."""
    files: tuple[Path, ...]
    estimate_ms: int


def plan_release(article: Article, voice: Voice, order: Order) -> Plan:
    """What `make_release` would make.

    Raises what that would raise before it speaks.
    """
    check_kinds(order.kinds, order.audio)
    around_ms = check_sounds(voice)
    script = make_script(article, voice, opening=order.opening, closing=order.closing)
    voice = fit_voice(voice, script.article)
    files = name_files(choose_folder(order.out, article), article, order.kinds)
    return Plan(script, voice, files, estimate_ms(script, voice) + around_ms)


def make_release(
    article: Article,
    voice: Voice | None = None,
    order: Order | None = None,
    *,
    jobs: int | None = None,
    report: Report | None = None,
    plan: Plan | None = None,
    keep: bool = False,
    cache: Cache = NO_CACHE,
    engines: Engines | None = None,
) -> Release:
    """Make the files that `order` asks for from `article`.

    `plan` is what `plan_release` gave for the same three, if it was asked. `jobs` is how many
    sentences and chapters are worked on at a time (default: one a processor); it has no influence
    on the bytes. With `keep`, files of the same recording that are there stay. What stands in
    `cache` is not made again. `engines` stay open for what is made next. Raises a NarrateError, and
    then the place is as it was.
    """
    order = order or Order()
    plan = plan or plan_release(article, voice or load_voice(), order)
    with (
        open_work(order.out) as work,
        open_pool(jobs) as pool,
        _keep_open(engines) as opened,
    ):
        return _make(plan, order, work, pool, _Manner(jobs, report, keep, cache, opened))


def _keep_open(engines: Engines | None) -> AbstractContextManager[Engines]:
    """Those of the caller, who closes them, or our own."""
    return nullcontext(engines) if engines else Engines()


class _Manner(NamedTuple):
    """How a release is made, which has no influence on it."""

    jobs: int | None
    report: Report | None
    keep: bool
    cache: Cache
    engines: Engines


def _make(plan: Plan, order: Order, work: Path, pool: Executor, how: _Manner) -> Release:
    script, voice, tally = plan.script, plan.voice, Counter[str]()
    keys = find_keys(script, voice, order.out, how.cache)
    measured = _measure(voice, script, order, pool, cache=how.cache, engines=how.engines)
    known = find_known(
        script,
        measured,
        order.loudness,
        keys,
        kinds=order.kinds,
        settings=order.audio,
        work=work,
        cache=how.cache,
    )
    left = known.left_of(script)
    speech = speak_script(
        left,
        voice,
        pool,
        jobs=how.jobs,
        cache=how.cache,
        keys=[keys.clips[index] for index in known.rest],
        tally=tally,
        engines=how.engines,
    )
    with closing(speech) as clips:
        segments = splice_clips(
            script,
            _report(clips, left, how.report),
            work,
            voice=measured,
            loudness=order.loudness,
            keys=known.chapters,
            known=known.joined,
            cache=how.cache,
        )
        release = write_release(
            script,
            voice,
            segments,
            Timeline(work / TIMELINE),
            kinds=order.kinds,
            out=order.out,
            work=work,
            pool=pool,
            settings=order.audio,
            text=order.text,
            clip_keys=keys.clips,
            draw=order.draw,
            split=order.split,
            keep=how.keep,
            notes=_describe(order, keys),
            taken=known.parts,
            cache=how.cache,
        )
    spoken = tally["spoken"]
    reused = len(script.utterances) - spoken
    return replace(
        release,
        recording=replace(release.recording, cues=Timeline(release.folder / TIMELINE)),
        spoken=spoken,
        reused=reused,
        remarks=(*release.remarks, *describe_reuse(spoken, reused, keys.earlier)),
    )


def _describe(order: Order, keys: Keys) -> dict[str, object]:
    """What decided on the sound beside article and voice, for the record."""
    choices = {name: getattr(order, name) for name in CHOICES}
    settings = {"audio": asdict(order.audio), "text": asdict(order.text), "split": order.split}
    return {"choices": choices, "settings": settings, "fingerprints": keys.fingerprints}


def export_release(
    folder: Path,
    order: Order,
    *,
    jobs: int | None = None,
    report: Report | None = None,
    cache: Cache = NO_CACHE,
) -> Release:
    """Make more files, of the kinds in `order`, of the release in `folder`, beside those there.

    Article, voice and all that decides on the sound are those of the release. What is there stays
    if the speech will come out the same, and is made again with the rest if it will not: with
    another version of the engine, say. Raises UsageError where there is no release.
    """
    article, voice, record = read_release(folder)
    kinds = complete_kinds(order.kinds, record["kinds"])
    order = replace(order, out=folder.parent, kinds=kinds, **record["choices"])
    plan = plan_release(article, voice, order)
    if list(find_keys(plan.script, plan.voice, order.out, cache).clips) != record["clip_keys"]:
        order = replace(order, kinds=tuple(dict.fromkeys((*record["kinds"], *order.kinds))))
    return make_release(
        article, voice, order, jobs=jobs, report=report, plan=plan, keep=True, cache=cache
    )


def remake_release(
    folder: Path,
    lexicon: Path,
    *,
    jobs: int | None = None,
    report: Report | None = None,
    cache: Cache = NO_CACHE,
    engines: Engines | None = None,
) -> Release:
    """Make all files of the release in `folder` again, as they were made, with `lexicon` beside.

    What sounds the same is not spoken again where `cache` has it. Raises UsageError where there is
    no release.
    """
    article, voice, record = read_release(folder)
    if str(lexicon) not in voice.lexicons:
        voice = replace(voice, lexicons=(*voice.lexicons, str(lexicon)))
    settings = record["settings"]
    order = Order(
        out=folder.parent,
        kinds=tuple(record["kinds"]),
        audio=AudioSettings(**settings["audio"]),
        text=TextSettings(**settings["text"]),
        split=settings["split"],
        draw=bool(article.cover),
        **record["choices"],
    )
    return make_release(
        article, voice, order, jobs=jobs, report=report, cache=cache, engines=engines
    )


def _measure(
    voice: Voice,
    script: Script,
    order: Order,
    pool: Executor,
    *,
    cache: Cache,
    engines: Engines,
) -> Voice:
    """`voice` and its cast with what is needed to level them; who must says something for it."""
    if order.loudness is None:
        return voice

    def speak(each: Voice, sample: Script) -> Iterator[Clip]:
        return speak_script(sample, each, pool, cache=cache, engines=engines)

    return calibrate_cast(voice, speak, (order.loudness,), script)


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
    article: Article,
    voice: Voice,
    order: Order,
    sink: BinaryIO,
    *,
    jobs: int | None = None,
    cache: Cache = NO_CACHE,
    engines: Engines | None = None,
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
    voice = fit_voice(voice, script.article)
    with (
        open_pool(jobs) as pool,
        _keep_open(engines) as opened,
        closing(speak_script(script, voice, pool, jobs=jobs, cache=cache, engines=opened)) as clips,
    ):
        paced = pace_clips(
            script,
            clips,
            voice=_measure(voice, script, order, pool, cache=cache, engines=opened),
            loudness=order.loudness,
        )
        stream_clips(paced, sink, order.kinds[0], order.audio)
