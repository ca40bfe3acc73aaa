"""EPUB files that are damaged, protected, hostile or broken: one line each, and the right kind."""

import tracemalloc
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publications import CONTAINER, bind, nav, pack, page, repack

from narrate.base.errors import LimitError, NarrateError, ReadError
from narrate.read import epub
from narrate.read._limits import MOST_MEMBERS

TEXT = "<p>The bell rang over the water.</p>"
FORMATS = Path(__file__).parent / "formats"
ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod '
    'Algorithm="{algorithm}"/><enc:CipherData><enc:CipherReference URI="{uri}"/></enc:CipherData>'
    "</enc:EncryptedData></encryption>"
)
AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"


def read(data):
    return list(epub.read(data, "book.epub"))


def encrypted(uri="OPS/a.xhtml", algorithm=AES, **members):
    encryption = ENCRYPTION.format(uri=uri, algorithm=algorithm)
    members["META-INF/encryption.xml"] = encryption
    return bind({"a.xhtml": page(TEXT)}, **members)


@pytest.mark.parametrize(
    ("members", "scheme"),
    [
        ({"META-INF/license.lcpl": "{}"}, "Readium LCP"),
        ({"META-INF/sinf.xml": "<sinf/>"}, "Apple FairPlay"),
        ({"META-INF/rights.xml": '<r xmlns="http://ns.adobe.com/adept"/>'}, "Adobe ADEPT"),
        ({"rights.xml": "<kdrm/>"}, "Kobo"),
        ({}, "DRM"),
    ],
)
def test_a_protected_publication_is_refused_by_the_name_of_its_protection(members, scheme):
    with pytest.raises(ReadError, match=f"book.epub: it is protected by {scheme}.*without DRM"):
        read(encrypted(**members))


@pytest.mark.parametrize(
    ("uri", "algorithm"),
    [
        ("OPS/font.otf", "http://www.idpf.org/2008/embedding"),
        ("OPS/font.otf", "http://ns.adobe.com/pdf/enc#RC"),
        ("OPS/Font.TTF", AES),
    ],
)
def test_fonts_that_are_made_useless_elsewhere_do_no_harm(uri, algorithm):
    assert read(encrypted(uri, algorithm))


