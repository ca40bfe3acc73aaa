"""A Piper voice in this process: text in, sound and word times out.

Piper's own `synthesize` does without what narration needs: one session for several threads, the
model's durations, phonemes for a stretch of a text, and `[[` as the two signs that they are.
"""

import json
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from narrate.base.model import Word
from narrate.speak._align import Stretch, align_words, is_sound, share_time, time_stretches
from narrate.speak._piper_session import onnx_errors, open_session
from narrate.speak._sayable import has_words, keep_sayable
from narrate.speak._words import find_words

if TYPE_CHECKING:
    import numpy as np

HALF_FRAME = 0.5
"""What rounding up to whole frames adds to a phoneme on average."""
MODEL_FASTEST = 1.5
"""Factor on the natural speed up to which the model speaks faster itself. Beyond, rounding makes
all phonemes equally long, and the sound is pressed together instead: from there on a recogniser
hears no difference between the two."""
YARDSTICK = "1 2 3 4 5 6 7 8 9"
"""What a model says to tell its natural speed: any language reads digits, and these are as long as
prose, within 3 % for the voice that we ship."""
LONGEST_PIECE = 300
"""Phonemes, about 20 seconds: the session keeps memory for its longest piece, 300 MB for this."""
SHORTEST_PIECE = 60
BREAKS = (".?!;:", ",")
"""Where a long sentence is cut: at the best mark that there is, and else between words."""
REMEMBERED_WORDS = 4096
# IPA marks stress before the syllable; espeak-ng, from which models learn, before its vowel.
# Measured by a recogniser on 16 sentences with names: 21.8 % of words wrong without this.
ONSET = re.compile("([ˈˌ])([^ˈˌ aeiouyɑɐɒæəɘɚɛɜɝɞɪɨɔøœɵɶʊʉɯʌʏɤᵻ]+)")
ABBREVIATION = re.compile(r"(?<=[^\W\d]\.[^\W\d])\.(?=\s+\w)")
"""The last full stop of one inside a sentence (U.S. Army): espeak-ng would make a pause there."""


class Settings(NamedTuple):
    """How to speak."""

    speed: float
    """Factor on the natural speed."""
    noise: bool
    """Whether with the model's own noise, which makes it livelier and no two clips the same."""
    speaker: int | None
    language: str


class Spoken(NamedTuple):
    """An utterance."""

    pcm: bytes
    """Signed 16-bit little-endian mono; empty where there was nothing to say."""
    words: tuple[Word, ...]
    exact: bool


class Sound(NamedTuple):
    """What the model made."""

    samples: "np.ndarray"
    """Floating-point numbers from -1 to 1."""
    edges: list[int]
    """Where each phoneme begins, and the last one ends; empty where the model does not tell."""


