"""What would be said: the script with its times and sizes, and no sound."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate

from narrate.base.model import Article, Script, Voice
from narrate.script import estimate_s, make_script
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
            "omissions": [
                {
                    **asdict(omission),
                    "text": article.blocks[omission.block].text[omission.start : omission.end],
                }
                for omission in self.script.omissions
            ],
        }


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
