"""Links in any surroundings: every account is found as it is, and nothing else is."""

import contextlib
import html
import json
import re
from urllib.parse import quote

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from authenticator import wording
from authenticator.app.enrolment import sort_payloads
from authenticator.otp.account import Account, Algorithm, Hotp, Label, Steam, Totp
from authenticator.otp.link_reading import read_link
from authenticator.otp.links import has_link, links_in
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri

names = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    st.text(": %+&=?#/\\\n\0\ufeff\u202eaß\U0001f511\"'<>;,|", max_size=30),
    st.sampled_from(
        [
            "a&amp;b", "&AMP;digits=8", "otpauth://", "otpauth://totp/x", "%26", "%2526", "+", "?",
            "who?me", '"', "'", "<br>", "%u0041", "&#39;", "x&digits=8", "?period=60", "Steam",
            "otpauth%3A%2F%2F", "secret", "a%3Ab", "kim/", "/kim", "R+D SSO", "\\u0026", "\\n",
            "https://example.org", "127.0.0.1:8443", "=3D", "&quot;", "{}", "amp;", "a;digits=8",
        ]
    ),
)  # fmt: skip
secrets = st.binary(min_size=10, max_size=64).map(Secret)
algorithms = st.sampled_from(Algorithm)
periods_s = st.sampled_from([1, 15, 30, 45, 60, 90, 3600, 86_400])
otps = st.one_of(
    st.builds(Totp, algorithms, st.integers(4, 10), periods_s),
    st.builds(Hotp, algorithms, st.integers(4, 10), st.integers(0, 2**64 - 1)),
    st.builds(Steam),
)
accounts = st.builds(Account, st.builds(Label, names, names), secrets, otps)

plain_names = st.text("abcdefgh", min_size=1, max_size=8).map(str.title)
plain_accounts = st.builds(
    Account,
    st.builds(Label, plain_names, plain_names),
    st.binary(min_size=20, max_size=20).map(Secret),
    st.builds(Totp, algorithms, st.integers(6, 8), st.sampled_from([30, 60])),
)
separators = st.text(" ,;|\t\n\r\"'<>()[]{}`*_-\u200b\u00a0\ufeff\u2028•→/\\&#.!~$", max_size=6) | (
    st.sampled_from(
        ["%0A", "%20", "<br>", "<br/>", "\\n", "&nbsp;", "%0D%0A", "</li>\n<li>", '", "', "%2C"]
    )
)


def found_in(text: str) -> list[Account]:
    gathered = sort_payloads([text])
    assert gathered.refused == ()
    return [enrolment.account for enrolment in gathered.found]


@given(accounts)
@settings(max_examples=400, deadline=None)
def test_what_was_written_here_is_read_as_it_was(account: Account) -> None:
    """Names may look like parts of a link, or like escapes: this app's own form means what it
    says."""
    assert read_link(write_uri(account)).account == account
    assert found_in(write_uri(account)) == [account]


@given(
    st.lists(plain_accounts, min_size=1, max_size=5, unique_by=lambda one: (one.label, one.secret)),
    st.lists(separators, min_size=5, max_size=5),
    st.sampled_from(["issuer last", "secret last", "digits last"]),
)
@settings(max_examples=400, deadline=None)
def test_joined_by_any_separator_every_account_is_found(
    accounts: list[Account], between: list[str], order: str
) -> None:
    text = _link(accounts[0], order)
    for account, separator in zip(accounts[1:], between, strict=False):
        text += separator + _link(account, order)
    assert found_in(text) == accounts


def _link(account: Account, order: str) -> str:
    otp, label = account.otp, account.label
    parts = {
        "secret": account.secret.base32(),
        "issuer": label.issuer,
        "algorithm": otp.algorithm.value,
        "period": str(getattr(otp, "period_s", 30)),
        "digits": str(otp.digits),
    }
    last = order.removesuffix(" last")
    query = "&".join(
        f"{name}={parts[name]}" for name in (*(one for one in parts if one != last), last)
    )
    return f"otpauth://totp/{label.issuer}:{label.account}?{query}"


