"""Lexicons with sounds: PLS documents and TOML tables, and the order of several."""

import pytest

from narrate.base.errors import UsageError
from narrate.base.model import Article, Block, Voice
from narrate.base.spans import written_span
from narrate.script import make_script
from narrate.script.lexicon import NEWS, pronounce

PLS = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" alphabet="ipa" xml:lang="en"
    xmlns="http://www.w3.org/2005/01/pronunciation-lexicon">
  <!-- two spellings, and a second way of saying it -->
  <lexeme>
    <grapheme>Kyiv</grapheme>
    <grapheme>Kiev</grapheme>
    <phoneme>kiːˈɛf</phoneme>
    <phoneme prefer="true">ˈkiːv</phoneme>
    <example>Kyiv is a city.</example>
  </lexeme>
  <lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme>
</lexicon>
"""


def sounds(spoken):
    """What is said for what: each stretch with phonemes, and the phonemes."""
    return [(spoken.text[span.start : span.end], span.ipa) for span in spoken.phonemes]


@pytest.fixture
def write(tmp_path):
    def write_lexicon(text, name="lexicon.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_lexicon


def test_a_pls_document_gives_sounds_and_aliases(write):
    spoken = pronounce("Kyiv, once Kiev, joined the W3C.", "en-GB", [write(PLS, "names.pls")])
    assert sounds(spoken) == [("Kyiv", "ˈkiːv"), ("Kiev", "ˈkiːv")]
    assert spoken.text == "Kyiv, once Kiev, joined the World Wide Web Consortium."


def test_a_pls_document_is_for_its_language_only(write):
    assert pronounce("Kyiv", "de", [write(PLS, "names.xml")]).phonemes == ()
    british = write(PLS.replace('xml:lang="en"', 'xml:lang="en-GB"'), "british.pls")
    assert pronounce("Kyiv", "en-US", [british]).phonemes == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<!DOCTYPE l [<!ENTITY a "b">]>' + PLS.partition("?>")[2], "document type"),
        (PLS.replace('"ipa"', '"x-sampa"'), "only ipa"),
        (PLS.replace(' alphabet="ipa"', ""), "only ipa"),
        (PLS.replace("</lexeme>", "", 1), "no well-formed XML"),
        ("<html/>", "not <lexicon>"),
        (PLS.replace("ˈkiːv", "k1:v"), "1 is no symbol"),
        (PLS.replace("<grapheme>W3C</grapheme>", ""), "no grapheme"),
        (PLS.replace("<alias>World Wide Web Consortium</alias>", ""), "W3C must have"),
    ],
)
def test_a_pls_document_that_cannot_be_used_is_told_why(write, text, why):
    with pytest.raises(UsageError, match=r"bad\.pls") as caught:
        pronounce("Kyiv", "en", [write(text, "bad.pls")])
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("table", "text", "expected"),
    [
        ('Nguyen = "/wɪn/"', "Nguyen won.", [("Nguyen", "wɪn")]),
        ('Xi = { ipa = "ʃiː", alias = "she" }', "Xi won.", [("she", "ʃiː")]),
        ('Xi = { ipa = "ʃiː", alias = "she" }', "Xi’s win.", [("she’s", "ʃiːz")]),
        ('Houthi = "/ˈhuːθi/"', "Houthis, HOUTHI.", [("Houthis", "ˈhuːθiz"), ("HOUTHI", "ˈhuːθi")]),
        ('Josh = "/dʒɒʃ/"', "Josh's", [("Josh's", "dʒɒʃɪz")]),
        ('Luk = "/lʊk/"', "Luk's", [("Luk's", "lʊks")]),
        ('"Kata\'ib" = "/kəˈtɑːɪb/"', "Kata’ib", [("Kata’ib", "kəˈtɑːɪb")]),
        ('"Wałęsa" = { ipa = "vəˈwɛnsə", also = ["Walesa"] }', "Walesa", [("Walesa", "vəˈwɛnsə")]),
        ('nato = { ipa = "ˈneɪtoʊ", case = true }', "Nato nato", [("nato", "ˈneɪtoʊ")]),
        ('SQL = "/ˈsiːkwəl/"', "SQL in 2 days.", [("SQL", "ˈsiːkwəl")]),
        ('"al-Sadr" = "/ælˈsɑːdɚ/"', "“al-Sadr,” she said", [("al-Sadr", "ælˈsɑːdɚ")]),
        ('Lyon = { ipa = "liˈɔːn", language = "en" }', "Lyon", [("Lyon", "liˈɔːn")]),
        ('Lyon = { ipa = "ljɔ̃", language = "fr" }', "Lyon", []),
        ('Xi = "/ʃiː/"', "XI Xis Xian", []),
    ],
)
def test_a_table_s_entries_are_found_in_all_their_forms(write, table, text, expected):
    assert sounds(pronounce(text, "en-US", [write(table)])) == expected


@pytest.mark.parametrize(
    "table",
    [
        'Xi = "/ʃ1ː/"',
        'Xi = "/ /"',
        "Xi = {}",
        'Xi = { ipa = "" }',
        'Xi = { ipa = "ʃiː", tone = 4 }',
        'Xi = { ipa = "ʃiː", also = [5] }',
    ],
)
def test_a_table_that_cannot_be_used_names_file_and_word(write, table):
    with pytest.raises(UsageError, match=r"lexicon\.toml: Xi"):
        pronounce("Xi", "en", [write(table)])


def test_the_sounds_lead_back_to_the_written_words(write):
    text = "On May 5, Xi Jinping’s men paid $5 to Xi."
    lexicon = write('"Xi Jinping" = "/ʃiː dʒɪnˈpɪŋ/"\nXi = { ipa = "ʃiː", alias = "shee" }\n')
    spoken = pronounce(text, "en", [lexicon])
    assert sounds(spoken) == [("Xi Jinping’s", "ʃiː dʒɪnˈpɪŋz"), ("shee", "ʃiː")]
    written = [text[slice(*written_span(spoken.map, s.start, s.end))] for s in spoken.phonemes]
    assert written == ["Xi Jinping’s", "Xi"]
    assert "five dollars" in spoken.text


def test_what_the_user_says_stands_above_the_news_and_the_article_s_own_above_all(write):
    article = Article("On Kyiv", (Block("para", "Kyiv and Houthi."),), language="en")
    user = write('Kyiv = "/ˈkaɪv/"\n', "user.toml")

    def said(article, lexicons):
        script = make_script(article, Voice("v", "tone", "", lexicons=lexicons), closing=False)
        return [span.ipa for utterance in script.utterances for span in utterance.phonemes]

    assert said(article, ()) == ["ˈkiːv", "ˈkiːv", "ˈhuːθi"]
    assert said(article, (user,)) == ["ˈkaɪv", "ˈkaɪv", "ˈhuːθi"]
    own = Article(
        "On Kyiv", article.blocks, language="en", lexicon=write('Kyiv = "/ˈkɛv/"', "o.toml")
    )
    assert said(own, (user,)) == ["ˈkɛv", "ˈkɛv", "ˈhuːθi"]


def test_the_news_can_be_switched_off_and_are_for_english_only():
    article = Article("Kyiv", (Block("para", "Kyiv am Abend."),), language="de")
    voice = Voice("v", "tone", "", language="de")
    assert not any(u.phonemes for u in make_script(article, voice).utterances)
    plain = Voice("v", "tone", "", read=(("names", "plain"),))
    english = Article("Kyiv", (Block("para", "Kyiv tonight."),), language="en")
    assert not any(u.phonemes for u in make_script(english, plain).utterances)


def test_an_article_s_own_lexicon_stands_beside_it(run, tmp_path):
    (tmp_path / "story.lexicon.toml").write_text('beehives = "bee hives"\n')
    (tmp_path / "story.txt").write_text("We moved the beehives.")
    (tmp_path / "other.txt").write_text("We moved the beehives.")
    assert b"We moved the bee hives." in run("preview", "story.txt").stdout
    assert b"We moved the beehives." in run("preview", "other.txt").stdout


def test_names_of_the_news_are_found_with_typographic_apostrophes():
    assert [s for s, _ in sounds(pronounce("Kata’ib Hezbollah’s men", "en", [NEWS]))] == [
        "Kata’ib Hezbollah’s"
    ]


def test_hostile_texts_take_linear_time(write):
    import resource

    lexicon = write('"a b c d" = "/eɪ/"\n"a" = "/eɪ/"\n')

    def spent(count):
        text = "a b c " * count
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        pronounce(text, "en", [lexicon])
        return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before

    spent(100)
    short, long = (min(spent(count) for _ in range(3)) for count in (1000, 4000))
    assert long < 8 * max(short, 0.01)
