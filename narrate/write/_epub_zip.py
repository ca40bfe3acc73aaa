"""The container of a book: a ZIP archive as EPUB has it, the same bytes for the same files.

OCF ZIP container: https://www.w3.org/TR/epub-33/#sec-zip-container-zipreqs
"""

import shutil
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

FOLDER = "EPUB"
PACKAGE = "package.opf"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of every entry: ZIP knows none before it
_UNIX = 3
_MODE = 0o100644  # a file that its owner may write and all may read
_CONTAINER = f"""<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="{FOLDER}/{PACKAGE}" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""


class BookFile:
    """A book that is being written: its media type comes first, then files as they are given."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w")

    def __enter__(self) -> Self:
        self._write("mimetype", b"application/epub+zip", packed=False)
        self._write("META-INF/container.xml", _CONTAINER.encode(), packed=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._zip.close()

    def write_text(self, name: str, text: str) -> None:
        """Add a text file."""
        self._write(f"{FOLDER}/{name}", text.encode(), packed=True)

    def write_bytes(self, name: str, data: bytes) -> None:
        """Add a file that is packed already: a picture."""
        self._write(f"{FOLDER}/{name}", data, packed=False)

    def write_file(self, name: str, file: BinaryIO) -> None:
        """Add the rest of `file`, which is packed already: sound."""
        with self._zip.open(_describe(f"{FOLDER}/{name}", packed=False), "w") as entry:
            shutil.copyfileobj(file, entry)

    def _write(self, name: str, data: bytes, *, packed: bool) -> None:
        self._zip.writestr(_describe(name, packed=packed), data)


def _describe(name: str, *, packed: bool) -> ZipInfo:
    info = ZipInfo(name, _EARLIEST)
    info.create_system = _UNIX
    info.external_attr = _MODE << 16
    info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
    return info