wrappings = st.sampled_from(
    [
        lambda link: f"https://charts.example.net/chart?cht=qr&chl={quote(link, safe='')}&chs=200",
        lambda link: f"https://a.example/?uri={quote(quote(link, safe=''), safe='')}#top",
        lambda link: quote(link, safe=""),
        lambda link: json.dumps({"otpauth_url": link, "id": 7}),
        lambda link: json.dumps({"otpauth_url": link}).replace("/", "\\/"),
        lambda link: f'<p><a href="{html.escape(link)}">Add</a></p>',
        lambda link: html.escape(f'<img src="https://c.example/?data={quote(link, safe="")}">'),
        lambda link: f"Dear Kim,\nopen {link}, then enter the code.\nKind regards",
        lambda link: f"[Add it]({link}).",
        lambda link: f"name,otp\nrow,{link},x\n",
        lambda link: f"QR-Code:{link}\nscanned 1 barcode symbols from 1 images",
        lambda link: f"# tokens\r\n{link}\r\n",
        lambda link: f"\ufeff{link}",
        lambda link: f"«{link}»",
        lambda link: f"uri='{link}'  # mine",
    ]
)


@given(plain_accounts, wrappings, st.sampled_from(["issuer last", "secret last", "digits last"]))
@settings(max_examples=300, deadline=None)
def test_what_surrounds_a_link_is_left_out(account: Account, wrap, order: str) -> None:
    assert found_in(wrap(_link(account, order))) == [account]


@given(st.text(st.characters(exclude_categories=()), max_size=200))
@example("the otpauth:// scheme")
@example("steam://run/440")
@settings(max_examples=200, deadline=None)
def test_text_without_link_gives_no_account(text: str) -> None:
    assume("otpauth" not in text.lower() and "motp" not in text.lower())
    gathered = sort_payloads([text])
    assert gathered.found == gathered.refused == ()
    assert gathered.others == (text,)


SLIPS = ["", "x", "=", "&", ":", "1", "%", "?", "\n", " ", ";", '"', "%26", "&amp;", "+", "/", "#"]


@given(st.binary(min_size=20, max_size=40).map(Secret), st.data())
@settings(max_examples=400, deadline=None)
def test_no_slip_shows_the_key(secret: Secret, data: st.DataObject) -> None:
    """No fault, notice or message contains eight consecutive characters of the key."""
    text = (
        f"otpauth://totp/Panel:kim?digits=8&secret={secret.base32()}"
        "&algorithm=SHA256&issuer=Panel&period=60"
    )
    if data.draw(st.booleans()):
        text = f"https://c.example/?data={quote(text, safe='')}&size=3"
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text = text[:at] + data.draw(st.sampled_from(SLIPS)) + text[at + 1 :]
    gathered = sort_payloads([text])
    remarks = [one for enrolment in gathered.found for one in enrolment.notices]
    remarks += [fault for refusal in gathered.refused for fault in refusal.faults]
    said = repr(remarks) + " ".join(wording.remark(one) for one in remarks)
    said += " ".join(wording.keyless(other) for other in gathered.others)
    runs = re.findall(r"[A-Z2-7]{8,}", said.upper())
    assert not any(run in secret.base32() for run in runs)


@given(st.binary(min_size=20, max_size=20).map(Secret), st.data())
@settings(max_examples=400, deadline=None)
def test_lost_or_doubled_character_never_changes_the_codes_silently(
    secret: Secret, data: st.DataObject
) -> None:
    """Where one character outside of values is missing or doubled, the codes are the right ones,
    or there are none."""
    text = f"otpauth://totp/Panel:kim?digits=8&secret={secret.base32()}&algorithm=SHA256&period=60"
    wanted = Totp(Algorithm.SHA256, 8, 60)
    places = [
        at
        for match in re.finditer(r"(?:\?|&)[a-z]+=|://totp/", text)
        for at in range(match.start(), match.end())
    ]
    at = data.draw(st.sampled_from(places))
    slip = text[:at] + data.draw(st.sampled_from(["", text[at] * 2])) + text[at + 1 :]
    for enrolment in sort_payloads([slip]).found:
        assert (enrolment.account.otp, enrolment.account.secret) == (wanted, secret)


@given(st.text("otpauh:/%3AF2?=&;secrt \n\"'<>\\", max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for link in links_in(text):
        assert has_link(text)
        with contextlib.suppress(EnrolmentRefused):
            read_link(link.text)
