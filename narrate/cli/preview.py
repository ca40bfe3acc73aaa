"""narrate preview: what would be said, and what not."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError
from narrate.cli._articles import find_settings, find_voice, for_each_article
from narrate.cli._parser import add_article, add_manners, add_source, add_speech
from narrate.terminal import Terminal, duration, plural, printable

if TYPE_CHECKING:
    from narrate.base.model import Article
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
    parser.add_argument("source", metavar="SOURCE", help="a file, a web address or -")
    parser.add_argument("-t", "--to", metavar="KINDS", help="what would be written (mp3)")
    parser.add_argument(
        "--hard-words",
        action="store_true",
        help="show names, acronyms, homographs, odd numbers and foreign words, and how they sound",
    )
    parser.add_argument(
        "--lexicon",
        type=Path,
        metavar="FILE",
        help="with --hard-words: write a lexicon of the unknown ones, to be filled in",
    )
    add_speech(parser)
    add_article(parser)
    add_source(parser)
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show the script of each article."""
    from narrate.preview import preview_article

    settings = find_settings(options)
    voice = find_voice(settings)

    def show(article: "Article") -> None:
        preview = preview_article(
            article,
            voice,
            opening=settings.opening,
            closing=settings.closing,
            kinds=settings.kinds,
        )
        if options.hard_words:
            _show_hard_words(preview, options.lexicon, terminal)
            return
        terminal.result("\n".join(map(printable, _lines(preview))), preview.as_record(), raw=True)

    return for_each_article([options.source], options, terminal, show, "shown")


def _show_hard_words(preview: "Preview", lexicon: Path | None, terminal: Terminal) -> None:
    """A line for each hard word; with --json an object for each."""
    from narrate.preview import hear_hard_words, stub_lexicon

    heard = hear_hard_words(preview.script, preview.voice)
    kind = ""
    for each in heard:
        word = each.word
        if word.kind != kind and not terminal.as_json:
            kind = word.kind
            terminal.result(f"{'' if each is heard[0] else chr(10)}{kind}s:", {}, raw=True)
        sound = f" /{each.ipa}/" if each.ipa else ""
        spoken = f" as “{word.spoken}”" if word.spoken != word.word else ""
        doubt = "" if word.known else ", by the engine's own rules"
        line = f"{word.word}{spoken}{sound}{doubt}, {plural(word.count, 'time')}: {word.sentence}"
        terminal.result(printable(line), each.as_record())
    terminal.say(f"{plural(len(heard), 'hard word')}")
    if lexicon:
        _write_new(lexicon, stub_lexicon(heard))
        terminal.say(f"Their lexicon, to be filled in: {lexicon}")


def _write_new(path: Path, text: str) -> None:
    """Write a file where there is none."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(str(path), "there is a file already", "name another") from None
    except OSError as error:
        raise UsageError(str(path), str(error.strerror or error).lower()) from error


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
    if article.left_out:
        lines += ["", f"Not part of the text: {plural(len(article.left_out), 'passage')}"]
        lines += [f"- {part.reason}: {part.text[:120]}" for part in article.left_out]
    return lines
