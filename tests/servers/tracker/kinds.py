# SPDX-License-Identifier: MIT
"""The interfaces: each holds a request against its rules, and answers as the tracker does."""
import re
import urllib.parse

TOKEN = "tracker-token-0123456789"
ME = {"github": "night-bot", "gitlab": "7", "gitea": "7", "redmine": "7", "jira": "JIRAUSER7"}
OTHER = {"github": "mallory", "gitlab": "9", "gitea": "9", "redmine": "9", "jira": "JIRAUSER9"}
TICKETS = ("488", "489", "CHAT-488")


class Violation(Exception):
    pass


def demand(truth, words):
    if not truth:
        raise Violation(words)


def new(kind):
    tickets = {name: {"state": "open", "comments": [], "labels": [], "files": []} for name in TICKETS}
    return {"kind": kind, "tickets": tickets, "next": 1000, "uploads": {}, "sent": [], "writes": 0}


def seed(tracker, order):
    ticket = tracker["tickets"][order.get("ticket", "488")]
    if order.get("clear"):
        ticket["comments"] = []
    if "put" in order:
        ticket["comments"] = order["put"]
    for _ in range(order.get("comments", 0)):
        add(tracker, ticket, OTHER[tracker["kind"]], "me too")
    if "forged" in order:
        add(tracker, ticket, OTHER[tracker["kind"]], order["forged"])
    if "state" in order:
        ticket["state"] = order["state"]
    if order.get("delete"):
        ticket["comments"] = [one for one in ticket["comments"] if one["author"] != ME[tracker["kind"]]]
    if order.get("gone"):
        del tracker["tickets"][order.get("ticket", "488")]


def add(tracker, ticket, author, body):
    tracker["next"] += 1
    comment = {"id": str(tracker["next"]), "author": author, "body": body, "files": [], "edits": 0}
    ticket["comments"].append(comment)
    return comment


def fields(document, required, optional=()):
    import json
    try:
        it = json.loads(document)
    except ValueError:
        raise Violation("the body is no JSON") from None
    demand(isinstance(it, dict), "the body is no object")
    for name, kind in required.items():
        demand(isinstance(it.get(name), kind), f"{name} is not there, or of another type")
    demand(set(it) <= set(required) | set(optional), f"unknown fields: {set(it)}")
    return it


def multipart(handler, body, field):
    found = re.match(r'multipart/form-data; boundary=(\S+)$', handler.headers.get("Content-Type", ""))
    demand(found, "no multipart/form-data")
    head, _, rest = body.partition(b"\r\n\r\n")
    name = re.search(rb'name="([^"]+)"; filename="([^"]+)"', head)
    demand(name and name[1].decode() == field, f"the field is not {field}")
    return name[2].decode(), rest[:rest.rindex(b"\r\n--" + found[1].encode())]


def as_json(handler, body, required, optional=()):
    demand(handler.headers.get("Content-Type", "").startswith("application/json"), "no JSON content type")
    return fields(body, required, optional)


class Gone(Exception):
    pass


def ticket_of(tracker, name):
    if name not in tracker["tickets"]:
        raise Gone()
    return tracker["tickets"][name]


def comment_of(tracker, number, ticket=None):
    for one in ([ticket] if ticket else tracker["tickets"].values()):
        for comment in one["comments"]:
            if comment["id"] == number:
                return comment
    raise Gone()


def page(handler, query, items, default, base):
    """A page by number, with its Link header."""
    size = int(query.get("per_page", [default])[0])
    demand(size <= 100, "per_page is more than 100")
    number = int(query.get("page", ["1"])[0])
    part = items[(number - 1) * size:number * size]
    headers = []
    if number * size < len(items):
        host = handler.headers["Host"]
        address = f"http://{host}{base}?per_page={size}&page="
        headers = [("Link", f'<{address}{number + 1}>; rel="next", <{address}99>; rel="last"')]
    return part, headers


def handle(world, handler, body):
    parts = urllib.parse.urlsplit(handler.path)
    kind = parts.path.split("/")[1]
    demand(kind in world.trackers, "no such tracker")
    tracker = world.trackers[kind]
    rest = parts.path[len(kind) + 1:]
    try:
        demand(handler.headers.get("User-Agent"), "no User-Agent")
        if handler.command != "GET":
            tracker["writes"] += 1
        return globals()[kind](tracker, handler, rest, urllib.parse.parse_qs(parts.query), body)
    except Gone:
        return 404, {"message": "Not Found"}, ()


