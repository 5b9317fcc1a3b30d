"""A token broker in Python, with nothing but the standard library: the protocol in one page.

It mints HS256 JWTs, keeps them in memory, knows two users, and passes the conformance suite:
    PORT=3000 python3 broker.py
    npx @valetkey/broker conformance --profile conformance.json
"""
import base64, hashlib, hmac, json, os, re, secrets, sys, threading, time, uuid
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BASE = "/api/broker"
ORIGINS = set()  # origins of apps that are served from elsewhere, spelled exactly
USERS = {"ada": {"cards", "records"}, "bob": {"cards"}}
GROUPS = {"records": ["records/a", "records/b"]}
AUDIENCES = {"cards", "payroll"}
LIFETIME, FRESH_SHARE, FORCE_EVERY = 300, 0.8, 10
MAX_BODY, MAX_ITEMS = 16 * 1024, 32
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._:@-]{0,99})?")
SCOPE = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")
HEADERS = {
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "Vary": "Cookie, Authorization, Origin, Sec-Fetch-Site",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Valet-Key": "1",
}
STATUS = {"invalid_request": 400, "invalid_session": 401, "csrf_rejected": 403, "invalid_target": 403}

key, lock = secrets.token_bytes(32), threading.Lock()
sessions, cache = {}, {}  # session id -> user; (user, audience) -> token


class Refusal(Exception):
    """An answer that is no token."""

    def __init__(self, code, words, status=None, headers=None, **members):
        super().__init__(words)
        self.code, self.words, self.members = code, words, members
        self.status, self.headers = status or STATUS[code], headers or {}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def mint(user, audience):
    """A JWT of HS256 that a vault could verify."""
    now = time.time()
    ends = int(now) + LIFETIME
    claims = {"sub": user, "aud": audience, "exp": ends, "jti": secrets.token_hex(8)}
    text = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
    value = f"{text}.{b64(hmac.digest(key, text.encode(), 'sha256'))}"
    return {"id": b64(secrets.token_bytes(12)), "value": value, "minted": now, "ends": ends}


def token_for(user, audience, item):
    """A fresh one of the cache, or a new one: never a dying one, never one minted twice."""
    with lock:  # one flight at a time
        held, now = cache.get((user, audience)), time.time()
        ttl = item.get("ttl", LIFETIME)
        if ttl < LIFETIME:  # this minter gives no shorter ones, and a longer one is not for this caller
            raise Refusal("invalid_request", "ttl is shorter than tokens live here")
        fresh = held and held["ends"] - now >= FRESH_SHARE * (held["ends"] - held["minted"])
        if held and item.get("rejected") == held["id"] and now - held.get("forced", 0) >= FORCE_EVERY:
            fresh, forced = False, now
        else:
            forced = held.get("forced", 0) if held else 0
        if not fresh:
            held = cache[user, audience] = mint(user, audience) | {"forced": forced}
        return held


def members_of(value, known, where):
    if not isinstance(value, dict):
        raise Refusal("invalid_request", f"{where} is not an object")
    for name in value:
        if name not in known:
            raise Refusal("invalid_request", f"{where} {name[:64]!r} is not a member of this protocol")


def check(body):
    """Strict, so that a typo is named and never ignored."""
    members_of(body, {"background", "tokens"}, "the body:")
    items, ids = body.get("tokens"), set()
    if not isinstance(body.get("background", False), bool):
        raise Refusal("invalid_request", "background is not a boolean")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        raise Refusal("invalid_request", f"tokens is not a list of 1 to {MAX_ITEMS} items")
    for item in items:
        members_of(item, {"id", "audience", "scope", "ttl", "context", "rejected"}, "an item:")
        for name, most in (("id", 32), ("rejected", 128)):
            text = item.get(name, "x" if name == "rejected" else None)
            if not isinstance(text, str) or not 1 <= len(text) <= most:
                raise Refusal("invalid_request", f"{name} is not a text of 1 to {most} characters")
        if item["id"] in ids:
            raise Refusal("invalid_request", "tokens holds an id twice")
        ids.add(item["id"])
        audience, scope, ttl = item.get("audience"), item.get("scope", ""), item.get("ttl", 1)
        if not isinstance(audience, str) or not NAME.fullmatch(audience):
            raise Refusal("invalid_request", "audience is not an audience name")
        if not isinstance(scope, str) or not SCOPE.fullmatch(scope):
            raise Refusal("invalid_request", "scope holds a character no scope may hold")
        if isinstance(ttl, bool) or not isinstance(ttl, (int, float)) or not ttl >= 1:
            raise Refusal("invalid_request", "ttl is not a number of seconds above 0")
    return items


def answer_item(user, item, groups):
    """The policy first, then the cache: on hits too."""
    audience = item["audience"]
    group = audience.split("/")[0]
    known = audience in AUDIENCES or audience in GROUPS or audience in GROUPS.get(group, [])
    # What is unknown and what is forbidden get the same words.
    if not known or group not in USERS[user] or item.get("scope"):
        raise Refusal("invalid_target", "There is no such audience for you")
    if "context" in item:
        raise Refusal("invalid_request", "context: this audience takes none from a browser")
    if audience not in GROUPS:
        return [(audience, token_for(user, audience, item))]
    if "rejected" in item:
        raise Refusal("invalid_request", "rejected: names one token; ask for the member it was for")
    groups[audience] = GROUPS[audience]
    return [(member, token_for(user, member, item)) for member in GROUPS[audience]]


