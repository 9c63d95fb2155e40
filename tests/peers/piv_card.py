"""A PIV card (NIST SP 800-73-4) in software, for the virtual reader of vsmartcard-vpcd.

Starting it inserts the card, ending it pulls the card out, stopping it (SIGSTOP) makes a card that hangs. It says on its
standard output what happens to it: `inserted`, `reset`, `verify <result>`, `logout`, `change <result>`, `sign <slot>` before a
signature and `signed` after it.

The card has an RSA-2048 key in slot 9A (PIV Authentication) and a P-256 key in slot 9C (Digital Signature), which wants the
PIN before each signature. Keys and certificates are `<folder>/{rsa,ec}.{key,der}`, PKCS#8 PEM and X.509 DER; OpenSSL signs.
"""

import argparse
import hashlib
import socket
import subprocess
import time

ATR = bytes.fromhex("3B85800120504956315A")
APPLICATION = bytes.fromhex("A000000308000010000100")
RSA_SLOT, EC_SLOT = 0x9A, 0x9C

# Status words, ISO/IEC 7816-4 §5.6.
OK = b"\x90\x00"
PIN_BLOCKED = b"\x69\x83"
PIN_NEEDED = b"\x69\x82"
NOT_FOUND = b"\x6a\x82"
WRONG_DATA = b"\x6a\x80"
UNKNOWN_COMMAND = b"\x6d\x00"

# Messages of one byte are the reader's own: power off (0), power on (1), reset (2), and this one, the only one answered.
GET_ATR = 4


def encode(tag, value):
    """One BER-TLV object."""
    head = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    length = len(value)
    if length < 0x80:
        return head + bytes([length]) + value
    if length < 0x100:
        return head + bytes([0x81, length]) + value
    return head + bytes([0x82]) + length.to_bytes(2, "big") + value


def decode(data):
    """The objects of a string of BER-TLV with tags of one byte."""
    while data:
        start, length = 2, data[1]
        if length > 0x80:
            start += length - 0x80
            length = int.from_bytes(data[2:start], "big")
        yield data[0], data[start : start + length]
        data = data[start + length :]


def tell(*words):
    print(*words, flush=True)


class Card:
    def __init__(self, options):
        self.options = options
        self.tries = options.tries
        # The card holder's unique identifier, outside the federal agencies: OpenSC then takes the serial number from the GUID.
        agency = bytes.fromhex("D4E739DA739CED39CE739D836858210842108421C84210C3EB")
        guid = hashlib.md5(options.serial.encode()).digest()
        holder = encode(0x30, agency) + encode(0x34, guid) + encode(0x35, b"20401231") + encode(0x3E, b"") + encode(0xFE, b"")
        self.objects = {
            bytes.fromhex("5FC102"): encode(0x53, holder),
            bytes.fromhex("5FC105"): self.certificate("rsa"),
            bytes.fromhex("5FC10A"): self.certificate("ec"),
        }
        self.reset()

    def reset(self):
        self.verified = self.fresh = False
        self.unsent = b""
        self.chained = b""

    def certificate(self, name):
        with open(f"{self.options.folder}/{name}.der", "rb") as file:
            return encode(0x53, encode(0x70, file.read()) + encode(0x71, b"\x00") + encode(0xFE, b""))

    def answer(self, command):
        """The response to a command APDU."""
        class_byte, instruction, first, second = command[:4]
        data = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if class_byte & 0x10:  # more of the command follows
            self.chained += data
            return OK
        data, self.chained = self.chained + data, b""
        if instruction == 0xA4:
            return self.select(data)
        if instruction == 0xCB:
            return self.get_data(data)
        if instruction == 0xC0:
            return self.send(self.unsent)
        if instruction == 0x20:
            return self.log_out() if first == 0xFF else self.verify(data)
        if instruction == 0x24:
            return self.change(data)
        if instruction == 0x87:
            return self.authenticate(second, data)
        return UNKNOWN_COMMAND

    def send(self, data):
        """At most 256 bytes at once; the rest waits for GET RESPONSE."""
        head, self.unsent = data[:256], data[256:]
        if not self.unsent:
            return head + OK
        return head + bytes([0x61, min(len(self.unsent), 256) % 256])

    def select(self, name):
        if len(name) < 5 or not APPLICATION.startswith(name[:9]):
            return NOT_FOUND
        authority = encode(0x79, encode(0x4F, APPLICATION[:5]))
        return encode(0x61, encode(0x4F, APPLICATION[5:]) + authority) + OK

    def get_data(self, data):
        content = self.objects.get(data[2 : 2 + data[1]])
        return NOT_FOUND if content is None else self.send(content)

    def tries_left(self):
        return bytes([0x63, 0xC0 | self.tries]) if self.tries else PIN_BLOCKED

    def holds(self, pin):
        """Compares a PIN and counts. Only this spends an attempt."""
        if not self.tries:
            return False
        right = pin.rstrip(b"\xff") == self.options.pin.encode()
        self.tries = self.options.tries if right else self.tries - 1
        return right

    def verify(self, pin):
        if not pin:
            return OK if self.verified else self.tries_left()
        self.verified = self.fresh = self.holds(pin)
        tell("verify", "right" if self.verified else "wrong")
        return OK if self.verified else self.tries_left()

    def log_out(self):
        tell("logout")
        self.verified = self.fresh = False
        return OK

    def change(self, pins):
        if len(pins) != 16:
            return WRONG_DATA
        right = self.holds(pins[:8])
        tell("change", "right" if right else "wrong")
        if not right:
            return self.tries_left()
        self.options.pin = pins[8:].rstrip(b"\xff").decode()
        return OK

    def authenticate(self, slot, data):
        """GENERAL AUTHENTICATE: signs what is in tag 81 of the template 7C."""
        if not (self.fresh if slot == EC_SLOT else self.verified):
            return PIN_NEEDED
        self.fresh = False
        challenge = dict(decode(dict(decode(data))[0x7C]))[0x81]
        tell("sign", f"{slot:02X}")
        time.sleep(self.options.sign_delay)
        signature = self.sign(slot, challenge)
        tell("signed")
        return self.send(encode(0x7C, encode(0x82, signature)))

    def sign(self, slot, challenge):
        """RSA without padding, as the host pads; ECDSA as ECDSA-Sig-Value."""
        if slot == RSA_SLOT:
            how = ["-decrypt", "-inkey", f"{self.options.folder}/rsa.key", "-pkeyopt", "rsa_padding_mode:none"]
        else:
            how = ["-sign", "-inkey", f"{self.options.folder}/ec.key"]
        return subprocess.run(["openssl", "pkeyutl", *how], input=challenge, stdout=subprocess.PIPE, check=True).stdout


def messages(reader):
    """What the reader sends: a length of two bytes, then so many bytes. Ends with the reader."""
    stream = reader.makefile("rb")
    while head := stream.read(2):
        yield stream.read(int.from_bytes(head, "big"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True, help="of the reader, on this computer")
    parser.add_argument("--folder", required=True, help="with keys and certificates")
    parser.add_argument("--pin", default="123456")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--serial", default="kabinet", help="tells cards apart")
    parser.add_argument("--sign-delay", type=float, default=0, help="seconds a signature takes")
    card = Card(parser.parse_args())
    with socket.create_connection(("127.0.0.1", card.options.port)) as reader:
        tell("inserted")
        for message in messages(reader):
            if len(message) > 1:
                response = card.answer(message)
            elif message[0] == GET_ATR:
                response = ATR
            else:
                tell("reset")
                card.reset()
                continue
            reader.sendall(len(response).to_bytes(2, "big") + response)


main()
