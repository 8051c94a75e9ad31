"""Pictures as panels and people send them, by kind."""

import base64
import gzip
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote

import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.field.truth import Truth, Variant, key_of

THREE = tuple(Truth(key_of(f"frame {name}"), name, "wren") for name in ("Stint", "Ruff", "Knot"))
ONE = THREE[0]
Pixels = NDArray[np.uint8]


def _code(text: str, scale: int = 5, border: int = 4, error: str = "M") -> Image.Image:
    rows = [bytearray(row) for row in segno.make(text, error=error).matrix_iter(scale, border)]
    return Image.fromarray(np.where(np.array(rows) > 0, 0, 255).astype(np.uint8))


def _page(*codes: Image.Image, size: tuple[int, int] | None = None) -> Image.Image:
    width = sum(code.width for code in codes)
    height = max((code.height for code in codes), default=200)
    page = Image.new("L", size or (max(width, 200), height), 255)
    at = 0
    for code in codes:
        page.paste(code, (at, 0))
        at += code.width
    return page


def _file(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _parts(text: str, count: int) -> list[Image.Image]:
    made = []
    for part in segno.make_sequence(text, error="M", symbol_count=count):
        rows = [bytearray(row) for row in part.matrix_iter(5, 4)]
        made.append(Image.fromarray(np.where(np.array(rows) > 0, 0, 255).astype(np.uint8)))
    return made


def parts() -> Iterator[Variant]:
    """A link over several codes (structured append, ISO/IEC 18004)."""
    for count in range(2, 9):
        codes = _parts(ONE.link(), count)
        files = tuple(_file(code) for code in codes)
        yield Variant(f"{count} parts, a picture each", files, (ONE,), may_refuse=False)
        backwards = files[::-1]
        yield Variant(f"{count} parts, backwards", backwards, (ONE,), may_refuse=False)
        yield Variant(f"{count} parts, one missing", files[:-1])
        yield Variant(f"the last of {count} parts", files[-1:])
        yield Variant(f"the first of {count} parts", files[:1])
    for count in (2, 3, 4):
        page = _file(_page(*_parts(ONE.link(), count)))
        yield Variant(f"{count} parts in one picture", page, (ONE,), may_refuse=False)
        page = _file(_page(*_parts(ONE.link(), count)[:-1]))
        yield Variant(f"{count - 1} of {count} parts in one picture", page)
    mixed = [
        part
        for pair in zip(_parts(ONE.link(), 3), _parts(THREE[1].link(), 3), strict=True)
        for part in pair
    ]
    files = tuple(_file(code) for code in mixed)
    yield Variant("two links of 3 parts, mixed", files, THREE[:2], may_refuse=False)


def frames() -> Iterator[Variant]:
    """Pictures of several frames or pages."""
    codes = [_code(one.link()) for one in THREE]
    side = max(code.width for code in codes)
    pages = [_page(code, size=(side, side)) for code in codes]
    blank = Image.new("L", (side, side), 255)
    for kind, options in {
        "TIFF": {},
        "GIF": {"duration": 300, "loop": 0},
        "WEBP": {"duration": 300, "lossless": True},
        "PNG": {"duration": 300},
    }.items():
        form = [page.convert("RGB") if kind == "WEBP" else page for page in (*pages, blank)]
        *three, empty = form
        for name, order, right in (
            ("three codes", three, THREE),
            ("a blank first", [empty, three[0]], THREE[:1]),
            ("a blank last", [three[0], empty], THREE[:1]),
            ("a code in the third", [empty, empty, three[2]], THREE[2:]),
            ("the same code twice", [three[1], three[1]], THREE[1:2]),
            ("codes between blanks", [empty, three[0], empty, three[1], empty], THREE[:2]),
        ):
            saved = _file(order[0], kind, save_all=True, append_images=order[1:], **options)
            yield Variant(f"{kind}: {name}", saved, right, may_refuse=False)


def _svg(draw: str, size: int = 300) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{size}" height="{size}" viewBox="0 0 {size} {size}">{draw}</svg>'
    ).encode()


def _segno_svg(**options: object) -> bytes:
    file = BytesIO()
    segno.make(ONE.link(), error="M").save(file, kind="svg", **options)
    return file.getvalue()


