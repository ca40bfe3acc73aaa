"""Who wrote a page, when, where, in which language, and under which title.

Pages say it in several places: JSON-LD, `meta` elements (Open Graph, Dublin Core, those of
publishing systems), microdata, and the text that readers see. What is meant for machines and
about the article is believed first; dates are taken from where they are declared, or from the
address, never from the running text.
"""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from narrate.read._clean import clean_text
from narrate.read._elements import language_of, name_of, text_of
from narrate.read._json_ld import address_in, names_in, read_json_ld, text_in
from narrate.read._page_dates import as_day, find_date, is_beside
from narrate.read._tree import read_tree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from lxml.html import HtmlElement

TITLES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "citation_title",
    "parsely-title",
    "sailthru.title",
)
AUTHORS = (
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "author",
    "byl",
    "article:author",
    "og:article:author",
)
SITES = ("og:site_name", "application-name", "dc.publisher", "citation_journal_title")
SUMMARIES = ("og:description", "description", "twitter:description", "dc.description")
IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
LANGUAGES = ("content-language", "dc.language", "dcterms.language", "language", "inlanguage")

LATEST = "2100-01-01"
"""Instead of today, so that the same page gives the same date whenever it is read."""

LONGEST_AUTHOR = 150
LONGEST_TITLE = 300
MOST_HEADINGS = 20
"""Of the first level that are looked at."""


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SEPARATOR = re.compile(r"\s+[|·•»«:–—/\\-]+\s+|\s*[|»]\s*|:\s+")
_BY = re.compile(r"(?:by|von|par|por|di|door|av|af|przez|автор:?)\s+(?=\S)", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W_]+")


class PageMetadata(NamedTuple):
    """What a page says about itself; empty where it says nothing."""

    title: str = ""
    author: str = ""
    """Names parted by commas."""
    published: str = ""
    """ISO 8601 calendar date."""
    language: str = ""
    """BCP 47 tag."""
    site: str = ""
    summary: str = ""
    source: str = ""
    """The canonical address."""
    image: str = ""
    """The address of the lead image."""

    def filled(self, *, author: str, published: str) -> "PageMetadata":
        """Give the same with what it does not say itself."""
        return self._replace(author=self.author or author, published=self.published or published)


def read_metadata(root: "HtmlElement", url: str) -> PageMetadata:
    """Give what the page in `root`, fetched from `url`, says about itself."""
    metas = _read_metas(root)
    data = read_json_ld(root)
    base = find_base(root, url)
    site = _first(metas, SITES) or text_in(data.get("publisher")) or text_in(data.get("isPartOf"))
    source = _find_source(root, metas, base, url)
    host = urlsplit(source).netloc.removeprefix("www.") if source else ""
    found = PageMetadata(
        title=_find_title(root, metas, data, (site, host)),
        author=_find_author(root, metas, data),
        published=find_date(root, metas, data, source or url),
        language=_find_language(root, metas, data),
        site=site or host,
        summary=_first(metas, SUMMARIES) or text_in(data.get("description")),
        source=source,
        image=_absolute(
            base or source,
            _first(metas, IMAGES) or address_in(data.get("image") or data.get("thumbnailUrl")),
        ),
    )
    return found if found.author and found.published else _guess(found, root, url)


def _guess(found: PageMetadata, root: "HtmlElement", url: str) -> PageMetadata:
    """Fill author and date from what trafilatura finds by the names of classes."""
    from lxml.etree import LxmlError
    from trafilatura import extract_metadata

    options = {"original_date": True, "extensive_search": False, "max_date": LATEST}
    try:
        guess = extract_metadata(deepcopy(root), url or None, options, extensive=False)
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, LxmlError):
        return found  # a page that it was not made for
    author = clean_text(guess.author or "").replace("; ", ", ")
    return found._replace(
        author=found.author or (author if len(author) <= LONGEST_AUTHOR else ""),
        published=found.published or as_day(guess.date or ""),
    )


def find_base(root: "Element", url: str) -> str:
    """Give the address against which those on the page are resolved; "" where none is known."""
    for element in root.iter("base"):
        if element.get("href"):
            base = _absolute(url, element.get("href", "").strip())
            return base if _is_web(base) else url
    return url if _is_web(url) else ""


def fold(text: str) -> str:
    """Give what tells two titles apart: letters and digits, in lower case."""
    return _NOT_LETTERS.sub("", text.casefold())


def _read_metas(root: "Element") -> dict[str, str]:
    """Give the `meta` elements by their names in lower case; the first of a name counts."""
    metas: dict[str, str] = {}
    for element in root.iter("meta"):
        content = " ".join(clean_text(element.get("content", "")).split())
        for name in ("property", "name", "itemprop", "http-equiv"):
            key = element.get(name, "").strip().lower()
            if key and content:
                metas.setdefault(key, content)
    return metas


