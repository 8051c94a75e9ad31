"""Adds the account of an enrolment to the vault, and composes the output about it."""

from authenticator.app.add_account import add_account
from authenticator.app.codes import use
from authenticator.cli.account_json import fields
from authenticator.cli.pins import Pins
from authenticator.clock.clock import Clock
from authenticator.language import tr
from authenticator.otp.account import Hotp
from authenticator.otp.uri import Enrolment
from authenticator.vault.vault import Vault
from authenticator.wording import displayable, remark


def store(
    vault: Vault, enrolment: Enrolment, clock: Clock, pins: Pins, *, again: bool
) -> tuple[dict[str, object], str]:
    """Add an account unless the same label with the same secret is there already. Returns its
    fields, with the code to type into the panel now, and the same as text.

    `outcome` is `added` or `kept`; `in_bin` is the id of the same account in the bin, from where
    it can still be put back, else null. No code is shown of an HOTP account: that would use it
    up. The PIN that an account lacks is asked of `pins`.
    """
    account = enrolment.account
    if account.lacks_pin and (again or vault.find_duplicate(account) is None):
        account = pins.completed(account)
    added = add_account(vault, account, again=again)
    entry = added.entry
    told = fields(entry) | {
        "outcome": "kept" if added.kept else "added",
        "in_bin": added.removed and added.removed.id,
        "code": None,
        "valid_until": None,
        "notices": [remark(notice) for notice in enrolment.notices],
    }
    name = displayable(str(entry.label))
    text = f"{entry.id}  {name}"
    if added.kept:
        text += "  " + tr("is already there and was left as it is (--again adds it a second time)")
    if added.removed:
        text += "\n  " + tr(
            "the same account is in the bin: to get it back, with its groups and notes, run\n"
            "  'authenticator remove {id} --undo', then remove this one",
            id=added.removed.id,
        )
    if not isinstance(entry.otp, Hotp):
        _, code = use(vault, entry, clock.now())
        told["code"] = code.value
        told["valid_until"] = code.valid_until
        text += "\n  " + tr("code now: {code}", code=code.value)
    else:
        text += "\n  " + tr("'authenticator code {id}' shows the next code", id=entry.id)
    for notice in enrolment.notices:
        text += "\n  " + tr("note: {remark}", remark=remark(notice))
    return told, text
