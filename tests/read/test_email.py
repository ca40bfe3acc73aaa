"""Mail becomes articles: what one person wrote, without what programs put around it."""

import contextlib
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.base.errors import NarrateError, NothingToSay
from narrate.read._mail_text import read_mail_text, unflow
from narrate.read._mail_words import clean_subject, is_attribution, is_divider
from narrate.read.email import read, recognise

MAIL = Path(__file__).parent / "mail"


def read_file(name):
    return list(read((MAIL / name).read_bytes(), name))


def one(name):
    (article,) = read_file(name)
    return article


def texts(article):
    return [block.text for block in article.blocks]


def message(text="", *, html="", **headers):
    made = EmailMessage(policy=email.policy.SMTP)
    headers = {"From": "Ann <ann@a.example>", "Date": "Sun, 1 Mar 2026 10:00:00 +0000", **headers}
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if text or not html:
        made.set_content(text)
    if html:
        (made.add_alternative if text else made.set_content)(html, subtype="html")
    return bytes(made)


def read_message(*arguments, **options):
    (article,) = read(message(*arguments, **options), "a.eml")
    return article


@pytest.mark.parametrize("path", sorted(MAIL.iterdir()), ids=lambda path: path.name)
def test_mail_is_known_by_what_is_in_it(path):
    assert recognise(path.read_bytes())


@pytest.mark.parametrize(
    "data",
    [
        b"From: Ann\nTo: Bob\n\nThis is a play.",
        b"Dear Ann,\n\nFrom: here it goes on.",
        b"Title: A story\nDate: 2026-03-01\n\nText.",
        b"From the sea came a ship at 10:15\n\nand more.",
        b"From here on it was 12:30.\nNote: this is prose.\n",
        b"<!doctype html><title>Date: now</title>",
        b"12\nFrom one to ten",
        b"",
    ],
)
def test_text_that_only_looks_like_mail_is_none(data):
    assert not recognise(data)


def test_a_newsletter_keeps_its_text_and_loses_its_frame(caplog):
    article = one("newsletter.eml")
    assert article.title == "The lamp that never slept – a letter"
    assert article.author == "Edda Brun from Tide Letters"
    assert (article.published, article.site) == ("2026-03-17", "Tide Letters")
    assert article.language == "en"
    said = texts(article)
    whole = " ".join(said)
    for words in ("the whole village came down", "last line of his book", "twenty miles away"):
        assert words in whole
    assert "What the keeper wrote" in said
    assert "It burns no oil." in said
    for words in (
        "View in browser",
        "nobody looks",
        "Unsubscribe",
        "You are receiving",
        "Quay Lane",
    ):
        assert words not in whole
    assert not any(block.picture and "open.gif" in block.picture.source for block in article.blocks)


def test_columns_of_a_newsletter_are_read_one_after_the_other():
    said = texts(one("newsletter.eml"))
    order = [said.index(text) for text in ("What the keeper wrote", "What came after")]
    assert order == sorted(order)
    assert all(block.kind != "table" for block in one("newsletter.eml").blocks)


def test_an_answer_on_a_list_is_what_was_answered(caplog):
    article = one("reply.eml")
    assert (article.title, article.author) == ("Winter berths", "Brun, Edda")
    assert (article.published, article.site) == ("2026-03-03", "boats.lists.example")
    greeting, berths, price = texts(article)
    assert greeting == "Dear all,"
    assert berths.startswith("the berths at the north mole are free from November on, and whoever ")
    assert berths.endswith("since there are more boats than berths this year.")
    assert price == "The price is the same as it was: forty a week, water and light included."
    assert "left out: a signature, quotes of an older mail" in caplog.text


def test_an_answer_in_html_is_what_was_answered(caplog):
    article = one("gmail.eml")
    assert (article.title, article.author) == ("Båten", "Jon Aas")
    whole = " ".join(texts(article))
    assert "the blåwhite post" in whole
    assert "Shall I bring the money?" in whole
    for words in ("skipper", "wrote:", "are free"):
        assert words not in whole
    assert "papers.pdf" in caplog.text
    assert "an older mail" in caplog.text


def test_each_message_of_a_mailbox_is_an_article_the_last_first(caplog):
    articles = read_file("archive.mbox")
    assert [article.title for article in articles] == ["The last letter", "The first letter"]
    assert "From here on the weather was kind to us." in texts(articles[1])
    assert "“A picture” has no text and is passed over" in caplog.text


def test_a_saved_page_reads_like_the_live_one():
    article = one("page.mhtml")
    assert article.source == "https://quay.example/night-boats"
    assert (article.title, article.author, article.site) == ("Night boats", "Edda Brun", "The Quay")
    said = " ".join(texts(article))
    assert "smells of bread – and that" in said
    assert "Home" not in said


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        ("Re: Boats", "Boats"),
        ("RE: AW: Fwd: Re[2]: Boats", "Boats"),
        ("WG: Boote", "Boote"),
        ("Réf : Bateaux", "Bateaux"),
        ("Report: Boats", "Report: Boats"),
        ("Re", "Re"),
        ("", ""),
    ],
)
def test_a_subject_loses_its_prefixes(subject, clean):
    assert clean_subject(subject)[0] == clean


def test_what_is_passed_on_stays():
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ann\nSubject: Boats\n\n> The boats."
    )
    article = read_message(text, Subject="Fwd: Boats")
    assert texts(article) == ["FYI", "The boats."]
    html = '<p>FYI</p><div class="gmail_quote"><p>The boats are in the harbour.</p></div>'
    assert "The boats are in the harbour." in texts(read_message(html=html, Subject="Fwd: Boats"))