def test_rights_without_encryption_protect_nothing():
    assert read(bind({"a.xhtml": page(TEXT)}, **{"META-INF/rights.xml": "<rights/>"}))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "damaged or incomplete"),
        (b"PK\x03\x04" + bytes(99), "damaged or incomplete"),
        (bind({"a.xhtml": page(TEXT)})[:-90], "damaged or incomplete"),
        (pack({"word/document.xml": "<x/>"}), "no EPUB publication"),
        (pack({"META-INF/container.xml": "<container>", "a.opf": ""}), "its XML is broken"),
        (pack({"META-INF/container.xml": CONTAINER, "OPS/package.opf": "<p"}), "XML is broken"),
        (bind({"a.xhtml": bytes(range(256)) * 9}), "not text but binary data"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(data, why):
    with pytest.raises(ReadError, match=why) as raised:
        read(data)
    assert "\n" not in str(raised.value)


def test_a_publication_without_its_documents_is_damaged():
    data = repack(bind({"a.xhtml": page(TEXT)}), **{"OPS/a.xhtml": None})
    with pytest.raises(ReadError, match="its documents are missing"):
        read(data)


def test_a_damaged_chapter_is_no_chapter_to_leave_out():
    data = bytearray(bind({"a.xhtml": page(TEXT * 50)}))
    at = data.index(b"OPS/a.xhtml") + 40
    data[at : at + 8] = b"damaged!"
    with pytest.raises(ReadError, match=r"OPS/a.xhtml in it is damaged"):
        read(bytes(data))


def test_an_encrypted_member_is_refused():
    data = bytearray(bind({"a.xhtml": page(TEXT)}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 1)
    with pytest.raises(ReadError, match="encrypted"):
        read(bytes(data))


@pytest.mark.parametrize("size", [2, 60])
def test_a_bomb_is_defused_while_it_is_unpacked(size):
    bomb = bind({"a.xhtml": page("<p>" + "boom " * (size * 200_000) + "</p>")})
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(LimitError, match=r"200 times its size|larger than 50 MB"):
            read(bomb)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 30_000_000


def test_what_an_archive_says_about_sizes_is_not_believed():
    """The size that the directory gives is a lie; what comes out counts."""
    data = bytearray(bind({"a.xhtml": page("<p>" + "boom " * 400_000 + "</p>")}))
    at = data.index(b"OPS/a.xhtml", data.index(b"PK\x01\x02")) - 22
    data[at : at + 4] = (99).to_bytes(4, "little")
    with pytest.raises(NarrateError):
        read(bytes(data))


def test_an_archive_of_too_many_files_is_refused():
    many = {f"x{number}": "" for number in range(MOST_MEMBERS + 1)}
    with pytest.raises(LimitError, match="holds 2,005 files, more than 2,000"):
        read(bind({"a.xhtml": page(TEXT)}, **many))


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.xhtml").write_text(page("<p>secret</p>"))
    outside = "../../../../../../../../" + str(tmp_path)[1:] + "/secret.xhtml"
    items = "".join(
        f'<item id="x{at}" href="{href}" media-type="application/xhtml+xml"/>'
        for at, href in enumerate((outside, f"file://{tmp_path}/secret.xhtml", "//host/secret"))
    )
    data = bind(
        {"a.xhtml": page(TEXT)},
        manifest=items,
        itemrefs='<itemref idref="x0"/><itemref idref="x1"/>',
        **{"../evil.xhtml": page("<p>evil</p>")},
    )
    (article,) = read(data)
    assert [block.text for block in article.blocks] == ["The bell rang over the water."]
    assert [part.reason for part in article.left_out] == ["missing document"] * 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.xhtml"]


def test_entities_that_multiply_are_not_resolved():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    doctype = f'<!DOCTYPE html [<!ENTITY l0 "ha">{laughs}]>'
    chapter = page("<p>Before &l29; after</p>").replace("<!DOCTYPE html>", doctype)
    begun = process_time()
    (article,) = read(bind({"a.xhtml": chapter}, contents=nav(("One", "a.xhtml"))))
    assert article.blocks[-1].text == "Before after"
    assert process_time() - begun < 2


def nested(depth):
    deep = "<div>" * depth + "bell" + "</div>" * depth
    return bind({"a.xhtml": page(deep)}, contents=nav(("One", "a.xhtml")))


def test_deep_nesting_is_read():
    (article,) = read(nested(2000))
    assert [block.text for block in article.blocks] == ["One", "bell"]


def test_nesting_that_a_parser_gives_up_on_is_refused_and_not_lost():
    with pytest.raises(LimitError, match="nested too deep"):
        read(nested(5000))


def test_a_long_book_takes_time_in_proportion_to_its_length():
    def seconds(chapters):
        documents = {
            f"{n}.xhtml": page(
                f"<h2>{n}</h2>"
                + "".join(f"<p>Bell {n} rang {m} times over the water.</p>" for m in range(100))
                + '<p><sup><a id="r" href="#n">1</a></sup></p><p id="n"><a href="#r">1</a> So.</p>'
            )
            for n in range(chapters)
        }
        contents = nav(*((f"Bell {n}", f"{n}.xhtml") for n in range(chapters)))
        data = bind(documents, contents=contents)
        begun = process_time()
        (article,) = read(data)
        assert len(article.blocks) == chapters * 102
        return process_time() - begun

    seconds(5)  # libraries are loaded
    assert min(seconds(160) for _ in range(2)) < 8 * min(seconds(40) for _ in range(2))


PIECES = [
    *"<>&;/=\"'# ab1é\0",
    "<a id='x'",
    "href='#x'",
    " epub:type='toc'",
    "<h1>",
    "</p>",
    "<ol>",
]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=60, deadline=None)
@given(MARKUP, MARKUP, MARKUP)
def test_whatever_stands_in_the_documents_there_is_no_crash(chapter, contents, package):
    data = bind({"a.xhtml": page(chapter), "b.xhtml": chapter}, contents=page(contents) + contents)
    original = zipfile.ZipFile(BytesIO(data)).read("OPS/package.opf").decode()
    for changed in (original, original.replace("<spine", f"{package}<spine"), package):
        with suppress(NarrateError):
            read(repack(data, **{"OPS/package.opf": changed}))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_however_a_file_is_damaged_there_is_no_crash(data):
    original = (FORMATS / "article.epub").read_bytes()
    at = data.draw(st.integers(0, len(original) - 1))
    size = data.draw(st.integers(0, 64))
    damaged = original[:at] + data.draw(st.binary(max_size=64)) + original[at + size :]
    with suppress(NarrateError):
        read(damaged)
