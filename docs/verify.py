#!/usr/bin/env python3
"""Checks an exported Clerkwork job log, or the proof of one entry, with nothing but Python 3.8.

  verify.py log ENTRIES.jsonl CHECKPOINT VKEY      every entry, against a signed checkpoint
  verify.py proof FILE.tlog-proof ENTRY.json VKEY  one entry, against the checkpoint in the proof

ENTRIES.jsonl has one entry a line, the oldest first; ENTRY.json one entry without a line feed
(one at the very end is passed over). VKEY is the log's public key, name+id+key: have it from the
council, not from the place the files came from. Signatures, hashes and proofs are checked in full
by this file alone. Which entry was changed it cannot tell; `clerkwork log verify` can.
Exit: 0 it holds, 1 it does not, 2 used wrongly.
"""
import base64, hashlib, sys

P = 2**255 - 19  # Ed25519 as in RFC 8032 section 5.1: the field, the order of the base point, d
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * D * a[3] * b[3], 2 * a[2] * b[2]
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total

def point(data):
    y, odd = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need(y < P and (x * x - square) % P == 0 and (x or not odd), "a point is not on the curve")
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P

def signed(key, text, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(r + key + text).digest(), "little") % L
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, b = times(s, base), add(point(r), times(h, point(key)))
    return len(signature) == 64 and s < L and all((a[i] * b[2] - b[i] * a[2]) % P == 0 for i in (0, 1))

def need(holds, otherwise):
    if not holds:
        sys.exit("NOT good: " + otherwise)

def decode(text):
    return base64.b64decode(text, validate=True)

def checkpoint(note, vkey):
    """The size and root of a signed note that the log of this key has signed."""
    name, key_id, key = vkey.split("+", 2)
    key = decode(key)
    need(len(key) == 33 and key[0] == 1, "the key is not an Ed25519 key")
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    need(expected.hex() == key_id, "the key's id is not its own")
    text, gap, signatures = note.rpartition("\n\n")
    need(gap and note.endswith("\n"), "this is not a signed note")
    text, found = text + "\n", False
    for line in signatures[:-1].split("\n"):
        mark, signer, signature = line.split(" ")
        signature = decode(signature)
        need(mark == "\u2014", "this is not a signed note")
        if signer == name and signature[:4] == expected:
            found = True
            need(signed(key[1:], text.encode(), signature[4:]), "the signature is false")
    need(found, "the checkpoint is not signed by " + name)
    origin, size, root, end = text.split("\n")
    need(origin == name and end == "" and str(int(size)) == size, "this is no checkpoint of " + name)
    return int(size), decode(root)

def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()

def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

def check_log(entries, note, vkey):
    size, expected = checkpoint(note, vkey)
    count, peaks = 0, []  # the roots of the perfect subtrees, the largest first
    for line in entries:
        need(line.endswith(b"\n"), "entry %d is cut short" % count)
        if count == size:
            return "%d entries are as signed; those after them are not covered" % size
        top, bits = leaf(line[:-1]), count
        while bits & 1:
            top, bits = node(peaks.pop(), top), bits >> 1
        peaks.append(top)
        count += 1
    need(count == size, "the checkpoint is of %d entries, here are %d" % (size, count))
    root = peaks.pop() if peaks else hashlib.sha256().digest()
    while peaks:
        root = node(peaks.pop(), root)
    need(root == expected, "an entry was changed, moved, added or taken out")
    return "all %d entries are as signed" % size

def check_proof(text, entry, vkey):
    head, gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    need(gap and first == "c2sp.org/tlog-proof@v1", "this is not a tlog-proof file")
    lines = lines[1:] if lines[0].startswith("extra ") else lines
    word, index = lines[0].split(" ")
    need(word == "index" and str(int(index)) == index, "this is not a tlog-proof file")
    size, expected = checkpoint(note, vkey)
    at, last, root = int(index), size - 1, leaf(entry)
    need(0 <= at < size, "the log has no such entry")
    for sibling in map(decode, lines[1:]):  # RFC 9162 section 2.1.3.2
        need(last > 0 and len(sibling) == 32, "the proof is too long")
        if at & 1 or at == last:
            root = node(sibling, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node(root, sibling)
        at, last = at >> 1, last >> 1
    need(last == 0 and root == expected, "the proof does not lead from this entry to the signed root")
    return "this is entry %s of the %d signed" % (index, size)

def main(arguments):
    if len(arguments) != 4 or arguments[0] not in ("log", "proof"):
        print(__doc__, file=sys.stderr)
        return 2
    kind, first, second, vkey = arguments
    try:
        if kind == "log":
            with open(first, "rb") as entries, open(second, encoding="utf-8", newline="") as note:
                print(check_log(entries, note.read(), vkey))
        else:
            with open(first, encoding="utf-8", newline="") as proof, open(second, "rb") as entry:
                data = entry.read()
                print(check_proof(proof.read(), data[:-1] if data.endswith(b"\n") else data, vkey))
    except (ValueError, IndexError) as fault:  # a part that should be there is not, or not readable
        need(False, "a file or the key is not of its form (%s)" % fault)
    except OSError as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