def test_quotes_that_are_the_senders_own_stay():
    article = read_message(
        "The song goes:\n\n> Row, row, row your boat.\n\nSo we sang.", Subject="S"
    )
    assert "quote" in {block.kind for block in article.blocks}


@pytest.mark.parametrize(
    "below",
    [
        "-----Original Message-----\nFrom: Bob\nSent: Monday\n\nOld words.",
        "________________\nFrom: Bob\nSent: Monday\nTo: Ann\nSubject: x\n\nOld words.",
        "-----Ursprüngliche Nachricht-----\nVon: Bob\n\nOld words.",
        "On 1 Mar 2026, at 10:00, Bob\n<bob@b.example> wrote:\n\n> Old words.",
        "Am 1. März 2026 schrieb Bob:\n> Old words.",
        "Le 1 mars 2026, Bob a écrit :\n> Old words.",
    ],
)
def test_an_older_mail_below_is_left_out(below):
    article = read_message(f"New words.\n\n{below}\n", Subject="Re: x")
    assert texts(article)[0] == "New words."
    assert "Old words" not in " ".join(texts(article))


def test_flowed_lines_are_joined_at_their_depth():
    flowed = "One \ntwo\n> three \n> four\n>> five \n> six\n-- \nname\n \x20stuffed"
    assert unflow(flowed).split("\n") == [
        *("One two", "> three four", ">> five ", "> six", "-- ", "name", " stuffed"),
    ]
    assert unflow("hy \nphen", delete_space=True) == "hyphen"


def test_a_signed_text_loses_its_armour():
    armour = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nThe text.\n- -- dashes\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    assert read_mail_text(armour, is_reply=False, is_forward=False).text == "The text.\n-- dashes\n"


def test_a_text_about_unsubscribing_is_text():
    paragraph = "How to unsubscribe from a newsletter is what people ask us most often. " * 8
    article = read_message(html=f"<p>{paragraph}</p><p>{'And so we told them. ' * 30}</p>")
    assert "How to unsubscribe" in texts(article)[0]


def test_messages_inside_a_digest_are_articles_each():
    inner = [message(f"Text number {n}.", Subject=f"Letter {n}") for n in (1, 2)]
    parts = b"".join(b"--d\r\nContent-Type: message/rfc822\r\n\r\n" + each for each in inner)
    head = b"From: a@a.example\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    data = head + b'Content-Type: multipart/digest; boundary="d"\r\n\r\n' + parts + b"--d--\r\n"
    assert [article.title for article in read(data, "d.eml")] == ["Letter 1", "Letter 2"]


def test_a_message_of_apple_mail_is_read():
    body = message("Hello from a Mac.", Subject="Mac")
    data = b"%d\n%b<?xml version='1.0'?><plist/>" % (len(body), body)
    assert recognise(data)
    (article,) = read(data, "1.emlx")
    assert texts(article) == ["Hello from a Mac."]


def test_a_mail_without_text_is_one_line():
    with pytest.raises(NothingToSay, match="no text"):
        list(read(message(""), "a.eml"))


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?utf-8?q?=FF=FE?=",
        b"Subject: =?nonsense?q?abc?=",
        b"Subject: =?utf-8?b?abc?=",
        b"Subject: \xff\xfe\x00",
        b"From: <<>@,;:",
        b"Date: yesterday",
        b"Date: Mon, 99 Foo 2026 99:99:99",
        b"Content-Type: ;;;===",
        b'Content-Type: text/plain; charset="',
        b"Content-Type: text/plain; charset*=x'y'z%%",
        b"Content-Type: multipart/mixed",
        b"Content-Transfer-Encoding: nonsense",
        b"List-Id: <<<<",
        b"Content-Disposition: attachment; filename*0*=''%",
    ],
)
def test_a_broken_header_does_no_harm(header):
    data = header + b"\r\nFrom: a@a.example\r\nMIME-Version: 1.0\r\n\r\nThe text is here.\r\n"
    with contextlib.suppress(NarrateError):
        assert all(article.blocks for article in read(data, "a.eml"))


HEADERS = (b"From: ", b"Subject: ", b"Date: ", b"Content-Type: ", b"List-Id: ", b"To: ", b"\t")
PIECES = (
    *(
        b"multipart/mixed; boundary=b",
        b"text/html",
        b"text/plain; format=flowed; charset=",
        b"utf-7",
    ),
    *(b"\r\n", b"\r\n\r\n", b"--b\r\n", b"--b--", b"=?utf-8?q?", b"?=", b"<a@b>", b"> ", b"wrote:"),
    *(
        b"From a@b Mon Mar  2 09:00:00 2026\n",
        b"message/rfc822",
        b"-- \n",
        b"<p>",
        b"</blockquote>",
    ),
)


@given(st.lists(st.sampled_from(HEADERS + PIECES) | st.binary(max_size=8), max_size=30))
def test_nothing_but_our_own_errors_comes_of_any_mail(pieces):
    data = b"".join(pieces)
    recognise(data)
    with contextlib.suppress(NarrateError):
        assert all(article.blocks for article in read(data, "a.eml"))


@given(st.text())
def test_any_line_is_told_apart(line):
    assert isinstance(is_attribution(line), bool)
    assert isinstance(is_divider(line), bool)
