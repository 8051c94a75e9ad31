"""Words that stand beside a key: the labels that panels and people write before it."""

import re
from typing import Final

_WORD: Final = re.compile(
    r"""
    2fa | account | app | authentication | authenticator | b32 | base | base32 | code | copy |
    enter |
    google | hex | hotp | is | key | manual | manually | mfa | or | otp | password | plain |
    private | \w*secret\w* | \w+key | security | seed | setup | sha256 | sha512 | shared | string |
    text | tfa | the | this | token | totp | type | use | value | verification | your |
    # other languages, some also as written without accents
    anahtar | avain | chave | cheie | chiave | clave | cle | clef | clé | codice | codigo |
    código | dein | din | est | geheim | geheimer | geheimnis | gizli | hemlig | hemmelig | ihr |
    kluc | klucz | kod | kode | kulcs | lautet | llave | noegle | nokkel | nyckel | salainen |
    schluessel | schlüssel | secreta | secreto | secrète | segreta | segreto | sleutel | tajny |
    titkos | votre | ключ | секрет | 密钥 | 密鑰 | 金鑰 | キー | 키 | مفتاح
    """,
    re.IGNORECASE | re.VERBOSE,
)
_GLUED: Final = ("KEY", "SECRET", "TOTP", "SEED", "TOKEN", "BASE32")
"""Words that are found at the beginning of a key, with nothing in between."""
_SETTINGS: Final = re.compile(
    r"sha-?[0-9]|digit|d[íi]gito|ziffer|chiffre|cifr|цифр|位|algor|алгор|period|périod|interval|"
    r"second|sekund|секунд|秒|counter|z[äa]hler|compteur|contador|hotp|steam",
    re.IGNORECASE,
)
_RECOVERY: Final = re.compile(
    r"recover|scratch|back-?\s?up|emergency|rescue|wiederherst|notfall|secours|récup|recup|"
    r"respaldo|ripristin|резерв|восстан|恢复|恢復|备用|備用|احتياط",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(
    r"pass|kennwort|\bpin\b|\bpwd?\b|contraseña|mot de|пароль|密码|密碼", re.IGNORECASE
)


def is_label_word(word: str) -> bool:
    """Whether this word is used for a key, whatever its case."""
    return _WORD.fullmatch(word) is not None


def is_label(words: str, key: str) -> bool:
    """Whether these are words, and no part of the key beside them: a word for a key is among
    them, or a letter that no key has, or small letters where the key has capitals, or there is
    nothing of which keys are made."""
    return (
        any(map(is_label_word, re.findall(r"\w+", words)))
        or any(letter.isalpha() and not letter.isascii() for letter in words)
        or not re.search("[A-Za-z2-7]", words)
        or (words.upper() != words and key.upper() == key)
    )


def glued_label(letters: str) -> str:
    """The word for a key that runs into these letters, or empty. A random key starts so once in
    30,000 times."""
    return next((word for word in _GLUED if letters.upper().startswith(word)), "")


def names_settings(words: str) -> bool:
    """Whether words speak of how codes are made, which a key alone does not tell."""
    return _SETTINGS.search(words) is not None


def names_recovery_code(words: str) -> bool:
    """Whether words announce recovery codes rather than a key."""
    return _RECOVERY.search(words) is not None


def names_password(words: str) -> bool:
    """Whether words announce a password rather than a key."""
    return _PASSWORD.search(words) is not None


def without_key_letters(words: str, key: str) -> str:
    """The words to show to people; empty where one of them may be a part of the key."""
    shown = " ".join(words.split()).strip(" :-–—")
    small = key.upper() != key
    for word in re.findall(r"\w+", shown):
        plain = re.fullmatch("[A-Za-z2-7]+", word) and not is_label_word(word)
        if plain and (len(word) > 12 or (small if word.islower() else word.isupper())):
            return ""
    return shown[:60]