def github(tracker, handler, path, query, body):
    command, headers = handler.command, handler.headers
    if headers.get("Authorization") != f"Bearer {TOKEN}":
        return 401, {"message": "Bad credentials"}, ()
    demand(headers.get("Accept") == "application/vnd.github+json", "Accept")
    demand(headers.get("X-GitHub-Api-Version") == "2022-11-28", "X-GitHub-Api-Version")
    demand(path.startswith("/api/v3/"), "not /api/v3")
    path = path[7:]

    def show(comment):
        return {"id": int(comment["id"]), "user": {"login": comment["author"], "id": 1}, "body": comment["body"]}

    if path == "/user" and command == "GET":
        return 200, {"login": ME["github"], "id": 7}, ()
    found = re.fullmatch(r"/repos/netra/app/issues/comments/(\d+)", path)
    if found and command in ("GET", "PATCH"):
        comment = comment_of(tracker, found[1])
        if command == "PATCH":
            text = as_json(handler, body, {"body": str})["body"]
            demand(comment["author"] == ME["github"], "edits another's comment")
            if len(text) > 65536:
                return 422, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]}, ()
            comment["body"] = text
            comment["edits"] += 1
        return 200, show(comment), ()
    found = re.fullmatch(r"/repos/netra/app/issues/(\d+)(/comments|/labels)?", path)
    demand(found, "no such path")
    ticket = ticket_of(tracker, found[1])
    if found[2] is None:
        if command == "PATCH":
            ticket["state"] = as_json(handler, body, {"state": str}, ["state_reason"])["state"]
        return 200, {"number": int(found[1]), "state": ticket["state"]}, ()
    if found[2] == "/labels":
        demand(command == "POST", "method")
        ticket["labels"] += as_json(handler, body, {"labels": list})["labels"]
        return 200, [], ()
    if command == "GET":
        part, links = page(handler, query, ticket["comments"], "30", f"/github/api/v3{path}")
        return 200, [show(one) for one in part], links
    demand(command == "POST", "method")
    text = as_json(handler, body, {"body": str})["body"]
    if len(text) > 65536:
        return 422, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]}, ()
    return 201, show(add(tracker, ticket, ME["github"], text)), ()


def gitlab(tracker, handler, path, query, body):
    command = handler.command
    if handler.headers.get("PRIVATE-TOKEN") != TOKEN:
        return 401, {"message": "401 Unauthorized"}, ()
    demand(path.startswith("/api/v4/"), "not /api/v4")
    path = path[7:]

    def show(note):
        return {"id": int(note["id"]), "author": {"id": int(note["author"])}, "body": note["body"], "system": False}

    def text():
        note = as_json(handler, body, {"body": str})["body"]
        demand(not re.search(r"^/\w", note, re.M), "a line would run as a quick action")
        return note

    if path == "/user":
        return 200, {"id": int(ME["gitlab"]), "username": "night-bot"}, ()
    if path == "/projects/grp%2Fproj/uploads":
        demand(command == "POST", "method")
        name, content = multipart(handler, body, "file")
        tracker["sent"].append({"name": name, "size": len(content), "page": content[:15].decode()})
        return 201, {"alt": name, "url": f"/uploads/1/{name}", "markdown": f"[{name}](/uploads/1/{name})"}, ()
    found = re.fullmatch(r"/projects/grp%2Fproj/issues/(\d+)(?:(/notes)(?:/(\d+))?)?", path)
    demand(found, "no such path (is the project encoded?)")
    ticket = ticket_of(tracker, found[1])
    if not found[2]:
        if command == "PUT":
            order = as_json(handler, body, {}, ["add_labels", "state_event"])
            ticket["labels"] += [order["add_labels"]] if "add_labels" in order else []
            ticket["state"] = "closed" if order.get("state_event") == "close" else ticket["state"]
        return 200, {"iid": int(found[1]), "state": "opened" if ticket["state"] == "open" else "closed"}, ()
    if found[3]:
        note = comment_of(tracker, found[3], ticket)
        if command == "PUT":
            demand(note["author"] == ME["gitlab"], "edits another's note")
            note["body"] = text()
            note["edits"] += 1
        return 200, show(note), ()
    if command == "POST":
        return 201, show(add(tracker, ticket, ME["gitlab"], text())), ()
    part, links = page(handler, query, ticket["comments"], "20", f"/gitlab/api/v4{path}")
    system = {"id": 1, "author": {"id": int(ME["gitlab"])}, "body": "changed the description", "system": True}
    return 200, [system] + [show(one) for one in part], links


