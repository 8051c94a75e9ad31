"""manual FOLDER: the pages of `man authenticator` and `man authenticator-gui`, from the parsers."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from commands import Verb, Word, verbs

from authenticator import NAME, __version__

EXIT_CODES = (
    (0, "done"),
    (2, "the words make no sense"),
    (3, "what was handed in can't be taken"),
    (4, "what is stored can't be used"),
    (5, "keyring, camera, network or disk does not answer"),
    (70, "a fault in the app"),
)


def plain(text: str) -> str:
    """Text as roff takes it: hyphens that can be copied, no line that looks like a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped


def option(word: Word) -> str:
    value = f" \\fI{plain(word.value)}\\fR" if word.value else ""
    names = ", ".join(f"\\fB{plain(name)}\\fR{value}" for name in word.names)
    return f".TP\n{names or value.strip()}\n{plain(word.help)}"


def section(verb: Verb) -> str:
    words = " ".join(f"\\fI{plain(word.value)}\\fR" for word in verb.words)
    usage = f"\\fBauthenticator {plain(verb.name)}\\fR {words}".rstrip()
    told = [word for word in (*verb.words, *verb.options) if word.help and "-h" not in word.names]
    lines = [f".SS {plain(verb.name)}", usage, ".PP", f"{plain(verb.summary)}."]
    return "\n".join([*lines, *map(option, told)])


def header(page: str) -> str:
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    date = moment.strftime("%Y-%m-%d")
    return f'.TH {page} 1 {date} "{NAME} {__version__}" "User Commands"'


def terminal() -> str:
    """The page `authenticator(1)`."""
    codes = "\n".join(f".TP\n.B {code}\n{plain(what.capitalize())}." for code, what in EXIT_CODES)
    sections = "\n".join(map(section, verbs()))
    return f"""{header("AUTHENTICATOR")}
.SH NAME
authenticator \\- two\\-step codes on a computer
.SH SYNOPSIS
.B authenticator
.RI [ VERB " ...] [" LINK ]
.SH DESCRIPTION
Scans the QR code that a panel shows, keeps its key in the system's keyring, and shows the code to
type. Without a verb, or with an otpauth or motp link, the window opens. Keys and PINs are never
taken from the command line: \\fB\\-\\-key\\-file \\-\\fR reads a key from standard input.
.TP
.B \\-\\-debug
The window writes a debug log in this run, without keys, codes or names; so does a verb that is
followed by this option.
.TP
.B \\-\\-self\\-check
What \\fBdoctor\\fR tells.
.TP
.B \\-\\-version
The version.
.SH VERBS
{sections}
.SH EXIT STATUS
{codes}
.SH ENVIRONMENT
.TP
.B AUTHENTICATOR_HOME
The folder for everything that is kept, in place of \\fI~/.local/share/authenticator\\fR.
.SH FILES
.TP
.I ~/.local/share/authenticator/vault.db
Names, order and counters, sealed.
.TP
.I ~/.local/share/authenticator/settings.json
Settings, nothing secret.
.TP
.I ~/.local/share/authenticator/logs/debug.log
The debug log, where it is on.
.SH SEE ALSO
.BR authenticator\\-gui (1)
"""


def window() -> str:
    """The page `authenticator-gui(1)`."""
    return f"""{header("AUTHENTICATOR-GUI")}
.SH NAME
authenticator\\-gui \\- two\\-step codes on a computer, in a window
.SH SYNOPSIS
.B authenticator\\-gui
.RI [ LINK | FILE " ...]"
.SH DESCRIPTION
Opens the window, or brings the open one to the front, and offers the accounts that otpauth links
and pictures hold.
.TP
.B \\-\\-debug
Writes a debug log in this run, without keys, codes or names.
.TP
.B \\-\\-self\\-check
Tells what works on this computer and what does not, as \\fBauthenticator doctor\\fR does.
.SH SEE ALSO
.BR authenticator (1)
"""


def write(folder: Path) -> None:
    """Writes `authenticator.1` and `authenticator-gui.1`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "authenticator.1").write_text(terminal(), encoding="utf-8")
    (folder / "authenticator-gui.1").write_text(window(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
