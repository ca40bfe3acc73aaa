"""The table of contents of an EPUB publication, and what it says its documents are.

Formats: the navigation document of EPUB 3.3 (section 7) and the NCX of EPUB 2 (OPF 2.0.1, 2.4.1).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from narrate.base.errors import ReadError
from narrate.read._opf import Package, Place, resolve
from narrate.read._xml import find_all, local, parse_xhtml, parse_xml, text_of
from narrate.read._zip import Archive

if TYPE_CHECKING:
    from lxml.html import HtmlElement

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


class Point(NamedTuple):
    """An entry of the table of contents."""

    title: str
    place: Place
    level: int
    """From 1."""


class Navigation(NamedTuple):
    """What the publication says about its own structure."""

    points: tuple[Point, ...]
    """In the order of the table."""
    kinds: dict[Place, frozenset[str]]
    """What a document or a part of one is, in EPUB's vocabulary or that of guides."""


def types_of(element: "HtmlElement") -> frozenset[str]:
    """Give an element's structural semantics: epub:type, and roles without their "doc-"."""
    types = element.get(EPUB_TYPE) or element.get("epub:type") or ""
    role = element.get("role") or ""
    if not types and not role:
        return frozenset()
    roles = (name[4:] for name in role.lower().split() if name.startswith("doc-"))
    return frozenset((*types.lower().split(), *roles))


def read_navigation(archive: Archive, package: Package, name: str) -> Navigation:
    """Read the tables of contents; the older one where the newer is missing or empty."""
    kinds: dict[Place, set[str]] = {}
    for place, kind in package.guide.items():
        kinds.setdefault(place, set()).add(kind)
    points: list[Point] = []
    if package.navigation:
        root = parse_xhtml(archive.read(package.navigation), name)
        for nav in [] if root is None else list(root.iter("nav")):
            types = types_of(nav)
            if "landmarks" in types:
                for label, link, _ in _read_list(nav):
                    place = resolve(archive, package.navigation, link.get("href", ""))
                    kinds.setdefault(place, set()).update(types_of(label))
            elif not points and (not types or "toc" in types):
                points = list(_read_points(archive, package.navigation, nav))
    if not points and package.ncx:
        points = list(_read_ncx(archive, package.ncx, name))
    return Navigation(
        tuple(points), {place: frozenset(types) for place, types in kinds.items() if place.path}
    )


def _read_list(nav: "HtmlElement") -> Iterator[tuple["HtmlElement", "HtmlElement", int]]:
    """Give the label, the link and the level of each entry; a label's is the first below it."""
    levels: dict[HtmlElement, int] = {nav: 0}
    for element in nav.iterdescendants():
        level = _level(element, levels) + (element.tag in ("ol", "ul"))
        levels[element] = level
        if element.tag != "li":
            continue
        label = next((child for child in element if child.tag in ("a", "span")), None)
        link = next((child for child in element.iter("a") if child.get("href")), None)
        if label is not None and link is not None:
            yield label, link, level


def _read_points(archive: Archive, path: str, nav: "HtmlElement") -> Iterator[Point]:
    for label, link, level in _read_list(nav):
        place = resolve(archive, path, link.get("href", ""))
        title = text_of(label)
        if place.path and title:
            yield Point(title, place, max(1, level))


def _read_ncx(archive: Archive, path: str, name: str) -> Iterator[Point]:
    """Read an NCX; one that is broken has no points."""
    try:
        root = parse_xml(archive.read(path), name)
    except ReadError:
        return
    levels: dict[HtmlElement, int] = {root: 0}
    for element in root.iterdescendants():
        is_point = local(element) == "navPoint"
        levels[element] = _level(element, levels) + is_point
        if is_point:
            label = next((child for child in element if local(child) == "navLabel"), None)
            content = next(find_all(element, "content"), None)
            if label is not None and content is not None:
                place = resolve(archive, path, content.get("src", ""))
                if place.path and text_of(label):
                    yield Point(text_of(label), place, levels[element])


def _level(element: "HtmlElement", levels: dict["HtmlElement", int]) -> int:
    """Give the level that an element has from the one around it."""
    parent = element.getparent()
    return 0 if parent is None else levels.get(parent, 0)
