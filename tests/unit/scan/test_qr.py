"""A text as a QR code: what is drawn is read back."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from authenticator.scan.qr import Modules, qr_code


def read(code: Modules) -> str:
    drawn = np.frombuffer(code.pixels, np.uint8).reshape(code.side, code.side)
    (found,) = zxingcpp.read_barcodes(np.kron(drawn, np.ones((4, 4), np.uint8)))
    return found.text


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=300))
def test_what_is_drawn_is_read_back(text: str) -> None:
    code = qr_code(text)
    assert code is not None
    assert set(code.pixels) == {0, 255}
    assert read(code) == text


@pytest.mark.parametrize(("length", "fits"), [(2953, True), (2954, False)])
def test_a_text_that_no_code_holds_is_told_apart(length: int, fits: bool) -> None:
    assert (qr_code("a" * length) is not None) is fits
