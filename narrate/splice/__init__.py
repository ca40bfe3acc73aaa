"""Stage 4, Clips → Segments: trims, pauses, chapters in one stream, and the timeline of it all."""

from narrate.splice.join import pace_clips, splice_clips
from narrate.splice.timeline import Timeline

__all__ = ["Timeline", "pace_clips", "splice_clips"]
