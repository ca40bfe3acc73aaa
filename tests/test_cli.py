"""The command line as a user meets it: what it says, where, and its exit codes."""

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from conftest import ARTICLES, TESTS

from narrate.cli import COMMANDS, build_parser

NOTE = ARTICLES / "short-note.txt"
COMMANDS_WITH_HELP = (
    *([name] for name in COMMANDS),
    ["voices", "say"],
    ["voices", "use"],
    ["config", "set"],
    ["config", "unset"],
)


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


def test_the_sound_itself_can_go_to_standard_output(run, tmp_path, tool):
    done = run("make", ARTICLES / "letters.txt", "-o", "-")
    assert done.returncode == 0
    command = [tool("ffmpeg"), "-v", "error", "-i", "-", "-f", "s16le", "-"]
    sound = subprocess.run(command, input=done.stdout, capture_output=True, check=True).stdout
    assert 60 < len(sound) / 44_100 < 120
    plain = run("make", ARTICLES / "letters.txt", "-t", "wav", "-o", "-")
    same = subprocess.run(command, input=plain.stdout, capture_output=True, check=True).stdout
    assert len(same) == len(plain.stdout) - 44
    assert abs(len(same) - len(sound)) < 2 * 4_000
    assert_one_line_error(run("make", NOTE, "-t", "m4b", "-o", "-", "-q"), 2, "streamed")
    assert [path.name for path in tmp_path.iterdir() if path.name != "config"] == []


def test_a_reader_who_has_enough_ends_the_stream_quietly(tmp_path):
    command = (
        f"{sys.executable} -m narrate make {ARTICLES / 'letters.txt'} -q -o - | head -c 500 | wc -c"
    )
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip(), done.stderr) == ("500", "")


def test_the_first_sound_comes_before_a_second_and_a_half_of_work(tmp_path):
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(f"Boat {n} came in late, and nobody minded." for n in range(500)))
    command = [sys.executable, "-m", "narrate", "make", str(long), "-q", "-o", "-"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE)
    assert process.stdout.read(1)
    ticks = os.sysconf("SC_CLK_TCK")
    spent = 0
    for pid in {process.pid} | engines_of(process):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        spent += sum(map(int, fields[11:15])) / ticks
    process.terminate()
    process.communicate(timeout=60)
    assert spent < 1.5


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
        ("story.rtf", b"{\\rtf1 Hello}", 2),
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
        (["make", NOTE, "--vioce", "british"], ["did you mean --voice?"]),
        (["make", NOTE, "--read", "quote"], ["quote=announced"]),
        (["make", NOTE, "--read", "qoute=announced"], ["did you mean quote?"]),
        (["make", NOTE, "--read", "quote=sung"], ["spoken, announced, skipped"]),
        (["config", "set", "vocie", "british"], ["did you mean voice?"]),
        (["config", "set", "read.quote", "sung"], ["spoken, announced, skipped"]),
        (["voices", "use", "britsh"], ["did you mean british?"]),
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
    listed = [line.split(": ")[0] for line in lines(done.stdout)]
    assert {"british, en-GB", "builtin, en-US", "fast, en-US", "german, de-DE"} <= set(listed)
    assert "(in use)" in lines(done.stdout)[listed.index("builtin, en-US")]


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


def test_a_voice_that_is_chosen_speaks_from_then_on(run):
    assert run("voices", "use", "british").returncode == 0
    assert "british, en-GB" in next(
        line for line in lines(run("voices").stdout) if "(in use)" in line
    )
    assert "voice = british" in run("config").stdout.decode()
    assert json.loads(run("preview", NOTE, "--json").stdout)["voice"] == "british"
    assert json.loads(run("preview", NOTE, "--json", "--voice", "fast").stdout)["voice"] == "fast"
    run("config", "unset", "voice")
    assert json.loads(run("preview", NOTE, "--json").stdout)["voice"] == "builtin"


def test_settings_say_where_they_come_from(run):
    run("config", "set", "jobs", "3")
    said = run("config", NARRATE_SPEED="2").stdout.decode()
    assert re.search(r"^jobs = 3 \(.*config.toml\)$", said, re.MULTILINE)
    assert "speed = 2 (environment)" in said
    assert "plain = False (default)" in said


def test_a_mistyped_setting_stops_a_run_before_it_begins(run, tmp_path):
    folder = tmp_path / "config/narrate"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('vocie = "british"\n')
    assert_one_line_error(run("make", NOTE), 2, "did you mean voice?")


def test_a_preview_shows_chapters_words_and_what_is_left_out(run):
    done = run("preview", ARTICLES / "letters.txt")
    said = lines(done.stdout)
    assert said[0].startswith("Letters from the Night Train, ")
    assert re.match(r"About 1 min \d+ s in the voice builtin; mp3 0\.\d MB", said[1])
    assert [line for line in said if line.startswith("# ")][1].startswith("# What to Bring (after")
    assert "The floor is honest about the weather." in said
    assert said[-2:] == ["Left out: 1 passage", "- section break: * * *"]


