# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""What opendkim-testmsg says of messages, a line each; nothing where it has no complaint.

It asks the system's resolver, so this runs in namespaces of its own ("unshare --net --mount"), where
/etc/resolv.conf names a server that knows the TXT records of a file. verify.py DNS MESSAGE..."""
import os
import socket
import struct
import subprocess
import sys
import threading


def records(path):
    with open(path, encoding="latin-1") as lines:
        return dict(line.rstrip("\n").split("\t", 1) for line in lines)


def question(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
        at += 1 + query[at]
    return ".".join(labels), query[12 : at + 5]


def reply(query, texts):
    name, asked = question(query)
    text = texts.get(name)
    head = query[:2] + struct.pack(
        ">HHHHH", 0x8180 if text is not None else 0x8183, 1, 1 if text is not None else 0, 0, 0
    )
    if text is None:
        return head + asked
    octets = text.encode("latin-1")
    strings = [octets[i : i + 255] for i in range(0, len(octets), 255)]
    data = b"".join(bytes([len(each)]) + each for each in strings)
    return head + asked + struct.pack(">HHHIH", 0xC00C, 16, 1, 60, len(data)) + data


def serve(server, texts):
    while True:
        query, client = server.recvfrom(4096)
        server.sendto(reply(query, texts), client)


def main(dns, *messages):
    directory = os.path.dirname(dns)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    resolver = os.path.join(directory, "resolv.conf")
    with open(resolver, "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.1\noptions edns0\n")
    subprocess.run(["mount", "--bind", resolver, os.path.realpath("/etc/resolv.conf")], check=True)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    threading.Thread(target=serve, args=(server, records(dns)), daemon=True).start()
    for message in messages:
        with open(message, "rb") as file:
            done = subprocess.run(
                ["opendkim-testmsg", "-C", "-t", directory],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=60,
            )
        print(done.stdout.decode("latin-1").strip().replace("\n", "; "), flush=True)


main(*sys.argv[1:])
