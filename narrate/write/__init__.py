"""Stage 5, Segments → files: the audio people play, and the record of what was made.

A writer is a module with KIND, SUFFIX and MIME. Audio writers have MOST_CHAPTERS,
check_settings(settings), encode(segment, part, settings) and finish(recording, parts, path,
settings); text writers have write(recording, path, settings). One that needs the sound but is no
audio, a page that plays it, has encode as audio has it and finish(recording, parts, path, settings)
with the settings of text; PARTS names the kind whose encoded chapters it takes, if they are not its
own. A writer of several files names them all in SUFFIXES, SUFFIX first, and is told the path of
that one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, NamedTuple, Protocol

from narrate.base import plugins
from narrate.base.cache import Cache
from narrate.base.errors import UsageError
from narrate.base.locks import locked
from narrate.base.model import Article, Clip, Cue, Recording, Release, Script, Segment, Voice
from narrate.write._audio import AudioSettings, clamp_title, clean_text
from narrate.write._cover import draw_cover
from narrate.write._encode import encode_segments
from narrate.write._encode import take_parts as take_audio_parts
from narrate.write._folder import (
    choose_folder,
    commit,
    open_work,
    read_record,
    slugify,
)
from narrate.write._picture import Picture, measure_picture
from narrate.write._record import (
    describe,
    keep_files,
    make_recording,
    read_fingerprints,
    read_release,
    write_article,
)
from narrate.write._remarks import mention_gone, mention_lost_chapters
from narrate.write._split import safe_name, write_tracks
from narrate.write._text import PLAYABLE, TextSettings

__all__ = [
    "AudioSettings",
    "Picture",
    "TextSettings",
    "choose_folder",
    "clamp_title",
    "clean_text",
    "complete_kinds",
    "draw_cover",
    "estimate_sizes",
    "list_formats",
    "load_writers",
    "measure_picture",
    "open_work",
    "read_fingerprints",
    "read_record",
    "read_release",
    "safe_name",
    "slugify",
    "stream_clips",
    "take_parts",
    "write_release",
]


class CueFile(Protocol):
    """Where the cues of a recording are collected, and read from again."""

    path: Path

    def append(self, cues: Sequence[Cue]) -> None:
        """Add `cues` at the end."""

    def __iter__(self) -> Iterator[Cue]:
        """All cues, in order."""


def load_writers(kinds: Sequence[str]) -> list[ModuleType]:
    """The writers of `kinds` ("mp3"), each once, and that of the audio that a page of them plays.

    Raises UsageError for an unknown kind.
    """
    known = plugins.names("write")
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                f"kind {kind}", "it cannot be written", f"there are: {', '.join(known)}"
            )
    return [plugins.load("write", kind) for kind in complete_kinds(kinds)]


def complete_kinds(kinds: Sequence[str], others: Sequence[str] = ()) -> tuple[str, ...]:
    """`kinds`, each once, with audio in front if a page of them needs some: of `others`, or MP3."""
    if "player" in kinds and not set(PLAYABLE) & set(kinds):
        kinds = (next((kind for kind in PLAYABLE if kind in others), "mp3"), *kinds)
    return tuple(dict.fromkeys(kinds))


def check_kinds(kinds: Sequence[str], settings: AudioSettings) -> None:
    """Raise UsageError when files of `kinds` cannot be made with `settings`."""
    if not kinds:
        raise UsageError(
            "--to", "no kind is named", f"there are: {', '.join(plugins.names('write'))}"
        )
    for writer in load_writers(kinds):
        if hasattr(writer, "check_settings"):
            writer.check_settings(settings)


class Format(NamedTuple):
    """A kind of file that can be written."""

    kind: str
    suffix: str
    mime: str
    hour_bytes: int
    """About, with the default settings; 0 for what is no audio."""


def list_formats() -> list[Format]:
    """Every kind of file that can be written, by name."""
    formats = []
    for writer in load_writers(plugins.names("write")):
        sizes = estimate_sizes([writer.KIND], AudioSettings(), 3_600_000)
        formats.append(Format(writer.KIND, writer.SUFFIX, writer.MIME, sizes.get(writer.KIND, 0)))
    return formats


def estimate_sizes(kinds: Sequence[str], settings: AudioSettings, length_ms: int) -> dict[str, int]:
    """About how many bytes each audio file of `kinds` would have for a recording of that length."""
    return {
        writer.KIND: writer.estimate_bytes(length_ms, settings)
        for writer in load_writers(kinds)
        if hasattr(writer, "estimate_bytes")
    }


def stream_clips(clips: Iterable[Clip], sink: BinaryIO, kind: str, settings: AudioSettings) -> None:
    """Encode `clips` one after another into `sink`, each as soon as it is there.

    Raises UsageError for a kind that can only be written when its end is known.
    """
    (writer,) = load_writers([kind])
    if not hasattr(writer, "open_stream"):
        raise UsageError(f"kind {kind}", "it cannot be streamed", "mp3 and wav can")
    encoder = None
    for clip in clips:
        encoder = encoder or writer.open_stream(clip.rate_hz, settings)
        sink.write(encoder.encode(clip.pcm))
        sink.flush()
    if encoder:
        sink.write(encoder.flush())
        sink.flush()


def take_parts(
    keys: Sequence[str],
    kinds: Sequence[str],
    settings: AudioSettings,
    work: Path,
    cache: Cache,
) -> dict[int, list[Path]]:
    """The encoded chapters in `cache` of all audio `kinds`, for the chapters that have them all.

    `keys` are those of all chapters; in the result they are known by their index.
    """
    return take_audio_parts(keys, _encoders_of(load_writers(kinds)), settings, work, cache)


def _encoders_of(writers: Sequence[ModuleType]) -> list[ModuleType]:
    """The writers that encode the chapters for `writers`, each once."""
    kinds = (_parts_of(writer) for writer in writers if hasattr(writer, "finish"))
    return [plugins.load("write", kind) for kind in dict.fromkeys(kinds)]


def _parts_of(writer: ModuleType) -> str:
    """The kind whose encoded chapters `writer` takes."""
    kind: str = getattr(writer, "PARTS", writer.KIND)
    return kind


def name_files(folder: Path, article: Article, kinds: Sequence[str]) -> tuple[Path, ...]:
    """The files of `kinds` that a release of `article` in `folder` has."""
    return tuple(
        path for writer in load_writers(kinds) for path in _name_files_of(writer, folder, article)
    )


def _name_files_of(writer: ModuleType, folder: Path, article: Article) -> list[Path]:
    """The files of one kind, that which the writer is told first."""
    slug = slugify(article.title)
    suffixes = getattr(writer, "SUFFIXES", (writer.SUFFIX,))
    return [folder / f"{slug}{suffix}" for suffix in suffixes]


def write_release(
    script: Script,
    voice: Voice,
    segments: Iterable[Segment],
    cues: CueFile,
    *,
    kinds: Sequence[str],
    out: Path,
    work: Path,
    pool: Executor,
    settings: AudioSettings | None = None,
    text: TextSettings | None = None,
    clip_keys: tuple[str, ...] = (),
    draw: bool = True,
    split: bool = False,
    keep: bool = False,
    notes: Mapping[str, Any] | None = None,
    taken: Mapping[int, list[Path]] | None = None,
    cache: Cache | None = None,
) -> Release:
    """Write `segments` as files of `kinds` into a folder in `out`, by way of the folder `work`.

    Chapters are encoded in `pool` while `segments` is still being spoken, and their samples are
    deleted then. With `draw`, an article without a cover gets one, drawn meanwhile. With `split`,
    audio is a file for each chapter. With `keep`, what is there of the same recording stays.
    `notes` are for the record: what else decided on the sound. Chapters whose parts are `taken`
    from `cache` (see `take_parts`) are not encoded; the others are kept there. Raises WriteError
    when a file cannot be encoded or put in its place; then `out` is as it was.
    """
    writers = load_writers(kinds)
    settings = settings or AudioSettings()
    encoders = _encoders_of(writers)
    done: list[Segment] = []

    def collect() -> Iterator[Segment]:
        for segment in segments:
            cues.append(segment.cues)
            done.append(replace(segment, cues=()))  # they are on disk now
            yield segment

    drawing = pool.submit(draw_cover, script.article) if draw and not script.article.cover else None
    parts = list(encode_segments(collect(), encoders, settings, pool, taken=taken, cache=cache))
    if drawing:
        script = replace(script, article=replace(script.article, cover=drawing.result()))
    recording = make_recording(script, voice, done, cues, clip_keys)
    files = _write_files(
        recording,
        done,
        writers,
        dict(zip([encoder.KIND for encoder in encoders], zip(*parts, strict=True), strict=True)),
        work,
        settings=settings,
        text=replace(text or TextSettings(), encoding=settings),
        pool=pool,
        split=split,
    )
    every = [*files, *write_article(script.article, work), cues.path]
    with locked(out):  # two runs may want the same folder
        folder = choose_folder(out, script.article)
        kept = keep_files(folder, cues.path) if keep else []
        there = read_record(folder).get("kinds", [])
        before = there if kept else []
        kinds = list(dict.fromkeys((*before, *(writer.KIND for writer in writers))))
        commit(folder, every, describe(recording, every, notes or {}, kinds, kept), work)
    made = tuple(folder / path.name for path in files)
    remarks = (
        *mention_lost_chapters(writers, len(recording.chapters)),
        *mention_gone(there, kinds),
    )
    return Release(folder, recording, made, remarks)


def _write_files(
    recording: Recording,
    segments: Sequence[Segment],
    writers: Sequence[ModuleType],
    parts: Mapping[str, Sequence[Path]],
    work: Path,
    *,
    settings: AudioSettings,
    text: TextSettings,
    pool: Executor,
    split: bool,
) -> list[Path]:
    """Write the files of all `writers` into `work`, side by side; `parts` are by kind, as encoded.

    With `split`, audio is a file for each of `segments`, and a playlist; what a page plays is whole
    nevertheless. Texts come last, for a page may hold its audio.
    """
    kinds = [writer.KIND for writer in writers]
    played = next((kind for kind in PLAYABLE if kind in kinds and "player" in kinds), "")
    files: list[Path] = []
    tasks, texts = [], []
    for writer in writers:
        own = parts.get(_parts_of(writer), ())
        is_audio = hasattr(writer, "MOST_CHAPTERS")
        if is_audio and split:
            files += write_tracks(
                recording, segments, writer, own, work, settings=settings, pool=pool
            )
            if played != writer.KIND:
                continue
        paths = _name_files_of(writer, work, recording.article)
        files += paths
        if is_audio:
            tasks.append(pool.submit(writer.finish, recording, own, paths[0], settings))
        else:
            texts.append((writer, own, paths[0]))
        if played == writer.KIND:
            text = replace(text, audio=paths[0])
    for task in tasks:
        task.result()
    tasks = [
        pool.submit(writer.finish, recording, own, path, text)
        if own
        else pool.submit(writer.write, recording, path, text)
        for writer, own, path in texts
    ]
    for task in tasks:
        task.result()
    return files
