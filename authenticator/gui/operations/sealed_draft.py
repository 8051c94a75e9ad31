"""What was found or typed and not saved, sealed while the vault is closed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from authenticator import debug_log

if TYPE_CHECKING:
    from authenticator.vault.vault import Vault


class SealedDraft:
    """`sealed` is empty as long as it is not sealed yet, or where there is none."""

    def __init__(self, sealed: bytes = b"") -> None:
        self.sealed = sealed
        self._done = threading.Event()

    @classmethod
    def sealed_by(cls, vault: Vault, draft: bytes) -> SealedDraft:
        """Seal it on a thread of its own: the vault's may be waiting for a keyring, and soon after
        the start nobody has used the vault yet, so that sealing opens it."""
        one = cls()

        def seal() -> None:
            try:
                one.sealed = vault.seal_draft(draft)
            except Exception as error:  # noqa: BLE001 - the window is locked all the same
                debug_log.write("draft not sealed", error=error)
            finally:
                one._done.set()

        if draft:
            threading.Thread(target=seal, daemon=True).start()
        else:
            one._done.set()
        return one

    def wait(self) -> None:
        """Until it is sealed, or could not be."""
        self._done.wait()
