"""Where an article without headings changes its topic: the borders of its topic chapters.

Each gap between two paragraphs gets a score: how little the words after it resemble those before
it (the cohesion dip of Hearst's TextTiling, 1997) and how many of them are new (the vocabulary
introduction of Youmans, 1991). A gap with the best score for a good minute on both sides is an
anchor, as in content-defined chunking: whether it is one depends on its surroundings only, so an
edit leaves far anchors alone. A dynamic program then picks the borders: all bounds on a chapter's
length first, then every anchor, then good scores and handy lengths. Between two anchors its
choice depends on nothing beyond them.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from math import sqrt

from narrate.script.stopwords import Words, fold, load_words, stem
from narrate.script.tagging import tokenize

_SHORTEST_MS, _LONGEST_MS = 60_000, 180_000
"""The promise: how long a chapter may be."""
_SAFE_MS = range(66_000, 168_001)
"""The aim, since the lengths given are estimates."""
_HANDY_MS = range(75_000, 130_001)
"""What listeners are best served with."""
_ANCHOR_RADIUS_MS = 75_000
_SOUND_MS = 500
"""No paragraph counts as shorter than this, which bounds how many a chapter can hold."""

_CONTEXT = 40
"""Content words looked at on each side of a gap: about 30 seconds of speech."""
_OPENING, _MEMORY = 25, 150
"""Of so many content words after a gap, those unheard for so many before it are new."""

# Costs, each so far above the next that sums over one stretch do not trade one for the other.
_COST_OVER_PER_MS = 10**18
_COST_UNSAFE_PER_MS = 10**9
_GAIN_ANCHOR = 10**6
_COST_UNHANDY_PER_SECOND = 30
_BEST_SCORE = 1000

_QUOTES = tuple('"“”«»„‘—–-')


def find_borders(
    paragraphs: Sequence[str], seconds: Sequence[float], language: str = "en"
) -> list[int]:
    """Indices of the paragraphs that begin a chapter, in order, the first of them 0.

    `seconds` is each paragraph's estimated time of speech with its pauses; one counts as at least
    half a second. Up to 180 seconds in all make one chapter. Of more, no chapter is under 60
    seconds, and none is over 180 but a single paragraph that is, wherever the paragraphs' lengths
    permit it (if none is over 60 they do). Where they do not, the seconds over 180 are as few as
    can be: 30, 200 and 30 seconds make one chapter.

    Time grows linearly with the words and the paragraphs. An edit of one paragraph moves only the
    borders between the anchors near it. `ValueError` if the two sequences differ in length.
    """
    if len(paragraphs) != len(seconds):
        raise ValueError("each paragraph needs its seconds")
    if round(1000 * sum(seconds)) <= _LONGEST_MS:
        return [0]
    lengths = [max(round(1000 * length), _SOUND_MS) for length in seconds]
    starts = [0, *accumulate(lengths)]
    scores = _score_gaps(paragraphs, load_words(language))
    return _place_borders(starts, scores, _find_anchors(starts, scores))


def _score_gaps(paragraphs: Sequence[str], words: Words) -> list[int]:
    """How much each paragraph looks like the beginning of a topic: 0 to 1000."""
    stems: list[str] = []
    news: list[int] = []  # 2 for a new name, 1 for another new word, 0 for a known one
    first = [0]
    last_seen: dict[str, int] = {}
    for paragraph in paragraphs:
        for folded, is_name in _content_words(paragraph, words):
            key, place = stem(folded), len(stems)
            is_new = place - last_seen.get(key, -_MEMORY) >= _MEMORY
            news.append((1 + is_name) * is_new)
            stems.append(key)
            last_seen[key] = place
        first.append(len(stems))
    return [
        _score_gap(stems, news, first[index], _opens_linked(paragraph, words))
        for index, paragraph in enumerate(paragraphs)
    ]


def _score_gap(stems: list[str], news: list[int], place: int, linked: bool) -> int:
    before = Counter(stems[max(0, place - _CONTEXT) : place])
    after = Counter(stems[place : place + _CONTEXT])
    opening = news[place : place + _OPENING]
    new = sum(opening) / max(1, len(opening))
    score = 0.6 * (1 - _cosine(before, after)) + 0.4 * min(1.0, new) - 0.25 * linked
    return max(0, round(_BEST_SCORE * score))


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    product = sum(count * other[word] for word, count in one.items())
    squares = sum(n * n for n in one.values()) * sum(n * n for n in other.values())
    return product / sqrt(squares) if squares else 0.0


def _content_words(paragraph: str, words: Words) -> Iterator[tuple[str, bool]]:
    """The folded content words, each with whether it looks like a name."""
    for token in chain.from_iterable(tokenize(paragraph, words)):
        if _is_ideographic(token.folded):
            yield from ((sign, False) for sign in token.folded)
        elif words.is_content(token.folded) and token.folded not in words.verbs:
            yield token.folded, token.capital and not token.opening


def _is_ideographic(text: str) -> bool:
    """Whether words are not parted by spaces here, so that each sign has to count as one."""
    return "\u3040" <= text[0] <= "\u9fff"


def _opens_linked(paragraph: str, words: Words) -> bool:
    """Whether a paragraph's opening says that it goes on with what came before.

    A pronoun or a conjunction does, and so does a quotation or a dialogue's dash: somebody
    speaks of what was just told.
    """
    text = paragraph.lstrip()
    match = words.pattern.search(text)
    return text.startswith(_QUOTES) or (match is not None and fold(match[0]) in words.links)


def _find_anchors(starts: Sequence[int], scores: Sequence[int]) -> set[int]:
    """Gaps that beat every other gap within the radius; equal ones beat nobody."""
    near = _SAFE_MS.start
    low = bisect_left(starts, starts[0] + near)
    high = bisect_left(starts, starts[-1] - near + 1)
    gaps = range(low, high)
    times = [starts[gap] for gap in gaps]
    values = [scores[gap] for gap in gaps]
    before = _highest_before(times, values)
    after = _highest_before([-time for time in reversed(times)], values[::-1])[::-1]
    return {
        gap
        for gap, value, left, right in zip(gaps, values, before, after, strict=True)
        if value > max(left, right)
    }


def _highest_before(times: Sequence[int], values: Sequence[int]) -> list[int]:
    """The highest value within the radius before each, or -1: a monotone queue."""
    highest = []
    falling: deque[int] = deque()
    for index, (time, value) in enumerate(zip(times, values, strict=True)):
        while falling and times[falling[0]] < time - _ANCHOR_RADIUS_MS:
            falling.popleft()
        highest.append(values[falling[0]] if falling else -1)
        while falling and values[falling[-1]] <= value:
            falling.pop()
        falling.append(index)
    return highest


def _place_borders(starts: Sequence[int], scores: Sequence[int], anchors: set[int]) -> list[int]:
    """The cheapest way to cut: best[end] is the least of best[first] + cost(first, end).

    No chapter has to be too short: what is left over can always join its neighbour. And one that
    could be cut into two that are long enough is never worth being over the limit.
    """
    count = len(starts) - 1
    best = [0] * (count + 1)
    came_from = [0] * (count + 1)
    for end in range(bisect_left(starts, _SHORTEST_MS), count + 1):
        nearest = bisect_right(starts, starts[end] - _SHORTEST_MS) - 1
        shortest = starts[end] - starts[nearest]
        cheapest: int | None = None
        for first in range(nearest, -1, -1):
            length = starts[end] - starts[first]
            if length > _LONGEST_MS and length - shortest >= _SHORTEST_MS:
                break
            if 0 < starts[first] < _SHORTEST_MS:
                continue
            cost = best[first] + _chapter_cost(length, single=first == end - 1)
            if cheapest is None or cost < cheapest:
                cheapest, came_from[end] = cost, first
        gain = _GAIN_ANCHOR * (end in anchors) + (scores[end] if end < count else 0)
        best[end] = (cheapest or 0) + _BEST_SCORE - gain
    borders = []
    while count:
        count = came_from[count]
        borders.append(count)
    return borders[::-1]


def _chapter_cost(length_ms: int, *, single: bool) -> int:
    if length_ms > _LONGEST_MS and single:
        return 0  # nothing could be done about it
    if length_ms in _HANDY_MS:
        return 0
    over = max(0, length_ms - _LONGEST_MS)
    unsafe = max(0, _SAFE_MS.start - length_ms, length_ms - _SAFE_MS.stop)
    unhandy = max(_HANDY_MS.start - length_ms, length_ms - _HANDY_MS.stop)
    return (
        _COST_OVER_PER_MS * over
        + _COST_UNSAFE_PER_MS * unsafe
        + _COST_UNHANDY_PER_SECOND * unhandy // 1000
    )
