"""How words are said: adding to a lexicon, hearing what changes, finding what it touches."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from narrate.base.config import edit_toml
from narrate.base.errors import UsageError
from narrate.base.model import Article, PhonemeSpan, Voice
from narrate.script import Entry, read_entry, read_lexicon
from narrate.speak import load_engine
from narrate.splice import Timeline
from narrate.write import read_release

LEXICON_SUFFIXES = (".lexicon.toml", ".lexicon.pls")
RECORD, TIMELINE = "recording.json", "timeline.jsonl"


@dataclass(frozen=True, slots=True)
class Saying:
    """What a lexicon says for a word, and how a voice says it."""

    word: str
    alias: str
    ipa: str
    language: str
    before: str
    """In the International Phonetic Alphabet, by the voice's engine; empty where it has none."""
    after: str

    def as_record(self) -> dict[str, object]:
        """The saying as JSON has it."""
        names = ("word", "alias", "ipa", "language", "before", "after")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Mention:
    """A recording in which a word is heard."""

    folder: Path
    title: str
    source: str
    sentences: int
    """How many of its sentences have the word."""


def transcribe(items: Sequence[tuple[str, Sequence[PhonemeSpan]]], voice: Voice) -> list[str]:
    """How `voice` would say each (text, phonemes), in the International Phonetic Alphabet.

    Empty strings where its engine cannot tell. Raises UsageError for phonemes that are no IPA.
    """
    engine = load_engine(voice).load(voice)
    try:
        tell = getattr(engine, "transcribe", None)
        return list(tell(items)) if tell and items else [""] * len(items)
    finally:
        engine.close()


def find_saying(
    word: str, said: str, voice: Voice, *, like: str = "", language: str = ""
) -> Saying:
    """What a lexicon is to hold for `word`, and how `voice` will say it.

    `said` is other words ("win") or IPA between slashes ("/wɪn/"); `like` is words that sound the
    same. Raises UsageError where there is neither, or both, and for what is no IPA.
    """
    if not word.strip() or bool(said.strip()) == bool(like.strip()):
        raise UsageError(
            f"pronunciation of {word or 'nothing'}",
            "it needs a word and one way to say it",
            'such as: narrate pronounce Nguyen win, or Nguyen /wɪn/, or Nguyen --like "win"',
        )
    ipa = transcribe([(like, ())], voice)[0] if like else ""
    value: Any = {"alias": like, "ipa": ipa} if like else said
    try:
        entry = read_entry([word], value)[0]
    except ValueError as error:
        raise UsageError(f"pronunciation of {word}", str(error)) from error
    text = entry.alias or word
    span = (PhonemeSpan(0, len(text), entry.ipa),) if entry.ipa else ()
    before, after = transcribe([(word, ()), (text, span)], voice)
    return Saying(word.strip(), entry.alias, entry.ipa, language, before, after)


def add_saying(saying: Saying, path: Path) -> Path:
    """Write `saying` into the lexicon at `path`, whose comments stay; the file's real path.

    Raises UsageError where the lexicon cannot be used or written.
    """
    if path.exists():
        read_lexicon(path)
    table = {name: said for name in ("ipa", "alias", "language") if (said := getattr(saying, name))}
    value: object = table
    if table.keys() == {"ipa"}:
        value = f"/{saying.ipa}/"
    elif table.keys() == {"alias"}:
        value = saying.alias
    return edit_toml(path, (saying.word,), value)


def remove_saying(word: str, path: Path) -> Path:
    """Take `word` out of the lexicon at `path`. Raises UsageError where it is not in it."""
    return edit_toml(path, (word,), None)


def list_sayings(path: Path) -> list[Entry]:
    """The entries of the lexicon at `path`; none where there is no such file."""
    return read_lexicon(path) if path.exists() else []


def with_lexicon(articles: Iterator[Article], source: str) -> Iterator[Article]:
    """`articles` with the lexicon that stands beside the file `source`.

    That of story.md is story.lexicon.toml or story.lexicon.pls.
    """
    stem = Path(source).with_suffix("") if Path(source).name else Path()
    found = next(
        (
            path
            for path in map(stem.name.__add__, LEXICON_SUFFIXES)
            if stem.name and stem.with_name(path).is_file()
        ),
        "",
    )
    if not found:
        return articles
    lexicon = str(stem.with_name(found).resolve())
    return (replace(article, lexicon=lexicon) for article in articles)


def find_recordings(word: str, folder: Path) -> list[Mention]:
    """The releases in `folder` whose text has `word`, by the names of their folders.

    A word in lower case is found with a capital, too; its possessive and its plural count.
    """
    known = re.escape(word)
    if word[:1].islower():
        known = f"[{word[:1]}{re.escape(word[:1].upper())}]{re.escape(word[1:])}"
    pattern = re.compile(rf"(?<!\w){known}(?:['’]?s)?(?!\w)")
    mentions = []
    for record in sorted(folder.glob(f"*/{RECORD}")):
        try:
            article = read_release(record.parent)[0]
            cues = Timeline(record.with_name(TIMELINE))
            count = sum(bool(pattern.search(cue.text)) for cue in cues)
        except (UsageError, OSError, ValueError):
            continue  # half a release, or one of another version: nothing to be made again
        if count:
            mentions.append(Mention(record.parent, article.title, article.source, count))
    return mentions
