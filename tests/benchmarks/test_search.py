"""One keystroke's search among ten thousand accounts, beside a plain scan of their names."""

import pytest

from authenticator.app.search import AccountSearch
from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry


@pytest.mark.parametrize("query", ["p", "panel 77", "example org", "kim99 pan", "nowhere"])
def test_search(paired, query: str) -> None:
    entries = [
        Entry(str(number), Label(f"Pänel {number}", f"kim{number}@example.org"), Totp(), ("Work",))
        for number in range(10_000)
    ]
    finder = AccountSearch(entries)
    finder.prepare()
    names = [str(entry.label).lower() for entry in entries]
    paired(lambda: finder.find(query), scan=lambda: [name for name in names if query in name])
