"""Links wherever they stand in a text: found, cut out, decoded; nothing else is taken for one."""

import html
import json
import quopri
from urllib.parse import quote

import pytest

from authenticator.app.enrolment import sort_payloads
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.links import has_link, links_in
from authenticator.otp.migration import write_migration
from authenticator.otp.remark import Reason
from authenticator.otp.secret import Secret

KEYS = (
    "7XKQ4ZB5LRVYHN2WTDMC6JGA3PEUFSO2",
    "HN2WTDMC6JGA3PEUFSO27XKQ4ZB5LRVY",
    "JGA3PEUFSO27XKQ4ZB5LRVYHN2WTDMC6",
)
NAMES = ("Dock", "Ferry", "Girder")
FORMS = {
    "issuer last": "otpauth://totp/{name}:lou?digits=8&secret={key}&issuer={name}",
    "secret last": "otpauth://totp/{name}:lou?digits=8&issuer={name}&secret={key}",
    "digits last": "otpauth://totp/{name}:lou?secret={key}&issuer={name}&digits=8",
    "without issuer": "otpauth://totp/{name}:lou?digits=8&secret={key}",
}
ACCOUNTS = [
    Account(Label(name, "lou"), Secret.from_base32(key), Totp(digits=8))
    for name, key in zip(NAMES, KEYS, strict=True)
]


def link(form: str, at: int = 0) -> str:
    return FORMS[form].format(name=NAMES[at], key=KEYS[at])


def read(text: str) -> list[Account]:
    gathered = sort_payloads([text])
    assert gathered.refused == ()
    return [enrolment.account for enrolment in gathered.found]


# Several links in one text

SEPARATORS = [
    " ", ",", ";", "|", "", "\n", "\r\n", "\r", "\n\n", "\t", ", ", "; ", " | ", "%0A", "%0D%0A",
    "%20", "%09", "%2C", "%3B", "%7C", "%22", "<br>", "<br/>", "</p><p>", "&nbsp;", "&#10;",
    "&quot;", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u00a0", "\u2028", "\u3000", "\0", "\\n",
    "\\r\\n", "\\t", "\\u000a", '"', "'", '","', "', '", '" "', ")(", "][", "> <", "``", " and ",
    " - ", "-", "*", " • ", " => ", "→", "€", "+", "_", "=", ":", "~", "#", " #", "\\", ".", ". ",
    "!", "$", "@", "^", "?", "/", "//", "&", "&amp;", "%E2%80%8B", "%EF%BB%BF", "\x0b", "\x0c",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_every_link_of_a_text_is_found(separator: str, form: str) -> None:
    text = separator.join(link(form, at) for at in range(3))
    assert read(text) == ACCOUNTS


# What surrounds a link

SURROUNDINGS = [
    "QR-Code:%s", "QR-Code: %s\nscanned 1 barcode symbols\n", " %s ", "\ufeff%s",
    "# tokens\n%s\n", "Open %s.", "Open %s and enter the code.", "Open (%s).", "Is it %s?",
    "<%s>", "[Add](%s)", '[Add](%s "title")', "![code](%s).", '<a href="%s">Add</a>',
    "<a href='%s'>Add</a>", "<a href=%s>Add</a>", "<p>%s</p>", "<td>%s</td>", "%s</string>",
    '{"uri": "%s"}', '{"a":["%s","b"]}', "['%s']", "uri: %s", "uri=%s", "uri='%s'",
    'export X="%s";', "row,%s", "row,%s,2024-01-01,true", "row;%s;x", "row\t%s\tx", "row|%s|x",
    "| a | %s | b |", '"row","%s","x"', '"%s","Lou"', "%s,x,y", "%s|x", "`%s`", "```\n%s\n```",
    "“%s”", "«%s»", "„%s“", "‘%s’", "- %s", "* %s", "1. %s", "> %s", "see: %s!", "%s;", "%s.",
    "%s,", "**%s**", "_%s_", "&lt;%s&gt;", "&quot;%s&quot;", "&#39;%s&#39;", "$%s$",
    "Dear Lou\r\n\r\n%s\r\n\r\nregards", "%s\nABCD-EFGH backup", "%s\nLou", "%s\\n", "'%s\\n'",
    "%s\u200b", "%s\u00a0", "%s\0", "https://x.example/?data=%s", "https://x.example/#%s",
    "<%s> wrote", "{%s}", "%s <-- here", "%s <br>", '<img alt="%s" src=x>', "%s\n\n-- \nLou",
    "[%s]", "(see %s, please)", "https://a.example %s https://b.example", "%s\t# mine",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("around", SURROUNDINGS)
def test_what_surrounds_a_link_is_left_out(around: str, form: str) -> None:
    assert read(around.replace("%s", link(form))) == ACCOUNTS[:1]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        (f"secret={KEYS[0]} is your key", KEYS[0]),
        (f"secret={KEYS[0]}, keep it", KEYS[0]),
        ("secret=7XKQ 4ZB5 LRVY HN2W is your key", "7XKQ4ZB5LRVYHN2W"),
        ("secret=7XKQ 4ZB5 LRVY HN2W TD", "7XKQ4ZB5LRVYHN2WTD"),
        ("issuer=Dock&secret=7XKQ 4ZB5 LRVY HN2W", "7XKQ4ZB5LRVYHN2W"),
        ("secret=7XKQ 4ZB5 LRVY HN2W&issuer=Dock", "7XKQ4ZB5LRVYHN2W"),
    ],
)
def test_words_behind_a_key_are_no_part_of_it(query: str, key: str) -> None:
    (account,) = read(f"otpauth://totp/Dock:lou?{query}")
    assert account.secret == Secret.from_base32(key)


