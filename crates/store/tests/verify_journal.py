"""Recomputes an exported journal and checks its checkpoints, from the description in the documentation alone.

python3 verify_journal.py EXPORT.json [PUBLIC KEY in hexadecimal]; needs the openssl program. Says "intact N, vouched M", or
what is wrong and ends with 1.
"""
import datetime
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import uuid

TAG = b"kabinet-journal-v1"
CHECKPOINT_TAG = b"kabinet-journal-checkpoint-v1"
# SubjectPublicKeyInfo of Ed25519 (RFC 8410) before its 32 bytes.
SPKI = bytes.fromhex("302a300506032b6570032100")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def micros(text):
    whole, _, rest = text.rstrip("Z").partition(".")
    moment = datetime.datetime.strptime(whole + "Z", "%Y-%m-%dT%H:%M:%S%z")
    return (moment - EPOCH) // datetime.timedelta(microseconds=1) + int(rest.ljust(6, "0") or 0)


def number(value):
    return value.to_bytes(8, "big", signed=value < 0)


def link(previous, entry):
    params = json.dumps(entry["params"], ensure_ascii=False, separators=(",", ":"))
    parts = [TAG, previous, number(entry["seq"]), number(micros(entry["at"]))]
    for text in (entry["actor"], entry["action"], entry["subject"], params):
        parts.append(b"\xff" * 8 if text is None else number(len(text.encode())) + text.encode())
    return hashlib.sha256(b"".join(parts)).digest()


def signed(organisation, checkpoint):
    message = (CHECKPOINT_TAG + organisation + number(checkpoint["seq"]) + number(micros(checkpoint["at"]))
               + bytes.fromhex(checkpoint["hash"]))
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in (("key", SPKI + bytes.fromhex(checkpoint["key"])), ("message", message),
                              ("signature", bytes.fromhex(checkpoint["signature"]))):
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as file:
                file.write(content)
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths["key"], "-rawin",
             "-in", paths["message"], "-sigfile", paths["signature"]], capture_output=True).returncode == 0


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        journal = json.load(file)
    if not journal["complete"]:
        sys.exit("only the whole journal can be verified")
    organisation = uuid.UUID(journal["organisation"]).bytes
    previous = hashlib.sha256(TAG + organisation).digest()
    hashes = {}
    for expected, entry in enumerate(journal["entries"], 1):
        calculated = link(previous, entry)
        if entry["seq"] != expected or entry["previous"] != previous.hex() or entry["hash"] != calculated.hex():
            sys.exit(f"broken at {expected}")
        previous = hashes[expected] = calculated
    vouched = 0
    for checkpoint in journal["checkpoints"]:
        if len(sys.argv) > 2 and checkpoint["key"] != sys.argv[2]:
            sys.exit(f"checkpoint {checkpoint['seq']} is of another key")
        if hashes.get(checkpoint["seq"], b"").hex() != checkpoint["hash"] or not signed(organisation, checkpoint):
            sys.exit(f"checkpoint {checkpoint['seq']} does not fit")
        vouched = checkpoint["seq"]
    print(f"intact {len(hashes)}, vouched {vouched}")


main()