def gitea(tracker, handler, path, query, body):
    command = handler.command
    if handler.headers.get("Authorization") != f"token {TOKEN}":
        return 401, {"message": "token is required"}, ()
    demand(path.startswith("/api/v1/"), "not /api/v1")
    path = path[7:]

    def show(comment):
        return {"id": int(comment["id"]), "user": {"id": int(comment["author"])}, "body": comment["body"]}

    if path == "/user":
        return 200, {"id": int(ME["gitea"]), "login": "night-bot"}, ()
    if path == "/settings/attachment":
        return 200, {"enabled": True, "allowed_types": ".html,.zip", "max_size": 4, "max_files": 5}, ()
    if path == "/repos/netra/app/labels":
        return 200, [{"id": 3, "name": "verified"}], ()
    found = re.fullmatch(r"/repos/netra/app/issues/comments/(\d+)(/assets)?", path)
    if found:
        comment = comment_of(tracker, found[1])
        if found[2] and command == "POST":
            name, content = multipart(handler, body, "attachment")
            demand(query.get("name") == [name], "name")
            comment["files"].append(name)
            return 201, {"id": 1, "name": name, "size": len(content)}, ()
        if found[2]:
            return 200, [{"id": 1, "name": name} for name in comment["files"]], ()
        if command == "PATCH":
            demand(comment["author"] == ME["gitea"], "edits another's comment")
            comment["body"] = as_json(handler, body, {"body": str})["body"]
            comment["edits"] += 1
        return 200, show(comment), ()
    found = re.fullmatch(r"/repos/netra/app/issues/(\d+)(/comments|/labels)?", path)
    demand(found, "no such path")
    ticket = ticket_of(tracker, found[1])
    if found[2] == "/labels":
        demand(as_json(handler, body, {"labels": list})["labels"] == [3], "labels are numbers")
        ticket["labels"].append("verified")
        return 200, [], ()
    if found[2] and command == "POST":
        return 201, show(add(tracker, ticket, ME["gitea"], as_json(handler, body, {"body": str})["body"])), ()
    if found[2]:
        return 200, [show(one) for one in ticket["comments"]], ()
    if command == "PATCH":
        ticket["state"] = as_json(handler, body, {"state": str})["state"]
    return 200, {"number": int(found[1]), "state": ticket["state"]}, ()


def redmine(tracker, handler, path, query, body):
    command = handler.command
    if handler.headers.get("X-Redmine-API-Key") != TOKEN:
        return 401, "", ()
    if path == "/users/current.json":
        return 200, {"user": {"id": int(ME["redmine"]), "login": "nightly"}}, ()
    if path == "/issue_statuses.json":
        return 200, {"issue_statuses": [{"id": 1, "name": "New"}, {"id": 5, "name": "Closed", "is_closed": True}]}, ()
    if path == "/uploads.json":
        demand(command == "POST" and handler.headers.get("Content-Type") == "application/octet-stream", "upload")
        demand(query.get("filename"), "filename")
        token = f"{len(tracker['uploads']) + 1}.abcdef"
        tracker["uploads"][token] = {"name": query["filename"][0], "size": len(body)}
        return 201, {"upload": {"id": 1, "token": token}}, ()
    found = re.fullmatch(r"/journals/(\d+)\.json", path)
    if found:
        demand(command == "PUT", "method")
        note = comment_of(tracker, found[1])
        text = as_json(handler, body, {"journal": dict})["journal"]["notes"]
        demand(note["author"] == ME["redmine"] and text, "edits another's note, or empties it")
        note["body"] = text
        note["edits"] += 1
        return 204, None, ()
    found = re.fullmatch(r"/issues/(\d+)\.json", path)
    demand(found, "no such path")
    ticket = ticket_of(tracker, found[1])
    if command == "PUT":
        order = as_json(handler, body, {"issue": dict})["issue"]
        demand(set(order) <= {"notes", "uploads", "status_id"}, f"fields {set(order)}")
        for upload in order.get("uploads", []):
            demand(tracker["uploads"].get(upload["token"], {}).get("name") == upload["filename"], "no such upload")
            ticket["files"].append(upload["filename"])
        if order.get("notes"):
            add(tracker, ticket, ME["redmine"], order["notes"])
        ticket["state"] = "closed" if order.get("status_id") == 5 else ticket["state"]
        return 204, None, ()
    journals = [{"id": int(one["id"]), "user": {"id": int(one["author"])}, "notes": one["body"], "details": []}
                for one in ticket["comments"]]
    issue = {"id": int(found[1]), "status": {"id": 1}, "closed_on": "2025-01-01" if ticket["state"] != "open" else None}
    asked = query.get("include", [""])[0].split(",")
    issue.update({"journals": journals} if "journals" in asked else {})
    issue.update({"attachments": [{"filename": name} for name in ticket["files"]]} if "attachments" in asked else {})
    return 200, {"issue": issue}, ()


