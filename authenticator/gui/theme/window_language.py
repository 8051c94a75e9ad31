"""The language of the window: our texts, Qt's own, and the direction of reading."""

from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from authenticator import language
from authenticator.language import LANGUAGES, RIGHT_TO_LEFT, best, of_the_system

_QT_NAMES = {"zh": "zh_CN"}
"""Languages that Qt names differently."""


def apply_language(app: QApplication, chosen: str) -> bool:
    """Use the language of this code, or the system's where it is empty or unknown. Returns whether
    the language changed. Widgets that are there already keep their texts."""
    code = chosen
    if code not in LANGUAGES:
        code = best(of_the_system() or QLocale.system().uiLanguages())
    if code == language.current():
        return False
    language.use(code)
    QLocale.setDefault(QLocale(_QT_NAMES.get(code, code)))
    for former in app.findChildren(QTranslator):
        app.removeTranslator(former)
        former.deleteLater()
    if code != "en":
        from PySide6.QtCore import QLibraryInfo

        translator = QTranslator(app)
        translator.load(
            f"qtbase_{_QT_NAMES.get(code, code)}",
            QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        )
        app.installTranslator(translator)
    app.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if code in RIGHT_TO_LEFT else Qt.LayoutDirection.LeftToRight
    )
    return True
