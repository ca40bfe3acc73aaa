"""The transcript as plain text: what is heard, as it is written, a paragraph a line."""

from collections.abc import Iterator
from pathlib import Path

from narrate.base.model import Article, Block, Recording
from narrate.write._audio import clean_text, file_error
from narrate.write._markup import Announcement, Heard, collect_heard
from narrate.write._text import DEFAULT, TextSettings

KIND = "txt"
SUFFIX = ".txt"
MIME = "text/plain"

BULLET = "-"


def write(recording: Recording, path: Path, settings: TextSettings = DEFAULT) -> None:  # noqa: ARG001 there is nothing to choose
    """Write the transcript; raise WriteError if that fails."""
    text = "".join(_write_paragraphs(recording.article, collect_heard(recording.cues)))
    try:
        path.write_text(f"{text.strip()}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise file_error(path, error) from error


def _write_paragraphs(article: Article, heard: Heard) -> Iterator[str]:
    """Every paragraph with the empty lines before it."""
    yield from map(_write_announcement, heard.before)
    previous = ""
    for index, block in enumerate(article.blocks):
        if index in heard.marks:
            gap = "\n" if previous == block.kind == "item" else "\n\n"
            yield ("\n\n\n" if block.kind == "heading" else gap) + _write_block(block)
            previous = block.kind
        for said in heard.after.get(index, ()):
            yield _write_announcement(said)
            previous = ""


def _write_announcement(said: Announcement) -> str:
    return f"\n\n{clean_text(said.text)}"


def _write_block(block: Block) -> str:
    text = clean_text(block.text)
    match block.kind:
        case "item":
            return f"{'  ' * (max(1, block.level) - 1)}{block.marker or BULLET} {text}"
        case "note":
            return f"[{clean_text(block.marker)}] {text}"
        case "table":
            return text.replace("\t", " | ")
        case "quote" | "code" | "verse":
            return "    " + text.replace("\n", "\n    ")
        case _:
            return text
