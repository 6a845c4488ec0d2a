"""Verifies messages by dkimpy, which is not ours.

verify.py dkim|arc DNS FILE...

DNS has a line for each key: its name, a tab, its text. A line of output for each file: for dkim a
word for each signature from the top (pass, fail), for arc the chain's (none, pass, fail); the word
unreadable where dkimpy cannot take the message apart.
"""

import sys

import dkim

kind, dns, files = sys.argv[1], sys.argv[2], sys.argv[3:]
with open(dns, "rb") as lines:
    keys = dict(line.rstrip(b"\n").split(b"\t", 1) for line in lines)


def text(name, timeout=5):
    return keys.get(name.rstrip(b"."))


def signatures(message):
    count = sum(1 for name, _ in dkim.DKIM(message).headers if name.lower() == b"dkim-signature")
    for index in range(count):
        try:
            passed = dkim.DKIM(message).verify(idx=index, dnsfunc=text)
        except dkim.DKIMException as refusal:
            print(refusal, file=sys.stderr)
            passed = False
        yield "pass" if passed else "fail"


def chain(message):
    result = dkim.ARC(message).verify(dnsfunc=text)[0]
    return [result.decode().lower() if result else "ended"]


for file in files:
    with open(file, "rb") as opened:
        octets = opened.read()
    try:
        print(*(signatures(octets) if kind == "dkim" else chain(octets)))
    except dkim.MessageFormatError:
        print("unreadable")
