"""What a hostile document can make a reader do: functions that run in the child process."""

import logging
import os
import signal
import sys
import time

from narrate.base.errors import NothingToSay
from narrate.base.model import Article, Block


def articles(count):
    for number in range(count):
        yield Article(f"Article {number}", (Block("para", "Some words."),), cover=bytes(100_000))


def say_and_give(line):
    logging.getLogger("narrate.read").warning("%s", line)
    yield 1


def print_and_give():
    print("not an answer")
    os.write(1, b"nor this")
    yield 1


def pid_and_more():
    yield os.getpid()
    yield from range(1_000_000)


def spin():
    while True:
        pass


def sleep():
    time.sleep(600)


def take_memory():
    return bytearray(3 << 30)


def raise_ours():
    raise NothingToSay("this", "it is blank", "write something")


def raise_other():
    raise KeyError("a library's mistake")


def recurse():
    return recurse() + recurse()


def abort():
    os.abort()


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def leave():
    os._exit(7)


def exit_politely():
    sys.exit("done")


def give_a_stranger():
    return os.stat_result(range(10))


def give_garbage():
    for descriptor in range(3, 12):
        try:
            os.write(descriptor, b"no pickle at all")
        except OSError:
            continue
    os._exit(0)


def read_memory_limit():
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0]
