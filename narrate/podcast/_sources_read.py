"""What was found in a source, read: from its feed, its page or its file."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from narrate.base.model import Article
from narrate.podcast._sources_list import Candidate
from narrate.podcast._sources_web import RefusedError, Web
from narrate.pronunciation import with_lexicon
from narrate.read import Fetched, is_url, read_articles


def read_candidate(candidate: Candidate, web: Web) -> Iterator[Article]:
    """The articles of `candidate` as a whole, from its page if need be.

    A file may hold several. Raises as `read_articles` does, and RefusedError for a page that
    robots may not read where its feed has no text either.
    """
    entry = candidate.article
    if entry is not None and (candidate.whole or not candidate.place):
        yield entry
    elif is_url(candidate.place):
        yield _read_page(candidate, web)
    else:
        articles = with_lexicon(read_articles(candidate.place), candidate.place)
        seen: dict[str, int] = {}
        for article in articles:
            key = article.source_key
            if candidate.is_message:
                key = candidate.key  # its file has another name when it has been read
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                said = f"{key}\n{article.title}"
                key = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
            yield replace(article, source_key=key)


def _read_page(candidate: Candidate, web: Web) -> Article:
    """The article on the page of `candidate`, with what its feed knows better."""
    entry, place, private = candidate.article, candidate.place, candidate.source.private
    try:
        answer = _fetch(candidate, web)
    except RefusedError:
        if entry is None or not entry.blocks:
            raise
        return entry
    page = next(read_articles(place, fetched=answer, allow_private=private))
    page = replace(page, source=place, source_key=candidate.key)
    if entry is None:
        return page
    if _length(entry) > _length(page):  # what was found on the page is not the article
        return entry
    return replace(
        page,
        title=entry.title or page.title,
        author=page.author or entry.author,
        published=entry.published or page.published,
        language=page.language or entry.language,
        site=page.site or entry.site,
    )


def _fetch(candidate: Candidate, web: Web) -> Fetched:
    fetch = web.fetch_linked if candidate.linked else web.fetch
    return fetch(candidate.place, private=candidate.source.private)


def _length(article: Article) -> int:
    return sum(len(block.text) for block in article.blocks)
