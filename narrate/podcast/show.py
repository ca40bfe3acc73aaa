"""A show: a folder with an episode a file, which people can read as it is.

    2026-11-22 Title.mp3      the audio, for people, players, sticks
    cover.jpg podcast.toml feed.xml episodes.json
    more/<slug>/              the rest of each release; its recording.json names the audio above

The audio lies there once, and is listed in recording.json by its relative path: a copy of the
folder to any file system is the same show.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from narrate.base.cache import Cache
from narrate.base.config import read_file
from narrate.base.errors import UsageError
from narrate.base.locks import locked
from narrate.base.model import Article, Release, Voice
from narrate.base.places import show_lexicon
from narrate.podcast._arrange import arrange_episode
from narrate.podcast._episodes import AUDIO_TYPES, MORE
from narrate.podcast._files import find_today
from narrate.podcast._podcast_file import MAKE, PODCAST_FILE
from narrate.podcast._register import read_register, write_register
from narrate.produce import NO_CACHE, Order, Plan, Report, make_release
from narrate.speak import Engines

KINDS = ("mp3", "vtt", "srt", "chapters")
"""What is made of an episode unless podcast.toml says otherwise."""
LEXICON = "lexicon.toml"


def find_show(name: str, shows: Path) -> Path:
    """The folder of the show called `name`: a path, or a name in the folder `shows`."""
    if Path(name).is_dir() or "/" in name or "\\" in name:
        return Path(name)
    return shows / name


def show_settings(folder: Path) -> dict[str, object]:
    """The settings of the show in `folder`, for `load_settings`: its [make] table and its voice.

    Raises UsageError when podcast.toml or episodes.json cannot be read.
    """
    table = read_file(folder / PODCAST_FILE).get(MAKE, {})
    if not isinstance(table, dict):
        raise UsageError(f"{MAKE} in {folder / PODCAST_FILE}", "it must be a table", "write [make]")
    pinned = read_register(folder).voice
    voice = {"voice": pinned["called"]} if pinned else {}
    return {"kinds": KINDS, **voice, **table}


def with_show_lexicon(voice: Voice, folder: Path) -> Voice:
    """`voice` with the pronunciations of the show in `folder`, where there are any."""
    own = (show_lexicon(folder.resolve().name), folder / LEXICON)
    known = tuple(str(path.absolute()) for path in own if path.exists())
    return replace(voice, lexicons=(*voice.lexicons, *known))


def make_episode(
    article: Article,
    voice: Voice,
    folder: Path,
    order: Order | None = None,
    *,
    named: bool = False,
    called: str = "",
    today: date | None = None,
    jobs: int | None = None,
    report: Report | None = None,
    plan: Plan | None = None,
    cache: Cache = NO_CACHE,
    engines: Engines | None = None,
) -> Release:
    """Make a release from `article` straight into the show in `folder`.

    It is made as `make_release` does, but for where it goes; an earlier release of the source gives
    way. The first episode decides on the show's voice; another one is taken if it was `named` for
    this very episode, and becomes the show's if podcast.toml says so. `called` is what `load_voice`
    finds it by, where that is not its name. `today` is when it was seen first (default: as in
    `build_feed`). Raises UsageError for another voice and for an order that makes no episode, else
    as `make_release`.
    """
    today = today or find_today()
    order = order_episode(folder, order or Order(kinds=KINDS))
    pinned = choose_voice(folder, voice, named=named, called=called)
    release = make_release(
        article,
        voice,
        order,
        jobs=jobs,
        report=report,
        plan=plan,
        cache=cache,
        engines=engines,
    )
    with locked(folder), locked(folder / MORE):
        register = read_register(folder)
        register.voice = pinned
        moved = arrange_episode(release.folder, folder, register, today)
        write_register(register, folder)
    return replace(release, files=tuple(moved.get(path, path) for path in release.files))


def order_episode(folder: Path, order: Order) -> Order:
    """`order` for an episode of the show in `folder`; raises UsageError where it makes none."""
    if order.split:
        remedy = "leave it out: the file has chapters"
        raise UsageError("--split", "an episode is one file", remedy)
    audible = {f".{kind}" for kind in order.kinds} & AUDIO_TYPES.keys()
    kinds = order.kinds if audible else ("mp3", *order.kinds)
    return replace(order, out=folder / MORE, kinds=kinds)


def choose_voice(
    folder: Path, voice: Voice, *, named: bool = False, called: str = ""
) -> dict[str, str]:
    """The voice that the show in `folder` has from now on, if `voice` reads an episode.

    Raises UsageError when that is not the show's, unless it was `named` for the episode, or
    podcast.toml names it.
    """
    sound = {"engine": voice.engine, "model": voice.model}
    digest = dict(voice.options).get("sha256", "")
    place = str(Path(called).absolute()) if called.endswith(".toml") else called
    found = {"name": voice.name, **sound, "sha256": digest, "called": place or voice.name}
    pinned = read_register(folder).voice
    table = read_file(folder / PODCAST_FILE).get(MAKE, {})
    if not pinned or (isinstance(table, dict) and table.get("voice") in (called, voice.name)):
        return found
    if {**pinned, "called": ""} == {**found, "called": ""}:
        return pinned
    same = pinned.get("name") == voice.name
    if named:
        return found if same else pinned
    why = f"the show speaks with the voice {pinned.get('name')}, and this is {voice.name}"
    if same:
        why = f"the voice {voice.name} of its episodes was another model than it is now"
    remedy = (
        f"--voice {voice.name} takes it nevertheless, "
        f"and voice under [{MAKE}] in {PODCAST_FILE} for good"
    )
    raise UsageError(str(folder), why, remedy)
