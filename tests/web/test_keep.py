"""Answers kept: within their room, the one asked for longest ago goes first."""

from __future__ import annotations

from treatygraph.web.keep import OVERHEAD, Keep, Kept


def answer(size: int) -> Kept:
    return Kept.of(200, {"Content-Type": "text/csv"}, b"x" * size)


def test_the_room_is_never_exceeded():
    keep = Keep(room=10 * (100 + OVERHEAD))
    for number in range(100):
        keep.put(number, answer(100))
        keep.put(number, answer(100))
        keep.get(0)
    assert [number for number in range(100) if keep.get(number)] == [0, *range(91, 100)]
    keep.put("large", answer(11 * (100 + OVERHEAD)))
    assert keep.get("large") is None
    keep.put("small", answer(1))
    assert keep.get("small") == answer(1)


def test_two_answers_have_two_tags():
    assert answer(1).etag != answer(2).etag
    assert answer(1).etag != Kept.of(200, {"Content-Type": "text/html"}, b"x").etag
