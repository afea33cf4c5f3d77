"""A maker's domain on loopback: a certificate authority of its own, and a server that may cheat."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NAME = "maker.example"
# What a server does with a connection whose request it has read.
Script = Callable[[ssl.SSLSocket], None]


def answer(body: bytes, *, kind: str = "application/json", status: str = "200 OK") -> bytes:
    """A whole answer, as an honest server gives it."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass
class Domain:
    """Listens on 127.0.0.1; `script` may be changed between requests."""

    folder: Path
    port: int = 0
    script: Script = field(default=lambda line: line.sendall(answer(b"{}")))
    requests: list[bytes] = field(default_factory=list)

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def says(self, body: bytes, **told: str) -> None:
        """Answer each request with these bytes."""
        self.script = lambda line: line.sendall(answer(body, **told))

    def serve(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            try:
                bare, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(bare, context), daemon=True).start()

    def _talk(self, bare: socket.socket, context: ssl.SSLContext) -> None:
        # Whoever refuses our certificate, or has heard enough, hangs up.
        with suppress(OSError), bare:
            bare.settimeout(10)
            with context.wrap_socket(bare, server_side=True) as line:
                self.requests.append(line.recv(65_536))
                self.script(line)


@contextmanager
def serving(folder: Path, *, name: str = NAME, days: int = 30) -> Iterator[Domain]:
    """A domain with a certificate for this name, good for so many days from yesterday."""
    context = _certified(folder, name, days)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Domain(folder, port=listener.getsockname()[1])
        thread = threading.Thread(target=made.serve, args=(listener, context), daemon=True)
        thread.start()
        yield made
        # Closing alone does not wake who waits for a connection.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def _certified(folder: Path, name: str, days: int) -> ssl.SSLContext:
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _signed("authority", authority_key, "authority", authority_key, days=30, ca=True)
    leaf = _signed(name, key, "authority", authority_key, days=days)
    (folder / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem")
    return context


def _signed(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey,
    *, days: int, ca: bool = False,
) -> x509.Certificate:  # fmt: skip
    since = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
    if ca:
        made = made.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
    return made.sign(signer, hashes.SHA256())
