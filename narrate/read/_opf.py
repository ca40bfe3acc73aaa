"""The package document of an EPUB publication: metadata, manifest, spine and guide.

Formats: EPUB 3.3 (W3C, sections 4 and 5), and OPF 2.0.1 (IDPF) for EPUB 2. Elements are known by
their local names, since old files use several namespaces for them or none.
"""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from narrate.base.errors import ReadError
from narrate.read._opf_metadata import Metadata, read_metadata
from narrate.read._xml import find_all, parse_xml
from narrate.read._zip import Archive

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CONTAINER = "META-INF/container.xml"
PACKAGE_TYPE = "application/oebps-package+xml"
DOCUMENTS = frozenset(
    {
        "application/xhtml+xml",
        "text/html",
        "text/x-oeb1-document",
        "application/x-dtbook+xml",
        "application/xml",
        "text/xml",
    }
)
"""Media types of documents with text; SVG pictures and others have none that is read."""
MISSING = "missing document"
NO_TEXT = "page without text"
SUFFIXES = (".xhtml", ".html", ".htm", ".xml")


class Place(NamedTuple):
    """A document of the archive, and an element in it."""

    path: str
    fragment: str = ""


class Item(NamedTuple):
    """A resource of the manifest."""

    path: str
    """The member's name; "" where there is none."""
    href: str
    media_type: str
    properties: frozenset[str]
    fallback: str
    """Identifier of what stands for it where its type is not known."""


class Part(NamedTuple):
    """A document of the spine."""

    path: str
    linear: bool
    unread: str = ""
    """Why it is not read: it is a picture, or not there; `path` is then as written."""


class Package(NamedTuple):
    """What the package document says."""

    metadata: Metadata
    spine: tuple[Part, ...]
    navigation: str
    """Name of the navigation document, of EPUB 3; "" where there is none."""
    ncx: str
    """The same of EPUB 2."""
    guide: dict[Place, str]
    """What a document is: cover, toc, copyright-page…"""
    cover: str
    """Name of the picture."""


def resolve(archive: Archive, base: str, href: str) -> Place:
    """Give the place that `href` in the member `base` means; no path where there is none."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return Place("")
    if parts.scheme or parts.netloc:
        return Place("")
    fragment = unquote(parts.fragment)
    if not parts.path:
        return Place(base, fragment)
    folder = posixpath.dirname(base)
    for path in (unquote(parts.path), parts.path):
        whole = posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
        if found := archive.find(whole):
            return Place(found, fragment)
    return Place("")


def read_package(archive: Archive, name: str) -> Package:
    """Read the publication's package document.

    Raises ReadError where the archive holds none; `name` is what messages call the file.
    """
    path = _find_package(archive, name)
    root = parse_xml(archive.read(path), name)
    manifest = _read_manifest(archive, path, root)
    metadata = next(find_all(root, "metadata"), root)
    items = list(manifest.values())
    spine = next(find_all(root, "spine"), None)
    toc = "" if spine is None else spine.get("toc", "")
    return Package(
        metadata=read_metadata(metadata),
        spine=tuple(_read_spine(root, manifest)),
        navigation=next((item.path for item in items if "nav" in item.properties), ""),
        ncx=next(
            (item.path for key, item in manifest.items() if key == toc or "ncx" in item.media_type),
            "",
        ),
        guide={
            resolve(archive, path, reference.get("href", "")): reference.get("type", "").lower()
            for reference in find_all(root, "reference")
        },
        cover=_cover(metadata, manifest),
    )


def _find_package(archive: Archive, name: str) -> str:
    """Give the name of the first package document, also of an archive without a container."""
    container = archive.find(CONTAINER)
    if container:
        for rootfile in find_all(parse_xml(archive.read(container), name), "rootfile"):
            path = archive.find(unquote(rootfile.get("full-path", "")).lstrip("/"))
            if path and rootfile.get("media-type", PACKAGE_TYPE) == PACKAGE_TYPE:
                return path
    for member in archive.names:
        if member.lower().endswith(".opf"):
            return member
    raise ReadError(name, "this is no EPUB publication: it holds no package document")


def _read_manifest(archive: Archive, path: str, root: "HtmlElement") -> dict[str, Item]:
    manifest: dict[str, Item] = {}
    section = next(find_all(root, "manifest"), root)
    for element in find_all(section, "item"):
        href = element.get("href", "")
        item = Item(
            resolve(archive, path, href).path,
            href,
            element.get("media-type", "").strip().lower(),
            frozenset(element.get("properties", "").split()),
            element.get("fallback", ""),
        )
        manifest.setdefault(element.get("id", ""), item)
    return manifest


def _read_spine(root: "HtmlElement", manifest: dict[str, Item]) -> Iterator[Part]:
    """Give the documents in reading order, each once, however often the spine names it."""
    seen: set[str] = set()
    for element in find_all(root, "itemref"):
        first = item = manifest.get(element.get("idref", ""))
        tried: set[str] = set()
        while item and not _is_document(item) and item.fallback in manifest.keys() - tried:
            tried.add(item.fallback)
            item = manifest[item.fallback]
        linear = element.get("linear", "yes").strip().lower() != "no"
        if item and item.path and _is_document(item):
            if item.path not in seen:
                seen.add(item.path)
                yield Part(item.path, linear)
        elif first is None:
            yield Part(element.get("idref", ""), linear, MISSING)
        else:
            yield Part(first.href, linear, NO_TEXT if first.path else MISSING)


def _is_document(item: Item) -> bool:
    if item.media_type in DOCUMENTS:
        return True
    is_picture = item.media_type.startswith(("image/", "audio/", "video/", "font/"))
    return not is_picture and item.href.lower().endswith(SUFFIXES)


def _cover(metadata: "HtmlElement", manifest: dict[str, Item]) -> str:
    """Give the name of the cover picture, as EPUB 3 says it, or as programs for EPUB 2 do."""
    for item in manifest.values():
        if "cover-image" in item.properties:
            return item.path
    for meta in find_all(metadata, "meta"):
        content = meta.get("content", "")
        if meta.get("name", "").lower() == "cover" and content in manifest:
            return manifest[content].path
    pictures = ((key, item) for key, item in manifest.items() if "image/" in item.media_type)
    return next((item.path for key, item in pictures if "cover" in key.lower()), "")
