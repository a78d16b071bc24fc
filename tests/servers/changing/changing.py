"""changing.py FOLDER: answers as the files of FOLDER say at that moment.

A request for /NAME gets what FOLDER/NAME.status, .delay (seconds), .headers ("Name: value" lines) and .body say; without them
200 and "fine". NUMBER in a body or header is another number each time.
"""

import http.server
import itertools
import os
import sys
import time

numbers = itertools.count(1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def said(self, what, default):
        name = os.path.basename(self.path.split("?")[0])
        try:
            with open(os.path.join(sys.argv[1], f"{name}.{what}"), encoding="utf-8") as file:
                return file.read().strip().replace("NUMBER", str(next(numbers)))
        except FileNotFoundError:
            return default

    def do_GET(self):
        body = self.said("body", "fine").encode()
        time.sleep(float(self.said("delay", "0")))
        self.send_response(int(self.said("status", "200")))
        for line in self.said("headers", "").splitlines():
            name, value = line.split(": ", 1)
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
print(f"CHANGING_PORT={server.server_port}\nREADY=1", flush=True)
server.serve_forever()
