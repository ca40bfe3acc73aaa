"""Which part of a file is sent, by the words of RFC 9110."""

import pytest

from narrate.podcast._range import Part, choose_part

TAG = '"0123"'


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", Part(206, 0, 1)),
        ("bytes=2-5", Part(206, 2, 4)),
        ("bytes=5-", Part(206, 5, 5)),
        ("bytes=-3", Part(206, 7, 3)),
        ("bytes=-30", Part(206, 0, 10)),
        ("bytes=8-99", Part(206, 8, 2)),
        ("Bytes = 8-9", Part(206, 8, 2)),
        ("bytes=10-", Part(416)),
        ("bytes=-0", Part(416)),
        (f"bytes={'9' * 5000}-", Part(416)),
        (f"bytes=0-{'9' * 5000}", Part(206, 0, 10)),
        ("bytes=5-2", Part(200, 0, 10)),
        ("bytes=-", Part(200, 0, 10)),
        ("bytes=0-1,4-5", Part(200, 0, 10)),
        ("seconds=0-1", Part(200, 0, 10)),
        ("bytes=١-٢", Part(200, 0, 10)),
        ("", Part(200, 0, 10)),
    ],
)
def test_a_range_is_the_part_that_the_standard_says(asked, part):
    assert choose_part({"range": asked}, 10, TAG) == part


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-range": TAG}, 206),
        ({"if-range": '"other"'}, 200),
        ({"if-range": f"W/{TAG}"}, 200),
        ({"if-range": "Sun, 22 Nov 2026 10:00:00 GMT"}, 200),
        ({"if-none-match": TAG}, 304),
        ({"if-none-match": f'"x", W/{TAG}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"x"'}, 206),
    ],
)
def test_a_condition_on_the_tag_decides(headers, status):
    assert choose_part({"range": "bytes=0-4", **headers}, 10, TAG).status == status


def test_an_empty_file_has_no_part():
    assert choose_part({"range": "bytes=0-"}, 0, TAG) == Part(416)
    assert choose_part({"range": "bytes=-5"}, 0, TAG) == Part(416)
