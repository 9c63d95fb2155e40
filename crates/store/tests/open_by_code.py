"""Opens a vault by its recovery code, from the description in the documentation alone: no program of ours, no key on the disk.

python3 open_by_code.py VAULT < CODE; needs the openssl program. Says the names of the organisations, or what is wrong and ends
with 1.
"""
import hashlib
import hmac
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import uuid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAGE, RESERVED, SALT = 4096, 80, 16
# Powers of a root of x^5 + x^2 + 1 over GF(2): POWERS[i] = a^i.
POWERS = [1]
while len(POWERS) < 31:
    doubled = POWERS[-1] << 1
    POWERS.append(doubled ^ 0b100101 if doubled > 31 else doubled)


def product(a, b):
    return POWERS[(POWERS.index(a) + POWERS.index(b)) % 31] if a and b else 0


def code_of(text):
    code = re.sub("[^0-9A-Z]", "", text.upper())
    if len(code) != 35:
        sys.exit("a recovery code has 35 characters")
    for group in range(7):
        *data, check = (ALPHABET.index(letter) for letter in code[5 * group:5 * group + 5])
        expected = group + 1
        for symbol, power in zip(data, (4, 3, 2, 1)):
            expected ^= product(symbol, POWERS[power])
        if check != expected:
            sys.exit(f"group {group + 1} is mistyped")
    return code.encode()


def hkdf(material, salt, info):
    secret = hmac.digest(salt, material, "sha256")
    return hmac.digest(secret, info.encode() + b"\x01", "sha256")


def chacha_rounds(state):
    words = list(state)

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            words[x] = (words[x] + words[y]) & 0xFFFFFFFF
            mixed = words[z] ^ words[x]
            words[z] = (mixed << turn | mixed >> 32 - turn) & 0xFFFFFFFF

    for _ in range(10):
        for column in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                       (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*column)
    return words


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def hchacha(key, nonce):
    """draft-irtf-cfrg-xchacha-03, 2.2."""
    words = chacha_rounds(CONSTANTS + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    return struct.pack("<8I", *words[:4], *words[12:])


def keystream(key, counter, nonce):
    state = CONSTANTS + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    words = chacha_rounds(state)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, words)))


def poly1305(key, message):
    """RFC 8439, 2.5."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    sum_ = 0
    for at in range(0, len(message), 16):
        block = message[at:at + 16] + b"\x01"
        sum_ = (sum_ + int.from_bytes(block, "little")) * r % (2**130 - 5)
    return ((sum_ + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def unwrap(key, wrapped, context):
    nonce, sealed = bytes.fromhex(wrapped["nonce"]), bytes.fromhex(wrapped["key"])
    text, tag = sealed[:-16], sealed[-16:]
    key, nonce = hchacha(key, nonce[:16]), bytes(4) + nonce[16:]
    padded = [part + bytes(-len(part) % 16) for part in (context, text)]
    message = b"".join(padded) + struct.pack("<QQ", len(context), len(text))
    if not hmac.compare_digest(poly1305(keystream(key, 0, nonce)[:32], message), tag):
        sys.exit("the code does not open this vault")
    return bytes(a ^ b for a, b in zip(text, keystream(key, 1, nonce)))


def decrypted(database, key):
    """SQLCipher 4: each page AES-256-CBC, then its IV and HMAC-SHA-512; the first page begins with the salt."""
    salt = database[:SALT]
    mac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
    pages = []
    for number in range(1, len(database) // PAGE + 1):
        page = database[(number - 1) * PAGE:number * PAGE]
        start = SALT if number == 1 else 0
        body, iv, mac = page[start:-RESERVED], page[-RESERVED:-RESERVED + 16], page[-64:]
        if hmac.digest(mac_key, body + iv + struct.pack("<I", number), "sha512") != mac:
            sys.exit(f"page {number} is not authentic")
        plain = subprocess.run(["openssl", "enc", "-d", "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", iv.hex()],
                               input=body, stdout=subprocess.PIPE, check=True).stdout
        pages.append((b"SQLite format 3\0" if start else b"") + plain + bytes(RESERVED))
    return b"".join(pages)


def main():
    vault = sys.argv[1]
    with open(os.path.join(vault, "vault.json"), encoding="utf-8") as file:
        header = json.load(file)["header"]
    identity = uuid.UUID(header["id"]).bytes
    wrapping = hkdf(code_of(sys.stdin.read()), identity, "kabinet/recovery/v1")
    data = unwrap(wrapping, header["recovery"]["wrapped"], f"kabinet-vault/recovery/{header['id']}".encode())
    with open(os.path.join(vault, "personal.db"), "rb") as file:
        plain = decrypted(file.read(), hkdf(data, identity, "kabinet/database/v1/personal.db"))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "personal.db")
        with open(path, "wb") as file:
            file.write(plain)
        connection = sqlite3.connect(path)
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            sys.exit("the database is broken")
        for (body,) in connection.execute("SELECT body FROM organisations ORDER BY position"):
            print(json.loads(body)["name"])
        connection.close()


main()