def test_a_preview_as_json_holds_every_utterance(run):
    record = json.loads(run("preview", ARTICLES / "letters.txt", "--json").stdout)
    starts = [utterance["start_ms"] for utterance in record["utterances"]]
    assert starts == sorted(starts)
    assert record["chapters"][0]["title"] == record["title"]
    assert record["omissions"][0]["text"] == "* * *"


def test_policies_can_be_given_for_one_run(run):
    done = run(
        "preview", ARTICLES / "letters.txt", "--read", "list=counted", "--read=quote=skipped"
    )
    assert re.search(r"^\w+ items\.$", done.stdout.decode(), re.MULTILINE)


def test_a_player_plays_what_was_made(run, tmp_path, tone):
    player = tmp_path / "player"
    player.write_text(
        '#!/bin/sh\nffprobe -v error -show_entries format=format_name -of csv=p=0 "$1"\n'
    )
    player.chmod(0o755)
    done = run("make", NOTE, "--voice", tone, "-q", "--play", NARRATE_PLAYER=str(player))
    assert done.returncode == 0
    assert done.stderr == b"mp3\n"


def test_a_missing_player_is_said_in_one_line(run, tone):
    done = run("make", NOTE, "--voice", tone, "-q", "--play", NARRATE_PLAYER="no-such-player")
    assert done.returncode == 2
    assert "no-such-player" in done.stderr.decode()


def test_a_completion_script_is_one_that_the_shell_takes(run, tmp_path):
    script = run("completion", "bash").stdout
    (tmp_path / "complete.sh").write_bytes(script)
    check = (
        "source ./complete.sh; COMP_WORDS=(narrate ma); COMP_CWORD=1; "
        "$(complete -p narrate | sed 's/.*-F \\([^ ]*\\).*/\\1/') narrate ma narrate; "
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", check], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "make" in done.stdout.split(), done.stderr


def test_the_doctor_finds_everything_in_place(run):
    done = run("doctor")
    assert done.returncode == 0, done.stdout.decode()
    assert "ok: speech" in done.stdout.decode()


def test_version_and_help(run):
    assert re.fullmatch(rb"narrate \d+\.\d+\.\d+\n", run("--version").stdout)
    for command in ([], *COMMANDS_WITH_HELP):
        done = run(*command, "--help")
        assert done.returncode == 0
        assert b"example: narrate" in done.stdout


ELSEWHERE = {"serve", "follow", "update", "digest", "publish"}
"""Commands that run until Ctrl-C or fetch from the network; tests/podcast/ runs them."""


@pytest.mark.parametrize("command", COMMANDS_WITH_HELP, ids=" ".join)
def test_the_example_in_the_help_of_a_command_runs(run, tmp_path, command):
    (tmp_path / "story.txt").write_text("A story of a few words.")
    said = run(*command, "--help").stdout.decode()
    example = re.search(r"example: narrate (.*)", said)[1]
    assert example.startswith(" ".join(command))
    if command[0] in ELSEWHERE:
        assert build_parser().parse_args(shlex.split(example))
        return
    if command[0] in {"export", "feed"}:
        run("make", "story.txt", "--title", "A Story", "-q")
    if command == ["config", "unset"]:
        run("config", "set", "speed", "1.5")
    done = run(*shlex.split(example))
    assert done.returncode == 0, done.stderr.decode()


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
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path.with_name(f"{tmp_path.name}-cache"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("output/.narrate-*/00000.pcm")) or not engines_of(process):
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
    _, said = process.communicate(timeout=60)
    assert b"Traceback" not in said
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


def shell(command, tmp_path):
    """A shell's word on `command`, with "narrate" for our command line."""
    ours = f'narrate() {{ "{sys.executable}" -m narrate "$@"; }}; cd "{tmp_path}"; '
    return subprocess.run(["bash", "-c", ours + command], capture_output=True, check=False)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("narrate make story.txt >&-", 0),
        ("narrate make story.txt 2>&-", 0),
        ("narrate make - <&-", 3),
        ("narrate make story.txt > /dev/full", 1),
        ("narrate preview story.txt > /dev/full", 1),
        ("narrate make story.txt -o - > /dev/full", 1),
        ("env -i PYTHONPATH=$PYTHONPATH $(which python3) -c 'pass'", 0),
        ("narrate make $'inv\\xff.txt' -q", 0),
        ("narrate make story.txt -q --title $'\\xff' --author $'a\\xffb'", 0),
        ("narrate make story.txt -q --date 20260301", 0),
        ("narrate make story.txt -q --cover /dev/zero", 2),
        ("narrate voices say builtin hello -o .", 1),
    ],
)
def test_odd_surroundings_are_no_reason_for_a_traceback(tmp_path, command, code):
    (tmp_path / "story.txt").write_text("A story of a few words.")
    Path(os.fsdecode(bytes(tmp_path) + b"/inv\xff.txt")).write_text("A story of a few words.")
    done = shell(command, tmp_path)
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr + done.stdout


