"""Where articles without headings change their topic."""

import json
import os
import random
import subprocess
import sys
import time
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.script.topics import find_borders


def paragraphs_of(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


# Three short stories of four paragraphs each, which share no topic.
FERRIES = paragraphs_of(
    """
The ferries of Port Ellis stayed at the quay on the second day of the frost. The harbour is full
of ice, and the ferries, built for rain and fog, have no bow that could break it. Captain Dorn
of the Marigold measured eleven centimetres of ice beside his ferry, and wrote the figure on a
board at the quay for everybody to see.

The islands have bread for a week. The ferries carry flour and fuel to the islands, and the
harbour office of Port Ellis counted nine lorries of flour that wait at the quay for the ice to
go. The office has asked the navy for an icebreaker, which would need three days for the way
from its own harbour in the south.

Captain Dorn does not want to wait for the navy. The captain remembers a winter in which the
crews of two ferries sawed a channel through the ice, from the quay to the mouth of the harbour,
with saws that are still kept in a shed on the quay. The harbour office says that the ice is too
thin for crews with saws.

But the people of the islands are calm about the ice. They have potatoes, peat and a store of
fuel, and they walk across the ice between the islands to see what the neighbours have. The
school closed when the fuel for its stove was shared out among the houses near the harbour.
    """
)
APPLES = paragraphs_of(
    """
Apple growers in the Larch Valley look forward to their best harvest in ten years. The spring
was dry, which kept the scab fungus away from the blossom, and in summer rain came when the
trees needed it. Growers counted two hundred apples on a tree that carried sixty in the year
before, and propped up the branches.

The harvest needs pickers. Growers in the Larch Valley pay by the crate, and a good picker fills
forty crates of apples between breakfast and dusk. Half of the pickers come from the university,
whose terms begin late enough for the harvest, and sleep in barns and tents among the trees.

The cider press at Owlbridge will run through the night. Its owner, Maud Pell, bought a second
press from a grower who gave up, and hired a cooper to mend forty barrels. Cider from the press
is sold as far as the coast, but most apples of the valley go to the market fresh, in crates.

Such a harvest has its price. When every orchard in the valley is full, a crate of apples brings
less than the picker is paid for filling it, and some growers leave the fruit of old trees to
the wasps. Maud Pell buys windfalls for the press at a quarter of the price of picked apples.
    """
)
MOON = paragraphs_of(
    """
Astronomers at the Corvin Observatory have found a second moon of the dwarf planet Ister. The
moon is dark as coal and barely forty kilometres across, which is why three space telescopes
overlooked it. The astronomers saw the moon when it passed in front of a star and dimmed the
light of the star for two seconds.

The orbit of the moon is tilted against the equator of the dwarf planet. A moon that formed
together with its planet would circle above the equator, so the astronomers believe that Ister
caught the moon from the belt of comets. The tilt of the orbit changes by a degree in a century.

Telescopes on the ground cannot see the moon itself. The Corvin Observatory waits for stars that
the moon will cover, and asks amateur astronomers with small telescopes to take part, because
the shadow of the moon on the earth is narrow. Eleven amateurs timed the star of last winter.

The astronomers have not named the moon. Names for moons of dwarf planets are taken from rivers,
and the observatory received four hundred letters with proposals from schools near its
telescopes. The orbit must be known to a hundredth of a degree before a name is given.
    """
)


def seconds_of(paragraphs: list[str]) -> list[float]:
    return [len(paragraph) / 15 + 0.7 for paragraph in paragraphs]


def chapter_seconds(borders: list[int], seconds: list[float]) -> list[float]:
    ends = [0.0, *accumulate(seconds)]
    return [ends[stop] - ends[start] for start, stop in pairwise([*borders, len(seconds)])]


@pytest.mark.parametrize(
    "stories",
    [[FERRIES, APPLES, MOON], [MOON, FERRIES, APPLES], [APPLES, MOON, FERRIES, APPLES[::-1]]],
)
def test_borders_fall_where_one_story_ends_and_the_next_begins(stories):
    paragraphs = [paragraph for story in stories for paragraph in story]
    borders = find_borders(paragraphs, seconds_of(paragraphs))
    assert borders == list(range(0, len(paragraphs), 4))


def test_up_to_three_minutes_are_one_chapter():
    assert find_borders([*FERRIES, *APPLES[:3]], [180 / 7] * 7) == [0]
    assert find_borders([], []) == [0]
    assert find_borders(["One long paragraph."], [2000.0]) == [0]


def test_an_article_of_340_seconds_has_at_least_three_chapters():
    paragraphs = [*FERRIES, *APPLES, *MOON]
    for count in range(6, 13):
        chosen = paragraphs[:count]
        assert len(find_borders(chosen, [340 / count] * count)) >= 3


def test_a_paragraph_that_goes_on_begins_no_chapter_where_another_can():
    calm = "Stones and moss, moss and stones, that is the hill above the mill."
    paragraphs = [calm] * 14
    paragraphs[6] = "But stones and moss, moss and stones, that is the hill above the mill."
    assert 6 not in find_borders(paragraphs, [15.0] * 14)


def test_a_paragraph_over_three_minutes_is_a_chapter_of_its_own():
    paragraphs = [*FERRIES, "A long list.", *MOON]
    seconds = [25.0] * 4 + [400.0] + [25.0] * 4
    assert find_borders(paragraphs, seconds) == [0, 4, 5]


def test_what_is_too_short_for_a_chapter_joins_a_long_paragraph():
    assert find_borders(["Short.", "Long.", "Short."], [30.0, 200.0, 30.0]) == [0]


def test_the_seconds_of_every_paragraph_are_needed():
    with pytest.raises(ValueError, match="seconds"):
        find_borders(FERRIES, [1.0])


words = st.sampled_from(
    ["Ferry", "ice", "harbour", "Apple", "tree", "But", "The", "moon,", "12", "…"]
)
timed = st.lists(
    st.tuples(st.lists(words, max_size=12).map(" ".join) | st.text(max_size=20), st.floats(0, 60)),
    max_size=90,
)


@settings(max_examples=300, deadline=None)
@given(timed, st.sampled_from(["en", "de", "zh", ""]))
def test_chapters_last_one_to_three_minutes_if_no_paragraph_is_over_one(timed, language):
    paragraphs, seconds = [text for text, _ in timed], [max(0.5, length) for _, length in timed]
    borders = find_borders(paragraphs, seconds, language)
    if sum(seconds) <= 180:
        assert borders == [0]
        return
    assert borders == sorted(set(borders))
    assert borders[0] == 0
    for length in chapter_seconds(borders, seconds):
        assert 59.9 <= length <= 180.1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=12))
