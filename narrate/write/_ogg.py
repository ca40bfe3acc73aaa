"""The Ogg container (RFC 3533): pages with a checksum around the packets of one stream."""

import struct
import zlib
from typing import BinaryIO

_HEADER = struct.Struct("<4sBBqIIIB")
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_NO_POSITION = -1
_MOST_LACES = 255
_FULL_LACE = 255
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg_checksum(data: bytes) -> int:
    """Compute the CRC-32 of Ogg: polynomial 0x04C11DB7 from 0, not inverted, highest bit first.

    zlib's has the same polynomial with all bits in the other order, begins with ones, and inverts.
    """
    reflected = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reflected:032b}"[::-1], 2)


class OggWriter:
    """Writes packets to `file` as pages of the stream number `serial`.

    A packet's position is told as the codec counts it at the packet's end. A page holds at most
    `page_length` of that, so that a player which seeks finds its way; a packet that goes over
    pages, as a large tag does, needs `add_header`.
    """

    def __init__(self, file: BinaryIO, serial: int, page_length: int) -> None:
        self._file = file
        self._serial = serial
        self._page_length = page_length
        self._number = 0
        self._packets: list[bytes] = []
        self._laces = 0
        self._begin = 0
        self._position = 0

    def add_header(self, packet: bytes) -> None:
        """Write a packet without sound, on pages of its own."""
        laces, rest = _laces(packet), packet
        for first in range(0, len(laces), _MOST_LACES):
            page = laces[first : first + _MOST_LACES]
            is_end = first + _MOST_LACES >= len(laces)
            flags = (_CONTINUED if first else 0) | (0 if self._number else _FIRST)
            size = sum(page)
            self._write_page(flags, 0 if is_end else _NO_POSITION, page, rest[:size])
            rest = rest[size:]

    def add(self, packet: bytes, position: int) -> None:
        """Take the next packet, of at most 65,024 bytes, which ends at `position`."""
        laces = len(packet) // _FULL_LACE + 1
        if self._packets and (
            self._laces + laces > _MOST_LACES or position - self._begin > self._page_length
        ):
            self._flush(0, self._position)
        self._packets.append(packet)
        self._laces += laces
        self._position = position

    def close(self, position: int) -> None:
        """Write the last page; the stream ends at `position`, or earlier than its packets."""
        self._flush(_LAST, position)

    def _flush(self, flags: int, position: int) -> None:
        laces = b"".join(map(_laces, self._packets))
        self._write_page(flags, position, laces, b"".join(self._packets))
        self._packets, self._laces, self._begin = [], 0, position

    def _write_page(self, flags: int, position: int, laces: bytes, data: bytes) -> None:
        fields = (b"OggS", 0, flags, position, self._serial, self._number)
        checksum = ogg_checksum(_HEADER.pack(*fields, 0, len(laces)) + laces + data)
        self._file.write(_HEADER.pack(*fields, checksum, len(laces)) + laces + data)
        self._number += 1


def _laces(packet: bytes) -> bytes:
    """The lengths that a page tells of a packet: as many times 255 as it has, and the rest."""
    return b"\xff" * (len(packet) // _FULL_LACE) + bytes((len(packet) % _FULL_LACE,))
