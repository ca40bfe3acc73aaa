"""EPUB publications and other archives, bound in memory from the few parts a test is about."""

import zipfile
from io import BytesIO

CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
METADATA = "<dc:title>The Strait</dc:title><dc:language>en</dc:language>"
XHTML = "application/xhtml+xml"


def page(body, attributes="", head=""):
    """A document of EPUB 3."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>x</title>{head}</head><body {attributes}>{body}</body></html>"
    )


def nav(*entries, more=""):
    """A navigation document: (name, href) pairs, or (name, href, [entries below])."""
    return page(f'<nav epub:type="toc"><h1>Contents</h1>{_list(entries)}</nav>{more}')


def _list(entries):
    items = (
        f'<li><a href="{href}">{name}</a>{_list(below[0]) if below else ""}</li>'
        for name, href, *below in entries
    )
    return f"<ol>{''.join(items)}</ol>"


def ncx(*entries):
    """The table of contents of EPUB 2."""
    points = "".join(_point(*entry) for entry in entries)
    space = "http://www.daisy.org/z3986/2005/ncx/"
    return f'<ncx xmlns="{space}" version="2005-1"><navMap>{points}</navMap></ncx>'


def _point(name, href, below=()):
    inner = "".join(_point(*entry) for entry in below)
    return (
        f"<navPoint><navLabel><text>{name}</text></navLabel>"
        f'<content src="{href}"/>{inner}</navPoint>'
    )


def bind(
    documents,
    *,
    metadata=METADATA,
    contents="",
    guide="",
    spine=(),
    manifest="",
    itemrefs="",
    **members,
):
    """An EPUB publication of these documents, by file name and in reading order.

    `contents` is a navigation document or an NCX, `spine` gives attributes of places in the
    spine by file name, `manifest` and `itemrefs` are put in behind those of the documents, and
    `members` are other files of the archive.
    """
    items = [
        f'<item id="d{at}" href="{name}" media-type="{XHTML}"/>'
        for at, name in enumerate(documents)
    ]
    refs = [
        f'<itemref idref="d{at}" {dict(spine).get(name, "")}/>' for at, name in enumerate(documents)
    ]
    files = {f"OPS/{name}": text for name, text in documents.items()}
    toc = ""
    if contents.startswith("<ncx"):
        items.append('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>')
        files["OPS/toc.ncx"], toc = contents, 'toc="ncx"'
    elif contents:
        items.append(f'<item id="nav" properties="nav" href="nav.xhtml" media-type="{XHTML}"/>')
        files["OPS/nav.xhtml"] = contents
    files["OPS/package.opf"] = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'xmlns:opf="http://www.idpf.org/2007/opf">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{''.join(items)}{manifest}</manifest>"
        f"<spine {toc}>{''.join(refs)}{itemrefs}</spine><guide>{guide}</guide></package>"
    )
    files["META-INF/container.xml"] = CONTAINER
    files.update(members)
    return pack({"mimetype": "application/epub+zip", **files})


def pack(files):
    """A ZIP archive."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def repack(data, **changes):
    """A copy of an archive with other contents for some members; those of None are gone."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files.update(changes)
    return pack({name: content for name, content in files.items() if content is not None})
