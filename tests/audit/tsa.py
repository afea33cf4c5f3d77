"""A time-stamping authority of OpenSSL's, behind a small server: independent of our own code."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[extensions]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""


@dataclass
class Authority:
    """Its folder; `answers` turns what OpenSSL says into what is sent: how a test spoils it."""

    folder: Path
    name: str
    answers: Callable[[bytes], bytes] | None = None
    media_type: str = "application/timestamp-reply"
    asked: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, query: bytes) -> bytes:
        """The answer to a query, made by `openssl ts`."""
        self.asked.append(query)
        (self.folder / "query").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        )
        data = (self.folder / "reply").read_bytes()
        return self.answers(data) if self.answers else data

    def found(self) -> Authority:
        """Make the root, and the certificate that may stamp time and nothing else."""
        self.folder.mkdir()
        (self.folder / "tsa.cnf").write_text(_CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        subject = f"/CN={self.name} root"
        self._openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", subject),
            *("-keyout", "root.key", "-out", "root.pem"),
        )
        self._openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={self.name}"),
            *("-keyout", "tsa.key", "-out", "tsa.csr"),
        )
        self._openssl(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key"),
            *("-CAcreateserial", "-days", "30", "-out", "tsa.pem"),
            *("-extfile", "tsa.cnf", "-extensions", "extensions"),
        )
        return self

    def server(self) -> ThreadingHTTPServer:
        """Its server, bound to a free port."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                data = authority.reply(query)
                self.send_response(200)
                self.send_header("Content-Type", authority.media_type)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
