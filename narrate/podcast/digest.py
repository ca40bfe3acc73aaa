"""Several articles in one episode, as many as fit a length of time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from narrate.base.errors import NarrateError, NothingToSay, ReadError, UsageError
from narrate.base.model import Article, Voice
from narrate.podcast._digest_compose import compose_digest, compose_section
from narrate.podcast._sources_file import Source, read_sources
from narrate.podcast._sources_list import Candidate, list_documents
from narrate.podcast._sources_read import read_candidate
from narrate.podcast._sources_web import Web
from narrate.produce import Order, plan_release
from narrate.read import is_url
from narrate.script import estimate_ms, make_script

MINUTE_MS = 60_000
LATEST = 20
"""Articles that are looked at of each source, the newest, unless it is said otherwise."""
LEAST_MS = 30_000
"""When less time is left than this, no more articles are looked at."""


@dataclass(slots=True)
class Digest:
    """Which articles are in a digest, and which are not."""

    article: Article
    """All of it, for `make_release` or `make_episode`."""
    estimate_ms: int
    taken: list[str]
    """Titles, in their order."""
    left_out: list[str]
    """Titles of what did not fit."""
    failed: list[str]
    """What could not be read, a line each."""


@dataclass(slots=True)
class _Choice:
    """What has been chosen so far."""

    left_ms: int
    articles: list[Article] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def find_sources(sources: Sequence[str], show: Path | None, *, private: bool) -> list[Source]:
    """`sources` as they are asked; where none are given, those that the `show` follows.

    Raises UsageError where there are neither.
    """
    if sources:
        addresses = [each if is_url(each) else str(Path(each).absolute()) for each in sources]
        return [Source(address, private) for address in addresses]
    followed = read_sources(show) if show else []
    if not followed:
        raise UsageError("SOURCE", "none is given", "name feeds, lists, folders or documents")
    return followed


def choose_digest(
    sources: Sequence[Source],
    voice: Voice,
    order: Order,
    minutes: float,
    *,
    latest: int = LATEST,
    tell: Callable[[str], None] = lambda _: None,
) -> Digest:
    """A digest of `sources` that `voice` needs `minutes` for, or a little less.

    Articles are taken from the sources in turn, from each the newest first; one that is too long
    for what is left is left out as a whole. `tell` gets the title of each that is looked at. What
    cannot be read is in the result. Raises NothingToSay where there is no article, ReadError where
    none of them can be read, and UsageError where none fits.
    """
    choice = _Choice(round(minutes * MINUTE_MS))
    web = Web()
    candidates = list(_take_turns(_list(source, web, latest, choice.failed) for source in sources))
    shortest = 0
    for candidate in dict.fromkeys(candidates):
        if choice.left_ms < LEAST_MS and choice.articles:
            choice.left_out.append(candidate.title)
            continue
        tell(candidate.title)
        for article in _read(candidate, web, choice.failed):
            length = _estimate(article, voice)
            shortest = min(shortest or length, length)
            _take(article, length, choice)
    if not choice.articles:
        _refuse(choice, shortest, minutes)
    return _fit(choice, voice, order, round(minutes * MINUTE_MS))


def _take_turns(lists: Iterator[list[Candidate]]) -> Iterator[Candidate]:
    """The first of each list, then the second of each; an article that several have comes once."""
    seen = set[str]()
    for turn in zip_longest(*lists):
        for candidate in turn:
            if candidate is not None and candidate.key not in seen:
                seen.add(candidate.key)
                yield candidate


def _list(source: Source, web: Web, latest: int, failed: list[str]) -> list[Candidate]:
    """The newest articles of a source, and of the feeds that it names."""
    try:
        listing = list_documents(source, web)
    except NarrateError as error:
        failed.append(str(error))
        return []
    nested = [_list(feed, web, latest, failed) for feed in listing.feeds]
    found = [*listing.candidates, *_take_turns(iter(nested))]
    return sorted(found, key=lambda candidate: candidate.day, reverse=True)[:latest]


def _read(candidate: Candidate, web: Web, failed: list[str]) -> Iterator[Article]:
    try:
        yield from read_candidate(candidate, web)
    except NarrateError as error:
        failed.append(f"{candidate.title}: {error}")


def _estimate(article: Article, voice: Voice) -> int:
    """Milliseconds that `article` takes in a digest; 0 where there is nothing to say in it."""
    blocks = tuple(compose_section(article, article.language, 1))
    alone = Article(article.title, blocks, language=article.language)
    try:
        script = make_script(alone, voice, opening=False, closing=False, chapters=False)
    except NothingToSay:
        return 0
    return estimate_ms(script, voice)


def _take(article: Article, length: int, choice: _Choice) -> None:
    if 0 < length <= choice.left_ms:
        choice.articles.append(article)
        choice.left_ms -= length
    else:
        choice.left_out.append(article.title)


def _refuse(choice: _Choice, shortest: int, minutes: float) -> None:
    if not shortest:
        if choice.failed:
            raise ReadError("digest", choice.failed[0])
        raise NothingToSay("digest", "there are no articles in the sources")
    needed = -(-shortest // MINUTE_MS)
    raise UsageError(
        f"--minutes {minutes:g}", f"the shortest article takes {needed}", f"--minutes {needed + 1}"
    )


def _fit(choice: _Choice, voice: Voice, order: Order, budget_ms: int) -> Digest:
    """The digest of what was chosen, but for the last ones if its index makes it too long."""
    while True:
        article = compose_digest(choice.articles)
        length = plan_release(article, voice, order).estimate_ms
        if length <= budget_ms or len(choice.articles) == 1:
            titles = [each.title for each in choice.articles]
            return Digest(article, length, titles, choice.left_out, choice.failed)
        choice.left_out.insert(0, choice.articles.pop().title)
