"""What is fuzzed: each target takes bytes, and may raise nothing but what its parser documents."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from authenticator.app.enrolment import sort_payloads
from authenticator.app.settings_file import SettingsFile
from authenticator.app.text_input import text_of
from authenticator.cli.arguments import Parser
from authenticator.cli.main import VERBS, common_arguments
from authenticator.clock.clock_reading import ClockReading
from authenticator.clock.https_date import read_date
from authenticator.clock.ntp import read_answer
from authenticator.clock.nts import read_fields
from authenticator.clock.nts_ke import read_terms
from authenticator.errors import AuthenticatorError
from authenticator.gui.desktop.instance_messages import read_call
from authenticator.otp.migration import read_migration
from authenticator.otp.typed_key import Encoding, read_key
from authenticator.otp.uri import read_uri, write_uri
from authenticator.scan.parts import joined, read_part
from authenticator.scan.wrapped import from_address, pictures_in_page, unzipped
from authenticator.vault import lifecycle
from authenticator.vault.entry import read_metadata, write_metadata
from authenticator.vault.head import read_head, write_head
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.manifest import read_contents, write_contents

Target = Callable[[bytes], None]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def link(data: bytes) -> None:
    """A link of a stored account: what is read is written and read back the same."""
    with suppress(AuthenticatorError):
        account = read_uri(_text(data)).account
        assert read_uri(write_uri(account)).account == account


def payload(data: bytes) -> None:
    """Any text: a scanned one, a pasted one, the content of a file."""
    sort_payloads([_text(data)])


def migration(data: bytes) -> None:
    """The payload of an export, in its link."""
    from base64 import b64encode
    from urllib.parse import quote

    with suppress(AuthenticatorError):
        read_migration("otpauth-migration://offline?data=" + quote(b64encode(data)))
    with suppress(AuthenticatorError):
        read_migration(_text(data))


def typed_key(data: bytes) -> None:
    """A key typed by hand, with whatever stands around it."""
    for encoding in (None, *Encoding):
        with suppress(AuthenticatorError):
            read_key(_text(data), encoding)


def text_file(data: bytes) -> None:
    """A file of links, of a key or of a passphrase: decoded, or refused as no text."""
    with suppress(UnicodeDecodeError):
        text_of(data)


def settings(data: bytes) -> None:
    """`settings.json`: what can't be read is its default, and the file is no reason to fail."""
    path = _folder() / "settings.json"
    path.write_bytes(data)
    SettingsFile(path).read()
    for left in path.parent.glob("settings.json*"):
        left.unlink()


def time_packet(data: bytes) -> None:
    """The answer of a time server: NTP, its extension fields, NTS-KE, the date of a web server."""
    with suppress(AuthenticatorError):
        read_answer(data.ljust(48, b"\0"), ClockReading(1.7e9, 5.0), ClockReading(1.7e9, 5.1), "h")
    with suppress(ValueError):
        list(read_fields(data))
    rest = [data]

    def read(count: int) -> bytes:
        taken, rest[0] = rest[0][:count], rest[0][count:]
        return taken

    with suppress(AuthenticatorError):
        read_terms("h", read)
    read_date(_text(data))


def parts(data: bytes) -> None:
    """Texts that may be parts of one, and pages and archives that may hold a picture."""
    texts = _text(data).split("\n")
    for text in texts:
        read_part(text)
    joined(texts)
    from_address(data)
    pictures_in_page(data)
    unzipped(data)


def sealed_texts(data: bytes) -> None:
    """What is found once a seal is opened, and the head, which is not sealed."""
    with suppress(ValueError):
        write_metadata(read_metadata("0" * 16, data))
    with suppress(ValueError):
        contents = read_contents(data)
        assert read_contents(write_contents(contents)) == contents
    with suppress(ValueError):
        head = read_head(data)
        assert read_head(write_head(head)) == head


def index_file(data: bytes) -> None:
    """`vault.db`: bytes of a whole one are replaced, at the places that the input names."""
    whole, key = _vault()
    path = _folder() / "vault.db"
    content = bytearray(whole)
    for at in range(0, len(data) - 3, 4):
        content[int.from_bytes(data[at : at + 3], "big") % len(content)] = data[at + 3]
    path.write_bytes(content)
    with suppress(AuthenticatorError), closing(lifecycle.open(path.parent, key=key)) as vault:
        vault.verify()
        for entry in vault.entries():
            with suppress(AuthenticatorError):
                assert vault.account(entry.id).secret.key in _KEYS
    for left in path.parent.iterdir():
        left.unlink()


def command_line(data: bytes) -> None:
    """The words after a verb: read, or refused with exit code 2."""
    words = [os.fsdecode(word) for word in data.split(b"\0")]
    verb = [*VERBS][len(words[0]) % len(VERBS)]
    parser = Parser(verb, "")
    common_arguments(parser)
    importlib.import_module(f"authenticator.cli.verbs.{verb.replace('-', '_')}").arguments(parser)
    said = TextIOWrapper(open(os.devnull, "wb"))  # noqa: SIM115, PTH123 - closed with the next line
    with said, redirect_stderr(said), redirect_stdout(said):
        code: object = 0
        try:
            parser.read(words[1:])
        except SystemExit as end:
            code = end.code
    assert code in (0, 2)


def message(data: bytes) -> None:
    """What another start of the app, or any program of the user, sends to the running window."""
    call = read_call(data)
    assert call is None or all(isinstance(word, str) for word in call.words)


TARGETS: Final[dict[str, Target]] = {
    target.__name__: target
    for target in (
        link,
        payload,
        migration,
        typed_key,
        text_file,
        settings,
        time_packet,
        parts,
        sealed_texts,
        index_file,
        command_line,
        message,
    )
}

_KEYS: Final = (b"12345678901234567890", b"another secret here")


@cache
def _folder() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - made with a random name, for its owner only
    return Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))


@cache
def _vault() -> tuple[bytes, bytes]:
    """The bytes of a small vault, and its key."""
    from authenticator.otp.account import Account, Label
    from authenticator.otp.secret import Secret

    home = _folder() / "vault"
    vault = lifecycle.create(
        home,
        store=StoreKind.SEALED,
        key=KeyKind.PASSPHRASE,
        passphrase="correct horse battery",
        cost=CHEAP,
    )
    for key in _KEYS:
        vault.add(Account(Label("Panel", "kim"), Secret(key)))
    vault.close()
    content = (home / "vault.db").read_bytes()
    for path in home.iterdir():
        path.unlink()
    home.rmdir()
    return content, vault.key
