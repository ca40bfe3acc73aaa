"""Bytes → text: which encoding a file is in, and whether it is text at all."""

import codecs

from narrate.base.errors import ReadError

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF87a", "a GIF picture"),
    (0, b"GIF89a", "a GIF picture"),
    (0, b"II*\x00", "a TIFF picture"),
    (0, b"MM\x00*", "a TIFF picture"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"%!PS-", "a PostScript document"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"),
    (0, b"PK\x03\x04", "a ZIP archive, as DOCX, ODT and EPUB documents are"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"\x1f\x8b\x08", "gzip-compressed data"),
    (0, b"\xfd7zXZ\x00", "xz-compressed data"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard-compressed data"),
    (4, b"1AY&SY", "bzip2-compressed data"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar\x00", "a tar archive"),
    (257, b"ustar  \x00", "a tar archive"),
    (0, b"\x7fELF", "an ELF program"),
    (0, b"MZ\x90\x00", "a Windows program"),
    (0, b"\xcf\xfa\xed\xfe", "a macOS program"),
    (0, b"\xca\xfe\xba\xbe", "a compiled program"),
    (0, b"\x00asm", "a WebAssembly program"),
    (0, b"ID3\x02", "an MP3 recording"),
    (0, b"ID3\x03", "an MP3 recording"),
    (0, b"ID3\x04", "an MP3 recording"),
    (0, b"OggS\x00", "an Ogg recording"),
    (0, b"fLaC\x00", "a FLAC recording"),
    (8, b"WAVEfmt ", "a WAV recording"),
    (8, b"WEBPVP8", "a WebP picture"),
    (8, b"AVI LIST", "an AVI film"),
    *((0, bytes((0, 0, 0, size)) + b"ftyp", "an MP4 recording") for size in range(0x10, 0x40, 4)),
    (0, b"\x1aE\xdf\xa3", "a Matroska or WebM film"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"\x00\x01\x00\x00\x00", "a font"),
)
"""Where a kind of file has its mark, the mark, and what to call the kind."""

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does, so it is looked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks (Unicode 15, section 23.8) and the encodings they stand for.

UTF-8's decides nothing: the bytes behind it are looked at as those of any other file.
"""

CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r\f\x1b"})
"""Control bytes that texts have no use for; escape stays, terminals leave it in logs."""

CONTROLS_IN_TEXT = 0.10
"""Largest share of control bytes in text; an executable's is higher."""

CONTROLS_IN_LEGACY_TEXT = 0.005
"""The same where the bytes are not UTF-8; random bytes have 0.11."""

DAMAGE_IN_UTF8 = 0.05
"""Largest share of broken ones among the non-ASCII characters of damaged UTF-8."""

DAMAGE_IN_UTF16 = 0.01
"""Largest share of broken characters in UTF-16 or UTF-32; random bytes have 0.03."""

WESTERN_HANDICAP = 0.05
"""How much more disorder Windows-1252 may show than the best guess and still be preferred.

Short Western texts read nearly as well in the encodings of neighbouring regions, where £, à or ø
come out wrong; Windows-1252 is by far the most frequent of them.
"""


def decode(data: bytes, name: str = "input") -> str:
    r"""Give the text in `data`, its lines ended by "\n".

    A byte order mark decides; else UTF-8 where the bytes are valid, or damaged in a few places
    (U+FFFD stands for what is broken); else the encoding charset-normalizer finds likeliest.
    `name` is what messages call the input. Raises ReadError for what is no text.
    """
    for offset, mark, kind in SIGNATURES:
        if data.startswith(mark, offset):
            raise ReadError(name, f"this is {kind}, not text", "convert it to text first")
    text = _marked(data, name)
    if text is None:
        text = _unmarked(data.removeprefix(codecs.BOM_UTF8), name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(data: bytes, name: str) -> str | None:
    """Decode by the byte order mark; None where there is none."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, errors="replace")
            controls = _controls(text.encode("ascii", errors="ignore"))
            broken = text.count("\ufffd") - 1  # a file cut in two ends in one
            if controls > len(text) * CONTROLS_IN_TEXT or broken > len(text) * DAMAGE_IN_UTF16:
                raise _binary(name)
            return text
    return None


def _unmarked(data: bytes, name: str) -> str:
    """Decode what has no byte order mark."""
    controls = _controls(data)
    if controls > len(data) * CONTROLS_IN_TEXT:
        raise _binary(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if controls > len(data) * CONTROLS_IN_LEGACY_TEXT:
            raise _binary(name) from None
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = len(text) - len(text.encode("ascii", errors="ignore"))
    if text.count("\ufffd") <= beyond_ascii * DAMAGE_IN_UTF8:
        return text
    return _legacy(data, name)


def _legacy(data: bytes, name: str) -> str:
    """Decode with the encoding that makes the least disorder, Windows-1252 preferred."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        raise _binary(name)
    for match in matches:
        western = "cp1252" in match.could_be_from_charset
        if western and match.chaos <= best.chaos + WESTERN_HANDICAP:
            return data.decode("cp1252", errors="replace")
    return str(best)


def _controls(data: bytes) -> int:
    """Count the control bytes."""
    return len(data) - len(data.translate(None, CONTROLS))


def _binary(name: str) -> ReadError:
    return ReadError(name, "this is not text but binary data", "convert it to text first")
