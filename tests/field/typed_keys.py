"""Keys as people type and paste them, by kind. `right` has the key alone; what may be asked about
may be refused in the terminal and asked in the window."""

import base64
from collections.abc import Iterator

from tests.field.truth import Truth, Variant, key_of

KEY = Truth(key_of("typed"))
LONG = Truth(key_of("long", 32))


def words_before() -> Iterator[Variant]:
    """Words before the key, as it is copied with its label."""
    plain, grouped = KEY.base32, " ".join(KEY.base32[at : at + 4] for at in range(0, 32, 4))
    for label in (
        *("key=", "secret=", "Secret =", "Key:", "KEY :", "setup key:", "Setup key ", "TOTP "),
        *("Your key is: ", "Your secret key: ", "Manual entry key\n", "Manual entry: ", "code "),
        *("Schlüssel: ", "Geheimer Schlüssel = ", "Clé : ", "Clave secreta: ", "Chiave: "),
        *(
            "ключ: ",
            "密钥：",
            "秘密鍵: ",
            "secret key -> ",
            "* key: ",
            "Key\t",
            "key - ",
            "otp_secret: ",
        ),
        *("plain text key", "Plain text key", "lain text key", "in text key ", "Base32 ", "b32:"),
        *("SECRET=", "SECRETKEY", "KEY ", "SETUP KEY ", "MY KEY IS ", "TWO FACTOR KEY:", "2FA "),
        *('"secret": "', "<code>", "`", "(", "[", "“", "key is "),
    ):
        after = {'"secret": "': '"', "<code>": "</code>", "`": "`", "(": ")", "[": "]", "“": "”"}
        for form, key in (("whole", plain), ("grouped", grouped), ("lower", plain.lower())):
            yield Variant(f"{label!r}, {form}", f"{label}{key}{after.get(label, '')}", (KEY,))


def not_whole() -> Iterator[Variant]:
    """Keys that can't be whole, or have a letter too many."""
    for truth in (KEY, LONG):
        whole = truth.base32
        for cut in (1, 2, 3, 5, 8):
            yield Variant(f"{len(whole) - cut} letters of {len(whole)}", whole[:-cut])
        for more in ("A", "AB", "Q7"):
            yield Variant(f"{len(whole)} letters and {more}", whole + more)
        yield Variant(f"a letter lost in the middle of {len(whole)}", whole[:9] + whole[10:])
        yield Variant(f"the first letter of {len(whole)} lost", whole[1:])
    for short in ("ABC", "JBSW", "JBSWY3DP", "A", "AB", "GEZDGNBVGY3TQ", "JBSWY3DPEHPK"):
        yield Variant(f"{len(short)} letters", short)
    mixed = KEY.base32[:10] + KEY.base32[10:20].lower() + KEY.base32[20:]
    yield Variant("mixed case", mixed, (KEY,))
    yield Variant("mixed case at the end", KEY.base32[:-1] + KEY.base32[-1].lower(), (KEY,))
    for word in ("undefined", "null", "None", "false", "secret", "key"):
        yield Variant(word, word)
    yield Variant("= inside", KEY.base32[:8] + "=" + KEY.base32[8:])
    yield Variant("= in front", "=" + KEY.base32, (KEY,))
    yield Variant("two keys", f"{KEY.base32} {LONG.base32}")


def hex_keys() -> Iterator[Variant]:
    """Keys in hex. Where the text may be Base32 as well, nobody may guess."""
    for size in (16, 20, 32):
        truth = Truth(key_of(f"hex{size}", size))
        text = truth.key.hex()
        pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
        fours = [text[at : at + 4] for at in range(0, len(text), 4)]
        for name, given in {
            "lower": text,
            "upper": text.upper(),
            "pairs": " ".join(pairs),
            "colons": ":".join(pairs),
            "upper, colons": ":".join(pairs).upper(),
            "fours": " ".join(fours),
            "dashes": "-".join(fours),
            "0x": f"0x{text}",
            "named": f"key: {text}",
        }.items():
            yield Variant(f"{2 * size} digits, {name}", given, (truth,))
    both = "abcdef23" * 5  # valid in hex and in Base32
    yield Variant("hex or Base32", both)


def plain_keys() -> Iterator[Variant]:
    """Keys in all the ways in which they are right."""
    for truth in (KEY, LONG, Truth(key_of("sixteen", 10)), Truth(key_of("sixtyfour", 64))):
        text = truth.base32
        size = len(text)
        fours = [text[at : at + 4] for at in range(0, size, 4)]
        for name, given in {
            "upper": text,
            "lower": text.lower(),
            "spaces": " ".join(fours),
            "dashes": "-".join(fours),
            "lower, spaces": " ".join(fours).lower(),
            "padded": base64.b32encode(truth.key).decode(),
            "lines": "\n".join(fours),
            "no-break spaces": "\u00a0".join(fours),
            "around": f"  {text}\r\n",
            "tabs": "\t".join(fours),
            "zero-width spaces": "\u200b".join(fours),
        }.items():
            yield Variant(f"{size} letters, {name}", given, (truth,), may_refuse=False)


KINDS = {
    "Words before a typed key": words_before,
    "A typed key that can't be whole": not_whole,
    "Keys in hex": hex_keys,
    "Keys as they should be": plain_keys,
}