def test_bounds_are_kept_whenever_paragraphs_permit_it(lengths):
    seconds = [float(length) for length in lengths]
    borders = find_borders(["text"] * len(lengths), seconds)
    chapters = chapter_seconds(borders, seconds)
    assert min(chapters) >= min(60, sum(lengths))

    def permitted(start: int) -> bool:
        if start == len(lengths):
            return True
        return any(
            (60 <= sum(lengths[start:stop]) <= 180 or (stop == start + 1 and lengths[start] > 180))
            and permitted(stop)
            for stop in range(start + 1, len(lengths) + 1)
        )

    if permitted(0) or sum(lengths) <= 180:
        for start, stop in pairwise([*borders, len(lengths)]):
            assert sum(lengths[start:stop]) <= 180 or stop == start + 1


def made_up_article(count: int, seed: int) -> list[str]:
    """Paragraphs about one topic after the other, each topic with its own few words."""
    chance = random.Random(seed)  # noqa: S311 -- made-up text, no secret
    syllables = ["ba", "do", "ki", "lu", "mer", "nor", "pan", "ri", "sel", "tu", "van", "zo"]

    def word() -> str:
        return "".join(chance.choices(syllables, k=3))

    common = [word() for _ in range(300)]
    paragraphs: list[str] = []
    while len(paragraphs) < count:
        topic = [word() for _ in range(15)]
        for _ in range(chance.randrange(2, 7)):
            drawn = [chance.choice(topic if chance.random() < 0.4 else common) for _ in range(60)]
            paragraphs.append(" ".join(drawn).capitalize() + ".")
    return paragraphs[:count]


@pytest.mark.parametrize("seconds", [7.0, 21.0, 58.0])
def test_chapters_keep_away_from_the_bounds_since_lengths_are_estimates(seconds):
    paragraphs = made_up_article(300, 7)
    each = [seconds] * 300
    chapters = chapter_seconds(find_borders(paragraphs, each), each)
    assert all(66 <= length <= 168 for length in chapters)


def test_where_no_topic_says_otherwise_chapters_last_a_minute_and_a_quarter_to_two():
    each = [10.0] * 100
    chapters = chapter_seconds(find_borders(["Stones and moss."] * 100, each), each)
    assert all(75 <= length <= 130 for length in chapters)


@pytest.mark.parametrize("seed", range(6))
def test_an_edit_moves_only_the_borders_near_it(seed):
    paragraphs = made_up_article(200, seed)
    before = find_borders(paragraphs, seconds_of(paragraphs))
    for place in range(10, 200, 19):
        edited = paragraphs.copy()
        edited[place] = made_up_article(1, 1000 + place)[0]
        after = find_borders(edited, seconds_of(edited))
        chapter = max(index for index, border in enumerate(before) if border <= place)
        low = before[max(0, chapter - 3)]
        high = before[chapter + 4] if chapter + 4 < len(before) else 200
        assert [b for b in before if b <= low] == [b for b in after if b <= low]
        assert [b for b in before if b >= high] == [b for b in after if b >= high]


def test_borders_are_the_same_in_a_process_with_other_hashes():
    paragraphs = [*FERRIES, *APPLES, *MOON]
    code = (
        "import json, sys; from narrate.script.topics import find_borders;"
        "print(json.dumps(find_borders(*json.load(sys.stdin))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps([paragraphs, seconds_of(paragraphs)]).encode(),
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def cpu_seconds(paragraphs: list[str], seconds: list[float]) -> float:
    start = time.process_time()
    find_borders(paragraphs, seconds)
    return time.process_time() - start


SAME = ["The same words again and again, and nothing new under the old roof."]


@pytest.mark.parametrize(
    ("paragraphs", "each_seconds"),
    [
        pytest.param(made_up_article(2000, 1), 25.0, id="topics"),
        pytest.param(SAME * 8000, 5.0, id="identical"),
        pytest.param(SAME * 8000, 0.0, id="no time"),
        pytest.param(SAME * 8000, 300.0, id="long"),
    ],
)
def test_time_grows_linearly_with_the_paragraphs(paragraphs, each_seconds):
    def measure(count: int) -> float:
        return min(cpu_seconds(paragraphs[:count], [each_seconds] * count) for _ in range(2))

    # Four times the text; quadratic would be 16 times.
    assert measure(len(paragraphs)) < 9 * measure(len(paragraphs) // 4)
