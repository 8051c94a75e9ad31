"""The subset of protobuf that exports use: bytes <-> fields.

The wire is protobuf's (https://protobuf.dev/programming-guides/encoding/). The reader
knows varints and length-delimited fields, skips fixed-width ones and refuses groups. It never
recurses, and no length, number or count in a message causes more work than the bytes actually
present.
"""

from collections.abc import Iterator

from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark

_VARINT, _BYTES = 0, 2
_FIXED_BYTES = {1: 8, 5: 4}


def read_fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Every field's number and value in order: an unsigned 64-bit int, or bytes. Raises
    EnrolmentRefused."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if not 1 <= number < 2**29:
            raise _malformed()
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            length, at = _varint(message, at)
        elif wire in _FIXED_BYTES:
            length = _FIXED_BYTES[wire]
        else:  # a group, or a wire type that does not exist
            raise _malformed()
        end = at + length
        if end > len(message):
            raise _malformed()
        if wire == _BYTES:
            yield number, message[at:end]
        at = end


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number at offset `at`, 0 to 2**64 - 1, and the offset after it."""
    value = 0
    for place, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            if value >= 2**64:
                break
            return value, at + place + 1
    raise _malformed()


def signed(value: int, bits: int) -> int:
    """Two's complement of the lowest bits, the encoding of int32 and int64."""
    value &= 2**bits - 1
    return value - 2**bits if value >> (bits - 1) else value


def _write_varint(value: int) -> bytes:
    written = bytearray()
    value &= 2**64 - 1
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def write_number(number: int, value: int) -> bytes:
    return _write_varint(number << 3 | _VARINT) + _write_varint(value)


def write_bytes(number: int, value: bytes) -> bytes:
    return _write_varint(number << 3 | _BYTES) + _write_varint(len(value)) + value


def _malformed() -> EnrolmentRefused:
    return EnrolmentRefused([Remark(Field.URI, Reason.MALFORMED)])
