"""The least that a script does for a code: reads one key from the keyring, prints its code."""

import keyring
import pyotp

print(pyotp.TOTP(keyring.get_password("bare", "bare")).now())
