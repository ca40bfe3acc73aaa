"""Which phonemes of a sentence belong to which of its words.

A phonemiser says words otherwise in a sentence than alone: it reduces them ("a", "the"), runs them
together ("of the"), or says one as several ("1999"). So the phonemes of each word alone are laid
over those of the sentence: equal words first, and what lies between them sound by sound.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import NamedTuple

from narrate.base.model import Word

STRESS = "ˈˌ"
LARGEST_GAP = 40_000
"""Cells of the table for one stretch of unequal words: about 200 sounds against 200."""
SAME, RELATED, OTHER, SKIPPED, TORN = 4, 1, -2, -2, -6
"""Scores: equal sounds, two vowels or two consonants, any two, a sound without a partner, and a
border between words laid on a sound."""
VOWELS = frozenset("aeiouyæøœɐɑɒɔəɘɚɛɜɝɞɤɨɪɵɯʉʊʌʏ")


class Stretch(NamedTuple):
    """The phonemes of a word: from `first` up to, but without, `last`."""

    first: int
    last: int
    exact: bool
    """Whether the sounds of the word were found there; False where the place is a guess."""


class _Sound(NamedTuple):
    sound: str
    """A phoneme, or a space between words."""
    place: int
    """Which word it belongs to, or which phoneme of the sentence it is."""


def is_sound(phoneme: str) -> bool:
    """Whether `phoneme` is heard by itself, and is no stress, length, tone or punctuation."""
    return unicodedata.category(phoneme[0]) in {"Ll", "Lo", "Lu"}


def align_words(alone: Sequence[Sequence[str]], together: Sequence[str]) -> list[Stretch | None]:
    """For each word its stretch of `together`, in order and without overlaps.

    `alone` are the phonemes of each word by itself, `together` those of the sentence, with a space
    between words. None stands for a word that has no sounds of its own in the sentence.
    """
    ours = _groups([_Sound(p, word) for word, said in enumerate(alone) for p in (*said, " ")])
    theirs = _groups([_Sound(phoneme, place) for place, phoneme in enumerate(together)])
    found: dict[int, list[_Match]] = {}
    matcher = SequenceMatcher(None, _keys(ours), _keys(theirs), autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            matches = [
                _Match(word[0].place, group[0].place, group[-1].place, sure=True)
                for word, group in zip(ours[a:b], theirs[c:d], strict=True)
            ]
        else:
            matches = _match_gap(ours[a:b], theirs[c:d])
        for match in matches:
            found.setdefault(match.word, []).append(match)
    return [_stretch(found.get(word, []), together) for word in range(len(alone))]


class _Match(NamedTuple):
    word: int
    first: int
    last: int
    """The phoneme of its last sound itself."""
    sure: bool


def _groups(sounds: Sequence[_Sound]) -> list[list[_Sound]]:
    """The sounds between spaces, without marks; nothing where there are none."""
    groups: list[list[_Sound]] = [[]]
    for sound in sounds:
        if sound.sound == " ":
            groups.append([])
        elif is_sound(sound.sound):
            groups[-1].append(sound)
    return [group for group in groups if group]


def _keys(groups: Sequence[Sequence[_Sound]]) -> list[str]:
    return ["".join(sound.sound for sound in group) for group in groups]


def _match_gap(ours: Sequence[list[_Sound]], theirs: Sequence[list[_Sound]]) -> list[_Match]:
    """Matches of words that are not said as they are alone."""
    if not ours or not theirs:
        return []
    words = {group[0].place for group in ours}
    if len(words) == 1:  # whatever is said there is that word
        return [_Match(ours[0][0].place, theirs[0][0].place, theirs[-1][-1].place, sure=True)]
    left, right = _flatten(ours), _flatten(theirs)
    if len(left) * len(right) > LARGEST_GAP:
        pairs = [(i, i * len(right) // len(left)) for i in range(len(left))]
        return _collect(pairs, left, right, sure=False)
    return _collect(_best_pairs(left, right), left, right, sure=True)


def _flatten(groups: Sequence[Sequence[_Sound]]) -> list[_Sound]:
    """The groups in one row, with a space between them."""
    row: list[_Sound] = []
    for group in groups:
        if row:
            row.append(_Sound(" ", -1))
        row += group
    return row


def _collect(
    pairs: Sequence[tuple[int, int]],
    left: Sequence[_Sound],
    right: Sequence[_Sound],
    *,
    sure: bool,
) -> list[_Match]:
    """What the `pairs` of equal or unequal sounds say about each word of `left`."""
    found: dict[int, list[int]] = {}
    equal: dict[int, int] = {}
    for i, j in pairs:
        if left[i].place >= 0 and right[j].place >= 0:
            word = left[i].place
            found.setdefault(word, []).append(j)
            equal[word] = equal.get(word, 0) + (left[i].sound == right[j].sound)
    lengths: dict[int, int] = {}
    for sound in left:
        lengths[sound.place] = lengths.get(sound.place, 0) + 1
    matches = []
    for word, places in found.items():
        whole = _ends_at_border(right, places[0] - 1) and _ends_at_border(right, places[-1] + 1)
        believed = sure and (whole or 2 * equal[word] >= lengths[word])
        matches.append(_Match(word, right[places[0]].place, right[places[-1]].place, believed))
    return matches


def _ends_at_border(row: Sequence[_Sound], place: int) -> bool:
    return not 0 <= place < len(row) or row[place].sound == " "


def _best_pairs(left: Sequence[_Sound], right: Sequence[_Sound]) -> list[tuple[int, int]]:
    """The best global alignment of two rows (Needleman and Wunsch, 1970): pairs of places."""
    width = len(right) + 1
    scores = [[SKIPPED * column for column in range(width)]]
    for row, ours in enumerate(left, 1):
        above, line = scores[-1], [SKIPPED * row]
        for column, theirs in enumerate(right, 1):
            paired = above[column - 1] + _score(ours.sound, theirs.sound)
            line.append(max(paired, above[column] + SKIPPED, line[-1] + SKIPPED))
        scores.append(line)
    pairs = []
    i, j = len(left), len(right)
    while i and j:
        if scores[i][j] == scores[i - 1][j - 1] + _score(left[i - 1].sound, right[j - 1].sound):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif scores[i][j] == scores[i - 1][j] + SKIPPED:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _score(ours: str, theirs: str) -> int:
    if ours == theirs:
        return SAME
    if " " in (ours, theirs):
        return TORN
    return RELATED if (ours[0] in VOWELS) == (theirs[0] in VOWELS) else OTHER


def _stretch(matches: Sequence[_Match], together: Sequence[str]) -> Stretch | None:
    """The stretch of a word's matches, with the stress before it and the marks behind it."""
    if not matches:
        return None
    first, last = matches[0].first, matches[-1].last + 1
    while first and together[first - 1] in STRESS:
        first -= 1
    while last < len(together) and _is_mark(together[last]):
        last += 1
    return Stretch(first, last, matches[0].sure)


