"""Loads all that reading any picture may need: once locked down, its process opens no file."""

import sys
from contextlib import suppress
from importlib import import_module

from authenticator.scan.image_format import READERS, reader_of

_OURS = """
    colours cut_off deblur decoders flatten frames image ladder legibility live_scan locate
    measured_code pages parts pdf picture_file planes qr_encoder structured_append svg transforms
    wrapped
"""
_LIBRARIES = "cv2 numpy numpy.fft numpy.ma pypdfium2 reedsolo resvg_py zxingcpp pyzbar.wrapper"
_CHARSETS = """
    ascii cp866 cp874 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859_1
    iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10
    iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_u latin_1 mac_cyrillic
    mac_roman shift_jis utf_8 utf_8_sig utf_16 utf_16_be utf_16_le
"""
"""Of drawings and pages: those of https://encoding.spec.whatwg.org that expat can take. And that of
the QR standard's Japanese characters, which the parity of parts may be calculated in."""


def load() -> None:
    """A library that is missing is left out: what needs it says so, or does without."""
    names = [f"authenticator.scan.{name}" for name in _OURS.split()]
    names += [*_LIBRARIES.split(), *(f"encodings.{name}" for name in _CHARSETS.split())]
    for name in names:
        with suppress(ImportError):
            import_module(name)
    for kind in READERS:
        reader_of(kind)
    _let_opencv_look()


def _let_opencv_look() -> None:
    """It reads how many processors there are when it is first asked."""
    if "cv2" in sys.modules:
        sys.modules["cv2"].getNumThreads()
