"""Which sessions with KWallet are used; the rest needs a real one: test_other_keyrings.py."""

import secrets
from typing import Any

import pytest
from jeepney import DBusAddress
from secretstorage.dhcrypto import DH_PRIME_1024, Session

from authenticator.vault.stores.kwallet import KWallet


class Peer:
    """The other side of an agreement. It notes each public key that it gets, and what is agreed."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []

    def call(self, _to: DBusAddress, method: str, _signature: str, *body: Any) -> Any:
        assert method == "OpenSession"
        _algorithm, (_kind, theirs) = body
        assert len(theirs) == 128
        key, secret = int.from_bytes(theirs, "big"), secrets.randbits(1024)
        agreed = pow(key, secret, DH_PRIME_1024)
        while len(self.seen) % 2 and agreed >> 1016:  # each second time it begins with a zero byte
            secret, agreed = secret + 1, agreed * key % DH_PRIME_1024
        self.seen.append((key, agreed))
        return ("ay", pow(2, secret, DH_PRIME_1024).to_bytes(129, "big")), "/session/1"


def test_session_is_one_that_kwallet_derives_the_same_key_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """KWallet goes wrong with a public key that begins with 0xFF and with an agreed secret that
    begins with a zero byte, once in 170 sessions. Here each second one is of either kind."""
    drawn = 0

    def draw(self: Session) -> None:
        nonlocal drawn
        drawn += 1
        made(self)
        if drawn % 2:  # a key of ours that begins with 0xFF
            while self.my_public_key >> 1016 != 0xFF:
                self.my_private_key += 1
                self.my_public_key = self.my_public_key * 2 % DH_PRIME_1024

    made = Session.__init__
    monkeypatch.setattr(Session, "__init__", draw)
    peer = Peer()
    for _ in range(10):
        session = KWallet(peer, DBusAddress("/")).session()  # type: ignore[arg-type]
        key, agreed = peer.seen[-1]
        assert key == session.my_public_key
        assert agreed >> 1016 != 0
        expected = Session()
        expected.my_private_key = 1
        expected.set_server_public_key(agreed)  # agreed ** 1: the key that the other side derives
        assert session.aes_key == expected.aes_key
    assert all(key >> 1016 != 0xFF for key, _agreed in peer.seen)
    assert 10 < len(peer.seen) < drawn
