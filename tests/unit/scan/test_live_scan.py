"""Texts are accepted once each, when frames agree."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.scan.camera import open_camera
from authenticator.scan.decoders import Payload
from authenticator.scan.ladder import Reading
from authenticator.scan.live_scan import LATEST_FRAMES, LiveScan
from tests.services.pictures import film, qr_pixels, webcam_frames

FRAME = np.zeros((2, 2), np.uint8)
PLACE = ((0, 0), (1, 0), (1, 1), (0, 1))


def accepted(shown: Iterable[Iterable[str]], needed: int = 2) -> list[list[str]]:
    """What is accepted with each frame, given the texts that each frame shows."""
    script = iter(shown)

    def read_frame(frame: np.ndarray) -> Reading:
        payloads = tuple(Payload(text, "QRCode", PLACE) for text in next(script))
        return Reading(payloads, 0.0, complete=True)

    frames = list(shown)
    script = iter(frames)
    watch = LiveScan(needed, read_frame)
    return [[code.text for code in watch.add_frame(FRAME).accepted] for _ in frames]


def test_offer_accepts_text_after_two_frames_despite_blank_ones() -> None:
    assert accepted(["", "a", "", "a", "a", ""]) == [[], [], [], ["a"], [], []]


def test_offer_does_not_accept_text_of_one_frame() -> None:
    assert accepted(["a", "b", "b", "c"]) == [[], [], ["b"], []]


def test_offer_does_not_join_frames_too_far_apart() -> None:
    assert accepted(["a", *[""] * (LATEST_FRAMES - 2), "a"])[-1] == ["a"]
    assert accepted(["a", *[""] * (LATEST_FRAMES - 1), "a"])[-1] == []


@given(
    shown=st.lists(st.frozensets(st.sampled_from("abcd")), max_size=LATEST_FRAMES),
    needed=st.integers(1, 4),
)
def test_offer_accepts_each_text_once_with_completing_frame(
    shown: list[frozenset[str]], needed: int
) -> None:
    """Each text is accepted once, with the frame that completes its agreement."""
    got = accepted(shown, needed)
    for text in "abcd":
        frames_with = [number for number, texts in enumerate(shown) if text in texts]
        wanted = frames_with[needed - 1 : needed]
        assert [number for number, texts in enumerate(got) if text in texts] == wanted


def test_offer_webcam_video_gives_codes_in_order(tmp_path: Path) -> None:
    wanted = [f"otpauth://totp/Grüne Wolke:{name}?secret=JBSWY3DPEHPK3PXP" for name in "ab"]
    path = film(tmp_path / "webcam.avi", webcam_frames(wanted, shown=4))
    watch = LiveScan()
    got: list[str] = []
    outlined = 0
    with open_camera(path) as source:
        while (frame := source.read()) is not None:
            sight = watch.add_frame(frame)
            got += [code.text for code in sight.accepted]
            outlined += len(sight.outlines)
    assert got == wanted
    assert outlined == 8


@pytest.mark.parametrize("depth", [None, 3])
def test_offer_outlines_match_code_position(depth: int | None) -> None:
    pixels = qr_pixels("otpauth://totp/x?secret=AAAA", module_px=5)
    frame = pixels if depth is None else np.dstack([pixels] * depth)
    (outline,) = LiveScan().add_frame(frame).outlines
    low, high = 20, pixels.shape[0] - 20
    assert (
        np.abs(np.array(outline) - [(low, low), (high, low), (high, high), (low, high)]).max() <= 2
    )
