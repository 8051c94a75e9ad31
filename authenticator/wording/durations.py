"""Durations as text: amounts, signed amounts, uncertainties."""

from authenticator.language import number, tr, trn


def amount(seconds: float) -> str:
    """A duration as text, without a sign: `1 min 32.4 s`, `1 h 5 min`, `3,652 days`."""
    whole = abs(seconds)
    if whole < 59.95:
        return tr("{seconds} s", seconds=number(whole, 1))
    if whole < 3599.5:
        minutes, tenths = divmod(round(whole * 10), 600)
        return _two(tr("{minutes} min", minutes=minutes), _seconds(tenths))
    if whole < 86_370:
        hours, minutes = divmod(round(whole / 60), 60)
        rest = tr("{minutes} min", minutes=minutes) if minutes else ""
        return _two(tr("{hours} h", hours=hours), rest)
    days, hours = divmod(round(whole / 3600), 24)
    rest = tr("{hours} h", hours=hours) if hours and days <= 30 else ""
    return _two(trn("{count} day", "{count} days", days), rest)


def _seconds(tenths: int) -> str:
    if not tenths:
        return ""
    return tr("{seconds} s", seconds=number(tenths / 10, 0 if tenths % 10 == 0 else 1))


def _two(large: str, small: str) -> str:
    return f"{large} {small}" if small else large


def signed_amount(seconds: float) -> str:
    """With its sign, as a true minus: `+1 h`, `−1 min 32.4 s`."""
    return f"{'−' if seconds < 0 else '+'}{amount(seconds)}"


def certainty(uncertainty_s: float) -> str:
    """`± 12 ms`, `± 1.2 s`: never rounded to zero."""
    if uncertainty_s < 0.9995:
        return tr("± {milliseconds} ms", milliseconds=max(1, round(uncertainty_s * 1000)))
    return f"± {amount(uncertainty_s)}"


def signed_seconds(seconds: float, places: int) -> str:
    return number(seconds, places, "+").replace("-", "−")
