"""What topic chapters are called."""

import json
import re
import subprocess
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.script.titles import title_chapters


def paragraphs_of(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


HARBOUR = paragraphs_of(
    """
The harbour of Port Ellis froze last night. Divers from the harbour office measured the ice at
eleven centimetres, and two ferries stayed at the quay.

The ferries carry flour and fuel to the islands. Without the ferries the islands have bread for
about a week, says the harbour office.
    """
)
ORCHARDS = paragraphs_of(
    """
Apple growers in the Larch Valley look forward to the best harvest in ten years. A dry spring
kept the scab fungus away from the apple trees.

The harvest begins on Monday. Growers in the Larch Valley pay pickers by the crate, and the
cider press at Owlbridge will run through the night.
    """
)
TELESCOPE = paragraphs_of(
    """
Astronomers at the Corvin Observatory have found a second moon of the dwarf planet. The moon of
the dwarf planet is as dark as coal.

Its orbit is tilted. The Corvin Observatory wants to watch the moon of the dwarf planet for
another winter before the astronomers name it.
    """
)

GERMAN = [
    paragraphs_of(
        """
Die Stadt Lauenfeld baut eine neue Straßenbahn. Die Kosten der Straßenbahn betragen nach Angaben
der Bürgermeisterin achtzig Millionen Euro.

Anwohner fürchten die Kosten der Straßenbahn und den Lärm der Baustelle.
        """
    ),
    paragraphs_of(
        """
Im Wald leben wieder Luchse. Die Rückkehr der Luchse freut Biologen, doch Schäfer sorgen sich um
ihre Herden.

Wegen der Rückkehr der Luchse zahlt das Land für gerissene Schafe.
        """
    ),
]
FRENCH = [
    paragraphs_of(
        """
La ville ferme son vieux pont. Les travaux du pont doivent durer quatre ans, et les travaux du
pont coûtent trente millions d'euros.
        """
    ),
    paragraphs_of(
        """
Dans les vignes, la récolte du raisin a commencé. La récolte du raisin demande des bras, disent
les vignerons.
        """
    ),
]


def chapters_of(*stories: list[str]) -> list[list[str]]:
    return [list(story) for story in stories]


def test_a_title_is_made_of_the_chapters_typical_words_as_written():
    titles = title_chapters(chapters_of(HARBOUR, ORCHARDS, TELESCOPE))
    for title, story, typical in zip(
        titles,
        (HARBOUR, ORCHARDS, TELESCOPE),
        ("harbour|ferries|islands", "harvest|growers|cider|valley", "moon|observatory|planet"),
        strict=True,
    ):
        assert re.search(typical, title, re.IGNORECASE), title
        assert title.casefold() in " ".join(story).casefold()


def test_the_list_of_titles_reads_like_a_table_of_contents():
    assert title_chapters(chapters_of(HARBOUR, ORCHARDS, TELESCOPE)) == [
        "Divers from the harbour office",
        "Apple growers in the Larch Valley",
        "Moon of the dwarf planet",
    ]


@pytest.mark.parametrize(
    ("chapters", "language", "titles"),
    [
        (GERMAN, "de", ["Kosten der Straßenbahn", "Rückkehr der Luchse"]),
        (FRENCH, "fr-CA", ["Travaux du pont", "Récolte du raisin"]),
    ],
)
def test_other_languages_get_noun_phrases_as_well(chapters, language, titles):
    assert title_chapters(chapters, language) == titles


def test_a_word_of_the_whole_article_does_not_name_a_chapter():
    everywhere = "The village council met on Monday. The village council voted again. "
    stories = [
        everywhere + "Rates of the ferry company rose. The ferry company is in debt.",
        everywhere + "Owners of the apple press resigned. The apple press is broken.",
        everywhere + "Repairs of the church tower began. The church tower leans.",
    ]
    titles = title_chapters([[story] for story in stories])
    assert not [title for title in titles if "council" in title]
    assert [kind in title for kind, title in zip(("ferry", "press", "tower"), titles, strict=True)]


def test_verbs_pronouns_and_weekdays_are_kept_out():
    titles = title_chapters(
        [["On Wednesday they slowly repaired the old lighthouse at Gull Point. She said it works."]]
    )
    assert titles == ["Lighthouse at Gull Point"]


def test_without_a_phrase_a_title_is_the_beginning_of_the_text():
    assert title_chapters([['"So it goes," they said.']]) == ["So it goes"]
    long = "and so it was that we all had to go on and on and on until there was no more"
    (title,) = title_chapters([[long]])
    assert title.endswith("…")
    assert len(title) <= 60
    assert long.startswith(title.removesuffix("…").lower() + " ")


def test_text_without_spaces_is_cut_at_its_marks_or_after_twenty_signs():
    marked = "東京の朝は早い。人々は駅へ急ぐ。"
    unmarked = "この駅は百年以上前に建てられた古い駅舎を今も使い続けている珍しい駅です"
    assert title_chapters([[marked], [unmarked]], "ja") == ["東京の朝は早い", unmarked[:20] + "…"]


def test_chapters_of_the_same_words_still_get_different_titles():
    titles = title_chapters([["Rain over Port Ellis."]] * 4 + [["…"], ["…"]])
    assert len({title.casefold() for title in titles}) == 6
    assert all(titles)


def test_a_title_survives_the_way_through_a_program_that_parses_json():
    titles = title_chapters(chapters_of(HARBOUR, ORCHARDS, TELESCOPE))
    command = ["ffprobe", "-v", "error", "-print_format", "json", "-show_chapters", "-f"]
    sheet = ";FFMETADATA1\n" + "".join(
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART={index}\nEND={index + 1}\ntitle={title}\n"
        for index, title in enumerate(titles)
    )
    shown = subprocess.run(
        [*command, "ffmetadata", "-"], input=sheet.encode(), capture_output=True, check=True
    )
    chapters = json.loads(shown.stdout)["chapters"]
    assert [chapter["tags"]["title"] for chapter in chapters] == titles


FRAGMENTS = [
    *("the", "of", "Rockets", "at", "Camp", "council", "(again)", "“old”", "l'eau", "said", "to"),
    *("U.S.", "iPhone", "12", "ﬁsh’", ".", ",", "ẞ", "'tis", "non-", "—"),
]
texts = st.lists(st.lists(st.text(max_size=80), max_size=3), min_size=1, max_size=6)
wordy = st.lists(
    st.lists(
        st.lists(
            st.sampled_from(FRAGMENTS),
            max_size=30,
        ).map(" ".join),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(texts | wordy, st.sampled_from(["en", "de", "fr", "it", "pl", "ja", "", "x-klingon"]))
def test_any_text_gets_distinct_short_titles_that_are_never_empty(chapters, language):
    titles = title_chapters(chapters, language)
    assert len(titles) == len(chapters)
    assert len({title.casefold() for title in titles}) == len(titles)
    for title in titles:
        assert title.strip() == title != ""
        assert len(title) <= 60
        assert "\n" not in title
        assert title.count("(") == title.count(")")
        assert not set(title) & set('"“”«»[]')
        assert title[-1] not in ".,;:!?-"
        assert not title[0].islower() or title[0].title() == title[0]


def cpu_seconds(chapters: list[list[str]]) -> float:
    start = time.process_time()
    title_chapters(chapters)
    return time.process_time() - start


@pytest.mark.parametrize("same", [False, True])
def test_time_grows_linearly_with_the_chapters(same):
    stories = [HARBOUR, ORCHARDS, TELESCOPE]

    def chapters(count: int) -> list[list[str]]:
        if same:
            return [HARBOUR] * count
        return [[*stories[i % 3], f"Nr. {i} of Street{i % 97} was sold."] for i in range(count)]

    small = min(cpu_seconds(chapters(150)) for _ in range(3))
    assert min(cpu_seconds(chapters(600)) for _ in range(3)) < 9 * small  # quadratic: 16
