"""A small node for tests of the app: the wire protocol with everything that can go wrong, without a database.

What the app seals is opened with the real `outreach.sealing`; its shell, words and worker are the real ones.
`faults` says what goes wrong: {"ops": "portal" | "drop" | "hang" | 401 | 423 | 426 | 429 | 500}, by the last part of an address.
"""

from __future__ import annotations

import gzip
import json
import secrets
import struct
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePath
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dinh.outreach import sealing
from dinh.outreach.rules.receipts import receipt_of
from dinh.web.field import shipped, words
from dinh.web.field.tests.browser import material

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; "
    "manifest-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SAID = {
    401: ("re_enrol", "Máy này chưa được đăng ký."),
    423: ("wiped", "Máy này đã bị gỡ khỏi danh sách."),
    426: ("update_app", "Ứng dụng đã cũ."),
    429: ("again", "Xin chờ một lát."),
    500: ("", ""),
}


# A tenth of a second of nothing, 8,000 samples of one byte a second.
SILENCE = b"RIFF" + struct.pack("<I", 836) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + struct.pack("<I", 800) + b"\x80" * 800  # fmt: skip


class Node:
    """What the node knows, and how it misbehaves."""

    def __init__(self, households: int = 12) -> None:
        self.pair = sealing.make_pair()
        self.devices: dict[str, dict[str, Any]] = {}
        self.codes = {"K7M2-9QXT-3WAB"}
        self.households = material.households(households)
        self.tasks = material.tasks(self.households)
        self.epoch = 1
        self.cursor = 1
        self.drops: list[str] = []
        self.ops: dict[str, dict[str, Any]] = {}
        self.order: list[str] = []
        self.receipts: list[dict[str, Any]] = []
        self.blobs: dict[str, bytes] = {}
        self.beats: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.faults: dict[str, Any] = {}
        self.refuse: dict[str, tuple[str, str, str]] = {}  # kind -> code, sentence, next act
        self.rounds = b"1000"  # of the PIN's derivation
        self.voices: list[dict[str, Any]] = []  # of the pack: {code, title, urls}
        self.build = ""  # another name makes another worker
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()

    def kinds(self) -> list[str]:
        """Return the kinds of operations received, in their order."""
        return [self.ops[one]["kind"] for one in self.order]

    def _handler(node) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_said: Any) -> None:
                """Be silent."""

            def do_GET(self) -> None:
                node.answer(self, "GET")

            def do_POST(self) -> None:
                node.answer(self, "POST")

            def do_PUT(self) -> None:
                node.answer(self, "PUT")

        return Handler

    def answer(self, to: BaseHTTPRequestHandler, method: str) -> None:
        """Answer one request."""
        split = urlsplit(to.path)
        body = to.rfile.read(int(to.headers.get("Content-Length") or 0))
        path = split.path
        if path.startswith("/field/api/1/"):
            self._api(to, path.removeprefix("/field/api/1/"), parse_qs(split.query), body)
            return
        if path == "/field/sw.js":
            text = shipped.worker_script()
            self._send(
                to,
                200,
                "text/javascript",
                (f"// {self.build}\n{text.replace(shipped.build(), shipped.build() + self.build)}").encode(),
            )
        elif path.endswith("/words.json"):
            self._json(to, words.words(path.split("/")[2]))
        elif path.endswith("/app.webmanifest"):
            self._json(to, shipped.manifest(path.split("/")[2]))
        elif path.startswith(shipped.PLACE):
            name = path.removeprefix(shipped.PLACE)
            # A PIN is derived in a moment here, as in no test of the derivation itself.
            content = shipped.content(name).encode().replace(b"600000", self.rounds)
            self._send(to, 200, shipped.KINDS[PurePath(name).suffix], content, squeeze=True)
        elif path.startswith("/voice/"):
            self._send(to, 200, "audio/wav", SILENCE)
        elif path in {"/field/vi/", "/field/fr/", "/field/en/"}:
            self._send(
                to, 200, "text/html; charset=utf-8", shipped.shell(path.split("/")[2]).encode(), squeeze=True
            )
        else:
            self._send(to, 404, "text/plain", b"no")

    def _send(
        self, to: Any, status: int, kind: str, body: bytes, *, squeeze: bool = False, **headers: str
    ) -> None:
        to.send_response(status)
        if squeeze:
            body = gzip.compress(body, 6)
            to.send_header("Content-Encoding", "gzip")
        to.send_header("Content-Type", kind)
        to.send_header("Content-Length", str(len(body)))
        to.send_header("Content-Security-Policy", POLICY)
        to.send_header("Cache-Control", "no-cache")
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    def _json(self, to: Any, content: Any) -> None:
        self._send(
            to, 200, "application/json", json.dumps(content, ensure_ascii=False).encode(), squeeze=True
        )

    def _told(self, to: Any, content: dict[str, Any], status: int = 200, **headers: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        whole = {"server_time": now, "epoch": self.epoch, "min_app": "1", **content}
        body = json.dumps(whole, ensure_ascii=False).encode()
        self._send(to, status, "application/json", body, squeeze=len(body) > 1000, Dinh_Field="1", **headers)

    def _api(self, to: Any, path: str, query: dict[str, list[str]], body: bytes) -> None:
        self.asked.append(path)
        fault = self.faults.get(path.split("/")[0])
        if fault == "portal":
            self._send(to, 200, "text/html", b"<html><body>Welcome to the hotel. Sign in.</body></html>")
            return
        if fault == "drop":
            to.close_connection = True
            to.connection.close()
            return
        if fault == "hang":
            time.sleep(3)
        if isinstance(fault, int):
            code, sentence = SAID[fault]
            self._told(
                to,
                {"error": code, "message": sentence},
                fault,
                **({"Retry_After": "1"} if fault == 429 else {}),
            )
            return
        if to.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        given = json.loads(body) if body and not path.startswith("blob/") else {}
        device = self._device(to)
        if path == "sealed":
            self.blobs |= {one["sha256"]: sealing.unb64(one["box"]) for one in given.get("files", ())}
        if path == "enrol":
            self._enrol(to, given)
        elif device is None:
            self._told(to, {"error": "re_enrol", "message": SAID[401][1]}, 401)
        elif path.startswith("blob/"):
            self._blob(to, path.removeprefix("blob/"), int(query["offset"][0]), body)
        elif path in {"ops", "sealed"}:
            envelopes = given["ops" if path == "ops" else "envelopes"]
            with self.lock:
                results = [self.take(one) for one in envelopes]
            if fault == "lost":  # taken, and the answer does not arrive
                to.close_connection = True
                to.connection.close()
                return
            self._told(to, {"results": results})
        elif path == "pack":
            self._told(to, self.pack(int(query["since"][0]), int(query["epoch"][0])))
        elif path == "forms":
            self._told(to, material.forms(query["lang"][0]))
        elif path == "beat":
            self.beats.append(given)
            self._told(to, {})
        else:
            self._told(to, {})

    def _device(self, to: Any) -> dict[str, Any] | None:
        told = (to.headers.get("Authorization") or "").removeprefix("Dinh-Device ")
        device, _dot, token = told.partition(".")
        found = self.devices.get(device)
        return found if found and found["token"] == token else None

    def _enrol(self, to: Any, given: dict[str, Any]) -> None:
        if given["code"] not in self.codes:
            self._told(
                to, {"error": "code_unknown", "message": "Không có mã này. Xem lại mã hoặc xin mã mới."}, 404
            )
            return
        id = f"01900000-0000-7000-8000-{len(self.devices) + 1:012d}"
        self.devices[id] = {"token": secrets.token_urlsafe(32), "public": sealing.unb64(given["public"])}
        key = {"id": self.pair.id, "public": sealing.b64(self.pair.public)}
        account = {"id": "01900000-0000-7000-8000-00000000aaaa", "name": "Vàng A Sơn"}
        self._told(
            to,
            {"device": id, "token": self.devices[id]["token"], "account": account, "key": key, "keys": [key]},
        )

    def _blob(self, to: Any, digest: str, offset: int, body: bytes) -> None:
        held = self.blobs.get(digest, b"")
        if offset != len(held):
            self._told(to, {"error": "again", "message": "", "received": len(held)}, 409)
            return
        self.blobs[digest] = held + body
        total = int(to.headers["Upload-Length"])
        self._told(to, {"received": len(held) + len(body), "complete": len(held) + len(body) >= total})

    def pack(self, since: int, epoch: int) -> dict[str, Any]:
        """Return the pack: whole, or nothing but drops."""
        reset = since == 0 or epoch != self.epoch
        households = self.households if reset else []
        rest = material.rest(self.households) if reset else {}
        found = {
            "cursor": self.cursor,
            "reset": reset,
            "households": households,
            "drops": [] if reset else self.drops,
        }
        tasks = {"tasks": self.tasks if reset else [], "task_drops": []}
        forms = {"digest": material.DIGEST, "url": "/field/api/1/forms"}
        return {
            **found,
            **tasks,
            **rest,
            "forms": forms,
            "voices": self.voices,
            "receipts": self.receipts,
            "limit": None,
        }

    def take(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Open one operation and answer it as the real node does."""
        plain = sealing.open_envelope(envelope, self.devices[envelope["device"]]["public"])
        op = json.loads(plain)
        answer = {"op_id": op["op_id"], "code": "", "message": "", "act": {"kind": "nothing"}, "answer": None}
        answer |= {"receipt": receipt_of(op["op_id"]), "versions": {}}
        if op["op_id"] in self.ops:
            return answer | {"state": "duplicate"}
        if op["kind"] in self.refuse:
            code, sentence, act = self.refuse[op["kind"]]
            return answer | {"state": "refused", "code": code, "message": sentence, "act": {"kind": act}}
        self.ops[op["op_id"]] = op
        self.order.append(op["op_id"])
        return answer | {"state": "applied"}
