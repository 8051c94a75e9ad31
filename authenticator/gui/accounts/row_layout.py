"""Where the parts of an account's row stand."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QSize

PAD = 16
PIN = 16
_LARGE = 1.5
"""From this text size on the code begins below the avatar: digits need the width."""


class RowLayout(NamedTuple):
    """Rows at a text size (1 for the usual), normal or compact, read from the left or, mirrored,
    from the right. Px."""

    scale: float = 1.0
    compact: bool = False
    mirrored: bool = False

    @property
    def height(self) -> int:
        return self._code_top + self._code_height + (2 if self.compact else 7)

    @property
    def digits_px(self) -> int:
        """How large digits are at the usual text size."""
        return 24 if self.compact else 28

    @property
    def text_x(self) -> int:
        """How far from the leading edge text begins."""
        return PAD + self._avatar + 12

    def avatar(self, row: QRect) -> QRect:
        top = (self.height - self._avatar) // 2 if self.compact else 12
        return self._placed(row, PAD, top, self._avatar, self._avatar)

    def ring(self, row: QRect) -> QRect:
        side = round(32 * min(self.scale, _LARGE))
        return self._trailing(row, QSize(side, side))

    def next_button(self, row: QRect) -> QRect:
        """The button of an account that counts."""
        return self._trailing(
            row, QSize(round(64 * min(self.scale, _LARGE)), min(self._px(36), self.height - 8))
        )

    def code(self, row: QRect) -> QRect:
        """All of the code's line."""
        left = PAD if self.scale >= _LARGE and not self.compact else self.text_x
        width = row.width() - left - PAD
        return self._placed(row, left, self._code_top, width, self._code_height)

    def names(self, row: QRect, beside: int, *, alone: bool) -> tuple[QRect, QRect]:
        """The lines of two names, with something of `beside` px at the trailing edge; compact
        rows have one line for both. A name `alone` stands nearer to its code."""
        width = row.width() - self.text_x - PAD - beside - 12
        top = 4 if self.compact else 20 if alone else 10
        first = self._placed(row, self.text_x, top, width, self._px(20))
        if self.compact:
            return first, first
        return first, self._placed(row, self.text_x, top + self._px(19), width, self._px(18))

    def shortened(self, box: QRect, px: int) -> QRect:
        """A box without so much of its trailing side."""
        return box.adjusted(px, 0, 0, 0) if self.mirrored else box.adjusted(0, 0, -px, 0)

    def after(self, box: QRect, px: int) -> QRect:
        """A box without so much of its leading side."""
        return box.adjusted(0, 0, -px, 0) if self.mirrored else box.adjusted(px, 0, 0, 0)

    def pin(self, box: QRect) -> QRect:
        """The mark at the trailing end of a line of names."""
        left = box.left() if self.mirrored else box.right() + 1 - PIN
        return QRect(left, box.center().y() - PIN // 2 + 1, PIN, PIN)

    @property
    def _avatar(self) -> int:
        return round((32 if self.compact else 36) * min(self.scale, 1.25))

    @property
    def _code_top(self) -> int:
        return 5 + self._px(17) if self.compact else 10 + self._px(35)

    @property
    def _code_height(self) -> int:
        return self._px(32 if self.compact else 36)

    def _trailing(self, row: QRect, size: QSize) -> QRect:
        left = row.width() - PAD - size.width()
        top = (row.height() - size.height()) // 2
        return self._placed(row, left, top, size.width(), size.height())

    def _placed(self, row: QRect, left: int, top: int, width: int, height: int) -> QRect:
        x = row.right() + 1 - left - width if self.mirrored else row.left() + left
        return QRect(x, row.top() + top, width, height)

    def _px(self, usual: int) -> int:
        return round(usual * self.scale)
