"""What shuts off the process that reads pictures, and what of it is missing."""

from collections.abc import Iterable

from authenticator.app.diagnosis import ReaderExposed
from authenticator.language import gettext_noop, join_list, tr
from authenticator.scan.sandbox import Layer
from authenticator.wording.message import Message, Messages

_LAYERS = {
    Layer.MEMORY: gettext_noop("memory limit"),
    Layer.DESCRIPTORS: gettext_noop("ban on opening files"),
    Layer.PRIVILEGES: gettext_noop("ban on more privileges"),
}
_BY_NAME = {Layer.FILES: "Landlock", Layer.SYSTEM_CALLS: "seccomp"}
"""Those that are called alike in every language."""


def layers_in_words(layers: Iterable[Layer]) -> str:
    """Them as a list."""
    return join_list(_BY_NAME.get(layer) or tr(_LAYERS[layer]) for layer in layers)


MESSAGES: Messages = {
    ReaderExposed: lambda e: Message(
        tr("Pictures are read with less protection than usual"),
        tr("This system does without: {layers}.", layers=layers_in_words(e.layers)),
        tr(
            "Update the system; in a container, allow Landlock and seccomp. Until then, scan no "
            "pictures from strangers."
        ),
    ),
}
