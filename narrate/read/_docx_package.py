"""The parts of a DOCX document, and a copy of it with some of them changed.

Format: Open Packaging Conventions (ISO/IEC 29500-2): relationships say which part is which.
"""

import posixpath
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from narrate.base.errors import ReadError
from narrate.read._xml import find_all, parse_xml
from narrate.read._zip import Archive

if TYPE_CHECKING:
    from lxml.html import HtmlElement

DOCUMENT = "officeDocument"
CORE = "core-properties"
KEPT = (".xml", ".rels")
"""Parts that are no pictures or fonts."""
EPOCH = (1980, 1, 1, 0, 0, 0)


class Package:
    """A document's parts by what they are (officeDocument, styles, footnotes)."""

    def __init__(self, archive: Archive, name: str) -> None:
        self._archive = archive
        self._name = name
        self._paths = self._follow("")
        main = self._paths.get(DOCUMENT)
        if not main:
            raise ReadError(name, "this is no document of Word's: it holds no text")
        self._paths = {**self._follow(main), **self._paths}

    def parse(self, kind: str) -> "HtmlElement | None":
        """Give the root of a part; None where there is none."""
        path = self._paths.get(kind)
        return parse_xml(self._archive.read(path), self._name) if path else None

    def copy(self, changed: dict[str, "HtmlElement"]) -> BytesIO:
        """Give the document without its pictures and with other roots for some of its parts."""
        from lxml.etree import tostring

        roots = {self._paths[kind]: root for kind, root in changed.items()}
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w") as file:
            for path in self._archive.names:
                if not path.lower().endswith(KEPT):
                    continue
                root = roots.get(path)
                data = self._read_plain(path) if root is None else tostring(root, encoding="utf-8")
                file.writestr(zipfile.ZipInfo(path, EPOCH), data)
        copy.seek(0)
        return copy

    def _follow(self, source: str) -> dict[str, str]:
        """Give the members that a part (or, for "", the document) is related to."""
        folder, base = posixpath.split(source)
        relations = self._archive.find(posixpath.join(folder, "_rels", f"{base}.rels"))
        if not relations:
            return {}
        paths: dict[str, str] = {}
        root = parse_xml(self._archive.read(relations), self._name)
        for element in find_all(root, "Relationship"):
            target = posixpath.join("/", folder, element.get("Target", ""))
            path = self._archive.find(posixpath.normpath(target).lstrip("/"))
            if path:
                paths.setdefault(posixpath.basename(element.get("Type", "")), path)
        return paths

    def _read_plain(self, path: str) -> bytes:
        """Read a part that is given on as it is; one that declares anything is refused."""
        data = self._archive.read(path)
        if b"<!" in data.replace(b"\0", b"").replace(b"<!--", b""):
            raise ReadError(self._name, f"{path} in it declares entities, as no document needs to")
        return data
