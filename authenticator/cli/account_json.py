"""An account as the terminal prints it in JSON."""

from authenticator.otp.account import Hotp, type_of
from authenticator.vault.entry import Entry


def fields(entry: Entry) -> dict[str, object]:
    """What `list --json` and the like print; never the secret."""
    otp = entry.otp
    return {
        "id": entry.id,
        "issuer": entry.label.issuer,
        "account": entry.label.account,
        "type": type_of(otp),
        "algorithm": otp.algorithm,
        "digits": otp.digits,
        "period": None if isinstance(otp, Hotp) else otp.period_s,
        "counter": otp.counter if isinstance(otp, Hotp) else None,
        "group": entry.groups[0] if entry.groups else "",
        "groups": list(entry.groups),
        "pinned": entry.pinned,
        "icon": entry.icon,
        "uses": entry.uses,
        "last_used": entry.last_used_s or None,
        "added_at": entry.added_s or None,
        "damaged": entry.damaged,
    }
