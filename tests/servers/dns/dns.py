"""A name server that answers as it is told to by the name it is asked: dns.py [NAME=ADDRESS...]

A packaged resolver would be more real, but none of them can be made to say all of this on a port of its own, and
installing one starts it on port 53. The first label of a name picks the answer (ANSWERS below); names given on the
command line have these addresses, by which a host of another test server gets into the DNS.
UDP and TCP, on one port of the system's choice. Every question is appended to queries.log.
"""
import ipaddress
import os
import socket
import struct
import sys
import threading
import time

A, CNAME, SOA, AAAA = 1, 5, 6, 28
TYPES = {A: "A", CNAME: "CNAME", SOA: "SOA", AAAA: "AAAA"}
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
HOSTS = {}
ALIAS = os.environ.get("DNS_ALIAS", "target.example.com")  # what alias.… stands for

# First label -> (response code, addresses).
ANSWERS = {
    "good": (NOERROR, ["127.0.0.1"]),
    "both": (NOERROR, ["127.0.0.1", "::1"]),
    "v6": (NOERROR, ["::1"]),
    "many": (NOERROR, ["127.0.0.1", "127.0.0.2", "127.0.0.3"]),
    "unroutable": (NOERROR, ["192.0.2.1", "2001:db8::1"]),
    "nodata": (NOERROR, []),
    "nxdomain": (NXDOMAIN, []),
    "servfail": (SERVFAIL, []),
    "refused": (REFUSED, []),
    "formerr": (FORMERR, []),
    "notimp": (NOTIMP, []),
    "alias": (NOERROR, ["127.0.0.1"]),      # by a CNAME
    "loop": (NOERROR, []),                  # a CNAME to itself
    "slow": (NOERROR, ["127.0.0.1"]),       # after a second
    "big": (NOERROR, ["127.0.0.1"]),        # truncated over UDP, whole over TCP
    "wrongid": (NOERROR, ["127.0.0.1"]),    # an answer to another question: to be ignored, hence a timeout
}
# "timeout" is never answered, "garbage" with bytes that are no message, "a6fails" with SERVFAIL for AAAA only.


def encode_name(name):
    return b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split(".") if label) + b"\0"


def read_question(message):
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("ascii"))
        at += 1 + message[at]
    kind, _ = struct.unpack_from(">HH", message, at + 1)
    return ".".join(labels).lower(), kind, message[12:at + 5]


def record(name, kind, data, ttl=30):
    return encode_name(name) + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def respond(message, over_tcp):
    """The answer to a query, or None where there shall be none."""
    name, kind, question = read_question(message)
    with open("queries.log", "a", encoding="ascii") as file:
        file.write(f"{'tcp' if over_tcp else 'udp'} {TYPES.get(kind, kind)} {name}\n")
    label = name.partition(".")[0]
    if name in HOSTS:
        label = ""  # not one of those that answer in their own way
    if label == "timeout":
        return None
    if label == "garbage":
        return message[:2] + b"\xff" * 7
    if label == "a6fails":
        code, addresses = (SERVFAIL, []) if kind == AAAA else (NOERROR, ["127.0.0.1"])
    elif name in HOSTS:
        code, addresses = NOERROR, HOSTS[name]
    else:
        code, addresses = ANSWERS.get(label, (NXDOMAIN, []))
    if label == "slow":
        time.sleep(1)

    owner, answers, authority = name, [], []
    if label in ("alias", "loop"):
        owner = ALIAS if label == "alias" else name
        answers.append(record(name, CNAME, encode_name(owner)))
    for address in map(ipaddress.ip_address, addresses):
        if kind == (A if address.version == 4 else AAAA):
            answers.append(record(owner, kind, address.packed))
    if code == NXDOMAIN or (code == NOERROR and not answers):
        soa = encode_name("ns.test") + encode_name("admin.test") + struct.pack(">5I", 1, 3600, 600, 86400, 30)
        authority.append(record("test", SOA, soa))

    flags = 0x8480 | (struct.unpack_from(">H", message, 2)[0] & 0x0100) | code
    if label == "big" and not over_tcp:
        flags, answers, authority = flags | 0x0200, [], []
    number = struct.unpack_from(">H", message)[0] ^ (label == "wrongid")
    head = struct.pack(">6H", number, flags, 1, len(answers), len(authority), 0)
    return head + question + b"".join(answers + authority)


def serve_udp(sock):
    def answer(message, peer):
        try:
            response = respond(message, over_tcp=False)
        except (IndexError, struct.error, UnicodeDecodeError):
            return  # no query
        if response:
            sock.sendto(response, peer)

    while True:
        threading.Thread(target=answer, args=sock.recvfrom(4096), daemon=True).start()


def serve_tcp(listener):
    def answer(sock):
        with sock, sock.makefile("rb") as stream:
            while len(size := stream.read(2)) == 2:
                response = respond(stream.read(int.from_bytes(size, "big")), over_tcp=True)
                if response:
                    sock.sendall(struct.pack(">H", len(response)) + response)

    while True:
        threading.Thread(target=answer, args=listener.accept()[:1], daemon=True).start()


def bind_both():
    """A UDP and a TCP socket with the same port: $DNS_AT, or one that is free."""
    while True:
        listener = socket.create_server(("127.0.0.1", int(os.environ.get("DNS_AT", "0"))))
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            datagrams.bind(listener.getsockname())
            return datagrams, listener
        except OSError:
            listener.close()
            datagrams.close()


def main():
    for argument in sys.argv[1:]:
        name, _, address = argument.partition("=")
        HOSTS.setdefault(name.lower().rstrip("."), []).append(address)
    datagrams, listener = bind_both()
    threading.Thread(target=serve_tcp, args=(listener,), daemon=True).start()
    print(f"DNS_PORT={listener.getsockname()[1]}\nREADY=1", flush=True)
    serve_udp(datagrams)


if __name__ == "__main__":
    main()
