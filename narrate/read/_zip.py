"""ZIP archives, as EPUB and DOCX documents are: members by name, counted while they are unpacked.

Nothing is written to disk, so that the names of members are never paths of ours.
"""

import lzma
import zipfile
import zlib
from io import BytesIO

from narrate.base.errors import LimitError, ReadError
from narrate.read._limits import (
    MOST_MEMBER_BYTES,
    MOST_MEMBERS,
    MOST_RATIO,
    MOST_UNPACKED_BYTES,
    RATIO_FROM_BYTES,
)

MAGIC = b"PK\x03\x04"
CHUNK_BYTES = 1 << 18
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
"""What unpacking raises for data that are not what the archive says."""


class Archive:
    """The members of a ZIP archive; `name` is what messages call it.

    Raises ReadError for what is no archive, or a damaged one, and LimitError for one with more
    members than a document needs.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._unpacked = 0
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise ReadError(name, "it is damaged or incomplete", "get it again") from error
        infos = [info for info in self._file.infolist() if not info.is_dir()]
        if len(infos) > MOST_MEMBERS:
            raise LimitError(name, f"it holds {len(infos):,} files, more than {MOST_MEMBERS:,}")
        self._infos = {info.filename: info for info in infos}
        self._folded = {_fold(path): path for path in reversed(self._infos)}

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the order of the archive."""
        return tuple(self._infos)

    def find(self, path: str) -> str:
        """Give the name of the member that `path` means; "" where there is none.

        Archives that were packed on systems without upper and lower case name their members
        otherwise than they refer to them.
        """
        return path if path in self._infos else self._folded.get(_fold(path), "")

    def read(self, member: str) -> bytes:
        """Unpack a member.

        Raises LimitError as soon as more comes out than a document needs, and ReadError for
        damaged and encrypted members.
        """
        info = self._infos[member]
        chunks: list[bytes] = []
        size = 0
        try:
            with self._file.open(info) as file:
                while chunk := file.read(CHUNK_BYTES):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    self._check(member, size, info.compress_size)
                    chunks.append(chunk)
        except DAMAGED as error:
            raise ReadError(self._name, f"{member} in it is damaged", "get it again") from error
        except (RuntimeError, NotImplementedError) as error:  # encrypted, or packed unusually
            why = f"{member} in it is encrypted or packed in a way that is not read"
            raise ReadError(self._name, why) from error
        return b"".join(chunks)

    def _check(self, member: str, size: int, packed: int) -> None:
        if size > MOST_MEMBER_BYTES:
            why = f"{member} in it is larger than {MOST_MEMBER_BYTES // 1_000_000} MB"
        elif self._unpacked > MOST_UNPACKED_BYTES:
            why = f"it unpacks to more than {MOST_UNPACKED_BYTES // 1_000_000} MB"
        elif size > RATIO_FROM_BYTES and size > MOST_RATIO * max(1, packed):
            why = f"{member} in it unpacks to more than {MOST_RATIO} times its size"
        else:
            return
        raise LimitError(self._name, why)


def _fold(path: str) -> str:
    return path.replace("\\", "/").casefold()
