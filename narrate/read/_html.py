"""A fragment of a page of HTML, as other formats embed it → blocks.

Text is kept whatever the tags around it are; comments, scripts and styles are no text.
"""

from collections.abc import Iterator
from html import unescape

from narrate.base.model import Block
from narrate.read._block_builder import BlockBuilder
from narrate.read._tags import BLOCKS, split_tags


def read_fragment(html: str) -> Iterator[Block]:
    """Give the blocks of a fragment of a page, which need not be well formed."""
    builder = BlockBuilder()
    for piece in split_tags(html):
        if isinstance(piece, str):
            builder.write(unescape(piece))
        elif piece.name in BLOCKS:
            yield from builder.enter(piece)
        else:
            yield from builder.mark(piece)
    yield from builder.finish()
