"""A camera's frame read by the worker process, against the same reading in this one."""

import numpy as np

from authenticator.scan.live_scan import read_frame
from authenticator.scan.worker_pool import WorkerPool
from tests.services import pictures

LINK = "otpauth://totp/Panel:kim?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=Panel"


def test_a_720p_frame(paired) -> None:
    *_, grey = pictures.webcam_frames([LINK])
    frame = np.repeat(grey[:, :, None], 3, axis=2)  # a camera gives colours
    reader = WorkerPool()
    try:

        def ours() -> list[str]:
            return [code.text for code in reader.read_frame(frame).payloads]

        def bare() -> list[str]:
            return [code.text for code in read_frame(frame).payloads]

        assert ours() == bare() == [LINK]
        paired(ours, in_process=bare)
    finally:
        reader.close()
