"""What machines do to a run: disks fill up, engines hang, libraries are missing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TALE = "# A tale\n\n" + "\n\n".join(
    f"## Part {part}\n\nThe ferry left at {part}. Nobody waved, and the lamps of quay {part} went "
    f"out. It was {part} minutes late."
    for part in range(1, 9)
)


@pytest.fixture
def place(tmp_path):
    """A folder with a tale in it, and how to start a command there."""
    (tmp_path / "tale.md").write_text(TALE)
    return tmp_path


def start(place, *arguments, before=None, code="", **environment):
    path = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH", "")]))
    homes = {f"XDG_{name}_HOME": str(place / name.lower()) for name in ("CONFIG", "CACHE")}
    program = ["-c", f"{code}\nfrom narrate.cli import main\nraise SystemExit(main())"]
    return subprocess.Popen(
        [sys.executable, *(program if code else ["-m", "narrate"]), *map(str, arguments)],
        cwd=place,
        env={**os.environ, **homes, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,  # noqa: PLW1509 no thread of ours is running
        start_new_session=True,
    )


def finish(process):
    out, errors = process.communicate(timeout=120)
    lines = errors.decode().splitlines()
    assert "Traceback" not in errors.decode()
    return process.returncode, out.decode(), [line for line in lines if line[:8] == "narrate:"]


def faulty(place, fault):
    profile = place / f"{fault}.toml"
    profile.write_text(
        f'engine = "engines.faulty"\nmodel = "{fault}"\ncharacters_per_second = 20.0\n'
        "[level]\nspeeds = [1.0]\n-16 = [4.0]\n"
    )
    return profile


def releases(place):
    return sorted(path.name for path in (place / "output").glob("*") if path.is_dir())


def test_a_full_disk_is_one_line_and_the_earlier_release_stays(place):
    code, _, _ = finish(start(place, "make", "tale.md", "--plain"))
    assert code == 0
    folder = place / "output" / "a-tale"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fill():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))

    (place / "tale.md").write_text(TALE.replace("Nobody", "Everybody"))
    code, _, said = finish(start(place, "make", "tale.md", "--plain", before=fill))
    assert code == 1
    assert len(said) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert releases(place) == ["a-tale"]


@pytest.mark.long
def test_a_file_system_without_space_is_one_line_and_nothing_is_left(place):
    out = place / "small"
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", out]
    subprocess.run(mount, check=True)
    try:
        code, _, said = finish(start(place, "make", "tale.md", "-o", out, "--plain"))
        assert code == 1
        assert len(said) == 1
        assert "space" in said[0]
        assert not list(out.iterdir())
    finally:
        subprocess.run(["umount", out], check=True)


@pytest.mark.long
def test_a_read_only_file_system_is_found_before_anything_is_spoken(place):
    out = place / "fixed"
    out.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", out], check=True)
    try:
        code, _, said = finish(start(place, "make", "tale.md", "-o", out, "--plain"))
        assert code == 2
        assert "cannot be written" in said[0]
        assert not list((place / "cache").glob("narrate/??"))
    finally:
        subprocess.run(["umount", out], check=True)


def test_a_cache_that_cannot_be_written_is_only_not_used(place):
    (place / "cache").mkdir()
    (place / "cache" / "narrate").write_text("a file stands here")
    code, out, _ = finish(start(place, "make", "tale.md", "--plain"))
    assert code == 0
    assert out.strip().endswith("a-tale.mp3")


@pytest.mark.parametrize("jobs", [[], ["-j", "1"]])
def test_an_engine_that_takes_the_process_with_it_loses_one_sentence(place, jobs):
    (place / "tale.md").write_text("\n\n## Part".join(TALE.split("\n\n## Part")[:3]))
    arguments = ["make", "tale.md", "--plain", "--voice", faulty(place, "crash"), *jobs]
    code, _, _ = finish(start(place, *arguments))
    assert code == -signal.SIGSEGV
    assert not list((place / "output").glob("[!.]*"))
    runs = 1
    while code:  # it falls over at the fifth that is new
        code, out, _ = finish(start(place, *arguments))
        runs += 1
    assert runs <= 4
    assert out.strip().endswith("a-tale.mp3")
    assert releases(place) == ["a-tale"]


def test_an_engine_that_hangs_is_given_up_and_the_process_ends(place):
    code = "import narrate.speak\nnarrate.speak.STALL_S = 1"
    voice = faulty(place, "hang")
    exit_code, _, said = finish(
        start(place, "make", "tale.md", "--plain", "--voice", voice, "-j", "2", code=code)
    )
    assert exit_code == 1
    assert len(said) == 1
    assert "has not answered" in said[0]
    assert not releases(place)


def test_ctrl_c_ends_a_run_whose_engine_hangs(place):
    voice = faulty(place, "hang")
    process = start(place, "make", "tale.md", "--plain", "--voice", voice, "-j", "2")
    while len(list((place / "cache").glob("narrate/??/*"))) < 4:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    code, _, said = finish(process)
    assert code == 130
    assert len(said) == 1
    assert not list((place / "output").glob("*"))


def test_too_little_memory_is_one_line(place):
    arguments = ["make", "tale.md", "--plain", "--voice", faulty(place, "memory")]
    code, _, said = finish(start(place, *arguments))
    assert code == 1
    assert said == ["narrate: there is not enough memory (close something, or use -j 1)"]
    assert not releases(place)


@pytest.mark.parametrize("library", ["lameenc", "mutagen", "nltk", "soundfile"])
def test_a_missing_library_is_named(place, library):
    code = f"import sys\nsys.modules['{library}'] = None"
    exit_code, _, said = finish(start(place, "make", "tale.md", "--plain", code=code))
    assert exit_code == 1
    assert len(said) == 1
    assert library in said[0]
    assert not releases(place)


def test_an_encoder_that_fails_is_one_line(place):
    code = """
import lameenc
encoder = lameenc.Encoder
class Broken:
    def __init__(self):
        self.encoder = encoder()
    def __getattr__(self, name):
        return getattr(self.encoder, name)
    def encode(self, pcm):
        raise RuntimeError("it fell over")
lameenc.Encoder = Broken
"""
    exit_code, _, said = finish(start(place, "make", "tale.md", "--plain", code=code))
    assert exit_code == 1
    assert len(said) == 1
    assert "it fell over" in said[0]
    assert not releases(place)
