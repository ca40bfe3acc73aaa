"""Stage 2, Article → Script: what is said, in which pieces and with which silences."""

from collections.abc import Sequence
from dataclasses import replace

from narrate.base.errors import NothingToSay
from narrate.base.model import Article, Chapter, Script, Voice
from narrate.base.voice import fit_voice
from narrate.script.blocks import BlockReader
from narrate.script.chapters import find_chapters
from narrate.script.entries import Entry, read_entry, read_lexicon
from narrate.script.hard_words import HardWord, find_hard_words
from narrate.script.languages import find_languages
from narrate.script.lexicon import NEWS
from narrate.script.opening import close_article, find_title, open_article
from narrate.script.pace import estimate_ms, estimate_s
from narrate.script.phrases import say, say_date
from narrate.script.policies import find_pauses, find_policies
from narrate.script.structure import Part, set_pauses

__all__ = [
    "Entry",
    "HardWord",
    "estimate_ms",
    "estimate_s",
    "find_hard_words",
    "find_languages",
    "find_policies",
    "make_script",
    "read_entry",
    "read_lexicon",
    "say",
    "say_date",
]


def make_script(
    article: Article,
    voice: Voice,
    *,
    opening: bool = True,
    closing: bool = True,
    chapters: bool = True,
) -> Script:
    """The script of `article` for `voice`.

    `opening` and `closing` say whether title, author, site and date are announced where the text
    does not say them, and whether the end is; without `chapters` there is one, and the time to find
    them is saved. Every character of the article but white space is in
    an utterance or in an omission. Its article has its language and those of its blocks, found
    where they are not declared; then `fit_voice` gives the voice that narrates it. Raises
    NothingToSay when no block has anything speakable.
    """
    article = find_languages(article, voice.language)
    voice = fit_voice(voice, article)
    policies, pauses = find_policies(voice), find_pauses(voice)
    if policies["names"] == "news":
        voice = replace(voice, lexicons=(NEWS, *voice.lexicons))
    if article.lexicon:
        voice = replace(voice, lexicons=(*voice.lexicons, article.lexicon))
    parts, omissions = BlockReader(article, policies, voice.lexicons).read()
    if not any(part.utterance.block is not None for part in parts):
        raise NothingToSay(article.source or "input", "there is nothing to say in it")
    if opening:
        place = _after_title(article, parts)
        parts[place:place] = open_article(article, voice.lexicons)
    if closing:
        parts += close_article(article, voice.lexicons)
    parts = set_pauses(parts, pauses)
    found = find_chapters(article, parts, voice) if chapters else (Chapter(article.title, 0),)
    utterances = [part.utterance for part in parts]
    for chapter in found[1:]:
        last = utterances[chapter.first - 1]
        pause = max(last.pause_ms, pauses["chapter"])
        utterances[chapter.first - 1] = replace(last, pause_ms=pause)
    if dict(voice.sound).get("earcons") != "on":
        utterances = [replace(utterance, earcon="") for utterance in utterances]
    return Script(article, found, tuple(utterances), tuple(omissions))


def _after_title(article: Article, parts: Sequence[Part]) -> int:
    """Index of the part behind the title; 0 where the text has none."""
    title = find_title(article)
    spoken = [index for index, part in enumerate(parts) if part.utterance.block == title]
    return spoken[-1] + 1 if spoken and title is not None else 0