def _is_mark(phoneme: str) -> bool:
    """Whether `phoneme` changes the sound before it: length, a diacritic, a tone."""
    return phoneme not in STRESS and unicodedata.category(phoneme[0]) in {"Lm", "Mn", "Sk", "Nd"}


def time_stretches(
    words: Sequence[tuple[int, int]],
    units: Sequence[tuple[int, int]],
    stretches: Sequence[Stretch | None],
    edges: Sequence[int],
) -> tuple[Word, ...]:
    """Times of `words` from the `stretches` of the phonemes of `units`, which are their parts.

    `edges` are the samples at which each phoneme begins, and the last one ends. A unit without a
    stretch shares that of the one before it, or at the beginning of the first, by its letters. At
    least one unit must have a stretch.
    """
    times: list[Word] = []
    known = [unit for unit, stretch in enumerate(stretches) if stretch]
    for this, following in zip(known, [*known[1:], len(units)], strict=True):
        stretch = stretches[this]
        assert stretch
        sharing = units[0 if this == known[0] else this : following]
        shared = share_time(sharing, edges[stretch.first], edges[stretch.last])
        if stretch.exact and sharing[0] == units[this]:
            shared[0] = shared[0]._replace(exact=True)
        times += shared
    return tuple(_join(words, times))


def share_time(words: Sequence[tuple[int, int]], first: int, last: int) -> list[Word]:
    """`words` one after another from sample `first` to `last`, each as long as its letters.

    None of them is exact: nobody has timed them.
    """
    lengths = list(accumulate((end - start for start, end in words), initial=0))
    places = [first + (last - first) * length // lengths[-1] for length in lengths]
    return [
        Word(*word, *time, exact=False) for word, time in zip(words, pairwise(places), strict=True)
    ]


def _join(words: Sequence[tuple[int, int]], parts: Sequence[Word]) -> Iterator[Word]:
    """Each of `words` from the times of its parts, which come in the same order."""
    rest = iter(parts)
    for start, end in words:
        part = next(rest)
        first = part
        while part.end < end:
            part = next(rest)
        yield Word(start, end, first.first, part.last, first.exact)
