"""Everything that reading any picture needs is loaded before the worker locks itself down."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import segno
from PIL import Image

from tests.contract.scan.test_bad_pictures import FILES
from tests.contract.scan.test_worker_pool import CONTENTS

TOP = str(Path(__file__).parents[3])
SCRIPT = f"""
import sys
sys.path.insert(0, {TOP!r})
from pathlib import Path
from authenticator.errors import InputRefused
from authenticator.scan import preload, worker_process
preload.load()
opened, before = [], set(sys.modules)
sys.addaudithook(lambda event, given: event == "open" and opened.append(given[0]))
worker_process._warm_up()
from authenticator.scan import image, legibility, live_scan, picture_file
pictures = [(Path(name).read_bytes(), name.endswith(".svg")) for name in sys.argv[1:]]
opened.clear()
for data, only_drawn in pictures:
    try:
        picture = picture_file.load_single(data)
        if only_drawn:
            continue
        found = picture_file.read_file(data).payloads
        image.icon(data)
    except InputRefused:
        continue
    if picture is not None:
        live_scan.read_frame(picture.grey)
        for code in found:
            legibility.legibility(picture, code.corners, len(code.text))
print(sorted(set(sys.modules) - before), opened)
"""
SAID = (
    '<?xml version="1.0" encoding="{}"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
)
CHARSETS = (
    *(f"iso-8859-{part}" for part in (*range(1, 9), 10, 13, 14, 15, 16)),
    *(f"windows-{page}" for page in range(1250, 1259)),
    *("us-ascii", "utf-8", "ibm866", "koi8-r", "koi8-u", "macintosh", "windows-874"),
)


def two_parts() -> bytes:
    """A picture of the two parts of a text whose parity does not fit."""
    symbols = segno.make_sequence("part of a text " * 2, symbol_count=2, error="l")
    planes = [
        np.where(np.array([bytearray(row) for row in one.matrix_iter(scale=3)]) > 0, 0, 255)
        for one in symbols
    ]
    written = io.BytesIO()
    Image.fromarray(np.hstack(planes).astype(np.uint8)).save(written, "PNG")
    return written.getvalue()


def test_nothing_is_loaded_and_no_file_opened_while_reading(tmp_path: Path) -> None:
    pictures = {**FILES, **CONTENTS}
    del pictures["long pdf"]
    pictures |= {f"{name}.svg": SAID.format(name).encode("ascii") for name in CHARSETS}
    pictures["utf-16.svg"] = SAID.format("utf-16").encode("utf-16")
    pictures["parts.png"] = two_parts()
    names = []
    for name, content in pictures.items():
        names.append(str(tmp_path / name))
        Path(names[-1]).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[] []", done.stderr[-2000:]
