"""PDFs: pages that are pictures (Pillow), and pages of vector modules (written by hand)."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import segno
from PIL import Image

from tests.services.pictures import Pixels

A4 = (595, 842)
"""Points."""


def scanned(pages: Sequence[Pixels], dots_per_inch: float = 150) -> bytes:
    """Each page is one greyscale picture, as made by a scanner or a phone."""
    first, *rest = map(Image.fromarray, pages)
    file = BytesIO()
    first.save(file, "PDF", save_all=True, append_images=rest, resolution=dots_per_inch)
    return file.getvalue()


def code(text: str, millimetres: float, x: float = 60.3, y: float = 500.7) -> bytes:
    """Return operators that draw a code of this width, lower left corner at x, y in points."""
    rows = segno.make(text, error="m").matrix
    side = millimetres / 25.4 * 72 / len(rows)
    modules = b"".join(
        b"%d %d 1 1 re f\n" % (column, len(rows) - row - 1)
        for row, modules in enumerate(rows)
        for column, dark in enumerate(modules)
        if dark
    )
    return b"q %f 0 0 %f %f %f cm 0 g\n%bQ\n" % (side, side, x, y, modules)


def drawn(pages: Iterable[bytes], size: tuple[float, float] = A4, trailer: bytes = b"") -> bytes:
    """Each page is drawn by these operators (ISO 32000-1, 8.2 and Annex A), `size` in points."""
    objects = [b"", b""]
    numbers = []
    for content in pages:
        numbers.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %f %f] /Contents %d 0 R >>"
            % (*size, len(objects) + 2)
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(numbers), b" ".join(numbers))
    data = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R %b >>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (len(objects) + 1, table, len(objects) + 1, trailer, len(data))


def locked(pages: Iterable[bytes], handler: bytes = b"/Standard") -> bytes:
    """A PDF with an unknown password (ISO 32000-1, 7.6)."""
    nobody = b"<" + b"5a" * 32 + b">"
    return drawn(
        pages,
        trailer=b"/ID [<00> <00>] /Encrypt << /Filter %b /V 1 /R 2 /O %b /U %b /P -4 >>"
        % (handler, nobody, nobody),
    )
