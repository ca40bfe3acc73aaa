"""What of a release need not be made again: the clips and the chapters that the cache has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from narrate.base.cache import Cache
from narrate.base.model import Script, Voice
from narrate.speak import clip_keys, fingerprints
from narrate.splice import chapter_bounds, segment_keys
from narrate.write import AudioSettings, choose_folder, read_fingerprints, take_parts


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which names the clips of a script are kept."""

    clips: tuple[str, ...]
    """One for each utterance."""
    fingerprints: tuple[dict[str, str], ...]
    """By voice, what the engines were that spoke them; the oldest first."""
    earlier: int = 0
    """How many of them are of an engine that is another one now."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the cache of a script, and what is left to do."""

    chapters: tuple[str, ...]
    """The key of each chapter."""
    joined: dict[int, bytes]
    """How the chapters that are there were joined, by index."""
    parts: dict[int, list[Path]]
    """Their encoded parts."""
    rest: tuple[int, ...]
    """The utterances of all other chapters, by index."""

    def left_of(self, script: Script) -> Script:
        """`script` with the utterances that are left to speak."""
        return replace(script, utterances=tuple(script.utterances[index] for index in self.rest))


def find_keys(script: Script, voice: Voice, out: Path, cache: Cache) -> Keys:
    """The keys of the clips of `script`.

    Where the release in `out` was spoken in the same voice by another version of its engine, a clip
    that is still kept is taken as it was: a listener knows the recording so, and it costs nothing.
    """
    clips, current = clip_keys(script, voice), fingerprints(script, voice)
    past = [
        known
        for known in read_fingerprints(choose_folder(out, script.article), voice)
        if known != current
    ]
    fresh = set(clips)
    for known in reversed(past):  # so that the oldest has the last word
        before = clip_keys(script, voice, known)
        clips = tuple(
            old if cache.has(old) else new for old, new in zip(before, clips, strict=True)
        )
    return Keys(clips, (*past, current), sum(key not in fresh for key in clips))


def find_known(
    script: Script,
    voice: Voice,
    loudness: float | None,
    keys: Keys,
    *,
    kinds: Sequence[str],
    settings: AudioSettings,
    work: Path,
    cache: Cache,
) -> Known:
    """What `cache` has of `script` in `voice`, which has been measured, for files of `kinds`.

    Encoded parts are put into the folder `work`.
    """
    chapters = segment_keys(script, keys.clips, voice, loudness)
    parts = take_parts(chapters, kinds, settings, work, cache)
    joined = {index: data for index in parts if (data := cache.read(chapters[index])) is not None}
    rest = tuple(
        place
        for index, bounds in enumerate(chapter_bounds(script))
        if index not in joined
        for place in range(*bounds)
    )
    return Known(chapters, joined, {index: parts[index] for index in joined}, rest)


def describe_reuse(spoken: int, reused: int, earlier: int) -> tuple[str, ...]:
    """What to say of how much was spoken, in words for a listener."""
    if not reused:
        return ()
    said = [f"Spoke {spoken:,}, reused {reused:,}"]
    if earlier:
        said.append(
            f"{earlier:,} of them were spoken by an earlier version of the engine: "
            "--fresh speaks all again"
        )
    return tuple(said)
