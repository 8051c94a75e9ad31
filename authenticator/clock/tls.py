"""A verified TLS connection to one server, with one deadline. The one importer of pyOpenSSL.

Python's own ssl can neither export keys (RFC 5705, which NTS requires) nor give the validity period
of a certificate that it refuses.
"""

import contextlib
import ipaddress
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from cryptography import x509
from OpenSSL import SSL, crypto

from authenticator.clock.deadline import Deadline
from authenticator.clock.network import Address, addresses, most_telling, network_reason
from authenticator.clock.sample import TimeReason, TimeServerFault
from authenticator.clock.trust_store import TrustStore

TLS_1_2, TLS_1_3 = SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION

_CERT_NOT_YET_VALID, _CERT_HAS_EXPIRED = 9, 10  # X509_V_ERR_*

LONG_EXPIRED = timedelta(days=365)
"""No public server's certificate stays expired for a year: then our clock is wrong."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHUNK_BYTES = 16_384  # the most that one TLS record holds

_T = TypeVar("_T")


@contextlib.contextmanager
def channel(
    host: str,
    port: int,
    deadline: Deadline,
    *,
    trust: TrustStore | None = None,
    wall: Callable[[], float] = time.time,
    protocol: bytes | None = None,
    lowest: int = TLS_1_2,
) -> Iterator["Channel"]:
    """Connects over IPv4 and IPv6 in parallel and uses the first to connect; verifies the
    certificate for `host` at the time that `wall` gives (Unix seconds). Only then is anything sent.
    `protocol` is what ALPN must agree on (RFC 7301), `lowest` the least version of TLS; `trust` is
    the system's by default. Raises TimeServerFault, as does every use of the channel."""
    wire = _connect(host, port, deadline)
    now_s = wall()
    try:
        context = _context(trust or TrustStore.of_system(), now_s, lowest)
        if protocol is not None:
            context.set_alpn_protos([protocol])
        opened = Channel(host, wire, context, deadline)
        opened.handshake(now_s)
        if protocol is not None and opened.protocol() != protocol:
            raise TimeServerFault(host, TimeReason.NO_TLS)
        yield opened
        opened.shut_down()
    finally:
        wire.close()


class Channel:
    """Bytes to and from one server. Created by `channel`."""

    def __init__(
        self, host: str, wire: socket.socket, context: SSL.Context, deadline: Deadline
    ) -> None:
        self._host = host
        self._wire = wire
        self._deadline = deadline
        self._refused: tuple[int, crypto.X509] | None = None
        context.set_verify(SSL.VERIFY_PEER, self._verified)
        self._tls = SSL.Connection(context, wire)

    def handshake(self, now_s: float) -> None:
        """Performs the handshake and checks that the certificate is for this host."""
        if _address(self._host) is None:
            self._tls.set_tlsext_host_name(_ascii(self._host))
        self._tls.set_connect_state()
        try:
            self._until_deadline(self._tls.do_handshake)
        except TimeServerFault:
            if self._refused is None:
                raise
            raise TimeServerFault(self._host, _refusal(*self._refused, now_s)) from None
        shown = self._tls.get_peer_certificate()
        if shown is None or not _is_for(shown, self._host):
            raise TimeServerFault(self._host, TimeReason.CERTIFICATE_BAD)

    def protocol(self) -> bytes:
        """What ALPN agreed on; empty if nothing."""
        return self._tls.get_alpn_proto_negotiated()

    def send(self, data: bytes) -> None:
        """All of it."""
        rest = data
        while rest:
            sent = self._until_deadline(lambda piece=rest: self._tls.send(piece))  # type: ignore[misc]
            rest = rest[sent:]

    def receive(self) -> bytes:
        """What has arrived, at least a byte; empty once the server has closed."""
        try:
            return self._until_deadline(lambda: self._tls.recv(_CHUNK_BYTES))
        except SSL.ZeroReturnError:
            return b""

    def shut_down(self) -> None:
        """Sends close_notify, without waiting for the server's."""
        with contextlib.suppress(SSL.Error, OSError):
            self._tls.shutdown()

    def export(self, label: bytes, context: bytes, length: int) -> bytes:
        """Key material of this connection (RFC 5705)."""
        return self._tls.export_keying_material(label, length, context)

    def _verified(
        self, _tls: SSL.Connection, certificate: crypto.X509, error: int, _depth: int, ok: int
    ) -> bool:
        # The first error counts. OpenSSL checks the validity periods of a chain only if it ends at
        # a trusted authority.
        if not ok and self._refused is None:
            self._refused = (error, certificate)
        return bool(ok)

    def _until_deadline(self, step: Callable[[], _T]) -> _T:
        """Retries a step until the server is ready for it, within the deadline."""
        while True:
            over = self._deadline.reason_to_stop()
            if over:
                raise TimeServerFault(self._host, over)
            try:
                return step()
            except SSL.WantReadError:
                self._wait(selectors.EVENT_READ)
            except SSL.WantWriteError:
                self._wait(selectors.EVENT_WRITE)
            except SSL.ZeroReturnError:
                raise
            except (SSL.SysCallError, OSError):
                raise TimeServerFault(self._host, TimeReason.BROKEN_OFF) from None
            except SSL.Error:
                raise TimeServerFault(self._host, TimeReason.NO_TLS) from None

    def _wait(self, event: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wire, event)
            selector.select(self._deadline.slice_s())


