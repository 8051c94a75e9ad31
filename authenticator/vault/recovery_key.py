"""Recovery keys: age X25519 identities (age-encryption.org/v1), and vault keys wrapped for them.

The wrapped key is an age file of the 32 bytes of the vault key, so that `age --decrypt` opens it
too. Only the recipient, which is public, stays with the vault.
"""

from authenticator.vault.errors import NotRecoveryKey, SealBroken, WrongRecoveryKey
from authenticator.vault.seal import KEY_BYTES


def new_recovery_key() -> str:
    """A random identity: `AGE-SECRET-KEY-1` and 58 letters and digits."""
    from pyrage import x25519

    return str(x25519.Identity.generate())


def recipient_of(recovery_key: str) -> str:
    """The public recipient (`age1…`) of an identity. Raises NotRecoveryKey."""
    from pyrage import IdentityError, x25519

    try:
        return str(x25519.Identity.from_str(_plain(recovery_key)).to_public())
    except IdentityError:
        raise NotRecoveryKey from None


def wrap(vault_key: bytes, recipient: str) -> bytes:
    """An age file that only the identity of `recipient` opens. Raises NotRecoveryKey."""
    from pyrage import RecipientError, encrypt, x25519

    try:
        wrapped: bytes = encrypt(vault_key, [x25519.Recipient.from_str(recipient)])
    except RecipientError:
        raise NotRecoveryKey from None
    return wrapped


def unwrap(wrapped: bytes, recipient: str, recovery_key: str) -> bytes:
    """The vault key. Raises NotRecoveryKey, WrongRecoveryKey where it belongs to another
    recipient, SealBroken where the file is damaged."""
    from pyrage import DecryptError, decrypt, x25519

    if recipient_of(recovery_key) != recipient:
        raise WrongRecoveryKey
    try:
        vault_key: bytes = decrypt(wrapped, [x25519.Identity.from_str(_plain(recovery_key))])
    except DecryptError:
        raise SealBroken from None
    if len(vault_key) != KEY_BYTES:
        raise SealBroken
    return vault_key


def _plain(typed: str) -> str:
    """As it is written on a sheet, in a file of `age-keygen` with its comments, or typed with
    spaces: one line in capitals."""
    lines = (line for line in typed.splitlines() if not line.lstrip().startswith("#"))
    return "".join("".join(lines).split()).upper()
