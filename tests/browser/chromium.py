# SPDX-License-Identifier: MIT
"""A headless Chromium, driven by the DevTools protocol through a pipe: no port, no package."""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

TIMEOUT_S = 60


def find():
    """The browser's path, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-headless-shell")


class Trouble(Exception):
    """The browser refused, or did not answer."""


class Chromium:
    """One browser with one page. Every event of the page is kept in `events`."""

    def __init__(self):
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        self._profile = tempfile.mkdtemp(prefix="endoscope-browser-")
        self._log = open(os.path.join(self._profile, "log"), "wb")
        # The browser speaks on descriptors 3 and 4.
        command = ["/bin/sh", "-c", f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}', find(), "--headless",
                   "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   "--remote-debugging-pipe", f"--user-data-dir={self._profile}", "about:blank"]
        self._process = subprocess.Popen(command, pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL,
                                         stdout=self._log, stderr=self._log)
        os.close(to_browser)
        os.close(from_browser)
        self._rest, self._number, self.events = b"", 0, []
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        os.close(self._write)
        os.close(self._read)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _message(self, until):
        while b"\0" not in self._rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._read], [], [], left)[0]:
                raise Trouble("the browser does not answer")
            more = os.read(self._read, 1 << 20)
            if not more:
                raise Trouble("the browser went: " + pathlib.Path(self._profile, "log").read_text(errors="replace"))
            self._rest += more
        text, self._rest = self._rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        """What the browser answers to `method`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data):]
        until = time.monotonic() + TIMEOUT_S
        while True:
            answer = self._message(until)
            if answer.get("id") == self._number:
                break
            if "method" in answer:
                self.events.append(answer)
        if "error" in answer:
            raise Trouble(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def wait(self, method):
        """Until the event `method` has come, or was there already."""
        until = time.monotonic() + TIMEOUT_S
        while not any(event["method"] == method for event in self.events):
            event = self._message(until)
            if "method" in event:
                self.events.append(event)

    def look(self, width, dark=False, height=900, phone=False):
        """The window's width in CSS pixels, and the colours the reader prefers."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, url):
        """Loads `url`; `events` are then those of this page alone."""
        self.events = []
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise Trouble(f"{url}: {answer['errorText']}")
        self.wait("Page.loadEventFired")

    def run(self, script):
        """The value of a JavaScript expression; a promise is awaited. The page's own policy does not bind it."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Trouble(json.dumps(answer["exceptionDetails"])[:600])
        return answer["result"].get("value")

    def pdf(self):
        """The page on A4."""
        answer = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, marginTop=0.6, marginBottom=0.6,
                           marginLeft=0.6, marginRight=0.6, preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(answer["data"])

    def picture(self, clip=None):
        """A PNG of the window, or of `clip` of the page."""
        params = {"format": "png"}
        if clip:
            params.update(clip=dict(clip, scale=1), captureBeyondViewport=True)
        return base64.b64decode(self.call("Page.captureScreenshot", **params)["data"])
