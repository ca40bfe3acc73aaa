"""Where the user's own files are."""

from pathlib import Path


def user_folder() -> Path:
    """The folder of the user's settings, lexicon and voices; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("narrate", appauthor=False)


def user_lexicon() -> Path:
    """The user's own pronunciations; the file need not exist."""
    return user_folder() / "lexicon.toml"


def show_lexicon(show: str) -> Path:
    """The pronunciations of the show called `show`; the file need not exist."""
    return user_folder() / "shows" / show / "lexicon.toml"


def user_cache() -> Path:
    """The folder of what need not be done twice; it need not exist, and may be removed."""
    from platformdirs import user_cache_path

    return user_cache_path("narrate", appauthor=False)
