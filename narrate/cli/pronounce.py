"""narrate pronounce: how a word is said from now on."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.base.errors import UsageError
from narrate.cli._parser import add_manners
from narrate.terminal import Terminal, plural, printable

if TYPE_CHECKING:
    from narrate.cli._parser import Commands


def add(commands: "Commands") -> None:
    """Add the parser of the command."""
    parser = commands.add_parser(
        "pronounce",
        help="say a word differently from now on",
        description="Adds a word to your lexicon: other words for it, or its sounds in the "
        "International Phonetic Alphabet between slashes. Recordings that have the word are made "
        "again; only the sentences with it are spoken.",
        epilog="example: narrate pronounce Nguyen win",
    )
    parser.set_defaults(run=run)
    parser.add_argument("word", nargs="?", default="", metavar="WORD", help="a word or a phrase")
    parser.add_argument("said", nargs="?", default="", metavar="AS", help="such as win or /wɪn/")
    parser.add_argument("--like", default="", metavar="WORDS", help="words that sound the same")
    parser.add_argument("--show", default="", metavar="NAME", help="only in this show")
    parser.add_argument("--language", default="", metavar="TAG", help="only in this language")
    parser.add_argument("--voice", metavar="NAME", help="the voice to check it with")
    parser.add_argument("--cache-dir", metavar="DIR", help="where what was spoken is kept")
    parser.add_argument("-o", "--out", type=Path, metavar="DIR", help="where the recordings are")
    parser.add_argument(
        "--no-remake",
        action="store_false",
        dest="remake",
        help="only name the recordings that have the word",
    )
    actions = parser.add_mutually_exclusive_group()
    actions.add_argument("--list", action="store_true", help="show the words of the lexicon")
    actions.add_argument("--remove", action="store_true", help="take WORD out of it")
    add_manners(parser)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Add a word to a lexicon, take it out, or show them all."""
    from narrate.base.places import show_lexicon, user_lexicon
    from narrate.pronunciation import remove_saying

    if options.show in {".", ".."} or "/" in options.show or "\\" in options.show:
        raise UsageError(f"--show {options.show}", "it is no name of a show")
    path = show_lexicon(options.show) if options.show else user_lexicon()
    if options.list:
        _list(path, terminal)
    elif options.remove:
        where = remove_saying(options.word, path)
        terminal.say(f"{options.word} is out of {where}")
        _remake_recordings(options, where, terminal)
    else:
        _add(options, path, terminal)
    return 0


def _list(path: Path, terminal: Terminal) -> None:
    from narrate.pronunciation import list_sayings

    entries = list_sayings(path)
    for entry in entries:
        said = " or ".join(filter(None, [entry.alias, entry.ipa and f"/{entry.ipa}/"]))
        language = f" ({entry.language})" if entry.language else ""
        terminal.result(
            f"{entry.word}: {said}{language}",
            {
                "word": entry.word,
                "alias": entry.alias,
                "ipa": entry.ipa,
                "language": entry.language,
            },
        )
    terminal.say(f"{plural(len(entries), 'word')} in {path}")


def _add(options: argparse.Namespace, path: Path, terminal: Terminal) -> None:
    from narrate.base.config import load_settings
    from narrate.base.voice import load_voice
    from narrate.pronunciation import add_saying, find_saying

    voice = load_voice(load_settings({"voice": options.voice}).voice)
    saying = find_saying(
        options.word, options.said, voice, like=options.like, language=options.language
    )
    where = add_saying(saying, path)
    after = f"/{saying.after}/" if saying.after else saying.alias or f"/{saying.ipa}/"
    before = f", /{saying.before}/ before" if saying.before else ""
    terminal.result(f"{saying.word}: {after} from now on{before}", saying.as_record())
    terminal.say(f'It is in {where}; to hear it: narrate voices say {voice.name} "{saying.word}"')
    _remake_recordings(options, where, terminal)


def _remake_recordings(options: argparse.Namespace, lexicon: Path, terminal: Terminal) -> None:
    """Make the recordings again that have the word: only what has it is spoken."""
    from narrate.base.config import load_settings
    from narrate.cli._articles import find_cache
    from narrate.produce import remake_release
    from narrate.pronunciation import find_recordings
    from narrate.speak import Engines

    settings = load_settings({"cache_dir": options.cache_dir})
    mentions = find_recordings(options.word, options.out or settings.output)
    for mention in mentions:
        terminal.say(f"{mention.folder} has it in {plural(mention.sentences, 'sentence')}")
    if not mentions or not options.remake:
        return
    spoken = 0
    with find_cache(settings) as cache, Engines() as engines:
        for mention in mentions:
            with terminal.progress(printable(mention.title)) as report:
                release = remake_release(
                    mention.folder.absolute(),
                    lexicon.absolute(),
                    jobs=settings.jobs,
                    report=report,
                    cache=cache,
                    engines=engines,
                )
            spoken += release.spoken
            terminal.detail("\n".join(str(path) for path in release.files))
    terminal.say(f"Made again: {plural(spoken, 'sentence')}, {plural(len(mentions), 'recording')}")
