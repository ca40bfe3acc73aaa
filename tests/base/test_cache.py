"""What is kept, what is found again, and what is removed."""

import hashlib
import os
import subprocess
import sys
import threading

import pytest

from narrate.base.cache import Cache, clear_cache, inspect_cache, open_cache

KEY = hashlib.sha256(b"a").hexdigest()
OTHER = hashlib.sha256(b"b").hexdigest()


def entry(folder, key):
    return folder / key[:2] / key[2:]


def test_what_was_written_is_read_by_the_next_run(tmp_path):
    with open_cache(tmp_path) as cache:
        assert cache.read(KEY) is None
        cache.write(KEY, b"sound")
        assert cache.has(KEY)
    with open_cache(tmp_path) as cache:
        assert cache.read(KEY) == b"sound"
        assert cache.read(OTHER) is None
    contents = inspect_cache(tmp_path)
    assert contents == (1, entry(tmp_path, KEY).stat().st_size, 1, 2, 0)


@pytest.mark.parametrize("spoil", ["cut", "emptied", "altered"])
def test_a_damaged_entry_is_a_miss_and_is_removed_and_counted(tmp_path, spoil):
    with open_cache(tmp_path) as cache:
        cache.write(KEY, b"sound" * 100)
    path = entry(tmp_path, KEY)
    data = bytearray(path.read_bytes())
    data[-7] ^= 1
    path.write_bytes({"cut": data[:-9], "emptied": b"", "altered": data}[spoil])
    with open_cache(tmp_path) as cache:
        assert cache.read(KEY) is None
        assert not path.exists()
        cache.write(KEY, b"again")
        assert cache.read(KEY) == b"again"
    assert inspect_cache(tmp_path).damaged == 1


def test_a_file_is_kept_under_its_own_hash_and_taken_as_it_was(tmp_path):
    part = tmp_path / "part"
    part.write_bytes(b"frames" * 1000)
    with open_cache(tmp_path / "cache") as cache:
        digest = cache.keep_file(part)
        part.unlink()
        assert digest == hashlib.sha256(b"frames" * 1000).hexdigest()
        assert cache.take_file(digest, tmp_path / "taken")
        assert (tmp_path / "taken").read_bytes() == b"frames" * 1000
        (tmp_path / "taken").unlink()
        path = entry(tmp_path / "cache", digest)
        path.write_bytes(b"frames" * 999)
        assert not cache.take_file(digest, tmp_path / "taken")
        assert not (tmp_path / "taken").exists()
        assert not path.exists()


def test_a_fresh_cache_finds_nothing_and_keeps_what_is_made(tmp_path):
    with open_cache(tmp_path) as cache:
        cache.write(KEY, b"old")
    with open_cache(tmp_path, fresh=True) as cache:
        assert cache.read(KEY) is None
        assert not cache.has(KEY)
        cache.write(KEY, b"new")
    with open_cache(tmp_path) as cache:
        assert cache.read(KEY) == b"new"


def test_without_a_folder_nothing_is_kept(tmp_path):
    part = tmp_path / "part"
    part.write_bytes(b"frames")
    cache = Cache()
    cache.write(KEY, b"sound")
    assert cache.read(KEY) is None
    assert not cache.take_file(cache.keep_file(part), tmp_path / "taken")


def test_what_was_of_no_use_for_the_longest_time_makes_room(tmp_path):
    keys = [hashlib.sha256(bytes([number])).hexdigest() for number in range(10)]
    with open_cache(tmp_path) as cache:
        for number, key in enumerate(keys):
            cache.write(key, bytes(1000))
            os.utime(entry(tmp_path, key), (1_000_000 + number,) * 2)
    with open_cache(tmp_path, most_bytes=6000) as cache:
        assert cache.read(keys[0])  # of use now
        cache.write(OTHER, bytes(1000))
    left = {key for key in keys if entry(tmp_path, key).exists()}
    assert left == {keys[0], *keys[7:]}
    assert entry(tmp_path, OTHER).exists()
    assert inspect_cache(tmp_path).size_bytes <= 0.9 * 6000


def test_a_run_that_clears_takes_nothing_from_one_that_is_reading(tmp_path):
    with open_cache(tmp_path) as reader:
        part = tmp_path / "part"
        part.write_bytes(b"frames" * 100)
        digest = reader.keep_file(part)
        assert reader.take_file(digest, tmp_path / "mine")
        with open_cache(tmp_path, most_bytes=1) as other:
            other.write(KEY, b"sound")
        assert not entry(tmp_path, digest).exists()
        assert (tmp_path / "mine").read_bytes() == b"frames" * 100
        assert not reader.take_file(digest, tmp_path / "again")


def test_many_runs_may_use_one_cache_at_once(tmp_path):
    script = """
import hashlib, sys
from pathlib import Path
from narrate.base.cache import open_cache
with open_cache(Path(sys.argv[1]), most_bytes=40_000) as cache:
    for round in range(3):
        for number in range(60):
            key = hashlib.sha256(bytes([number])).hexdigest()
            found = cache.read(key)
            assert found in (None, bytes([number]) * 1000), number
            if found is None:
                cache.write(key, bytes([number]) * 1000)
"""
    runs = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(4)]
    assert [run.wait(timeout=120) for run in runs] == [0, 0, 0, 0]
    assert inspect_cache(tmp_path).size_bytes <= 62_000
    assert not list(tmp_path.glob(".work-*"))


def test_threads_may_share_an_open_cache(tmp_path):
    with open_cache(tmp_path) as cache:

        def use(number):
            key = hashlib.sha256(bytes([number % 5])).hexdigest()
            cache.write(key, bytes([number % 5]) * 500)
            assert cache.read(key) == bytes([number % 5]) * 500

        threads = [threading.Thread(target=use, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert cache.counts["hits"] == 40
    assert inspect_cache(tmp_path).entries == 5


def test_what_a_killed_run_has_left_is_swept_and_its_bytes_are_counted(tmp_path):
    script = """
import os, signal, sys
from pathlib import Path
from narrate.base.cache import open_cache
with open_cache(Path(sys.argv[1])) as cache:
    cache.write(sys.argv[2], bytes(5000))
    (cache._work / "half").write_bytes(bytes(100))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    run = subprocess.run([sys.executable, "-c", script, str(tmp_path), KEY], check=False)
    assert run.returncode == -9
    assert list(tmp_path.glob(".work-*/half"))
    with open_cache(tmp_path) as cache:
        assert cache.read(KEY) == bytes(5000)
        assert len(list(tmp_path.glob(".work-*"))) == 1
    assert inspect_cache(tmp_path).size_bytes == 5032
    with open_cache(tmp_path, most_bytes=4000) as cache:
        cache.write(OTHER, b"x")
    assert not entry(tmp_path, KEY).exists()


def test_a_place_that_cannot_be_written_is_no_cache_and_no_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with open_cache(tmp_path / "file" / "cache") as cache:
        cache.write(KEY, b"sound")
        assert cache.folder is None
        assert cache.read(KEY) is None


def test_clearing_removes_everything_and_says_how_much(tmp_path):
    with open_cache(tmp_path) as cache:
        cache.write(KEY, b"sound")
        cache.write(OTHER, b"more")
    assert clear_cache(tmp_path).entries == 2
    assert inspect_cache(tmp_path) == (0, 0, 0, 0, 0)
    assert clear_cache(tmp_path / "none") == (0, 0, 0, 0, 0)
