"""What would be said: the script with its times and sizes, and no sound."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate

from narrate.base.model import Article, Script, Voice
from narrate.pronunciation import transcribe
from narrate.script import HardWord, estimate_s, find_hard_words, make_script
from narrate.write import AudioSettings, estimate_sizes


@dataclass(frozen=True, slots=True)
class Preview:
    """A script, and what it would come to."""

    script: Script
    voice: Voice
    starts_ms: tuple[int, ...]
    """For each utterance, about when it would begin."""
    estimate_ms: int
    sizes: tuple[tuple[str, int], ...]
    """Bytes by kind, about."""

    def as_record(self) -> dict[str, object]:
        """The preview as JSON has it."""
        article = self.script.article
        return {
            "title": article.title,
            "author": article.author,
            "site": article.site,
            "published": article.published,
            "language": article.language,
            "voice": self.voice.name,
            "estimate_ms": self.estimate_ms,
            "estimate_bytes": dict(self.sizes),
            "chapters": [
                {**asdict(chapter), "start_ms": self.starts_ms[chapter.first]}
                for chapter in self.script.chapters
            ],
            "utterances": [
                {
                    "id": utterance.id,
                    "block": utterance.block,
                    "written": utterance.written,
                    "spoken": utterance.spoken,
                    "pause_ms": utterance.pause_ms,
                    "start_ms": start,
                }
                for utterance, start in zip(self.script.utterances, self.starts_ms, strict=True)
            ],
            "left_out": [part._asdict() for part in article.left_out],
            "omissions": [
                {
                    **asdict(omission),
                    "text": article.blocks[omission.block].text[omission.start : omission.end],
                }
                for omission in self.script.omissions
            ],
        }


@dataclass(frozen=True, slots=True)
class Heard:
    """A hard word of an article, with its sound in the voice that says it."""

    word: HardWord
    ipa: str
    """In the International Phonetic Alphabet; empty where the engine cannot tell."""

    def as_record(self) -> dict[str, object]:
        """The word as JSON has it."""
        word = self.word
        return {
            "kind": word.kind,
            "word": word.word,
            "spoken": word.spoken,
            "ipa": self.ipa,
            "known": word.known,
            "count": word.count,
            "sentence": word.sentence,
            "language": word.language,
        }


def hear_hard_words(script: Script, voice: Voice) -> list[Heard]:
    """The names, acronyms, homographs, odd numbers and foreign words of `script`, as `voice` says.

    Each is said alone here: beside other words an engine may stress it less.
    """
    words = find_hard_words(script)
    sounds = transcribe([(word.spoken, word.phonemes) for word in words], voice)
    return [Heard(word, ipa) for word, ipa in zip(words, sounds, strict=True)]


def stub_lexicon(heard: Sequence[Heard]) -> str:
    """A lexicon to be filled in: the words that no lexicon knows, each as a comment."""
    lines = [
        "# Words that may be said wrong. Take the # away from a line, and put between the quotes",
        '# how the word is said: other words ("win") or its sounds ("/wɪn/").',
    ]
    for each in heard:
        word = each.word
        if word.known or word.kind == "homograph":
            continue
        now = f"/{each.ipa}/" if each.ipa else word.spoken
        key = json.dumps(word.word, ensure_ascii=False)
        lines += [
            "",
            f"# {word.kind}, heard {word.count} times: {' '.join(word.sentence.split())[:120]}",
            f"# {key} = {json.dumps(now, ensure_ascii=False)}",
        ]
    return "\n".join(lines) + "\n"


def preview_article(
    article: Article,
    voice: Voice,
    *,
    opening: bool = True,
    closing: bool = True,
    kinds: Sequence[str] = ("mp3",),
    settings: AudioSettings | None = None,
) -> Preview:
    """What `make_release` would say of `article`, how long it would be and how large.

    Lengths come from the pace that was measured for the voice, and hold within about a tenth.
    """
    script = make_script(article, voice, opening=opening, closing=closing)
    seconds = [estimate_s(utterance, voice) for utterance in script.utterances]
    ends = [round(1000 * second) for second in accumulate(seconds)]
    sizes = estimate_sizes(kinds, settings or AudioSettings(), ends[-1])
    return Preview(script, voice, (0, *ends[:-1]), ends[-1], tuple(sizes.items()))
