"""Peer of the bench "frame": SHA-256 by hashlib. Copy it to start another."""

import hashlib
import ssl

from peer import figure, seconds, version

version(OpenSSL=ssl.OPENSSL_VERSION.split()[1])
data = bytes(1024)
figure("SHA-256 of 1 KiB", "hashlib", 1e6 * seconds(lambda: hashlib.sha256(data).digest()), "µs")