# Links inside links, and what other formats do to links

INSIDE = [
    lambda link: f"https://c.example/chart?cht=qr&chl={quote(link, safe='')}&chs=200x200",
    lambda link: f"https://c.example/?size=200x200&data={quote(link, safe='')}",
    lambda link: f"https://c.example/?uri={quote(quote(link, safe=''), safe='')}",
    lambda link: f"https://c.example/?url={quote(quote(quote(link, safe=''), safe=''), safe='')}",
    lambda link: f"https://c.example/?data={link}",
    lambda link: f"https://c.example/?data={link}&size=200x200",
    lambda link: f"https://c.example/qr/{quote(link, safe='')}",
    lambda link: f"https://c.example/#{quote(link, safe='')}",
    lambda link: f"https://c.example/?data={quote(link, safe='')}#top",
    lambda link: f"https://c.example/?data={quote(link, safe=':/')}&x=1",
    lambda link: f'<img src="https://c.example/?data={quote(link, safe="")}&amp;size=200x200">',
    lambda link: (
        "https://a.example/?u=" + quote("https://b.example/?data=" + quote(link, safe=""), safe="")
    ),
    lambda link: (
        f"https://a.example/?u={quote(f'https://b.example/?d={quote(link)}&s=3', safe='')}&x=1"
    ),
    lambda link: f"data:text/plain,{quote(link, safe='')}",
    lambda link: f"javascript:open('{link}')",
    lambda link: f"'{quote(link, safe='')}'",
    lambda link: f"({quote(link, safe='')})",
    lambda link: quote(link, safe=""),
    lambda link: quote(quote(link, safe=""), safe=""),
    lambda link: quote(quote(quote(link, safe=""), safe=""), safe=""),
    lambda link: "otpauth://" + quote(link[10:], safe=""),
    lambda link: "otpauth://totp/" + quote(link[15:], safe=""),
    lambda link: link.replace("://", "%3A//"),
    lambda link: link.replace("://", "%3A%2F%2F"),
    lambda link: link.replace("://", ":/"),
    lambda link: link.replace("://", ":"),
    lambda link: link.replace("://", "///"),
    lambda link: link.replace("://", ":///"),
    lambda link: link.replace("://", "//"),
    lambda link: link.replace("otpauth", "OTPAuth").replace("totp", "TOTP"),
    lambda link: json.dumps({"u": link}),
    lambda link: json.dumps({"u": link}).replace("/", "\\/"),
    lambda link: json.dumps({"u": link}).replace("&", "\\u0026").replace("=", "\\u003d"),
    lambda link: json.dumps(json.dumps({"u": link})),
    lambda link: html.escape(f'<a href="{link}">Add</a>'),
    lambda link: f'<a href="{html.escape(link)}">Add</a>',
    lambda link: html.escape(html.escape(f'<a href="{link}">')),
    lambda link: quopri.encodestring(f"Hello {link}\nbye".encode()).decode(),
    lambda link: f"text\n{link[:60]}\n{link[60:]}\n",
    lambda link: f"{link[:31]}\n{link[31:]}",
    lambda link: f"{link[:26]}\r\n{link[26:]}",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", INSIDE)
def test_link_inside_another_text_is_decoded(make, form: str) -> None:
    accounts = read(make(link(form)))
    assert accounts == ACCOUNTS[:1]


def test_parameters_behind_an_encoded_link_are_not_lost() -> None:
    inside = quote(f"otpauth://totp/Dock:lou?secret={KEYS[0]}", safe="")
    assert read(f"https://c.example/?data={inside}&issuer=Dock&digits=8") == ACCOUNTS[:1]


def test_key_that_begins_like_quoted_printable_is_kept() -> None:
    key = "3D" + KEYS[0][2:]
    (account,) = read(f"otpauth://totp/Dock:lou?secret={key}&issuer=Dock")
    assert account.secret == Secret.from_base32(key)


# Broken over lines


@pytest.mark.parametrize("at", range(16, 70))
def test_link_broken_anywhere_gives_its_account_or_none(at: int) -> None:
    """A link cut by a line break is joined, or refused where it can't be told; it is never read
    without its end."""
    whole = link("digits last")
    gathered = sort_payloads([f"{whole[:at]}\n{whole[at:]}\n"])
    assert all(one.account == ACCOUNTS[0] for one in gathered.found)
    assert len(gathered.found) + len(gathered.refused) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"secret={KEYS[0]}", "ABCDEFGHIJKLMNOP"),
        (f"secret={KEYS[0]}&period=6", "0"),
        (f"secret={KEYS[0]}&digits=1", "0"),
        (f"secret={KEYS[0]}&algorithm=SHA", "256"),
    ],
)
def test_link_that_may_go_on_in_the_next_line_is_refused(first: str, second: str) -> None:
    gathered = sort_payloads([f"otpauth://totp/Dock:lou?issuer=Dock&{first}\n{second}\n"])
    assert gathered.found == ()
    assert gathered.refused[0].faults[0].reason is Reason.BROKEN_OFF


