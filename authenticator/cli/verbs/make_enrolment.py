"""`make-enrolment`: a fresh account as a link, a picture and a key in three forms, for feeding a
panel. It is stored nowhere."""

import argparse
import secrets
from pathlib import Path

from authenticator.app.new_test_enrolment import new_test_enrolment, write_new
from authenticator.cli.arguments import digits_help, period_help
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.otp.account import Label, Totp, Yandex, otp_of
from authenticator.otp.secret import MAX_BYTES, RECOMMENDED_BITS
from authenticator.otp.uri import write_uri
from authenticator.otp.yandex import KEY_BYTES
from authenticator.wording import displayable

BITS = range(8, MAX_BYTES * 8 + 1, 8)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", type=Path, metavar="FILE", help=tr("where the PNG is written"))
    parser.add_argument("--issuer", default="Test")
    parser.add_argument("--account", default="kim", help=tr("account name"))
    parser.add_argument("--type", default="totp", help=tr("totp, hotp, steam, motp or yandex"))
    parser.add_argument("--algorithm", default="SHA1", help=tr("SHA1, SHA256 or SHA512"))
    parser.add_argument("--digits", default=str(Totp().digits), help=digits_help())
    parser.add_argument("--period", default=str(Totp().period_s), help=period_help())
    parser.add_argument("--counter", default="0", help=tr("HOTP: the next counter"))
    parser.add_argument(
        "--bits",
        type=int,
        choices=BITS,
        metavar="N",
        help=tr(
            "length of the key, a multiple of {step} ({bits})",
            step=BITS.step,
            bits=RECOMMENDED_BITS,
        ),
    )
    parser.add_argument(
        "--raw-file", type=Path, metavar="FILE", help=tr("write the key's bytes here")
    )


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Write the files, then print the link and the key: it is a test account's."""
    del services
    from authenticator.scan.qr_encoder import qr_png

    otp = otp_of(
        type=chosen.type,
        algorithm=chosen.algorithm,
        digits=chosen.digits,
        period_s=chosen.period,
        counter=chosen.counter,
    )
    label = Label(chosen.issuer, chosen.account)
    bits = chosen.bits or (KEY_BYTES * 8 if isinstance(otp, Yandex) else RECOMMENDED_BITS)
    account = new_test_enrolment(label, otp, bits, secrets.token_bytes)
    uri, key = write_uri(account), account.secret.key
    write_new(chosen.picture, qr_png(uri))
    if chosen.raw_file is not None:
        write_new(chosen.raw_file, key)
    told = {
        "uri": uri,
        "base32": account.secret.base32(),
        "hex": key.hex(),
        "picture": str(chosen.picture),
        "raw_file": chosen.raw_file and str(chosen.raw_file),
    }
    lines = [
        f"{name:10} {displayable(str(value), 20_000)}" for name, value in told.items() if value
    ]
    terminal.show(told, "\n".join(lines))
    return 0
