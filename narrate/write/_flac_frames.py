"""FLAC frames (RFC 9639, section 9): a new number for a frame that is encoded already.

Every frame tells its number, so the frames of a chapter that was encoded by itself need others
where they are joined; and with the number change the two checksums. The second covers the whole
frame, but a CRC is linear: what it changes by is the change of the header, moved to its place in
front of the data. x has the order 32,767 modulo the polynomial (which is (x + 1)(x^15 + x + 1), as
that of `narrate.write._mpeg`), so a table of that many places does for any length.
"""

from array import array
from functools import cache

_FIXED_BYTES = 4  # sync code, block size, sample rate, channels and sample size
_VARIABLE_BLOCKS = 1
_BLOCK_SIZE_BYTES = {6: 1, 7: 2}  # behind the number, by the code for the block size
_RATE_BYTES = {12: 1, 13: 2, 14: 2}  # behind that, by the code for the sample rate
_CRC8 = (8, 0x07)  # bits and polynomial, highest bit first
_CRC16 = (16, 0x8005)
_FULL_POLYNOMIAL = 0x18005
_ORDER = 32_767


def renumber(frame: bytes, number: int) -> bytes:
    """Return `frame` as the frame `number` (from 0) of a stream.

    Raises ValueError if it is no whole frame of a stream whose blocks are all of one size.
    """
    if len(frame) < _FIXED_BYTES or frame[:2] != b"\xff\xf8":
        raise ValueError("this is no FLAC frame of a fixed block size")
    number_end = _FIXED_BYTES + _number_bytes(frame[_FIXED_BYTES])
    end = number_end + _BLOCK_SIZE_BYTES.get(frame[2] >> 4, 0) + _RATE_BYTES.get(frame[2] & 15, 0)
    old, data = frame[: end + 1], frame[end + 1 : -2]
    head = frame[:_FIXED_BYTES] + _code_number(number) + frame[number_end:end]
    new = head + bytes((_crc(head, *_CRC8),))
    change = _crc(old, *_CRC16) ^ _crc(new, *_CRC16)
    checksum = int.from_bytes(frame[-2:], "big") ^ _move(change, len(data))
    return new + data + checksum.to_bytes(2, "big")


def _number_bytes(first: int) -> int:
    """How long a coded number is, by its first byte: as many as that has ones in front."""
    return max(1, 8 - (first ^ 0xFF).bit_length())


def _code_number(number: int) -> bytes:
    """Code a number of up to 31 bits as UTF-8 once did."""
    if number < 0x80:
        return bytes((number,))
    length = next(n for n in range(2, 7) if number < 1 << 5 * n + 1)
    tail = [0x80 | number >> 6 * place & 0x3F for place in range(length - 1)]
    first = 0xFF00 >> length & 0xFF | number >> 6 * (length - 1)
    return bytes((first, *reversed(tail)))


def _move(crc: int, count: int) -> int:
    """The change of a CRC-16 when `count` bytes follow those that changed it by `crc`."""
    power, product = _powers()[count % _ORDER], 0
    for bit in range(15, -1, -1):
        product <<= 1
        if product > 0xFFFF:
            product ^= _FULL_POLYNOMIAL
        if power >> bit & 1:
            product ^= crc
    return product


@cache
def _powers() -> "array[int]":
    """What a CRC-16 of 1 becomes after 0, 1, 2 … further bytes."""
    table, powers, value = _table(*_CRC16), array("H"), 1
    for _ in range(_ORDER):
        powers.append(value)
        value = (value << 8 & 0xFFFF) ^ table[value >> 8]
    return powers


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    table, crc, mask = _table(bits, polynomial), 0, (1 << bits) - 1
    for byte in data:
        crc = (crc << 8 & mask) ^ table[crc >> bits - 8 ^ byte]
    return crc


@cache
def _table(bits: int, polynomial: int) -> tuple[int, ...]:
    """The CRC of each byte."""
    return tuple(_crc_of_byte(byte << bits - 8, bits, polynomial) for byte in range(256))


def _crc_of_byte(crc: int, bits: int, polynomial: int) -> int:
    for _ in range(8):
        crc = crc << 1 ^ (polynomial if crc >> bits - 1 & 1 else 0)
    return crc & (1 << bits) - 1
