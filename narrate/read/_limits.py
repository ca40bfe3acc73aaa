"""How much of a document is taken; what goes beyond is refused by name with LimitError."""

MEGABYTE = 1_000_000

MOST_FILE_BYTES = 20 * MEGABYTE
"""Of a file, or of standard input."""
MOST_FETCHED_BYTES = 10 * MEGABYTE
"""Of an answer from the web, after it is unpacked."""
MOST_HTML_BYTES = 5 * MEGABYTE
"""Of a page, once its data: URIs are taken out."""
MOST_CHARACTERS = 2_000_000
"""Of the text of an article: about 35 hours of speech."""

MOST_MEMBERS = 2_000
"""Files in a ZIP archive."""
MOST_MEMBER_BYTES = 50 * MEGABYTE
"""Of one of them, counted while it is unpacked: what an archive says of itself proves nothing."""
MOST_UNPACKED_BYTES = 200 * MEGABYTE
"""Of all of them together."""
MOST_RATIO = 200
"""Unpacked bytes to packed ones, looked at from RATIO_FROM_BYTES on."""
RATIO_FROM_BYTES = MEGABYTE

MOST_PAGES = 2_000
"""Of a PDF document."""
MOST_ITEMS = 50
"""Of a feed, unless it is asked for more."""

MOST_MEMORY_BYTES = 2**30
"""Of the address space of the process that reads a document."""
MOST_CPU_SECONDS = 30
"""Of the processor, for a document."""
MOST_WALL_SECONDS = 300
"""From the first to the last moment of reading a document, on a machine however busy."""

MOST_FETCH_SECONDS = 20
"""From the name lookup to the last byte, redirects included."""
MOST_REDIRECTS = 5
