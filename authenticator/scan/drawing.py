"""A text -> the picture of its QR code."""

from io import BytesIO

MODULE_PX = 8


def qr_png(text: str) -> bytes:
    """A PNG, black on white, with a margin of 4 modules, each 8 pixels wide. At error correction
    level M a seventh of the code may be damaged.

    Raises ValueError for a text that is too long for a code (2,331 bytes).
    """
    import numpy as np
    import zxingcpp
    from PIL.Image import fromarray

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    pixels = np.array(zxingcpp.write_barcode_to_image(code, scale=MODULE_PX))
    file = BytesIO()
    fromarray(pixels).save(file, "PNG")
    return file.getvalue()
