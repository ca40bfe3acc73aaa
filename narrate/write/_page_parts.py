"""The parts of the page that are made of the article: head, chapters, text, receipt, foot."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from narrate.base.model import Block, Cue, Omission, Recording
from narrate.write._audio import clamp_title, voice_note, web_address
from narrate.write._direction import lang_attributes
from narrate.write._inline import attribute
from narrate.write._markup import Heard, Mark, Markup, collect_heard, mark_omissions

KICKER_WORDS = 6
"""The most that a line above the title has."""
HEAD_BLOCKS = 6
"""Where an article's own byline is to be found."""
LONGEST_EXCERPT = 400
"""Characters of what was left out that the receipt shows; all of it is in the text."""


class PageParts:
    """Writes the parts of one page."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._article = recording.article
        self._words = 0
        self._firsts: dict[int, str] = {}
        self._heard = collect_heard(map(self._take, recording.cues))
        self._marks: dict[int, list[Mark]] = {}
        for block, mark in mark_omissions(recording.omissions):
            self._marks.setdefault(block, []).append(mark)
        self._markup = Markup(self._article)
        self._language = lang_attributes(self._article.language, xml=False)

    def _take(self, cue: Cue) -> Cue:
        """Count a cue that is on its way into the text, where the times of words are not needed."""
        self._firsts.setdefault(cue.chapter, cue.id)
        if cue.block is not None:
            self._words += len(cue.words) or len(cue.text.split())
        return replace(cue, words=())

    def write(self) -> dict[str, str]:
        """The parts by their names in the template."""
        title = self._find_title()
        head = self._write_head(title)  # first: the marks of notes are numbered as they come
        return {
            "head": head,
            "nav": self._write_chapters(),
            "article": self._write_text(title),
            "receipt": self._write_receipt(),
            "foot": self._write_foot(),
            "language": attribute(self._article.language),
            "text_language": self._language,
            "length": _clock(self._recording.length_ms),
        }

    def _find_title(self) -> int | None:
        """The index of the block that is the title: the first, or one behind a short line or two.

        Such a line names the section of a paper, say.
        """
        for index, block in enumerate(self._article.blocks[:HEAD_BLOCKS]):
            if block.kind not in ("heading", "para"):
                return None
            if fold(block.text) == fold(self._article.title):
                return index
            if len(block.text.split()) > KICKER_WORDS:
                return None
        return None

    def _write_head(self, title: int | None) -> str:
        said = list(self._heard.before)
        parts = []
        if title is not None:
            block = self._article.blocks[title]
            marks = [*self._heard.marks.get(title, ()), *self._marks.get(title, ())]
            text = self._markup.write_text(block, marks)
            said += self._heard.after.pop(title, ())
            parts += [self._write_kicker(index) for index in range(title)]
        elif said and fold(said[0].text) == fold(self._article.title):
            first = said.pop(0)
            text = self._markup.write_text(
                Block("heading", first.text), [Mark(0, len(first.text), first.id)]
            )
        else:
            text = attribute(clamp_title(self._article.title))
        parts.append(f'<h1 id="title"{self._language}>{text}</h1>')
        if said:
            lines = "".join(map(self._markup.write_announcement, said))
            parts.append(f"<div{self._language}>\n{lines}</div>")
        else:
            parts += self._write_byline()
        parts.append(self._write_facts())
        return "\n".join(parts)

    def _write_kicker(self, index: int) -> str:
        """A line that stands above the title."""
        block = self._article.blocks[index]
        marks = [*self._heard.marks.get(index, ()), *self._marks.get(index, ())]
        text = self._markup.write_text(block, marks)
        return f'<p class="eyebrow"{self._language}>{text}</p>'

    def _write_byline(self) -> Iterator[str]:
        """Author, site and date, unless the text begins with its author."""
        article = self._article
        own = " ".join(block.text for block in article.blocks[:HEAD_BLOCKS])
        known = [article.author, article.site, article.published]
        names = [attribute(clamp_title(name)) for name in known if name and name not in own]
        if names:
            yield f'<p class="byline"{self._language}>{" · ".join(names)}</p>'

    def _write_facts(self) -> str:
        recording = self._recording
        facts = [_duration(recording.length_ms), _count(self._words, "word")]
        if len(recording.chapters) > 1:
            facts.append(_count(len(recording.chapters), "chapter"))
        address = web_address(self._article)
        if address:
            facts.append(f'<a href="{attribute(address)}">The original</a>')
        items = "".join(f"<li>{fact}</li>" for fact in facts)
        return f'<ul class="facts">{items}</ul>'

    def _write_chapters(self) -> str:
        if len(self._recording.chapters) < 2:
            return ""
        items = []
        for index, chapter in enumerate(self._recording.chapters):
            title = attribute(clamp_title(chapter.title))
            deeper = ' class="deeper"' if chapter.level > 1 else ""
            address = self._firsts.get(index, "text")
            items.append(
                f'<li{deeper}><a href="#{attribute(address)}">'
                f"<span{self._language}>{title}</span> "
                f'<span class="at">{_clock(chapter.start_ms)}</span></a></li>'
            )
        listed = "\n".join(items)
        return (
            '<nav class="chapters" id="chapters" aria-labelledby="chapters-title">\n'
            f'<h2 id="chapters-title">Chapters</h2>\n<ol>\n{listed}\n</ol>\n</nav>'
        )

    def _write_text(self, title: int | None) -> str:
        heard: Heard = self._heard
        indexes = range(0 if title is None else title + 1, len(self._article.blocks))
        text = "".join(self._markup.write(indexes, heard, self._marks))
        return text + (self._markup.write_announcement(heard.closing) if heard.closing else "")

    def _write_receipt(self) -> str:
        recording = self._recording
        parts = ['<h2 id="receipt-title">What was spoken, and what was not</h2>']
        spoken = f"{_count(self._words, 'word')} in {_duration(recording.length_ms)}."
        if not recording.omissions:
            return "\n".join([*parts, f"<p>{spoken} Nothing was left out.</p>"])
        left_out = _count(len(recording.omissions), "passage")
        parts.append(f"<p>{spoken}</p>\n<details><summary>{left_out} left out</summary>")
        parts.append("<p>Each leads to its place in the text, where Enter plays on from it.</p>")
        numbered = enumerate(recording.omissions, start=1)
        by_reason = sorted(numbered, key=lambda pair: (pair[1].reason, pair[0]))
        for reason, pairs in groupby(by_reason, key=lambda pair: pair[1].reason):
            parts.append(self._write_reason(reason, list(pairs)))
        return "\n".join([*parts, "</details>"])

    def _write_reason(self, reason: str, pairs: Sequence[tuple[int, Omission]]) -> str:
        items = "\n".join(self._write_omission(number, omission) for number, omission in pairs)
        name = attribute(reason[:1].upper() + reason[1:])
        return f"<h3>{name}</h3>\n<ul>\n{items}\n</ul>"

    def _write_omission(self, number: int, omission: Omission) -> str:
        block = self._article.blocks[omission.block]
        text = " ".join(block.text[omission.start : omission.end].split())
        if len(text) > LONGEST_EXCERPT:
            text = f"{text[:LONGEST_EXCERPT].rstrip()}…"
        language = lang_attributes(block.language or self._article.language, xml=False)
        excerpt = f"<q{language}>{attribute(text)}</q>"
        if block.kind == "break" or not text:
            return f"<li>{excerpt}</li>"
        return f'<li><a href="#o{number}">{excerpt}</a></li>'

    def _write_foot(self) -> str:
        lines = [attribute(voice_note(self._recording.voice)), "Made with narrate."]
        return "\n".join(f"<p>{line}</p>" for line in lines)


def fold(text: str) -> str:
    """`text` for comparison: no case, no marks but letters and digits."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _duration(ms: int) -> str:
    """A length as people say it: 48 seconds, 12 minutes, 2 hours 5 minutes."""
    seconds = round(ms / 1000)
    if seconds < 90:
        return _count(seconds, "second")
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = [_count(hours, "hour")] * bool(hours) + [_count(minutes, "minute")] * bool(minutes)
    return " ".join(parts)


def _clock(ms: int) -> str:
    """A time as the player shows it: 4:05, 1:02:03."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
