"""narrate make: audio from articles."""

import argparse
import sys
from typing import TYPE_CHECKING

from narrate.base.errors import NarrateError, UsageError
from narrate.cli._articles import find_articles, find_order, find_settings, find_voice
from narrate.cli._parser import add_article, add_manners, add_output, add_speech
from narrate.terminal import Terminal, duration, plural, printable

if TYPE_CHECKING:
    from narrate.base.config import Settings
    from narrate.base.model import Article, Release, Voice
    from narrate.cli._parser import Commands
    from narrate.produce import Order, Plan

SOME_FAILED = 5
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
        "sources", nargs="+", metavar="SOURCE", help="a file, or - for standard input"
    )
    parser.add_argument("--play", action="store_true", help="play it when it is made")
    add_output(parser)
    add_speech(parser)
    add_article(parser)
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Make a release from each article of each source; the exit code tells whether all were."""
    settings = find_settings(options)
    terminal.plain = settings.plain
    codes = []
    for source in options.sources:
        try:
            _make(source, settings, options, terminal)
        except NarrateError as error:
            terminal.fail(str(error))
            codes.append(error.exit_code)
    if codes and len(options.sources) > 1:
        terminal.say(f"{len(options.sources) - len(codes)} of {len(options.sources)} made")
        return SOME_FAILED if len(codes) < len(options.sources) else max(codes)
    return codes[0] if codes else 0


def _make(
    source: str, settings: "Settings", options: argparse.Namespace, terminal: Terminal
) -> None:
    from narrate.player import play
    from narrate.produce import plan_release, stream_article

    voice, order = find_voice(settings), find_order(settings)
    for article in find_articles(source, options):
        terminal.say(f"Title: {printable(article.title)}")
        if _primary(article.language) != _primary(voice.language):
            terminal.say(
                f"The article is in {printable(article.language)}, and the voice {voice.name} "
                f"speaks {voice.language}: --voice chooses another"
            )
        if options.dry_run:
            _show_plan(plan_release(article, voice, order), terminal)
        elif str(order.out) == "-" and sys.stdout.isatty():
            raise UsageError(
                "-o -", "this would print sound on the terminal", "pipe it to a player"
            )
        elif str(order.out) == "-":
            stream_article(article, voice, order, sys.stdout.buffer, jobs=settings.jobs)
        else:
            release = _make_release(article, voice, order, settings.jobs, terminal)
            if options.play:
                play(release.files[0], settings.player)


def _make_release(
    article: "Article", voice: "Voice", order: "Order", jobs: int | None, terminal: Terminal
) -> "Release":
    from narrate.produce import make_release, plan_release

    plan = plan_release(article, voice, order)
    if plan.estimate_ms > LONG_MS:
        terminal.say(f"About {duration(plan.estimate_ms)} of sound to make")
    with terminal.progress(printable(article.title)) as report:
        release = make_release(article, voice, order, jobs=jobs, report=report, plan=plan)
    show_release(release, terminal)
    return release


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


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
        "remarks": release.remarks,
    }
    terminal.result("\n".join(paths), record)
