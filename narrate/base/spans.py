"""Places in spoken text and in written text: the arithmetic of `SpanPair`.

Pairs name only what was rewritten, in order; between them both texts are the same.
"""

from collections.abc import Sequence

from narrate.base.model import SpanPair

Pairs = Sequence[SpanPair]


def written_span(pairs: Pairs, start: int, end: int) -> tuple[int, int]:
    """The written characters behind the spoken ones from `start` to `end`.

    A stretch that touches a rewriting stands for the whole of what was written there.
    """
    return _written_place(pairs, start, last=False), _written_place(pairs, end, last=True)


def _written_place(pairs: Pairs, place: int, *, last: bool) -> int:
    """The written place of a spoken one; inside a rewriting, its beginning or its end."""
    shift = 0
    for pair in pairs:
        if last and pair.spoken_start < place <= pair.spoken_end:
            return pair.written_end
        if not last and pair.spoken_start <= place < pair.spoken_end:
            return pair.written_start
        if place <= pair.spoken_start:
            break
        shift = pair.written_end - pair.spoken_end
    return place + shift


def spoken_place(pairs: Pairs, place: int) -> int:
    """Where a written place, which no rewriting holds, is in the spoken text."""
    shift = 0
    for pair in pairs:
        if pair.written_start >= place:
            break
        shift = pair.spoken_end - pair.written_end
    return place + shift


def replace_spans(
    text: str, edits: Sequence[tuple[int, int, str]]
) -> tuple[str, tuple[SpanPair, ...]]:
    """`text` with each (start, end, replacement) of `edits` made, and the pairs of the result.

    `edits` are in order and do not overlap.
    """
    parts, pairs, place, length = [], [], 0, 0
    for start, end, replacement in edits:
        parts += [text[place:start], replacement]
        length += start - place
        pairs.append(SpanPair(length, length + len(replacement), start, end))
        length += len(replacement)
        place = end
    return "".join([*parts, text[place:]]), tuple(pairs)


def compose(late: Pairs, early: Pairs) -> tuple[SpanPair, ...]:
    """The pairs of two rewritings, one after the other.

    `early` leads from a middle text to the written one, `late` from the spoken text to the middle
    one; the result from the spoken text to the written one. Rewritings of both that touch become
    one.
    """
    # Both as (start, end) in the middle text: that is where they are compared.
    spans = sorted(
        [(pair.written_start, pair.written_end) for pair in late]
        + [(pair.spoken_start, pair.spoken_end) for pair in early]
    )
    merged: list[list[int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    inverse = tuple(
        SpanPair(p.written_start, p.written_end, p.spoken_start, p.spoken_end) for p in late
    )
    return tuple(
        SpanPair(*_outer(inverse, start, end), *_outer(early, start, end)) for start, end in merged
    )


def _outer(pairs: Pairs, start: int, end: int) -> tuple[int, int]:
    """Where the middle stretch from `start` to `end`, which holds whole pairs, comes out."""
    before = after = 0
    for pair in pairs:
        if pair.spoken_end < start or (pair.spoken_end == start < pair.spoken_start):
            before = pair.written_end - pair.spoken_end
        if pair.spoken_end <= end:
            after = pair.written_end - pair.spoken_end
    return start + before, end + after
