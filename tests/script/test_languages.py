"""Which language an article is in, and its paragraphs."""

import importlib.util
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.base.model import Article, Block, Span
from narrate.base.voice import load_voice
from narrate.script import find_languages, make_script

SAMPLES = tomllib.loads(
    (Path(__file__).parents[2] / "benchmarks" / "voice_samples.toml").read_text(encoding="utf-8")
)
ENGLISH = (
    "The ferry left the island a little after six, while the lamps on the quay were still lit, "
    "and nobody on board could say how long the crossing would take."
)
OTHERS = {
    "da": "Færgen forlod øen kort efter seks, mens lamperne på kajen stadig var tændt, og ingen "
    "ombord kunne sige, hvor længe overfarten ville tage.",
    "nb": "Fergen forlot øya like etter klokken seks, mens lampene på kaia fortsatt lyste, og "
    "ingen om bord kunne si hvor lenge overfarten ville vare.",
    "fi": "Lautta lähti saarelta vähän kuuden jälkeen, kun laiturin lamput vielä paloivat, eikä "
    "kukaan tiennyt, kuinka kauan matka kestäisi tai sataisiko vettä.",
    "ru": "Паром покинул остров вскоре после шести, когда фонари на набережной ещё горели.",
    "uk": "Пором залишив острів невдовзі після шостої, коли ліхтарі на набережній ще горіли.",
    "el": "Το πλοίο έφυγε από το νησί λίγο μετά τις έξι, ενώ τα φώτα της προκυμαίας έκαιγαν.",
    "he": "המעבורת עזבה את האי מעט אחרי שש, כשהפנסים על הרציף עדיין דלקו, ואיש לא ידע כמה זמן.",
    "ar": "غادرت العبارة الجزيرة بعد السادسة بقليل، وكانت مصابيح الرصيف ما تزال مضاءة.",
    "hi": "नाव छह बजे के तुरंत बाद द्वीप से निकल गई, जबकि घाट की बत्तियाँ अभी भी जल रही थीं।",
    "th": "เรือข้ามฟากออกจากเกาะหลังหกโมงเล็กน้อยขณะที่โคมไฟบนท่าเรือยังสว่างอยู่",
    "ko": "여객선은 여섯 시가 조금 지나 섬을 떠났고 부두의 등"
    "불은 아직 켜져 있었으며 아무도 얼마나 걸릴지 몰랐다.",
    "ja": "フェリーは六時過ぎに島を離れた。岸壁の明かりはまだつ"
    "いていた。誰も渡航にどれくらいかかるか知らなかった。",
    "zh": "六点刚过，渡轮就离开了小岛，码头上的灯还亮着。没有人知"
    "道渡海需要多长时间，也没有人知道会不会下雨，大家都在等。",
}


def languages(*blocks, declared=""):
    article = find_languages(Article("Title", blocks, language=declared), "en-US")
    return article.language, *(block.language for block in article.blocks)


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_an_article_that_declares_nothing_is_known_by_its_words(language):
    blocks = [Block("para", sentence) for sentence in SAMPLES[language]]
    assert languages(*blocks)[0] == language


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_two_sentences_are_enough(language):
    for first, second in zip(SAMPLES[language], SAMPLES[language][1:], strict=False):
        assert languages(Block("para", f"{first} {second}"))[0] == language


@pytest.mark.parametrize("language", sorted(OTHERS))
def test_other_languages_are_not_taken_for_ours(language):
    assert languages(Block("para", OTHERS[language]))[0] == language
    assert languages(Block("para", ENGLISH), Block("quote", OTHERS[language])) == (
        "en",
        "",
        language,
    )


def test_what_is_declared_is_believed():
    german = " ".join(SAMPLES["de"][:2])
    assert languages(Block("para", german), declared="nl-BE") == ("nl-BE", "de")
    assert languages(Block("para", german, language="sv"), declared="en") == ("en", "sv")


def test_a_short_text_is_in_the_language_of_the_voice():
    assert languages(Block("para", "Bonjour."))[0] == "en"
    article = Article("T", (Block("para", "Hm, 12."),))
    assert find_languages(article, "de-DE").language == "de"


@pytest.mark.parametrize("kind", ["quote", "para", "item", "verse", "caption", "note"])
def test_a_paragraph_in_another_language_is_marked(kind):
    foreign = Block(kind, " ".join(SAMPLES["fr"][:2]))
    assert languages(Block("para", 3 * ENGLISH), foreign) == ("en", "", "fr")


def test_headings_code_and_short_paragraphs_are_never_marked():
    foreign = SAMPLES["fr"][0]
    blocks = (
        Block("heading", foreign, level=1),
        Block("code", foreign),
        Block("quote", foreign[:60]),
    )
    assert languages(Block("para", ENGLISH), *blocks) == ("en", "", "", "", "")


def test_a_paragraph_with_foreign_names_stays_in_its_language():
    text = (
        "In Saint-Jean-de-Luz the Café de la Paix, the Rue de la République and the Hôtel de Ville "
        "were all closed, and the Bibliothèque nationale de France did not answer our letters."
    )
    assert languages(Block("para", ENGLISH), Block("para", text)) == ("en", "", "")


def test_a_list_of_names_says_nothing():
    names = (
        "Kowalczyk, Nowak, Wiśniewski, Zieliński, Szymański, Woźniak, Dąbrowski, Kozłowski, Mazur"
    )
    assert languages(Block("para", ENGLISH), Block("para", names)) == ("en", "", "")


def test_the_script_has_the_languages_and_its_own_words_in_them():
    blocks = Block("para", " ".join(SAMPLES["de"])), Block("quote", ENGLISH)
    script = make_script(Article("Hafen", blocks, author="Ada"), load_voice())
    assert script.article.language == "de"
    assert script.utterances[-1].spoken == "Ende von Hafen."
    assert {said.language for said in script.utterances if said.block == 1} == {"en"}
    assert {said.language for said in script.utterances if said.block == 0} == {""}


def test_a_sentence_that_is_declared_as_a_whole_is_in_its_language():
    french = SAMPLES["fr"][0]
    text = f"She wrote this. “{french}” He said bonjour to all of them, and that was the end of it."
    start = text.index(french)
    word = text.index("bonjour")
    spans = (
        Span(start, start + len(french), "language", "fr"),
        Span(word, word + 7, "language", "fr"),
    )
    article = Article("T", (Block("para", text, spans=spans),), language="en")
    script = make_script(article, load_voice(), opening=False, closing=False)
    assert [said.language for said in script.utterances] == ["", "fr", ""]


def test_english_needs_no_library(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: pytest.fail(f"looked for {name}"))
    assert languages(Block("para", ENGLISH))[0] == "en"


@given(st.lists(st.text(max_size=200), max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_text_has_a_language(texts):
    article = find_languages(Article("T", tuple(Block("para", text) for text in texts)))
    assert article.language
    assert [block.text for block in article.blocks] == texts


def test_the_cost_grows_with_the_text_and_no_faster():
    def cost(count):
        article = Article("T", (Block("para", ENGLISH),) * count, language="en")
        start = time.process_time()
        find_languages(article)
        return time.process_time() - start

    cost(10)
    assert cost(4000) < 40 * max(cost(400), 0.005)
