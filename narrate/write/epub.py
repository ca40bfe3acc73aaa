"""EPUB 3.3 with Media Overlays: the text, and the sound that goes along with it, in one book.

Each chapter is three files: its text (XHTML), its sound (MP3, as the writer of that name encodes
it), and the overlay (SMIL) that says which sentence, or word, of the one is heard when in the
other. The first blocks of a chapter decide where the one before it ends, and notes stand in the
chapter that refers to them; so the cues are walked twice, and only one chapter of them is held.

EPUB 3.3 and Media Overlays: https://www.w3.org/TR/epub-33/
EPUB Accessibility 1.1: https://www.w3.org/TR/epub-a11y-11/
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile

from narrate.base.errors import WriteError
from narrate.base.model import Cue, Recording
from narrate.write import mp3
from narrate.write._audio import AudioSettings, file_error
from narrate.write._epub_chapter import ChapterWriter
from narrate.write._epub_layout import Layout, plan_book
from narrate.write._epub_package import PackageWriter
from narrate.write._epub_zip import BookFile
from narrate.write._parts import REMEDY
from narrate.write._text import DEFAULT, TextSettings

KIND = "epub"
SUFFIX = ".epub"
MIME = "application/epub+zip"
PARTS = mp3.KIND


def check_settings(settings: AudioSettings, rate_hz: int = 22_050) -> None:
    """Raise UsageError for a bit rate or a sample rate that the sound of a book cannot have."""
    mp3.check_settings(settings, rate_hz)


def estimate_bytes(length_ms: int, settings: AudioSettings) -> int:
    """About how large the file of a recording of `length_ms` milliseconds is, without its cover."""
    return mp3.estimate_bytes(length_ms, settings)


def finish(
    recording: Recording, parts: Sequence[Path], path: Path, settings: TextSettings = DEFAULT
) -> None:
    """Write the book to `path`; `parts` are its chapters in order, as MP3 encodes them.

    With `settings.words`, the text goes along word by word, else sentence by sentence. Raises
    WriteError if the parts are not those of the recording, or if a file cannot be read or written.
    """
    layout = plan_book(recording)
    try:
        with BookFile(path) as book:
            _write(book, recording, layout, parts, settings)
    except OSError as error:
        raise file_error(path, error) from error


def _write(
    book: BookFile,
    recording: Recording,
    layout: Layout,
    parts: Sequence[Path],
    settings: TextSettings,
) -> None:
    package = PackageWriter(recording, layout, words=settings.words)
    for name, text in package.write_files():
        book.write_text(name, text)
    if package.cover_name:
        book.write_bytes(package.cover_name, recording.article.cover)
    writer = ChapterWriter(recording, layout, words=settings.words)
    samples = 0
    chapters = zip(layout.chapters, _cues_by_chapter(recording), parts, strict=True)
    for chapter, cues, part in chapters:
        text, overlay = writer.write(chapter, cues)
        book.write_text(chapter.text_name, text)
        book.write_text(chapter.overlay_name, overlay)
        with TemporaryFile(dir=part.parent) as file:
            samples += mp3.write_part(part, recording.rate_hz, file, settings.encoding)
            file.seek(0)
            book.write_file(chapter.audio_name, file)
    if samples != recording.samples:
        why = f"the encoded chapters hold {samples} samples, not {recording.samples}"
        raise WriteError(recording.article.title, why, REMEDY)


def _cues_by_chapter(recording: Recording) -> Iterator[list[Cue]]:
    """The cues of each chapter, also of those that have none."""
    groups = groupby(recording.cues, key=lambda cue: cue.chapter)
    waiting = next(groups, None)
    for number in range(len(recording.chapters)):
        if waiting is None or waiting[0] != number:
            yield []
            continue
        yield list(waiting[1])
        waiting = next(groups, None)
