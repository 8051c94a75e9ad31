"""How an account's codes come about, in a few words."""

from authenticator.otp.account import Algorithm, Hotp, Otp, Steam, Totp


def kind(otp: Otp) -> str:
    """One line that tells the type, and all in which it may differ from others of its type."""
    match otp:
        case Totp():
            words = f"Time-based, {otp.digits} digits every {otp.period_s} s"
        case Hotp():
            words = f"By counter, {otp.digits} digits, next counter {otp.counter}"
        case Steam():
            return "Steam Guard"
    return words if otp.algorithm is Algorithm.SHA1 else f"{words}, {otp.algorithm.value}"
