"""Times as texts have them."""


def clock(ms: int) -> str:
    """Write milliseconds as hours, minutes and seconds: 01:02:03.004."""
    minutes, rest = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def read_clock(text: str) -> int:
    """Read what `clock` writes; raise ValueError for anything else."""
    hours, minutes, seconds = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)