def _first(metas: dict[str, str], names: Iterable[str]) -> str:
    return next((metas[name] for name in names if name in metas), "")


def _find_title(
    root: "Element", metas: dict[str, str], data: dict[str, Any], names: tuple[str, str]
) -> str:
    """Give the title as readers see it: the heading that the page's own titles agree with."""
    in_head = next((text_of(e) for e in root.iter("title") if _name_around(e) != "svg"), "")
    said = [
        _without_site(clean_text(title), names)
        for title in (_first(metas, TITLES), text_in(data.get("headline")), in_head)
        if title
    ]
    headings = [_heading(e) for e in islice(root.iter("h1"), MOST_HEADINGS)]
    headings = [heading for heading in headings if 0 < len(heading) <= LONGEST_TITLE]
    folded = [fold(title) for title in (*said, in_head) if fold(title)]
    for heading in headings:
        is_site = fold(heading) in {fold(name) for name in names if name}
        if fold(heading) and not is_site and any(_agree(fold(heading), title) for title in folded):
            return heading
    if said:
        return said[0]
    if headings:
        return headings[0]
    return text_in(data.get("name"))


def _heading(element: "Element") -> str:
    """Give the text of a heading, without what leads to itself or to a note."""
    return " ".join(block.text for block in read_tree(element) if block.kind != "note")


def _agree(heading: str, title: str) -> bool:
    """Tell whether a heading says what a title says, in full or but for its ends."""
    shorter, longer = sorted((heading, title), key=len)
    return shorter in longer and len(shorter) * 2 >= len(longer)


def _name_around(element: "Element") -> str:
    """Give the name of the element around an element."""
    around = element.getparent()
    return "" if around is None else name_of(around)


def _without_site(title: str, names: tuple[str, str]) -> str:
    """Give a title without the site's name at its end or beginning."""
    title = " ".join(title.split())
    known = {fold(name) for name in names if name}
    known |= {fold(names[1].partition(".")[0])} if names[1] else set()
    parts = list(_SEPARATOR.finditer(title))
    for gap in reversed(parts):
        left, right = title[: gap.start()], title[gap.end() :]
        if left and any(fold(right) == name for name in known):
            return _without_site(left, names)
        if right and any(fold(left) == name for name in known):
            return _without_site(right, names)
    strong = [gap for gap in parts if set(gap[0].strip()) & set("|»«·•–—-")]
    if strong and not any(known):
        gap = strong[-1]
        left, right = title[: gap.start()], title[gap.end() :]
        if len(right.split()) <= 4 and len(left.split()) > len(right.split()):
            return left
    return title


def _find_author(root: "HtmlElement", metas: dict[str, str], data: dict[str, Any]) -> str:
    names = names_in(data.get("author")) or names_in(data.get("creator"))
    if not names:
        declared = _first(metas, AUTHORS)
        names = [declared] if declared and "://" not in declared else []
    if not names:
        names = list(dict.fromkeys(_seen_authors(root)))
    author = ", ".join(_BY.sub("", name, count=1) if _BY.match(name) else name for name in names)
    return author if len(author) <= LONGEST_AUTHOR else names[0][:LONGEST_AUTHOR]


def _seen_authors(root: "HtmlElement") -> Iterator[str]:
    """Give the names that the page marks as its authors'."""
    for element in root.iter("a", "span", "address", "div"):
        if "author" in element.get("rel", "").split() or element.get("itemprop") == "author":
            name = clean_text(text_of(element, LONGEST_AUTHOR))
            if name and len(name) < LONGEST_AUTHOR and not is_beside(element):
                yield name


def _find_language(root: "Element", metas: dict[str, str], data: dict[str, Any]) -> str:
    body = root.find("body")
    said = [language_of(root), None if body is None else language_of(body)]
    said += [
        metas.get("og:locale"),
        *(metas.get(name) for name in LANGUAGES),
        text_in(data.get("inLanguage")),
    ]
    for one in said:
        tag = (one or "").split(",")[0].strip().replace("_", "-")
        if _LANGUAGE.fullmatch(tag):
            return tag
    return ""


def _find_source(root: "Element", metas: dict[str, str], base: str, url: str) -> str:
    """Give the address that the page wants to be known by; its own else."""
    links = (
        e.get("href", "")
        for e in root.iter("link")
        if "canonical" in e.get("rel", "").lower().split()
    )
    for address in (*links, metas.get("og:url", "")):
        absolute = _absolute(base, address.strip())
        if _is_web(absolute):
            return absolute
    return url if _is_web(url) else ""


def _absolute(base: str, address: str) -> str:
    if not address:
        return ""
    try:
        return urljoin(base, address) if base else address
    except ValueError:  # an address that is none
        return ""


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
