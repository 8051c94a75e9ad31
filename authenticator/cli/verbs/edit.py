"""`edit`: changes an account's name, groups, notes and place, and how its codes are made."""

import argparse
from contextlib import closing
from pathlib import Path

from authenticator.app.text_input import read_text
from authenticator.cli.account_json import fields
from authenticator.cli.arguments import digits_help, period_help
from authenticator.cli.open_vault import chosen_entry, opened, passphrase_argument
from authenticator.cli.pins import Pins, pin_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.otp.account import FixedOtp, Hotp, Label, Otp, Totp, otp_of, type_of
from authenticator.vault.vault import Vault
from authenticator.wording import displayable


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query", metavar="ID", help=tr("id, or words of the issuer and account name")
    )
    parser.add_argument("--issuer", help=tr("the new issuer"))
    parser.add_argument("--account", help=tr("the new account name"))
    groups = parser.add_mutually_exclusive_group()
    groups.add_argument(
        "--group",
        dest="groups",
        action="append",
        metavar="NAME",
        help=tr("a group it is in, in place of those until now; once for each"),
    )
    groups.add_argument(
        "--no-group", dest="groups", action="store_const", const=[], help=tr("in no group")
    )
    pin = parser.add_mutually_exclusive_group()
    pin.add_argument("--pin", dest="pinned", action="store_true", default=None)
    pin.add_argument("--unpin", dest="pinned", action="store_false")
    parser.add_argument(
        "--icon", metavar="SLUG", help=tr("the brand of the icon; nothing for none")
    )
    parser.add_argument(
        "--notes-file", type=Path, metavar="FILE", help=tr("the new notes; - for stdin")
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--before", metavar="ID", help=tr("put it right before another account"))
    place.add_argument("--first", action="store_true", help=tr("put it before all others"))
    place.add_argument("--last", action="store_true", help=tr("put it after all others"))
    codes = parser.add_argument_group(
        tr("how codes come (as the panel has it, or they are refused)")
    )
    codes.add_argument("--type", help=tr("totp, hotp, steam, motp or yandex"))
    codes.add_argument("--algorithm", help=tr("SHA1, SHA256 or SHA512"))
    codes.add_argument("--digits", help=digits_help())
    codes.add_argument("--period", metavar="S", help=period_help())
    codes.add_argument("--counter", help=tr("HOTP: the next counter"))
    pin_argument(codes)
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Change what was named, leave the rest, print the account as it is now."""
    notes = None if chosen.notes_file is None else read_text(chosen.notes_file)
    new_pin = Pins(terminal, chosen.pin_file).next_line()
    with closing(opened(services, terminal, chosen)) as vault:
        entry = chosen_entry(vault, chosen.query)
        follower = _follower(vault, chosen)
        label = Label(
            entry.label.issuer if chosen.issuer is None else chosen.issuer,
            entry.label.account if chosen.account is None else chosen.account,
        )
        otp = _otp(entry.otp, chosen)
        counter = otp.counter if chosen.counter is not None and isinstance(otp, Hotp) else None
        changed = vault.edit(
            entry.id,
            label=None if label == entry.label else label,
            otp=None if otp == entry.otp else otp,
            pin=new_pin,
            counter=counter,
            groups=chosen.groups,
            pinned=chosen.pinned,
            icon=chosen.icon,
            notes=notes,
        )
        if follower is not None or chosen.last:
            vault.move(entry.id, follower)
    if changed.otp != entry.otp or new_pin is not None:
        terminal.say(tr("Its codes differ now. Try one in the panel before you rely on them."))
    terminal.show(fields(changed), f"{changed.id}  {displayable(str(changed.label))}")
    return 0


def _follower(vault: Vault, chosen: argparse.Namespace) -> str | None:
    if chosen.before is not None:
        return chosen_entry(vault, chosen.before).id
    return vault.entries()[0].id if chosen.first else None


def _otp(old: Otp, chosen: argparse.Namespace) -> Otp:
    """The parameters with the given ones changed; those that the new type lacks are dropped."""
    kept: dict[str, str | int] = {"type": type_of(old)}
    if not isinstance(old, FixedOtp):  # whose algorithm, digits and period are fixed
        kept |= {"algorithm": old.algorithm, "digits": old.digits}
    if isinstance(old, Totp):
        kept["period_s"] = old.period_s
    if isinstance(old, Hotp):
        kept["counter"] = old.counter
    named = {
        "type": chosen.type,
        "algorithm": chosen.algorithm,
        "digits": chosen.digits,
        "period_s": chosen.period,
        "counter": chosen.counter,
    }
    return otp_of(**kept | {name: value for name, value in named.items() if value is not None})
