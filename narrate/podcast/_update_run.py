"""One run over the sources of a show: what is new is made, what is old removed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from narrate.base.cache import Cache
from narrate.base.errors import NarrateError
from narrate.base.locks import locked
from narrate.base.model import Article, Voice
from narrate.podcast._arrange import arrange_show
from narrate.podcast._episodes import MORE, find_episodes, list_releases
from narrate.podcast._podcast_file import PODCAST_FILE
from narrate.podcast._register import read_register, write_register
from narrate.podcast._sources_file import Source
from narrate.podcast._sources_list import Candidate, Listing, hash_text, list_source
from narrate.podcast._sources_read import read_candidate
from narrate.podcast._sources_web import Web
from narrate.podcast._update_reissue import reissue_episode
from narrate.podcast._update_remove import Limits, finish_removing, remove_oldest
from narrate.podcast._update_state import (
    Known,
    Made,
    Seen,
    read_state,
    write_state,
)
from narrate.podcast.feed import build_feed, list_items
from narrate.podcast.library import write_library
from narrate.podcast.show import make_episode
from narrate.produce import NO_CACHE, Order
from narrate.speak import Engines

Tell = Callable[[str], None]


@dataclass(slots=True)
class Update:
    """What a run has done."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    """Titles."""
    removed: int = 0
    failed: list[str] = field(default_factory=list)
    """What has gone wrong that had not before, a line each."""
    waiting: int = 0
    """How much has failed by now, and will be tried again."""
    well: int = 0
    """Sources and articles with which all went well."""
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Manner:
    """How the episodes of a run are made."""

    voice: Voice
    order: Order
    called: str = ""
    """What `load_voice` finds the voice by, where that is not its name."""
    keep: int = 0
    """How many episodes the show has at most, the newest; 0 for no limit."""
    max_age: int = 0
    """How many days old they are at most; 0 for no limit."""
    reissue: bool = False
    """Whether an edited article becomes a new episode, which apps play again."""
    dry_run: bool = False
    jobs: int | None = None
    cache: Cache = NO_CACHE
    engines: Engines | None = None
    """Which stay open from episode to episode."""


class Run:
    """One run over one show."""

    def __init__(self, folder: Path, manner: Manner, now: datetime, tell: Tell) -> None:
        self._folder, self._manner, self._now, self._tell = folder, manner, now, tell
        self._today = now.date()
        self._limits = Limits(manner.keep, manner.max_age)
        self._state = read_state(folder)
        self._web = Web()
        self._done = Update()
        self._texts: dict[str, str] = {}
        """What the episodes say that are there."""

    def run(self, sources: list[Source]) -> Update:
        """Ask all `sources`, make what is new, remove what is old, write the feed."""
        if not self._manner.dry_run:
            finish_removing(self._folder, self._state)
            self._finish_arranging()
        self._texts = {each.key: each.text for each in find_episodes(self._folder)[0]}
        queue, asked = list(sources), set[str]()
        while queue:
            source = queue.pop(0)
            if source.address not in asked:
                asked.add(source.address)
                queue[:0] = self._ask(source)
        if not self._manner.dry_run:
            self._done.removed = remove_oldest(self._folder, self._state, self._limits, self._today)
            self._write_feed()
        self._done.waiting = self._state.waiting(sorted(asked))
        return self._done

    def _finish_arranging(self) -> None:
        """Note the episode that a run has made which was killed before it could do so."""
        with locked(self._folder), locked(self._folder / MORE):
            register = read_register(self._folder)
            arrange_show(self._folder, register, self._today)
            list_items(find_episodes(self._folder)[0], register, self._today)
            write_register(register, self._folder)

    def _ask(self, source: Source) -> tuple[Source, ...]:
        """Make what is new in one source; the feeds that it names."""
        known = self._state.sources.setdefault(source.address, Known())
        if not known.trouble.is_due(self._now):
            return ()
        due = any(
            seen.trouble.count and seen.trouble.is_due(self._now) for seen in known.seen.values()
        )
        try:
            validators = ("", "") if due else (known.etag, known.modified)
            listing = list_source(source, self._web, *validators)
        except NarrateError as error:
            if known.trouble.fail(str(error), self._now):
                self._done.failed.append(str(error))
            self._save()
            return ()
        known.trouble = type(known.trouble)()
        self._done.well += 1
        if not listing.unchanged and not listing.feeds:
            self._take(source, known, listing)
        return listing.feeds

    def _take(self, source: Source, known: Known, listing: Listing) -> None:
        """Make what is new of `listing`, the oldest first, and note that it is done."""
        candidates = listing.candidates
        known.etag = known.modified = ""  # until all of it is done
        if not known.asked and source.latest:
            for candidate in candidates[source.latest :]:
                known.seen[candidate.key] = Seen(candidate.mark, done=True)
        for candidate in self._choose(candidates, known)[::-1]:
            seen = known.seen.setdefault(candidate.key, Seen())
            self._try(candidate, seen)
            self._save()
        listed = {candidate.key for candidate in candidates}
        known.seen = {key: seen for key, seen in known.seen.items() if key in listed}
        known.asked, known.etag, known.modified = True, listing.etag, listing.modified
        self._save()

    def _choose(self, candidates: tuple[Candidate, ...], known: Known) -> list[Candidate]:
        """Those of `candidates` that are new, were edited or have failed, and are not too old."""
        fresh = []
        for candidate in candidates:
            seen = known.seen.get(candidate.key, Seen())
            if seen.done and seen.mark == candidate.mark:
                continue
            if seen.trouble.is_due(self._now) or (seen.mark and seen.mark != candidate.mark):
                fresh.append(candidate)
        limits = self._limits
        kept: list[Candidate] = []
        for candidate in fresh:
            if limits.allow(candidate.day, self._today) and (
                not limits.keep or len(kept) < limits.keep
            ):
                kept.append(candidate)
            else:
                known.seen[candidate.key] = Seen(candidate.mark, done=True)
        return kept

    def _try(self, candidate: Candidate, seen: Seen) -> None:
        """Make the articles of `candidate`, or note why that failed."""
        seen.mark = candidate.mark
        try:
            for article in self._read(candidate):
                self._make(article, candidate)
        except NarrateError as error:
            seen.done = False
            if seen.trouble.fail(str(error), self._now):
                self._done.failed.append(f"{candidate.title}: {error}")
            return
        seen.done, seen.trouble = True, type(seen.trouble)()
        self._done.well += 1

    def _read(self, candidate: Candidate) -> Iterator[Article]:
        made = self._state.made.get(candidate.key)
        other = made is not None and made.source != candidate.source.address
        if other and made is not None and made.source in self._state.sources:
            return  # it has come by way of another source, with other words maybe
        if self._manner.dry_run and candidate.key not in self._texts:
            self._done.new.append(candidate.title)
            return
        yield from read_candidate(candidate, self._web)

    def _make(self, article: Article, candidate: Candidate) -> None:
        """Make an episode of `article`, unless there is one that says the same."""
        key, text = article.source_key, hash_text(article)
        there, made = self._texts.get(key), self._state.made.get(key)
        # Without an episode, a run was killed while it replaced it, or somebody has removed it.
        gone = there is None and made is not None and (made.removed or made.text == text)
        edited = there is not None or made is not None
        too_old = not self._limits.allow(article.published, self._today)
        if there != text and not gone and not too_old:
            self._tell(article.title)
            (self._done.updated if edited else self._done.new).append(article.title)
            if not self._manner.dry_run:
                self._speak(article, edited=edited)
            self._texts[key] = text
        self._state.made[key] = Made(text, candidate.source.address, removed=gone)

    def _speak(self, article: Article, *, edited: bool) -> None:
        manner = self._manner
        make_episode(
            article,
            manner.voice,
            self._folder,
            manner.order,
            called=manner.called,
            today=self._today,
            jobs=manner.jobs,
            cache=manner.cache,
            engines=manner.engines,
        )
        if edited and manner.reissue:
            reissue_episode(self._folder, article.source_key, self._today)

    def _save(self) -> None:
        if not self._manner.dry_run:
            write_state(self._state, self._folder)

    def _write_feed(self) -> None:
        """Let the feed, if there is to be one, and the library page agree with the folder."""
        if not list_releases(self._folder):
            return
        if (self._folder / PODCAST_FILE).is_file():
            feed = build_feed(self._folder, today=self._today)
            self._done.remarks += feed.remarks
        else:
            remedy = f"narrate feed {self._folder} --init --url URL --title TITLE --email EMAIL"
            self._done.remarks.append(f"there is no feed yet: {remedy}")
        write_library(self._folder)
