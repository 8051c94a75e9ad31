"""What a picture's remarks say where it depends on figures."""

from authenticator.language import gettext_noop, tr, trn
from authenticator.otp.remark import Remark

LOWER_LEVEL = gettext_noop(
    "Draw it larger, or with error correction level {enough} in place of {level}: it then has "
    "{fewer} modules per side."
)
"""How to have fewer modules; facts as legibility.legibility gives them."""


def margin(remark: Remark, facts: dict[str, str]) -> str:
    """That the code's margin is too narrow."""
    modules = remark.facts.get("modules")
    if not isinstance(modules, int):
        return tr("The code's margin is too narrow.")
    if not modules:
        return tr(
            "The code has no margin; {wanted} modules are needed.", **{"wanted": "?", **facts}
        )
    return trn(
        "The code's margin is {count} module wide; {wanted} are needed.",
        "The code's margin is {count} modules wide; {wanted} are needed.",
        modules,
        **{"wanted": "?", **facts},
    )


def cut_tightly(remark: Remark, facts: dict[str, str]) -> str:
    """That the picture ends within the code's margin."""
    modules = remark.facts.get("modules")
    if not isinstance(modules, int) or not modules:
        return tr("The picture ends at the code's edge: it may be cut tightly.")
    return trn(
        "The picture ends {count} module beside the code: it may be cut tightly.",
        "The picture ends {count} modules beside the code: it may be cut tightly.",
        modules,
        **facts,
    )
