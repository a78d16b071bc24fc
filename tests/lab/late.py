"""A server that takes its time where others do not: late.py CERTIFICATE KEY

Prints a port for each place where the time can go, LATE_<PLACE>=PORT, and READY=1. What it answers is right.
"""
import socket
import ssl
import sys
import threading
import time

SECONDS = 1.5
BODY = b"x" * 4096


def head(size):
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode()


def read_request(sock):
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(4096)
        if not more:
            return
        data += more


def at_once(sock):
    read_request(sock)
    sock.sendall(head(len(BODY)) + BODY)


def late_answer(sock):
    read_request(sock)
    time.sleep(SECONDS)
    sock.sendall(head(len(BODY)) + BODY)


def late_body(sock):
    read_request(sock)
    sock.sendall(head(len(BODY)))
    for at in range(0, len(BODY), 1024):
        time.sleep(SECONDS / 4)
        sock.sendall(BODY[at:at + 1024])


def stalled_body(sock):
    read_request(sock)
    sock.sendall(head(len(BODY)) + BODY[:10])
    while sock.recv(4096):
        pass


def silent(sock):
    while sock.recv(4096):
        pass


def handle(sock, how, context, delay):
    try:
        time.sleep(delay)
        if context:
            sock = context.wrap_socket(sock, server_side=True)
        with sock:
            how(sock)
    except OSError:
        sock.close()


def serve(listener, how, context, delay):
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=handle, args=(sock, how, context, delay), daemon=True).start()


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    places = {
        "GOOD": (at_once, None, 0),
        "GOOD_TLS": (at_once, context, 0),
        "SERVER": (late_answer, None, 0),
        "BODY": (late_body, None, 0),
        "TLS": (at_once, context, SECONDS),
        "STALLED": (stalled_body, None, 0),
        "SILENT": (silent, None, 0),
    }
    for place, (how, tls, delay) in places.items():
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=serve, args=(listener, how, tls, delay), daemon=True).start()
        print(f"LATE_{place}={listener.getsockname()[1]}")
    print("READY=1", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
