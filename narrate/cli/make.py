"""narrate make: audio from articles."""

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError
from narrate.cli._articles import (
    find_cache,
    find_order,
    find_settings,
    find_show_folder,
    find_voice,
    for_each_article,
)
from narrate.cli._parser import add_article, add_manners, add_output, add_source, add_speech
from narrate.terminal import Terminal, duration, plural, printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from narrate.base.cache import Cache
    from narrate.base.config import Settings
    from narrate.base.model import Article, Release, Voice
    from narrate.cli._parser import Commands
    from narrate.produce import Order, Plan
    from narrate.speak import Engines

LONG_MS = 20 * 60_000
"""From this length on it is said beforehand how long the result will be."""


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "make",
        help="make audio from articles",
        description="Makes an audio file with chapters and tags from each article.",
        epilog="example: narrate make story.txt --voice british --speed 1.2",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a file, a web address, or - for standard input",
    )
    parser.add_argument("--play", action="store_true", help="play it when it is made")
    parser.add_argument("--show", metavar="S", help="make an episode of this show: folder or name")
    add_output(parser)
    add_speech(parser)
    add_article(parser)
    add_source(parser)
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a release from each article of each source; the exit code tells whether all were."""
    from narrate.speak import Engines

    settings = find_settings(options)
    terminal.plain = settings.plain
    voice = find_voice(settings)
    with find_cache(settings, fresh=options.fresh) as cache, Engines() as engines:
        if not options.dry_run:
            engines.prepare(voice)
        order, show = find_order(settings, options), find_show_folder(options)
        if show is not None:
            voice, order = _fit_show(show, voice, order, options)
        maker = _Maker(settings, options, terminal, voice, order, cache, show, engines)
        code = for_each_article(options.sources, options, terminal, maker.make, "made")
    if not code and "voice" not in dict(settings.origins):
        _mention_natural_voice(voice, terminal)
    return code


def _fit_show(
    show: "Path", voice: "Voice", order: "Order", options: argparse.Namespace
) -> tuple["Voice", "Order"]:
    """The voice with the show's pronunciations, and the order for an episode of it."""
    from narrate.podcast.show import order_episode, with_show_lexicon

    if options.out:
        raise UsageError("--out", "an episode goes into its show", "leave out --out or --show")
    return with_show_lexicon(voice, show), order_episode(show, order)


def _mention_natural_voice(voice: "Voice", terminal: Terminal) -> None:
    """Say that there is one, to somebody who has never chosen a voice."""
    from narrate.catalogue import find_natural_voice

    name = find_natural_voice(voice.language)
    if name:
        terminal.say(f"A natural voice is installed: narrate voices use {name}")


@dataclass(frozen=True, slots=True)
class _Maker:
    """What all the articles of a run are made with."""

    settings: "Settings"
    options: argparse.Namespace
    terminal: Terminal
    voice: "Voice"
    order: "Order"
    cache: "Cache"
    show: "Path | None"
    engines: "Engines"

    def make(self, article: "Article") -> None:
        """Make, stream or plan one article, as the options ask for."""
        from narrate.player import play
        from narrate.produce import plan_release, stream_article

        order = self.order
        self.terminal.say(f"Title: {printable(article.title)}")
        for remark in article.remarks:
            self.terminal.say(remark)
        if str(order.out) == "-" and sys.stdout.isatty() and not self.options.dry_run:
            raise UsageError(
                "-o -", "this would print sound on the terminal", "pipe it to a player"
            )
        if str(order.out) == "-" and not self.options.dry_run:
            jobs, sink = self.settings.jobs, sys.stdout.buffer
            if order.kinds[1:]:
                self.terminal.say(f"Only {order.kinds[0]} is written: a stream has one format")
            stream_article(
                article,
                self.voice,
                order,
                sink,
                jobs=jobs,
                cache=self.cache,
                engines=self.engines,
            )
            return
        plan = plan_release(article, self.voice, order)
        self._mention_language(plan)
        if self.options.dry_run:
            _show_plan(plan, self.terminal)
            return
        release = self._make_release(article, plan)
        if self.options.play:
            play(release.files[0], self.settings.player)

    def _mention_language(self, plan: "Plan") -> None:
        """Say who reads an article that is in another language than the voice."""
        from narrate.base.cast import primary_language

        language, reader = plan.script.article.language, plan.voice
        if primary_language(language) != primary_language(self.voice.language):
            self.terminal.say(
                f"The article is in {printable(language)}, and the voice {reader.name} "
                f"reads it, which speaks {reader.language}: --voice chooses another"
            )

    def _make_release(self, article: "Article", plan: "Plan") -> "Release":
        if plan.estimate_ms > LONG_MS:
            self.terminal.say(f"About {duration(plan.estimate_ms)} of sound to make")
        with self.terminal.progress(printable(article.title)) as report:
            release = self._choose_maker()(
                article,
                self.voice,
                order=self.order,
                jobs=self.settings.jobs,
                report=report,
                plan=plan,
                cache=self.cache,
                engines=self.engines,
            )
        show_release(release, self.terminal)
        return release

    def _choose_maker(self) -> "Callable[..., Release]":
        """What makes a release: one that stands for itself, or an episode of the show."""
        from narrate.podcast.show import make_episode
        from narrate.produce import make_release

        if self.show is None:
            return make_release
        named = dict(self.settings.origins).get("voice") == "flag"
        return partial(make_episode, folder=self.show, named=named, called=self.settings.voice)


def _show_plan(plan: "Plan", terminal: Terminal) -> None:
    terminal.say(
        f"About {duration(plan.estimate_ms)}, {plural(len(plan.script.chapters), 'chapter')}, "
        f"{plural(len(plan.script.utterances), 'utterance')}"
    )
    for chapter in plan.script.chapters:
        terminal.detail(f"  {printable(chapter.title)}")
    paths = [str(path) for path in plan.files]
    record = {"title": plan.script.article.title, "files": paths, "estimate_ms": plan.estimate_ms}
    terminal.result("\n".join(paths), record)


def show_release(release: "Release", terminal: Terminal) -> None:
    """Say what was made, and give the paths."""
    recording = release.recording
    chapters = plural(len(recording.chapters), "chapter")
    terminal.say(f"Made {duration(recording.length_ms)}, {chapters}")
    for remark in release.remarks:
        terminal.say(remark)
    for chapter in recording.chapters:
        terminal.detail(f"  {duration(chapter.start_ms)}: {printable(chapter.title)}")
    if recording.omissions:
        left_out = plural(len(recording.omissions), "passage")
        terminal.say(f"{left_out} left out: -v lists them, {release.folder / 'recording.json'} too")
    if recording.article.left_out:
        around = plural(len(recording.article.left_out), "part")
        terminal.say(f"{around} of the document left out: -v lists them, narrate preview too")
    for part in recording.article.left_out:
        terminal.detail(f"  {part.reason}: {printable(part.text)[:60]}")
    for omission in recording.omissions:
        text = recording.article.blocks[omission.block].text[omission.start : omission.end]
        terminal.detail(f"  {omission.reason}: {printable(text)[:60]}")
    terminal.say(f"More formats: narrate export {printable(str(release.folder))} -t m4b,opus")
    paths = [str(path) for path in release.files]
    record = {
        "title": recording.article.title,
        "folder": str(release.folder),
        "files": paths,
        "length_ms": recording.length_ms,
        "chapters": len(recording.chapters),
        "omissions": len(recording.omissions),
        "left_out": len(recording.article.left_out),
        "remarks": release.remarks,
        "spoken": release.spoken,
        "reused": release.reused,
    }
    terminal.result("\n".join(paths), record)