def test_an_empty_environment_is_enough(tmp_path):
    (tmp_path / "story.txt").write_text("A story of a few words.")
    done = subprocess.run(
        [sys.executable, "-m", "narrate", "make", "story.txt", "-q"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("speed = 0.0", ["speed must be from"]),
        ("speed = nan", ["speed must be from"]),
        ("words_per_minute = 0", ["words_per_minute must be from"]),
        ("characters_per_second = 0.0", ["characters_per_second must be from"]),
        ("lexicons = 5", ["lexicons must be a list"]),
        ("[pauses]\nsentence = 99999999", ["sentence must be from"]),
        ("[sound]\nintro = 'nowhere.mp3'", ["nowhere.mp3"]),
        ("[read]\nqoute = 'spoken'", ["did you mean quote?"]),
    ],
)
def test_a_profile_that_cannot_work_is_refused_in_one_line(run, tmp_path, profile, words):
    (tmp_path / "odd.toml").write_text(f'engine = "pyttsx3"\nmodel = "gmw/en"\n{profile}\n')
    assert_one_line_error(run("make", NOTE, "--voice", "odd.toml"), 2, *words)


@pytest.mark.parametrize("engine", ["os.path", "..x", "_check", "nobody"])
def test_what_is_no_engine_is_refused_in_one_line(run, tmp_path, engine):
    (tmp_path / "odd.toml").write_text(f'engine = "{engine}"\nmodel = "x"\n')
    assert_one_line_error(run("make", NOTE, "--voice", "odd.toml"), 2, engine)


@pytest.mark.parametrize(
    ("key", "value"),
    [("speed", "fish"), ("voice", "nope"), ("kinds", "mp3,foo"), ("bitrate", "65")],
)
def test_a_setting_that_would_break_every_run_is_not_written(run, tmp_path, key, value):
    assert run("config", "set", key, value).returncode == 2
    assert not (tmp_path / "config/narrate/config.toml").exists()


def test_a_broken_settings_file_is_one_line_everywhere(run, tmp_path):
    folder = tmp_path / "config/narrate"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_bytes(b"voice = \xff")
    for command in (["make", NOTE], ["config"], ["config", "set", "speed", "2"], ["voices"]):
        assert_one_line_error(run(*command), 2, "config.toml")


def test_two_articles_of_one_title_at_once_are_both_there(tmp_path, tone):
    path = f"{TESTS}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    processes = []
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"Article number {number} says this.")
        command = [sys.executable, "-m", "narrate", "make", f"{number}.txt", "--title", "Same"]
        processes.append(
            subprocess.Popen(
                [*command, "--voice", str(tone), "-q"],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": path},
                stdout=subprocess.DEVNULL,
            )
        )
    assert [process.wait(timeout=120) for process in processes] == [0] * 4
    records = [json.loads(path.read_text()) for path in tmp_path.glob("output/*/recording.json")]
    assert sorted(record["source"] for record in records) == [f"{n}.txt" for n in range(4)]
    for record_path in tmp_path.glob("output/*/recording.json"):
        listed = {
            file["path"]: file["sha256"] for file in json.loads(record_path.read_text())["files"]
        }
        sums = subprocess.run(
            ["sha256sum", *listed],
            cwd=record_path.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert sums.split()[::2] == list(listed.values())


def test_what_is_not_ours_is_not_overwritten(run, tmp_path, tone):
    theirs = tmp_path / "output" / "mine"
    theirs.mkdir(parents=True)
    (theirs / "article.json").write_text("a file of the user's own")
    done = run("make", NOTE, "--voice", tone, "-q", "--title", "Mine")
    assert done.returncode == 0
    assert (theirs / "article.json").read_text() == "a file of the user's own"
    assert re.fullmatch(rb"output/mine-[0-9a-f]{6}/mine\.mp3\n", done.stdout)


def test_what_a_killed_run_has_left_is_swept_by_the_next(tmp_path, run, tone):
    process = start(tmp_path)
    process.kill()
    process.communicate(timeout=60)
    assert list(tmp_path.glob("output/.narrate-*"))
    assert run("make", NOTE, "--voice", tone, "-q").returncode == 0
    assert not list(tmp_path.glob("output/.narrate-*"))


def test_an_article_in_another_language_than_the_voice_is_spoken_of(run, tone):
    done = run("make", NOTE, "--voice", tone, "--language", "de")
    assert (
        "The article is in de, and the voice tone reads it, which speaks en" in done.stderr.decode()
    )
