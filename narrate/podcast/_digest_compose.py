"""Several articles as one: an index, then each under a heading of its own, one level above its."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from narrate.base.model import Article, Block
from narrate.script import say, say_date

DEEPEST = 6
"""Level of headings."""
HEAD_BLOCKS = 6
HEAD_WORDS = 40
"""An article's own title, byline and date stand in its first blocks that are no longer."""


def compose_digest(articles: Sequence[Article]) -> Article:
    """One article made of `articles`, at least one, in their order.

    Its date is that of the newest of them, and its language that of most. It begins with an index;
    each article begins with its title, and with what it does not say itself of its author, site
    and date. Its source is no address: its key is made of theirs.
    """
    spoken = Counter(each.language for each in articles if each.language)
    language = min(spoken, key=lambda tag: (-spoken[tag], tag), default="")
    words = _words(language)
    published = max(each.published for each in articles)
    title = words["title"]
    if published:
        day = say_date(date.fromisoformat(published), language).rstrip(".")
        title = f"{title}, {day}"
    blocks = [Block("para", words["index"])]
    for number, article in enumerate(articles, start=1):
        named = f"{article.title}, {article.site}" if article.site else article.title
        own = article.language if article.language != language else ""
        blocks.append(Block("item", named, level=1, language=own, marker=f"{number}."))
    for number, article in enumerate(articles, start=1):
        blocks += compose_section(article, language, number)
    keys = "\n".join(["digest", *(article.source_key for article in articles)])
    return Article(
        title=title,
        blocks=tuple(blocks),
        language=language,
        published="",  # its title says it
        source_key=hashlib.sha256(keys.encode("utf-8", "replace")).hexdigest(),
        cover=next((article.cover for article in articles if article.cover), b""),
        lexicon=next((article.lexicon for article in articles if article.lexicon), ""),
    )


def _words(language: str) -> dict[str, str]:
    path = Path(__file__).with_name("digest.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    words: dict[str, str] = tables.get(language.partition("-")[0].lower(), tables["en"])
    return words


def compose_section(article: Article, language: str, number: int) -> Iterator[Block]:
    """The blocks of one article in a digest in `language`, of which it is the `number`th."""
    own = article.language if article.language != language else ""
    blocks = list(article.blocks)
    head = [each for each in blocks[:HEAD_BLOCKS] if len(each.text.split()) <= HEAD_WORDS]
    for block in head:
        if _fold(block.text) == _fold(article.title):
            blocks.remove(block)
            break
    yield Block("heading", article.title, level=1, language=own)
    byline = " ".join(_say_byline(article, language, head))
    if byline:
        yield Block("para", byline)
    levels = [block.level for block in blocks if block.kind == "heading"]
    top = min(levels, default=1)
    for block in blocks:
        yield _fit(block, own, number, 2 - top)
    yield Block("break")


def _say_byline(article: Article, language: str, head: Sequence[Block]) -> Iterator[str]:
    """The announcements of author, site and date that `head` does not have."""
    said = " ".join(_fold(block.text) for block in head)
    if article.author and _fold(article.author) not in said:
        yield say("author", language, article.author)
    if article.site and _fold(article.site) not in said:
        yield say("site", language, article.site)
    if article.published:
        day = say_date(date.fromisoformat(article.published), language)
        if _fold(day) not in said:
            yield day


def _fold(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _fit(block: Block, language: str, number: int, deeper: int) -> Block:
    """`block` with its heading's level, its language, and notes that are told from others'."""
    level = min(block.level + deeper, DEEPEST) if block.kind == "heading" else block.level
    spans = tuple(
        span._replace(value=f"{number}.{span.value}") if span.kind == "note" else span
        for span in block.spans
    )
    marker = f"{number}.{block.marker}" if block.kind == "note" else block.marker
    return replace(
        block,
        level=level,
        language=block.language or language,
        spans=spans,
        marker=marker,
        notes=tuple(f"{number}.{note}" for note in block.notes),
    )
