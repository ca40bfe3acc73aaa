"""Article to script: nothing is lost, and the silences follow the structure."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.base.errors import NothingToSay, UsageError
from narrate.base.model import Article, Block, Voice
from narrate.base.voice import load_voice
from narrate.script import estimate_ms, make_script

VOICE = Voice("plain", "tone", "", characters_per_second=15)
KINDS = ("heading", "para", "item", "quote", "code", "table", "caption", "image", "break", "verse")


def article_of(*blocks, title="Night Ferry", **known):
    return Article(title=title, blocks=blocks, **known)


def spoken(script):
    return [utterance.spoken for utterance in script.utterances]


def uncovered(script):
    """The characters of the article that are neither said nor recorded as left out."""
    blocks = [list(block.text) for block in script.article.blocks]
    pieces = [(u.block, u.start, u.end) for u in script.utterances if u.block is not None]
    pieces += [(o.block, o.start, o.end) for o in script.omissions]
    for block, start, end in pieces:
        blocks[block][start:end] = " " * (end - start)
    return "".join(character for block in blocks for character in block if not character.isspace())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.text(
    "ab. “”?!…,;:—()[]1\n\t", max_size=700
)
BLOCKS = st.lists(
    st.builds(Block, kind=st.sampled_from(KINDS), text=TEXT, level=st.integers(0, 3)), max_size=6
)


@settings(max_examples=200, deadline=None)
@given(blocks=BLOCKS)
def test_every_character_is_said_or_left_out_with_a_reason(blocks):
    article = article_of(Block("para", "A beginning."), *blocks)
    script = make_script(article, VOICE)
    assert not uncovered(script)
    assert all(omission.reason for omission in script.omissions)
    for utterance in script.utterances:
        if utterance.block is not None:
            text = article.blocks[utterance.block].text
            assert text[utterance.start : utterance.end] == utterance.written


@settings(max_examples=60, deadline=None)
@given(blocks=BLOCKS)
def test_ids_are_unique_and_chapters_begin_where_utterances_are(blocks):
    script = make_script(article_of(Block("para", "A beginning."), *blocks), VOICE)
    ids = [utterance.id for utterance in script.utterances]
    assert len(set(ids)) == len(ids)
    firsts = [chapter.first for chapter in script.chapters]
    assert firsts == sorted(set(firsts))
    assert firsts[0] == 0
    assert firsts[-1] < len(ids)


def test_the_title_of_the_text_is_said_once():
    article = article_of(
        Block("para", "Travel"),
        Block("heading", "Night Ferry", level=1),
        Block("para", "By Ada Quill"),
        Block("para", "The ferry leaves at nine."),
        author="Ada Quill",
        site="The Quay",
        published="2026-03-07",
    )
    assert spoken(make_script(article, VOICE)) == [
        "Travel",
        "Night Ferry",
        "From The Quay.",
        "March seventh, twenty twenty-six.",
        "By Ada Quill",
        "The ferry leaves at nine.",
        "End of Night Ferry.",
    ]


def test_a_title_that_the_text_lacks_is_announced():
    article = article_of(Block("para", "The ferry leaves at nine."), author="Ada Quill")
    assert spoken(make_script(article, VOICE))[:3] == [
        "Night Ferry.",
        "By Ada Quill.",
        "The ferry leaves at nine.",
    ]


def test_first_words_taken_for_a_title_are_not_said_twice():
    article = article_of(Block("para", "The ferry leaves at nine."), title="The ferry leaves…")
    said = spoken(make_script(article, VOICE))
    assert said == ["The ferry leaves at nine.", "End of the article."]


def test_announcements_can_be_turned_off():
    article = article_of(Block("para", "The ferry leaves at nine."), author="Ada Quill")
    script = make_script(article, VOICE, opening=False, closing=False)
    assert spoken(script) == ["The ferry leaves at nine."]


def test_announcements_are_in_the_language_of_the_article():
    article = article_of(
        Block("para", "Das Schiff fährt um neun."),
        title="Nachtfähre",
        author="Ada Quill",
        published="2026-03-07",
        language="de-AT",
    )
    assert spoken(make_script(article, VOICE)) == [
        "Nachtfähre.",
        "Von Ada Quill.",
        "siebter März 2026.",
        "Das Schiff fährt um neun.",
        "Ende von Nachtfähre.",
    ]


def test_pauses_follow_the_structure():
    article = article_of(
        Block("heading", "Night Ferry", level=1),
        Block("para", "One. Two."),
        Block("heading", "Aboard", level=2),
        Block("para", "Three."),
        Block("break", "* * *"),
        Block("item", "Four."),
        Block("item", "Five."),
        Block("verse", "Six\nSeven"),
    )
    script = make_script(article, VOICE)
    assert [(u.spoken, u.pause_ms) for u in script.utterances] == [
        ("Night Ferry", 700),
        ("One.", 380),
        ("Two.", 1200),
        ("Aboard", 700),
        ("Three.", 1500),
        ("Four.", 450),
        ("Five.", 700),
        ("Six", 350),
        ("Seven", 1500),
        ("End of Night Ferry.", 800),
    ]


def test_pauses_shrink_with_speed_and_follow_the_profile():
    article = article_of(Block("para", "One. Two."))
    fast = replace(VOICE, speed=2.0, pauses=(("sentence", 500),))
    said = make_script(article, fast, opening=False).utterances
    assert [utterance.pause_ms for utterance in said] == [250, 750, 400]


def test_a_long_sentence_is_cut_at_clauses_and_nothing_is_lost():
    sentence = "and so the boats came in, " * 40 + "and that was all."
    script = make_script(article_of(Block("para", sentence)), VOICE, opening=False, closing=False)
    assert len(script.utterances) > 2
    assert all(len(utterance.spoken) <= 400 for utterance in script.utterances)
    assert not uncovered(script)
    assert {utterance.pause_ms for utterance in script.utterances[:-1]} == {120}


def test_policies_decide_what_is_said():
    blocks = (Block("code", "x = 1"), Block("note", "A note."), Block("para", "Text."))
    script = make_script(article_of(*blocks), VOICE, opening=False, closing=False)
    assert spoken(script) == ["A code example is left out.", "Text."]
    assert [o.reason for o in script.omissions] == ["code: announced", "note: skipped"]
    talkative = replace(VOICE, read=(("code", "spoken"), ("note", "end")))
    script = make_script(article_of(*blocks), talkative, opening=False, closing=False)
    assert spoken(script) == ["x equals one", "Text.", "Notes.", "A note."]


@pytest.mark.parametrize(
    "voice",
    [
        replace(VOICE, read=(("code", "sung"),)),
        replace(VOICE, read=(("footers", "spoken"),)),
        replace(VOICE, pauses=(("sentense", 100),)),
    ],
)
def test_a_profile_with_unknown_policies_or_pauses_is_refused(voice):
    with pytest.raises(UsageError):
        make_script(article_of(Block("para", "Text.")), voice)


def test_numbers_of_a_list_are_said_but_not_written():
    script = make_script(article_of(Block("item", "Knead the dough.", marker="2.")), VOICE)
    item = next(u for u in script.utterances if u.block == 0)
    assert (item.spoken, item.written) == ("two. Knead the dough.", "Knead the dough.")
    assert item.map == ((0, 5, 0, 0),)


@pytest.mark.parametrize("text", ["", "…", "*** --- ***", "?!"])
def test_an_article_without_a_word_has_nothing_to_say(text):
    with pytest.raises(NothingToSay):
        make_script(article_of(Block("para", text)), VOICE)


def test_headings_begin_chapters_and_the_first_carries_the_title():
    blocks = [Block("heading", "Night Ferry", level=1), Block("para", "A start.")]
    for name in ("Aboard", "Asleep"):
        blocks += [Block("heading", name, level=2), Block("para", "Text.")]
        blocks += [Block("heading", f"{name}, later", level=3), Block("para", "More.")]
    chapters = make_script(article_of(*blocks), VOICE).chapters
    assert [(chapter.title, chapter.level) for chapter in chapters] == [
        ("Night Ferry", 1),
        ("Aboard", 1),
        ("Aboard, later", 2),
        ("Asleep", 1),
        ("Asleep, later", 2),
    ]


def test_a_single_heading_makes_no_chapters():
    blocks = [Block("para", "A start."), Block("heading", "Aboard", level=2), Block("para", "On.")]
    assert len(make_script(article_of(*blocks), VOICE).chapters) == 1


def test_a_long_article_without_headings_has_topic_chapters_after_a_pause():
    paragraphs = [
        Block("para", f"The {thing} of {place} is what they talk about. " * 6)
        for place, thing in (("Lund", "harbour"), ("Oslo", "railway"), ("Riga", "orchestra"))
        for _ in range(6)
    ]
    script = make_script(article_of(*paragraphs), load_voice())
    assert estimate_ms(script, load_voice()) > 180_000
    assert len(script.chapters) >= 2
    for chapter in script.chapters[1:]:
        assert script.utterances[chapter.first - 1].pause_ms == 1500
        assert script.utterances[chapter.first].start == 0


def test_a_chapter_title_of_any_length_stays_on_one_short_line():
    long = "Word\n" * 300
    chapters = make_script(article_of(Block("para", "Text."), title=long), VOICE).chapters
    assert len(chapters[0].title) <= 120
    assert "\n" not in chapters[0].title