class PiperModel:
    """An open model. `speak` may be called from several threads."""

    def __init__(self, model: Path, config: Path) -> None:
        """Open the model. Raises ValueError when one of the files is no such thing."""
        from piper.config import PhonemeType, PiperConfig
        from piper.voice import PiperVoice

        try:
            table = json.loads(config.read_text(encoding="utf-8"))
            settings = PiperConfig.from_dict(table)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{config} describes no Piper voice: {error!r}") from error
        if settings.phoneme_type not in {PhonemeType.ESPEAK, PhonemeType.TEXT}:
            kind = settings.phoneme_type.value
            raise ValueError(f"{config} asks for {kind} phonemes, which need more than a model")
        self.voice = PiperVoice(session=open_session(model), config=settings)
        self.rate_hz = settings.sample_rate
        self._lock = threading.Lock()
        self._measuring = threading.Lock()
        self._frames: dict[int | None, float] = {}
        self._phonemize_alone = lru_cache(REMEMBERED_WORDS)(self._phonemize)

    def speak(
        self, text: str, phonemes: Sequence[tuple[int, int, str]], settings: Settings
    ) -> Spoken:
        """Say `text`, with each (start, end, IPA) of `phonemes` said as written there."""
        sayable = keep_sayable(text, settings.language)
        if not has_words(sayable):
            return Spoken(b"", (), exact=True)
        units = _split_at(find_words(sayable), [place for span in phonemes for place in span[:2]])
        together = self._phonemize(sayable)
        if not has_words("".join(together)):
            return Spoken(b"", (), exact=True)
        alone = [self._phonemize_alone(sayable[start:end]) for start, end in units]
        stretches = align_words(alone, together)
        for start, end, ipa in reversed(phonemes):
            inside = [i for i, unit in enumerate(units) if start <= unit[0] and unit[1] <= end]
            together, stretches = self._replace(together, stretches, inside, ipa)
        sound = self._say(together, settings)
        pcm = _to_pcm(sound.samples)
        if settings.speed > MODEL_FASTEST:
            from narrate.speak._tempo import change_tempo

            pcm = change_tempo(pcm, self.rate_hz, settings.speed / MODEL_FASTEST)
        words = find_words(sayable)
        samples = len(pcm) // 2
        edges = [edge * samples // len(sound.samples) for edge in sound.edges]
        if not edges or not any(stretches):
            return Spoken(pcm, tuple(share_time(words, 0, samples)), exact=False)
        return Spoken(pcm, time_stretches(words, units, stretches, edges), exact=True)

    def _phonemize(self, text: str) -> list[str]:
        """The phonemes that the model knows, with a space between words and sentences."""
        text = ABBREVIATION.sub(" ", text).replace("[[", "[ ")  # which would open phonemes
        with self._lock:
            sentences = self.voice.phonemize(text)
        known = self.voice.config.phoneme_id_map
        row: list[str] = []
        for sentence in sentences:
            row += [" "] if row else []
            row += [phoneme for phoneme in sentence if phoneme in known]
        return row

    def _replace(
        self,
        together: list[str],
        stretches: list[Stretch | None],
        inside: Sequence[int],
        ipa: str,
    ) -> tuple[list[str], list[Stretch | None]]:
        """Both with `ipa` in place of the phonemes of the units `inside`."""
        found = [stretch for i in inside if (stretch := stretches[i])]
        known = self.voice.config.phoneme_id_map
        ipa = ONSET.sub(r"\2\1", unicodedata.normalize("NFD", ipa))
        wanted = [p for p in ipa if p in known and _is_spoken(p)]
        if not found or not any(map(is_sound, wanted)):
            return together, stretches
        first, last = found[0].first, found[-1].last
        shift = first + len(wanted) - last
        moved: list[Stretch | None] = []
        for i, stretch in enumerate(stretches):
            if i in inside:
                only = i == inside[0]
                moved.append(Stretch(first, last + shift, found[0].exact) if only else None)
            elif stretch and stretch.first >= last:
                moved.append(Stretch(stretch.first + shift, stretch.last + shift, stretch.exact))
            else:
                moved.append(stretch)
        return [*together[:first], *wanted, *together[last:]], moved

    def _say(self, phonemes: list[str], settings: Settings) -> "Sound":
        """The sound of `phonemes`, made in pieces if there are many."""
        import numpy as np

        pieces = list(cut_phonemes(phonemes))
        samples: list[np.ndarray] = []
        edges: list[int] = []
        at = 0
        for number, piece in enumerate(pieces):
            sound, durations = self._run(piece, settings)
            if durations is None or durations.sum() != len(sound):
                return Sound(np.concatenate([self._run(p, settings)[0] for p in pieces]), [])
            lead, *lengths, tail = self._per_phoneme(piece, durations)
            # The silence around a piece belongs to the ends of the utterance only.
            skip = lead if number else 0
            sound = sound[skip : len(sound) - tail] if number < len(pieces) - 1 else sound[skip:]
            edges += [at + lead - skip + length for length in accumulate(lengths, initial=0)][:-1]
            at += len(sound)
            samples.append(sound)
        return Sound(np.concatenate(samples), [*edges, at - tail])

    def _run(
        self, phonemes: list[str], settings: Settings
    ) -> tuple["np.ndarray", "np.ndarray | None"]:
        from piper.config import SynthesisConfig

        config = SynthesisConfig(
            speaker_id=settings.speaker,
            length_scale=self.voice.config.length_scale * self._length_scale(settings),
            noise_scale=None if settings.noise else 0.0,
            noise_w_scale=None if settings.noise else 0.0,
        )
        ids = self.voice.phonemes_to_ids(phonemes)
        try:
            found = self.voice.phoneme_ids_to_audio(ids, config, include_alignments=True)
        except onnx_errors() as error:
            raise RuntimeError(str(error)) from error
        assert isinstance(found, tuple)  # what include_alignments is for
        return found

    def _length_scale(self, settings: Settings) -> float:
        """The factor on the model's durations that makes it as fast as `settings` ask for.

        A duration is rounded up to whole frames, so that half as long is not twice as fast.
        """
        speed = min(settings.speed, MODEL_FASTEST)
        if speed == 1.0:
            return 1.0
        frames = self._natural_frames(settings.speaker)
        return max((frames / speed - HALF_FRAME) / (frames - HALF_FRAME), 0.0)

    def _natural_frames(self, speaker: int | None) -> float:
        """The mean frames of a phoneme id at natural speed; measured once."""
        with self._measuring:
            if speaker not in self._frames:
                phonemes = self._phonemize(YARDSTICK)
                natural = Settings(1.0, noise=False, speaker=speaker, language="")
                sound, _ = self._run(phonemes, natural)
                frames = len(sound) / self.voice.config.hop_length
                ids = len(self.voice.phonemes_to_ids(phonemes))
                self._frames[speaker] = max(frames / ids, 2 * HALF_FRAME)
            return self._frames[speaker]

    def _per_phoneme(self, phonemes: list[str], durations: "np.ndarray") -> list[int]:
        """Samples of the lead, of each phoneme with the padding behind it, and of the end."""
        known = self.voice.config.phoneme_id_map
        counts = [len(known["^"]), *(len(known[p]) for p in phonemes), len(known["$"]) - 1]
        padding = len(known["_"])
        ends = accumulate(count + padding for count in counts)
        return [int(durations[a:b].sum()) for a, b in pairwise([0, *ends])]


def cut_phonemes(phonemes: list[str]) -> Iterator[list[str]]:
    """`phonemes` in pieces of at most `LONGEST_PIECE`, cut where it is heard least."""
    start = 0
    while len(phonemes) - start > LONGEST_PIECE:
        window = range(start + LONGEST_PIECE - 1, start + SHORTEST_PIECE, -1)
        spaces = [i for i in window if phonemes[i] == " "]
        marked = [[i for i in spaces if phonemes[i - 1] in marks] for marks in BREAKS]
        end = next((found[0] for found in (*marked, spaces) if found), window[0]) + 1
        yield phonemes[start:end]
        start = end
    yield phonemes[start:]


def _to_pcm(samples: "np.ndarray") -> bytes:
    import numpy as np

    pcm: bytes = np.rint(np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
    return pcm


def _is_spoken(phoneme: str) -> bool:
    """Whether a sign of the IPA is sound, stress or mark: its dots are no full stops."""
    return phoneme == " " or unicodedata.category(phoneme[0])[0] in "LM"


def _split_at(words: Sequence[tuple[int, int]], places: Sequence[int]) -> list[tuple[int, int]]:
    """`words` cut at those of `places` that are inside one."""
    units = []
    for start, end in words:
        edges = [start, *sorted({place for place in places if start < place < end}), end]
        units += list(pairwise(edges))
    return units
