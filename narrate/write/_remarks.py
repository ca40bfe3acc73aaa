"""What there is to say of a release that was written."""

from collections.abc import Iterator, Sequence
from types import ModuleType


def mention_gone(before: Sequence[str], kinds: Sequence[str]) -> Iterator[str]:
    """Say which formats of an earlier release have given way."""
    gone = [kind for kind in before if kind not in kinds]
    if gone:
        yield f"Removed, as they were not asked for again: {', '.join(gone)} (export adds formats)"


def mention_lost_chapters(writers: Sequence[ModuleType], chapters: int) -> tuple[str, ...]:
    """What to say of formats that cannot hold so many chapters."""
    return tuple(
        f"{writer.KIND} holds {writer.MOST_CHAPTERS} of {chapters} chapters: "
        "the others, of the deepest levels first, are part of the one before them"
        for writer in writers
        if chapters > getattr(writer, "MOST_CHAPTERS", chapters)
    )