def test_lines_behind_a_whole_link_are_not_joined() -> None:
    text = f"{link('secret last')}\n\nABCDEFGHIJKLMNOP\nfoo bar\n"
    assert [one.account for one in sort_payloads([text]).found] == ACCOUNTS[:1]


# Exports, and other schemes


def test_export_in_a_text_is_found() -> None:
    (export,) = write_migration(ACCOUNTS, batch_id=3)
    for text in (
        export, f"Export: {export}.", f'<a href="{export}">', f"QR-Code:{export}",
        quote(export, safe=""), f"https://c.example/?d={quote(export, safe='')}&x=1",
        f"{export[:80]}\n{export[80:160]}\n{export[160:]}", export.replace("://", ":/"),
        f"# mine\n{export}\nregards",
    ):  # fmt: skip
        assert read(text) == ACCOUNTS


def test_links_of_several_schemes_are_told_apart() -> None:
    text = f"motp://Dock:lou?secret=0a1b2c3d4e5f6071, steam://{KEYS[0]} {link('secret last', 1)}"
    schemes = [found.text.partition(":")[0] for found in links_in(text)]
    assert schemes == ["motp", "steam", "otpauth"]


# Lines, and texts without a link


def test_each_link_has_its_line() -> None:
    first, second, third = (link(form, at) for at, form in enumerate(list(FORMS)[:3]))
    text = f"# tokens\n\n{first}\nrow,{second}\r\n<{third}>"
    assert [found.line for found in links_in(text)] == [3, 4, 5]


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "otpauth", "otpauth:", "otpauth://", "the otpauth:// scheme", KEYS[0],
        "see otpauth:// for more", "https://example.org/otpauth", "steam://run/440",
        "steam://rungameid/4000", "steam://open/friends", "https://example.org/?next=/totp/setup",
        "otpauth: how it works", "\ufeff\u200b",
    ],
)  # fmt: skip
def test_text_without_link_has_none(text: str) -> None:
    assert links_in(text) == ()
    assert not has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        link("issuer last") + " " * 300_000 + "x",
        link("issuer last") + ".," * 200_000 + link("issuer last", 1),
        "otpauth://a" * 20_000,
        link("issuer last") + "&" * 300_000,
        "%25" * 200_000 + "otpauth%3A%2F%2Fx",
        "otpauth%3A%2F%2F" * 10_000,
        "(" * 100_000 + link("issuer last") + ")" * 100_000,
        "otpauth://totp/A" + "&amp;" * 25_000,
        f"{link('issuer last')}\n" + "A\n" * 200_000,
    ],
)  # fmt: skip
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert len(links_in(text)) <= 20_000
