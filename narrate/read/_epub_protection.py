"""Publications that only the programs of a shop can open: found out, and refused by name."""

from narrate.base.errors import ReadError
from narrate.read._xml import find_all, parse_xml
from narrate.read._zip import Archive

ENCRYPTION = "META-INF/encryption.xml"
FONT_OBFUSCATION = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)
"""Algorithms that make a font useless elsewhere (EPUB 3.3, 4.3); the text is not touched."""
FONTS = (".otf", ".ttf", ".woff", ".woff2")

SCHEMES: tuple[tuple[str, bytes, str], ...] = (
    ("META-INF/license.lcpl", b"", "Readium LCP"),
    ("META-INF/sinf.xml", b"", "Apple FairPlay"),
    ("META-INF/rights.xml", b"ns.adobe.com/adept", "Adobe ADEPT"),
    ("META-INF/rights.xml", b"kobo", "Kobo"),
    ("rights.xml", b"", "Kobo"),
)
"""Members that shops put in, what stands in them, and what the protection is called."""


def refuse_protected(archive: Archive, name: str) -> None:
    """Raise ReadError if the text is encrypted, with the name of what protects it."""
    member = archive.find(ENCRYPTION)
    if not member:
        return
    for data in find_all(parse_xml(archive.read(member), name), "EncryptedData"):
        method = next(find_all(data, "EncryptionMethod"), None)
        algorithm = "" if method is None else method.get("Algorithm", "")
        for reference in find_all(data, "CipherReference"):
            path = reference.get("URI", "").lower()
            if algorithm not in FONT_OBFUSCATION and not path.endswith(FONTS):
                raise ReadError(
                    name,
                    f"it is protected by {_scheme(archive)}: only its own program can read it",
                    "ask the shop for a copy without DRM",
                )


def _scheme(archive: Archive) -> str:
    """Give the name of the protection."""
    for path, mark, scheme in SCHEMES:
        member = archive.find(path)
        if member and mark in archive.read(member):
            return scheme
    return "DRM (its text is encrypted)"