def answer_tokens(user, session, body):
    groups, answers, refusals = {}, [], []
    for item in check(body):
        try:
            for audience, token in answer_item(user, item, groups):
                answers.append({
                    "id": item["id"], "audience": audience, "token_id": token["id"],
                    "access_token": token["value"], "token_type": "Bearer",
                    "expires_in": round(token["ends"] - time.time(), 3),
                })
        except Refusal as refusal:
            refusals.append(refusal)
            answers.append({
                "id": item["id"], "audience": item["audience"], "error": refusal.code,
                "error_description": refusal.words, "retryable": False,
            })
    if len(refusals) == len(answers) and len({it.code for it in refusals}) == 1:
        raise Refusal(refusals[0].code, refusals[0].words, tokens=answers)
    digest = hashlib.sha256(json.dumps(["session", user, session]).encode()).digest()
    told = {"server_time": int(time.time() * 1000), "session": b64(digest)}
    return told | ({"groups": groups} if groups else {}) | {"tokens": answers}


class Broker(BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "broker", ""
    timeout, wbufsize = 20, -1  # an answer leaves in one piece

    def respond(self, status, body=None, headers=None, kind="application/json"):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**HEADERS, "X-Request-Id": self.request_id, **(headers or {})}.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def answer(self):
        self.request_id = str(uuid.uuid4())
        try:
            self.route()
        except Refusal as refusal:
            headers = dict(refusal.headers)
            if refusal.status == 401:
                headers["WWW-Authenticate"] = "Bearer"
            problem = {
                "status": refusal.status, "error": refusal.code, "error_description": refusal.words,
                "retryable": False, "request_id": self.request_id, **refusal.members,
            }
            self.respond(refusal.status, problem, headers, "application/problem+json")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = answer

    def route(self):
        data = self.read()
        path = self.path.split("?")[0]
        if path == "/api/login" and self.command == "POST":
            return self.sign_in(json.loads(data))
        methods = {"/tokens": "POST", "/revoke": "POST", "/healthz": "GET", "/readyz": "GET"}
        route = path.removeprefix(BASE) if path.startswith(BASE) else ""
        if route not in methods:
            raise Refusal("invalid_request", "There is nothing here", status=404)
        allowed = {"Allow": f"{methods[route]}, OPTIONS"}
        if self.command == "OPTIONS":
            return self.respond(204, headers=allowed)
        if self.command != methods[route]:
            words = f"The methods here are {allowed['Allow']}"
            raise Refusal("invalid_request", words, status=405, headers=allowed)
        if methods[route] == "GET":
            return self.respond(200, {"status": "ok"})
        self.guard()
        body = self.parse(data)
        if route == "/revoke":
            return self.revoke(body)
        if isinstance(body, dict):
            check(body)  # what is malformed is so for everybody
        user, session = self.login()
        self.respond(200, answer_tokens(user, session, body))

    def read(self):
        """All of the body, so that the connection can go on; no more of it than is taken is kept."""
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(min(length, MAX_BODY + 1))
        self.too_long = length > MAX_BODY
        if self.too_long:
            self.close_connection = True
            self.rfile.read(min(length - len(data), 1 << 20))
        return data

    def guard(self):
        """Whether the request comes from a page of the app. Knows nothing of the Host."""
        version, origin, site = (self.headers.get(it) for it in ("X-Valet-Key", "Origin", "Sec-Fetch-Site"))
        if version is None:
            raise Refusal("csrf_rejected", "The header X-Valet-Key is missing")
        trusted = site == "same-origin" or origin in ORIGINS
        if origin == "null" or site == "none" or not trusted:
            raise Refusal("csrf_rejected", "The request comes from an origin that is not the app")
        if version != "1":
            words = "This version of the protocol is not spoken here"
            raise Refusal("invalid_request", words, supported=["1"])
        kind = self.headers.get("Content-Type", "")
        if not re.fullmatch(r'application/json\s*(;\s*charset="?utf-8"?\s*)?', kind, re.I):
            raise Refusal("invalid_request", "Content-Type is not application/json", status=415)

    def parse(self, data):
        if self.too_long:
            raise Refusal("invalid_request", f"The body is longer than {MAX_BODY} bytes", status=413)
        try:
            return json.loads(data.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Refusal("invalid_request", "The body is not JSON in UTF-8") from None

    def login(self):
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        user = sessions.get(cookie.value) if cookie else None
        if user is None:
            raise Refusal("invalid_session", "Nobody is signed in")
        return user, cookie.value

    def revoke(self, body):
        if body != {}:
            raise Refusal("invalid_request", "The body of a revocation is {}")
        user, _ = self.login()
        with lock:
            for held in [it for it in cache if it[0] == user]:
                del cache[held]
        self.respond(204)

    def sign_in(self, body):
        """The login of the example. In your app: your own."""
        user = body.get("user")
        if user not in USERS:
            raise Refusal("invalid_session", "Nobody is signed in")
        session = secrets.token_urlsafe(32)
        sessions[session] = user
        cookie = f"session={session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=3600"
        self.respond(204, headers={"Set-Cookie": cookie})

    def log_message(self, *_):
        """No line per request: a log of those would need thought."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 3000))), Broker)
    print(f"http://127.0.0.1:{server.server_port}{BASE}", file=sys.stderr)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