def formats() -> Iterator[Variant]:
    """SVG, data URLs, pages with a picture inside, AVIF."""
    matrix = [list(row) for row in segno.make(ONE.link(), error="M").matrix_iter(1, 4)]
    dark = [(x, y) for y, row in enumerate(matrix) for x, on in enumerate(row) if on]
    side = 6 * len(matrix)
    rects = "".join(f'<rect x="{6 * x}" y="{6 * y}" width="6" height="6"/>' for x, y in dark)
    white = f'<rect width="{side}" height="{side}" fill="#fff"/>'
    path = "".join(f"M{6 * x} {6 * y}h6v6h-6z" for x, y in dark)
    png = _file(_code(ONE.link()))
    inline = base64.b64encode(png).decode()
    svgs = {
        "rectangles": _svg(white + rects, side),
        "one path": _svg(f'{white}<path d="{path}"/>', side),
        "no background": _svg(f'<path d="{path}" fill="black"/>', side),
        "a transform": _svg(
            f'{white}<g transform="scale(6)">'
            + "".join(f'<rect x="{x}" y="{y}" width="1" height="1"/>' for x, y in dark)
            + "</g>",
            side,
        ),
        "use": _svg(
            f'{white}<defs><rect id="m" width="6" height="6"/></defs>'
            + "".join(f'<use xlink:href="#m" x="{6 * x}" y="{6 * y}"/>' for x, y in dark),
            side,
        ),
        "a style sheet": _svg(
            "<style>.d{fill:#000}.l{fill:#fff}</style>"
            + white.replace('fill="#fff"', 'class="l"')
            + f'<path class="d" d="{path}"/>',
            side,
        ),
        "a picture inside": _svg(
            f'<image width="300" height="300" xlink:href="data:image/png;base64,{inline}"/>'
        ),
        "by segno": _segno_svg(scale=4),
        "by segno, without scale": _segno_svg(),
        "by segno, mm": _segno_svg(scale=2, unit="mm"),
        "a declaration": b'<?xml version="1.0" encoding="UTF-8"?>\n' + _svg(white + rects, side),
        "a byte order mark": b"\xef\xbb\xbf" + _svg(white + rects, side),
    }
    for name, svg in svgs.items():
        yield Variant(f"SVG: {name}", svg, (ONE,))
    plain = svgs["one path"]
    yield Variant("SVGZ", gzip.compress(plain), (ONE,))
    for name, content, kind in (("PNG", png, "png"), ("SVG", plain, "svg+xml")):
        packed = base64.b64encode(content).decode()
        spelled = quote(content, safe="")
        for how, url in {
            "Base64": f"data:image/{kind};base64,{packed}",
            "percent": f"data:image/{kind},{spelled}",
            "charset": f"data:image/{kind};charset=utf-8,{spelled}",
        }.items():
            yield Variant(f"data URL: {name}, {how}", url, (ONE,))
            page = f'<!DOCTYPE html><html><body><p>Scan</p><img src="{url}"></body></html>'
            yield Variant(f"HTML with a data URL: {name}, {how}", page.encode(), (ONE,))
    page = b"<html><body><h1>Scan</h1>" + plain + b"</body></html>"
    yield Variant("HTML with an SVG", page, (ONE,))
    yield Variant("AVIF", _file(_code(ONE.link()).convert("RGB"), "AVIF", quality=90), (ONE,))
    yield Variant("JPEG", _file(_code(ONE.link()), "JPEG"), (ONE,), may_refuse=False)
    yield Variant("BMP", _file(_code(ONE.link()), "BMP"), (ONE,), may_refuse=False)


def _brightness(colour: tuple[int, int, int]) -> float:
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


def colours() -> Iterator[Variant]:
    """Two colours of one brightness."""
    random = np.random.default_rng(16)
    made = 0
    while made < 24:
        dark, light = (tuple(int(v) for v in random.integers(0, 256, 3)) for _ in range(2))
        apart = max(abs(one - other) for one, other in zip(dark, light, strict=True))
        if abs(_brightness(dark) - _brightness(light)) > 1.0 or apart < 90:
            continue
        made += 1
        mask = np.array(_code(ONE.link())) > 127
        pixels = np.where(mask[..., None], np.uint8(light), np.uint8(dark)).astype(np.uint8)
        yield Variant(f"{dark} on {light}", _file(Image.fromarray(pixels)), (ONE,))


def stylised() -> Iterator[Variant]:
    """Codes of dots, of modules with gaps, of pale modules, as pictures of their own."""
    matrix = [list(row) for row in segno.make(ONE.link(), error="M").matrix_iter(1, 4)]
    for scale in (8, 12, 16):
        side = scale * len(matrix)
        for name, share, shape in (
            ("dots", 0.9, "ellipse"),
            ("small dots", 0.65, "ellipse"),
            ("gaps", 0.8, "rectangle"),
            ("wide gaps", 0.6, "rectangle"),
            ("diamonds", 0.95, "diamond"),
        ):
            for ink in ("#000", "#557"):
                image = Image.new("RGB", (side, side), "#fff")
                draw = ImageDraw.Draw(image)
                rest = scale * (1 - share) / 2
                for y, row in enumerate(matrix):
                    for x, on in enumerate(row):
                        if not on:
                            continue
                        left, top = x * scale + rest, y * scale + rest
                        right, low = (x + 1) * scale - rest, (y + 1) * scale - rest
                        if shape == "diamond":
                            middle = ((left + right) / 2, (top + low) / 2)
                            draw.polygon(
                                [
                                    (middle[0], top),
                                    (right, middle[1]),
                                    (middle[0], low),
                                    (left, middle[1]),
                                ],
                                fill=ink,
                            )
                        else:
                            getattr(draw, shape)([left, top, right, low], fill=ink)
                yield Variant(f"{name}, {scale} px, {ink}", _file(image), (ONE,))


KINDS = {
    "A link over several codes": parts,
    "Pictures of several frames or pages": frames,
    "SVG, data URLs, pages, AVIF": formats,
    "Two colours of one brightness": colours,
    "Dots, gaps and pale modules": stylised,
}
