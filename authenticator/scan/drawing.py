"""A text -> the picture of its QR code."""

from io import BytesIO

from authenticator.errors import InputRefused

MODULE_PX = 8


class CodeOverfull(InputRefused):
    """A text of `length` characters is more than a QR code holds."""

    def __init__(self, length: int) -> None:
        self.length = length
        super().__init__(length)


def qr_png(text: str) -> bytes:
    """A PNG, black on white, with a margin of 4 modules, each 8 pixels wide. At error correction
    level M a seventh of the code may be damaged.

    Raises CodeOverfull for a text of more than 2,331 bytes.
    """
    import numpy as np
    import zxingcpp
    from PIL.Image import fromarray

    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError:  # its words may hold the text
        raise CodeOverfull(len(text)) from None
    pixels = np.array(zxingcpp.write_barcode_to_image(code, scale=MODULE_PX))
    file = BytesIO()
    fromarray(pixels).save(file, "PNG")
    return file.getvalue()
