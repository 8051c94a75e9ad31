"""How an account's codes are made, in a few words."""

from authenticator.language import number, tr
from authenticator.otp.account import Algorithm, Hotp, MobileOtp, Otp, Steam, Totp, Yandex


def kind(otp: Otp) -> str:
    """One line with the type and every parameter of it."""
    match otp:
        case Totp():
            words = tr(
                "Time-based, {digits} digits every {period} s",
                digits=otp.digits,
                period=number(otp.period_s),
            )
        case Hotp():
            words = tr(
                "Counter-based, {digits} digits, next counter {counter}",
                digits=otp.digits,
                counter=otp.counter,
            )
        case Steam():
            return "Steam Guard"
        case MobileOtp():
            return tr(
                "Mobile-OTP, {digits} characters every {period} s, with a PIN",
                digits=otp.digits,
                period=number(otp.period_s),
            )
        case Yandex():
            return tr("Yandex, {digits} letters, with a PIN", digits=otp.digits)
    return words if otp.algorithm is Algorithm.SHA1 else f"{words}, {otp.algorithm.value}"
