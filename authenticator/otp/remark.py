"""Remarks about a field of an enrolment: one vocabulary for faults and notices."""

import dataclasses
from collections.abc import Iterable
from enum import StrEnum

from authenticator.errors import InputRefused


class Field(StrEnum):
    """The parts of an enrolment that a remark can be about."""

    URI = "uri"
    TYPE = "type"
    ISSUER = "issuer"
    ACCOUNT = "account"
    LABEL = "label"
    SECRET = "secret"  # noqa: S105 - the name of a field
    ALGORITHM = "algorithm"
    DIGITS = "digits"
    PERIOD = "period"
    COUNTER = "counter"
    PIN = "pin"
    PARAMETER = "parameter"
    PICTURE = "picture"


class Reason(StrEnum):
    """The reason for a remark. `authenticator.wording` has a sentence for each."""

    # faults: the enrolment can't be used
    MISSING = "missing"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_NUMBER = "not_a_number"
    UNKNOWN = "unknown"
    WRONG_CHARACTER = "wrong_character"
    TOO_SHORT_TO_DECODE = "too_short_to_decode"
    NOT_AN_ENROLMENT = "not_an_enrolment"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    ODD_HEX = "odd_hex"
    WRONG_LENGTH = "wrong_length"
    CHECKSUM = "checksum"
    PART = "part"
    PARTS_UNFIT = "parts_unfit"
    PLACEHOLDER = "placeholder"
    CONFLICT = "conflict"
    AMBIGUOUS = "ambiguous"
    UNREAD = "unread"
    OWN_APP = "own_app"
    BROKEN_OFF = "broken_off"
    BARE_KEY = "bare_key"
    # notices: usable, but worth knowing
    SHORT = "short"
    ALL_ZERO = "all_zero"
    DIFFERS = "differs"
    ABSENT = "absent"
    REPEATED = "repeated"
    IGNORED = "ignored"
    NORMALISED = "normalised"
    TRAILING_BITS = "trailing_bits"
    DEFAULTED = "defaulted"
    NEAR_MISS = "near_miss"
    ENTITIES = "entities"
    OVER_ENCODED = "over_encoded"
    BASE64 = "base64"
    BY_NAME = "by_name"
    # a key entered by hand: faults, then what is asked or said before it is used
    WHOLE_LINK = "whole_link"
    SEVERAL_KEYS = "several_keys"
    NOT_HEX = "not_hex"
    INCOMPLETE = "incomplete"
    ODD_LENGTH = "odd_length"
    MIXED_CASE = "mixed_case"
    UNCLEAR_START = "unclear_start"
    HEX = "hex"
    HEX_OR_BASE32 = "hex_or_base32"
    RECOVERY_CODE = "recovery_code"
    SETTINGS_BESIDE = "settings_beside"
    LEFT_OUT = "left_out"
    # notices of an inspection: problems with other apps and their users
    BELOW_RECOMMENDED = "below_recommended"
    SAMPLE = "sample"
    REPETITIVE = "repetitive"
    READABLE = "readable"
    COLON = "colon"
    NO_PREFIX = "no_prefix"
    NO_PARAMETER = "no_parameter"
    PLUS = "plus"
    PADDED = "padded"
    LOWER_CASE = "lower_case"
    UNUSUAL = "unusual"
    APPS_IGNORE = "apps_ignore"
    APPS_REFUSE = "apps_refuse"
    APPS_WARN = "apps_warn"
    # notices about the picture
    NO_MARGIN = "no_margin"
    TIGHT = "tight"
    INVERTED = "inverted"
    PALE = "pale"
    DENSE = "dense"


@dataclasses.dataclass(frozen=True, slots=True)
class Remark:
    """One fault or notice.

    `facts` holds what the sentence needs (bounds, a position counted from 1, the given value),
    never a secret.
    """

    field: Field
    reason: Reason
    facts: dict[str, int | str] = dataclasses.field(default_factory=dict, hash=False)


class EnrolmentRefused(InputRefused):
    """Fields of an enrolment are invalid; `faults` names all of them."""

    def __init__(self, faults: Iterable[Remark]) -> None:
        self.faults: tuple[Remark, ...] = tuple(faults)
        super().__init__(*(f"{fault.field}:{fault.reason}" for fault in self.faults))

    def __reduce__(self) -> tuple[type["EnrolmentRefused"], tuple[tuple[Remark, ...]]]:
        return type(self), (self.faults,)
