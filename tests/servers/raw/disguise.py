"""The forms in which a server may show a secret again; the test that searches for it makes its needles from them too."""
import base64
import html
import json
from urllib.parse import quote, quote_plus


def mixed(text):
    """Percent-encoded by halves that do not agree on how a blank is written."""
    middle = len(text) // 2
    return quote(text[:middle], safe="") + quote_plus(text[middle:])


FORMS = {
    "plain": lambda text: text,
    "percent": lambda text: quote(text, safe=""),
    "percent-all": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "form": quote_plus,
    "mixed": mixed,
    "json": lambda text: json.dumps(text)[1:-1],
    "json-twice": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "unicode": lambda text: "".join(f"\\u{byte:04x}" for byte in text.encode()),
    "html": html.escape,
    "hex": lambda text: text.encode().hex(),
    **{f"base64-{shift}": lambda text, shift=shift: base64.b64encode(b"-" * shift + text.encode()).decode()
       for shift in range(3)},
    **{f"base64url-{shift}": lambda text, shift=shift: base64.urlsafe_b64encode(b"-" * shift + text.encode()).decode()
       for shift in range(3)},
}
