"""DTLS-SRTP over datagrams by pyOpenSSL: handshake, fingerprints, keys (RFC 5763, RFC 5764)."""

from __future__ import annotations

import asyncio
import datetime
import struct
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from srtp import SUITES, Key, Protection

PROFILES = {
    b"SRTP_AES128_CM_SHA1_80": "AES_CM_128_HMAC_SHA1_80",
    b"SRTP_AES128_CM_SHA1_32": "AES_CM_128_HMAC_SHA1_32",
    b"SRTP_AEAD_AES_128_GCM": "AEAD_AES_128_GCM",
    b"SRTP_AEAD_AES_256_GCM": "AEAD_AES_256_GCM",
}
MASTER_KEY_LENGTHS = {"AEAD_AES_256_GCM": 32}
MTU = 1200
RECORD_HEADER = struct.Struct("!BHHIHH")


class DTLSEndpoint:
    """One end of a handshake; `send` takes each datagram, `established` the keys."""

    def __init__(self, profile: bytes, send: Callable[[bytes], None], established: Callable[[Protection], None]) -> None:
        self._send = send
        self._established = established
        self._timer: asyncio.TimerHandle | None = None
        self._is_client = False
        self._remote_fingerprint = ""
        self._is_done = False
        self.failure: str | None = None
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _self_signed(key)
        self.fingerprint = _digest(certificate)
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_options(SSL.OP_NO_TICKET)
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        context.use_certificate(certificate)
        context.use_privatekey(key)
        context.set_tlsext_use_srtp(profile)
        self._connection = SSL.Connection(context, None)
        self._connection.set_ciphertext_mtu(MTU)

    def start(self, is_client: bool, remote_fingerprint: str) -> None:
        """Begin in the role that the SDP gave us; a client sends its ClientHello now."""
        self._is_client, self._remote_fingerprint = is_client, remote_fingerprint
        if is_client:
            self._connection.set_connect_state()
            self._advance()
        else:
            self._connection.set_accept_state()

    def receive(self, datagram: bytes) -> None:
        self._connection.bio_write(datagram)
        if self._is_done:
            try:
                self._connection.recv(MTU)
            except SSL.Error:
                pass
            self._flush()
        else:
            self._advance()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _advance(self) -> None:
        try:
            self._connection.do_handshake()
            self._finish()
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            self.failure = f"the DTLS handshake failed: {error}"
        self._flush()
        self._arm()

    def _finish(self) -> None:
        self._is_done = True
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        if certificate is None or _digest(certificate) != self._remote_fingerprint:
            self.failure = "the certificate's fingerprint is not the SDP's"
            return
        suite = PROFILES[self._connection.get_selected_srtp_profile()]
        length = SUITES[suite][1]
        key_length = MASTER_KEY_LENGTHS.get(suite, 16)
        material = self._connection.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * length)
        keys, salts = material[: 2 * key_length], material[2 * key_length :]
        salt_length = length - key_length
        client = Key(suite, keys[:key_length] + salts[:salt_length])
        server = Key(suite, keys[key_length:] + salts[salt_length:])
        self._established(Protection(client, server) if self._is_client else Protection(server, client))

    def _flush(self) -> None:
        """Send what OpenSSL wrote, record by record: a memory BIO forgets where datagrams end."""
        try:
            output = self._connection.bio_read(1 << 16)
        except SSL.WantReadError:
            return
        datagram = b""
        while output:
            length = RECORD_HEADER.size + RECORD_HEADER.unpack_from(output)[-1]
            if datagram and len(datagram) + length > MTU:
                self._send(datagram)
                datagram = b""
            datagram, output = datagram + output[:length], output[length:]
        self._send(datagram)

    def _arm(self) -> None:
        self.close()
        timeout = None if self._is_done or self.failure else self._connection.DTLSv1_get_timeout()
        if timeout is not None:
            self._timer = asyncio.get_running_loop().call_later(timeout + 0.001, self._expire)

    def _expire(self) -> None:
        self._connection.DTLSv1_handle_timeout()
        self._flush()
        self._arm()


def _digest(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "peer")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
    return builder.sign(key, hashes.SHA256())