def jira(tracker, handler, path, query, body):
    command = handler.command
    import base64
    cloud = "Basic " + base64.b64encode(f"bot@example.org:{TOKEN}".encode()).decode()
    if handler.headers.get("Authorization") not in (f"Bearer {TOKEN}", cloud):
        return 401, {"errorMessages": ["not you"]}, ()
    demand(path.startswith("/rest/api/2/"), "not /rest/api/2")
    path = path[11:]

    def show(one):
        return {"id": one["id"], "author": {"key": one["author"], "name": "bot"}, "body": one["body"]}

    def text():
        words = as_json(handler, body, {"body": str})["body"]
        return words, len(words) > 32767

    too_long = 400, {"errorMessages": [], "errors": {"comment": "The entered text exceeds the allowed limit of 32,767"}}, ()
    if path == "/myself":
        return 200, {"key": ME["jira"], "name": "bot"}, ()
    found = re.fullmatch(r"/issue/([A-Z]+-\d+)(/comment|/attachments|/transitions)?(?:/(\d+))?", path)
    demand(found, "no such path")
    ticket = ticket_of(tracker, found[1])
    if found[2] == "/attachments":
        demand(handler.headers.get("X-Atlassian-Token") == "no-check", "X-Atlassian-Token")
        name, _ = multipart(handler, body, "file")
        ticket["files"].append(name)
        return 200, [{"id": "1", "filename": name}], ()
    if found[2] == "/transitions":
        if command == "POST":
            demand(as_json(handler, body, {"transition": dict})["transition"] == {"id": "31"}, "transition")
            ticket["state"] = "closed"
            return 204, None, ()
        return 200, {"transitions": [{"id": "11", "to": {"statusCategory": {"key": "indeterminate"}}},
                                     {"id": "31", "to": {"statusCategory": {"key": "done"}}}]}, ()
    if not found[2]:
        if command == "PUT":
            ticket["labels"] += [one["add"] for one in as_json(handler, body, {"update": dict})["update"]["labels"]]
            return 204, None, ()
        done = "done" if ticket["state"] != "open" else "new"
        return 200, {"fields": {"status": {"statusCategory": {"key": done}},
                                "attachment": [{"filename": name} for name in ticket["files"]]}}, ()
    if found[3]:
        one = comment_of(tracker, found[3], ticket)
        if command == "PUT":
            demand(one["author"] == ME["jira"], "edits another's comment")
            words, long = text()
            if long:
                return too_long
            one["body"] = words
            one["edits"] += 1
        return 200, show(one), ()
    if command == "POST":
        words, long = text()
        return too_long if long else (201, show(add(tracker, ticket, ME["jira"], words)), ())
    start, most = int(query["startAt"][0]), int(query["maxResults"][0])
    part = ticket["comments"][start:start + min(most, 100)]
    return 200, {"startAt": start, "maxResults": most, "total": len(ticket["comments"]),
                 "comments": [show(one) for one in part]}, ()


def hook(tracker, handler, path, query, body):
    demand(handler.command == "POST" and re.fullmatch(r"/T0/secret-part", path), "path")
    it = as_json(handler, body, {}, ["text", "type", "attachments"])
    if "attachments" in it:
        card = it["attachments"][0]
        demand(it["type"] == "message" and card["contentType"] == "application/vnd.microsoft.card.adaptive", "card")
        demand(card["content"]["type"] == "AdaptiveCard" and card["content"]["version"], "card")
        demand(card["content"]["body"][0]["type"] == "TextBlock", "card")
    else:
        demand(isinstance(it.get("text"), str), "text")
    tracker["sent"].append(it)
    return 200, "ok", ()
