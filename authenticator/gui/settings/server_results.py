"""The result of each time server: its name, words, and its interval as a bar around the agreed
time."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from authenticator.app.time.chart import Bar, chart
from authenticator.app.time.check import ServerProgress, TimeAnswer
from authenticator.clock.agreement import Verdict
from authenticator.gui.theme import colors
from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.labels import text
from authenticator.language import tr
from authenticator.wording import durations, server_answers

BAR_PX = 20
STUB_PX = 12


class ServerResults(QWidget):
    """One row per server, in the order asked. Text comes first: the bars only repeat it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Time servers and their answers"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._words: dict[str, QLabel] = {}
        self.hide()

    @property
    def words(self) -> str:
        """All texts, one line per row, for tests."""
        return "\n".join(f"{host}: {label.text()}" for host, label in self._words.items())

    def clear(self) -> None:
        self._words.clear()
        while self._column.count():
            item = self._column.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.hide()

    def start(self, hosts: Sequence[str]) -> None:
        """Show that all are being asked."""
        self.clear()
        for host in hosts:
            self._add(host, tr("asking…"))
        self.show()

    def set_progress(self, news: ServerProgress) -> None:
        """Show that one of them has answered or failed."""
        told = tr(server_answers.REASONS[news.reason]) if news.reason else tr("answered")
        if (label := self._words.get(news.host)) is not None:
            self._tell(label, news.host, told)
        else:  # asked because the others gave nothing
            self._add(news.host, told)

    def show_answer(self, answer: TimeAnswer) -> None:
        """Show the results of all, with their bars."""
        self.clear()
        picture = chart(answer)
        bars = {} if picture is None else {bar.server.host: bar for bar in picture.bars}
        agreed = answer.offset_s is not None
        for server in answer.servers:
            bar = bars.get(server.host)
            told = server_answers.verdict(server)
            if server.offset_s is not None and server.verdict is not Verdict.AGREES:
                told = f"{durations.signed_amount(server.offset_s)}, {told}"
            role = "fault" if server.verdict is Verdict.DISAGREES else "status"
            self._add(server.host, told, IntervalBar(bar, agreed=agreed) if bar else None, role)
        if picture is not None:
            edge = durations.certainty(picture.reach_s).removeprefix("± ")
            scale = (
                tr("The line in the middle is the agreed time; the edges are {edge} away.")
                if agreed
                else tr("The edges are {edge} from the middle.")
            )
            self._column.addWidget(text(scale.format(edge=edge), "status"))
        self.setVisible(bool(answer.servers))

    def _add(self, host: str, told: str, bar: QWidget | None = None, role: str = "status") -> None:
        name = text(_shown(host), selectable=True)
        label = text("", role)
        self._tell(label, host, told)
        self._words[host] = label
        head = FlowLayout(Spare.BETWEEN, gap=12)
        head.addWidget(name)
        head.addWidget(label)
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        if bar is not None:
            column.addWidget(bar)
        self._column.addWidget(row)

    def _tell(self, label: QLabel, host: str, told: str) -> None:
        label.setText(told)
        label.setAccessibleName(f"{_shown(host)}: {told}")


def _shown(host: str) -> str:
    return server_answers.server_name(host)


class IntervalBar(QWidget):
    """One interval on a track; the line across it is the agreed time. Decoration: the text of its
    row says the same."""

    def __init__(self, bar: Bar, *, agreed: bool) -> None:
        super().__init__()
        self._bar = bar
        self._agreed = agreed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, BAR_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = colors.current()
        bar, middle = self._bar, self.height() / 2
        color = QColor(
            {Verdict.AGREES: tokens.good, Verdict.DISAGREES: tokens.bad}.get(
                bar.server.verdict, tokens.muted
            )
        )
        left, right = 4.0, self.width() - 4.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.ring_track), 2))
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))

        def place(share: float) -> float:
            return left + share * (right - left)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        if bar.beyond:
            tip = left if bar.beyond < 0 else right
            base = tip - bar.beyond * STUB_PX
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(tip, middle), QPointF(base, middle - 5), QPointF(base, middle + 5)]
                )
            )
        else:
            start, end = place(bar.start), place(bar.end)
            width = max(8.0, end - start)
            painter.drawRoundedRect(QRectF((start + end - width) / 2, middle - 4, width, 8), 4, 4)
            if width > 16:
                painter.setBrush(QColor(tokens.background))
                painter.drawEllipse(QPointF(place(bar.middle), middle), 2, 2)
        if self._agreed:
            painter.setPen(QPen(QColor(tokens.text), 1.5))
            painter.drawLine(QPointF(place(0.5), 2), QPointF(place(0.5), self.height() - 2))
        painter.end()
