"""The command line as a user meets it: what it says, where, and its exit codes."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from conftest import ARTICLES, TESTS

NOTE = ARTICLES / "short-note.txt"


def lines(data):
    return data.decode().splitlines()


def assert_one_line_error(done, code, *words):
    assert done.returncode == code, done.stderr.decode()
    assert done.stdout == b""
    said = lines(done.stderr)[-1]
    assert len([line for line in lines(done.stderr) if line.startswith("narrate:")]) == 1
    assert b"Traceback" not in done.stderr
    assert said.startswith("narrate: ")
    for word in words:
        assert word in said


def test_make_prints_the_path_on_stdout_and_the_rest_on_stderr(run, tmp_path, tone):
    done = run("make", NOTE, "--voice", tone, "--title", "A Note")
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b"output/a-note/a-note.mp3\n"
    assert (tmp_path / "output/a-note/a-note.mp3").exists()
    said = done.stderr.decode()
    assert "Title: A Note" in said
    assert "\r" not in said
    assert "\x1b" not in said


def test_quiet_says_nothing_but_the_result(run, tone):
    done = run("make", NOTE, "--voice", tone, "-q")
    assert (done.returncode, done.stderr) == (0, b"")


def test_verbose_lists_chapters(run, tone):
    done = run("make", NOTE, "--voice", tone, "-v", "--title", "A Note")
    assert "0 s: A Note" in done.stderr.decode()


def test_json_is_one_object_a_line(run, tone):
    done = run("make", NOTE, ARTICLES / "letters.txt", "--voice", tone, "--json", "-q")
    records = [json.loads(line) for line in lines(done.stdout)]
    assert len(records) == 2
    assert all(Path(record["files"][0]).suffix == ".mp3" for record in records)


def test_a_dry_run_makes_nothing(run, tmp_path):
    done = run("make", NOTE, "-n", "--title", "A Note")
    assert done.stdout == b"output/a-note/a-note.mp3\n"
    assert re.search(r"About \d+ s, 1 chapter", done.stderr.decode())
    assert list(tmp_path.iterdir()) == []


def test_standard_input_is_an_article(run, tmp_path, tone):
    done = run("make", "-", "--voice", tone, "-q", stdin="Déjà vu, once more.".encode())
    assert done.stdout == b"output/deja-vu-once-more/deja-vu-once-more.mp3\n"


def test_what_the_user_says_wins_over_the_text(run, tmp_path, tone, tool):
    cover = tmp_path / "cover.png"
    subprocess.run(
        [
            tool("ffmpeg"),
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=red:s=64x64",
            "-frames:v",
            "1",
            cover,
        ],
        check=True,
    )
    done = run(
        *("make", ARTICLES / "harbour-lights.txt", "--voice", tone, "-q"),
        *("--title", "Other", "--author", "Ann", "--date", "2001-02-03"),
        *("--site", "The Quay", "--language", "en-GB", "--cover", cover),
    )
    path = tmp_path / lines(done.stdout)[0]
    command = [tool("ffprobe"), "-v", "error", "-of", "json", "-show_format", "-show_streams", path]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    tags = found["format"]["tags"]
    assert (tags["title"], tags["artist"], tags["album"]) == ("Other", "Ann", "The Quay")
    assert tags["date"].startswith("2001")
    assert {stream["codec_name"] for stream in found["streams"]} == {"mp3", "png"}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.txt", b"", 3),
        ("blank.txt", b" \n\t\n\xc2\xa0", 3),
        ("marks.txt", b"... --- ... ?! \xe2\x80\x9c\xe2\x80\x9d", 3),
        ("binary.txt", bytes(range(256)) * 40, 2),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), 2),
        ("page.html", b"<!doctype html><p>Hello", 2),
        ("large.txt", b"a " * 10_000_001, 4),
        ("long.txt", b"Some words. " * 170_000, 4),
    ],
)
def test_a_document_that_cannot_be_spoken_gets_one_line(run, tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    assert_one_line_error(run("make", name), code, name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["make", "missing.txt"], ["missing.txt", "no such file"]),
        (["make", "."], ["folder"]),
        (["make", NOTE, "--voice", "britsh"], ["did you mean british?"]),
        (["make", NOTE, "--voice", "./none.toml"], ["none.toml"]),
        (["make", NOTE, "--speed", "fast"], ["1.5"]),
        (["make", NOTE, "--speed", "9000wpm"], ["out of bounds"]),
        (["make", NOTE, "--to", "mp4"], ["mp3"]),
        (["make", NOTE, "--date", "17.3.2026"], ["2026-03-17"]),
        (["make", NOTE, "--cover", NOTE], ["neither"]),
        (["make", NOTE, "--bitrate", "63"], ["64"]),
        (["make", NOTE, "--jobs", "0"], ["--help"]),
        (["make", NOTE, "--out", "/proc/none"], ["--out"]),
        (["make"], ["SOURCE"]),
        (["mak", NOTE], ["did you mean make?"]),
        (["sing"], ["make"]),
        ([], ["COMMAND"]),
    ],
)
def test_a_mistake_gets_one_line_and_code_2(run, arguments, words):
    assert_one_line_error(run(*arguments), 2, *words)


def test_a_file_without_a_command_gets_a_hint(run, tmp_path):
    (tmp_path / "story.txt").write_text("Hello.")
    assert_one_line_error(run("story.txt"), 2, "did you mean `narrate make story.txt`?")


def test_a_binary_file_among_others_does_not_stop_them(run, tmp_path, tone):
    (tmp_path / "bad.txt").write_bytes(bytes(range(256)) * 40)
    done = run("make", "bad.txt", NOTE, "--voice", tone)
    assert done.returncode == 5
    assert len(lines(done.stdout)) == 1
    assert "bad.txt" in done.stderr.decode()
    assert "1 of 2 made" in done.stderr.decode()


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a" * 100_000,
        "one\0two \u202eeerht\u202c four",
        "\ufeffWith a mark at its head.",
        "x" * 500 + "\n\nThe body of a text with a very long title is here, as it should be.",
        "../../x\n\nA text whose title is the path of somewhere else, which it must not reach.",
        "-o\n\n$(touch pwned); `id`; <script>alert(1)</script> & %s %d {0}",
    ],
)
def test_an_odd_text_is_spoken(run, tmp_path, tone, text):
    (tmp_path / "odd.txt").write_text(text, encoding="utf-8")
    done = run("make", "odd.txt", "--voice", tone)
    assert done.returncode == 0, done.stderr.decode()
    (path,) = lines(done.stdout)
    made = (tmp_path / path).resolve()
    assert made.is_relative_to(tmp_path / "output")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["odd.txt", "output"]


def test_an_odd_text_is_spoken_by_the_built_in_voice_too(run, tmp_path):
    (tmp_path / "odd.txt").write_text("a" * 5_000 + "\n\none\0two \u202ethree [[four]] ☙ 🎉 नमस्ते")
    done = run("make", "odd.txt")
    assert done.returncode == 0, done.stderr.decode()


def test_voices_are_listed_with_their_languages(run):
    done = run("voices")
    assert [line.split()[:2] for line in lines(done.stdout)] == [
        ["british", "en-GB"],
        ["builtin", "en-US"],
        ["fast", "en-US"],
    ]


def test_a_voice_says_a_few_words(run, tmp_path):
    done = run("voices", "say", "british", "Good evening.")
    assert done.stdout == b"british.wav\n"
    assert (tmp_path / "british.wav").read_bytes().startswith(b"RIFF")


def test_a_profile_of_the_user_is_found_by_name(run, tmp_path, tone):
    folder = tmp_path / "config/narrate/voices"
    folder.mkdir(parents=True)
    (folder / "hum.toml").write_bytes(tone.read_bytes())
    done = run("make", NOTE, "--voice", "hum", "-q", XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert done.returncode == 0, done.stderr.decode()


def test_a_profile_with_a_mistyped_key_is_refused_with_a_hint(run, tmp_path):
    (tmp_path / "odd.toml").write_text('engine = "pyttsx3"\nmodel = "gmw/en"\nspeeed = 2.0\n')
    assert_one_line_error(run("make", NOTE, "--voice", "odd.toml"), 2, "did you mean speed?")


def test_the_doctor_finds_everything_in_place(run):
    done = run("doctor")
    assert done.returncode == 0, done.stdout.decode()
    assert "ok: speech" in done.stdout.decode()


def test_version_and_help(run):
    assert re.fullmatch(rb"narrate \d+\.\d+\.\d+\n", run("--version").stdout)
    for command in ([], ["make"], ["voices"], ["voices", "say"], ["doctor"]):
        done = run(*command, "--help")
        assert done.returncode == 0
        assert b"example: narrate" in done.stdout


def test_help_costs_little():
    code = "import resource, sys\nfrom narrate.cli import main\n"
    code += "try: main(['--help'])\nexcept SystemExit: pass\n"
    code += "usage = resource.getrusage(resource.RUSAGE_SELF)\n"
    code += "print(usage.ru_utime + usage.ru_stime, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert float(done.stderr) < 0.2


def test_no_program_of_the_system_is_needed(run, tmp_path):
    done = run("make", NOTE, "-q", PATH=str(tmp_path))  # no espeak-ng, no ffmpeg
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""


def start(tmp_path, *arguments):
    text = " ".join(f"This is sentence number {number} of many." for number in range(9_000))
    (tmp_path / "long.txt").write_text(text)
    command = [sys.executable, "-m", "narrate", "make", "long.txt", *arguments]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("output/.narrate-*/00000.pcm")):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    return process


def engines_of(process):
    """The processes that `process` has started, however deep."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True)
    parents = dict(line.split() for line in listed.stdout.splitlines()[1:])
    found = {str(process.pid)}
    for _ in range(4):
        found |= {pid for pid, parent in parents.items() if parent in found}
    return {int(pid) for pid in found} - {process.pid}


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing_and_nobody(tmp_path, sent, code):
    process = start(tmp_path)
    engines = engines_of(process)
    assert engines
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert len(lines(said)) <= 3
    assert b"Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["long.txt"]
    assert not any(is_running(pid) for pid in engines)


def test_a_killed_run_leaves_no_final_file_and_nobody(tmp_path):
    process = start(tmp_path)
    engines = engines_of(process)
    process.kill()
    process.communicate(timeout=60)
    assert not list(tmp_path.glob("output/[!.]*"))
    for _ in range(500):
        if not any(is_running(pid) for pid in engines):
            return
        time.sleep(0.02)
    raise AssertionError("the engine outlives its parent")


def test_a_bar_moves_on_a_terminal_and_not_on_a_dumb_one(tmp_path, tone):
    shown = {}
    for term in ("xterm", "dumb"):
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        command = [sys.executable, "-m", "narrate", "make", str(NOTE), "--voice", str(tone)]
        path = f"{TESTS}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        environment = {**os.environ, "TERM": term, "PYTHONPATH": path}
        subprocess.run(
            command,
            cwd=tmp_path,
            stderr=theirs,
            stdout=subprocess.DEVNULL,
            env=environment,
            check=True,
        )
        os.close(theirs)
        shown[term] = os.read(ours, 100_000)
        os.close(ours)
    assert b"left" in shown["xterm"]
    assert b"\r" not in shown["dumb"].replace(b"\r\n", b"\n")
