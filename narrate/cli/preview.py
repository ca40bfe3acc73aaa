"""narrate preview: what would be said, and what not."""

import argparse
from typing import TYPE_CHECKING

from narrate.cli._articles import find_articles, find_settings, find_voice
from narrate.cli._parser import add_article, add_manners, add_speech
from narrate.terminal import Terminal, duration, plural, printable

if TYPE_CHECKING:
    from narrate.cli._parser import Commands
    from narrate.preview import Preview


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "preview",
        help="show what would be said, without a sound",
        description="Shows what would be said of an article, what is left out, and how long it is.",
        epilog="example: narrate preview story.txt",
    )
    parser.set_defaults(run=run)
    parser.add_argument("source", metavar="SOURCE", help="a file, or - for standard input")
    parser.add_argument("-t", "--to", metavar="KINDS", help="what would be written (mp3)")
    add_speech(parser)
    add_article(parser)
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show the script of each article."""
    from narrate.preview import preview_article

    settings = find_settings(options)
    voice = find_voice(settings)
    for article in find_articles(options.source, options):
        preview = preview_article(
            article,
            voice,
            opening=settings.opening,
            closing=settings.closing,
            kinds=settings.kinds,
        )
        terminal.result("\n".join(map(printable, _lines(preview))), preview.as_record(), raw=True)
    return 0


def _lines(preview: "Preview") -> list[str]:
    """The script as plain lines: chapters, what is said in them, and what is left out."""
    article = preview.script.article
    facts = [article.title, article.author, article.site, article.published]
    lines = [", ".join(fact for fact in facts if fact)]
    sizes = ", ".join(f"{kind} {size / 1e6:.1f} MB" for kind, size in preview.sizes)
    lines += [
        f"About {duration(preview.estimate_ms)} in the voice {preview.voice.name}; {sizes}",
        "",
    ]
    chapters = {chapter.first: chapter for chapter in preview.script.chapters}
    for index, utterance in enumerate(preview.script.utterances):
        if index in chapters:
            chapter = chapters[index]
            start = duration(preview.starts_ms[index])
            lines += ["", f"{'#' * chapter.level} {chapter.title} (after about {start})", ""]
        lines.append(utterance.spoken)
    lines += ["", f"Left out: {plural(len(preview.script.omissions), 'passage')}"]
    for omission in preview.script.omissions:
        text = article.blocks[omission.block].text[omission.start : omission.end]
        lines.append(f"- {omission.reason}: {' '.join(text.split())[:120]}")
    return lines
