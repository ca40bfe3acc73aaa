"""The words around an article: what it is, before its text, and that it has ended, after it."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from narrate.base.model import Article, Block
from narrate.script.phrases import say, say_date
from narrate.script.structure import Part, announce

HEAD_BLOCKS = 6
"""Title, section, standfirst, byline and date stand in the first few blocks of text."""
BODY_WORDS = 40
"""A block of more words than this is body, not head."""


def fold(text: str) -> str:
    """`text` for comparison: no marks but letters and digits, no case."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def find_head(article: Article) -> tuple[Block, ...]:
    """The blocks before the body."""
    head: list[Block] = []
    texts = 0
    for block in article.blocks:
        texts += block.kind not in {"image", "break"}
        if texts > HEAD_BLOCKS or len(block.text.split()) > BODY_WORDS:
            break
        head.append(block)
    return tuple(head)


def has_own_title(article: Article) -> bool:
    """Whether the title is one, and not just the first words of the text."""
    first = next((block for block in article.blocks if block.text.strip()), None)
    if first is None or first.kind == "heading":
        return True
    return not fold(first.text).startswith(fold(article.title))


def find_title(article: Article) -> int | None:
    """The index of the block that is the title."""
    title = fold(article.title)
    for index, block in enumerate(find_head(article)):
        if fold(block.text) == title:
            return index
    return None


def open_article(article: Article, lexicons: Sequence[str] = ()) -> list[Part]:
    """What we say ourselves before the text: the title, author, site and date.

    What the article's own head says is spoken there, and not here.
    """
    language = article.language
    lines = []
    if has_own_title(article) and find_title(article) is None:
        lines.append(_as_sentence(article.title))
    said = [fold(block.text) for block in find_head(article)]
    if article.author and not any(fold(article.author) in text for text in said):
        lines.append(say("author", language, article.author))
    if article.site and not any(fold(article.site) in text for text in said):
        lines.append(say("site", language, article.site))
    published = _calendar_date(article)
    if published and not _has_date(article, published):
        lines.append(say_date(published, language))
    return [announce(line, "opening", language, lexicons) for line in lines]


def close_article(article: Article, lexicons: Sequence[str] = ()) -> list[Part]:
    """What we say after the text."""
    language = article.language
    end = say("end", language, article.title) if has_own_title(article) else ""
    return [announce(end or say("end_untitled", language), "closing", language, lexicons)]


def _as_sentence(title: str) -> str:
    return title if title.rstrip()[-1:] in {".", "!", "?", "…"} else f"{title}."


def _calendar_date(article: Article) -> date | None:
    """The day of publication, if it is one: a year alone, say, is not announced."""
    try:
        return date.fromisoformat(article.published)
    except ValueError:
        return None


def _has_date(article: Article, published: date) -> bool:
    """Whether a short line of the head names the year and the day of publication."""
    return any(
        str(published.year) in block.text and str(published.day) in block.text
        for block in find_head(article)
        if block.kind != "heading"
    )
