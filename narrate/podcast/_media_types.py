"""What the files of a show are called in answers and stores: media types, by name."""

TYPES = {
    ".mp3": "audio/mpeg",
    ".m4b": "audio/x-m4a",
    ".m4a": "audio/x-m4a",
    ".opus": "audio/ogg",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip",
    ".txt": "text/plain; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".epub": "application/epub+zip",
    ".chapters.json": "application/json+chapters",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".xml": "application/rss+xml; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
"""Media types by the ends of names; where several fit, the longest."""


def media_type(name: str) -> str:
    """The media type of a file, by its name."""
    fitting = [suffix for suffix in TYPES if name.endswith(suffix)]
    return TYPES[max(fitting, key=len)] if fitting else "application/octet-stream"