def _connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A connection to whichever address answers first: all are tried in parallel."""
    faults: list[TimeReason] = []
    wires: list[socket.socket] = []
    won: socket.socket | None = None
    with selectors.DefaultSelector() as selector:
        try:
            for place in addresses(host, port, socket.SOCK_STREAM):
                try:
                    selector.register(_begin_to_connect(place, wires), selectors.EVENT_WRITE)
                except OSError as error:
                    faults.append(network_reason(error))
            won = _first_connected(selector, deadline, faults)
        finally:
            for wire in wires:
                if wire is not won:
                    wire.close()
    if won is None:
        raise TimeServerFault(host, most_telling(faults))
    return won


def _begin_to_connect(place: Address, wires: list[socket.socket]) -> socket.socket:
    family, kind, protocol, where = place
    wire = socket.socket(family, kind, protocol)
    wires.append(wire)
    wire.setblocking(False)
    # Otherwise a request is delayed by tens of milliseconds.
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(BlockingIOError):  # under way
        wire.connect(where)
    return wire


def _first_connected(
    selector: selectors.BaseSelector, deadline: Deadline, faults: list[TimeReason]
) -> socket.socket | None:
    """None if none connects in time; the reasons are added to `faults`."""
    while selector.get_map():
        if over := deadline.reason_to_stop():
            faults.append(over)
            return None
        connected: list[socket.socket] = []
        for key, _ in selector.select(deadline.slice_s()):
            wire = cast(socket.socket, key.fileobj)
            selector.unregister(wire)
            if code := wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                faults.append(network_reason(OSError(code, "")))
            else:
                connected.append(wire)
        if connected:
            return connected[0]
    return None


def _context(trust: TrustStore, now_s: float, lowest: int) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(lowest)
    store = cast(crypto.X509Store, context.get_cert_store())  # a new context has one
    # What can't be read is simply not trusted.
    for authority in trust.certificates:
        with contextlib.suppress(crypto.Error):
            store.add_cert(crypto.load_certificate(crypto.FILETYPE_ASN1, authority))
    for file, folder in ((trust.file, None), (None, trust.folder)):
        if file or folder:
            with contextlib.suppress(crypto.Error):
                store.load_locations(file, folder)
    store.set_time(_datetime(now_s))
    return context


def _datetime(unix_s: float) -> datetime:
    """A clock may be so wrong that its time is not a date; then the last date is used."""
    try:
        return _EPOCH + timedelta(seconds=max(0.0, unix_s))
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _refusal(error: int, certificate: crypto.X509, now_s: float) -> TimeReason:
    """Why OpenSSL refused a certificate; if it is about time, whether this computer's clock is to
    blame. No certificate is issued before it becomes valid."""
    if error == _CERT_NOT_YET_VALID:
        return TimeReason.CLOCK_TOO_WRONG
    if error == _CERT_HAS_EXPIRED:
        with contextlib.suppress(ValueError):  # a certificate that cryptography can't read
            ended = certificate.to_cryptography().not_valid_after_utc
            long_ago = _datetime(now_s) - ended > LONG_EXPIRED
            return TimeReason.CLOCK_TOO_WRONG if long_ago else TimeReason.CERTIFICATE_EXPIRED
    return TimeReason.CERTIFICATE_BAD


def _is_for(certificate: crypto.X509, host: str) -> bool:
    """By its subject alternative names only; a wildcard matches exactly one leftmost label (RFC
    9525, section 6)."""
    try:
        extensions = certificate.to_cryptography().extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (
        ValueError,
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ):
        return False
    address = _address(host)
    if address is not None:
        return address in names.get_values_for_type(x509.IPAddress)
    wanted = _ascii(host).decode().lower().split(".")
    for name in names.get_values_for_type(x509.DNSName):
        labels = name.lower().split(".")
        if labels == wanted or (labels[0] == "*" and len(labels) > 2 and labels[1:] == wanted[1:]):
            return True
    return False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])  # without the scope: fe80::1%eth0
    except ValueError:
        return None


def _ascii(host: str) -> bytes:
    return host.rstrip(".").encode("idna")
