"""Label: issuer and account name."""

from dataclasses import dataclass

from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark

LABEL_LIMIT = 255


def well_formed(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates turned into U+FFFD.

    Clipboards, file names and JSON can contain lone surrogates, which can't be written as UTF-8 (in
    a URI, a keyring, a file).
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class Label:
    """Who issued the key and for whom: `issuer` and `account` may be empty, have at most 255
    characters each, and are stored as well-formed Unicode without surrounding white space."""

    issuer: str = ""
    account: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "issuer", well_formed(self.issuer).strip())
        object.__setattr__(self, "account", well_formed(self.account).strip())
        faults = [
            Remark(name, Reason.TOO_LONG, {"length": len(text), "limit": LABEL_LIMIT})
            for name, text in ((Field.ISSUER, self.issuer), (Field.ACCOUNT, self.account))
            if len(text) > LABEL_LIMIT
        ]
        if faults:
            raise EnrolmentRefused(faults)

    def __str__(self) -> str:
        """`issuer: account`, or the one that is not empty. For display, not for URIs."""
        return ": ".join(part for part in (self.issuer, self.account) if part)
