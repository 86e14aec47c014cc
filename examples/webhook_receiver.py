"""Receive the events of a webhook: check who sent them, take each once, answer at once.

escgraph webhook create robot@example.org http://127.0.0.1:8099/hook --name example
export ESC_WEBHOOK_SECRET=whsec_…     # what that printed; while a secret changes: old,new
.venv/bin/python examples/webhook_receiver.py

For http:// to this machine the server needs ESCGRAPH_ALLOWED_NETWORKS=127.0.0.0/8. ESC_PORT names
another port. The ids of what was taken are kept in var/webhook.taken; ESC_TAKEN names another file.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

SECRETS = os.environ.get("ESC_WEBHOOK_SECRET") or sys.exit(
    "set ESC_WEBHOOK_SECRET: escgraph webhook create prints it"
)
PORT = int(os.environ.get("ESC_PORT", "8099"))
TAKEN = Path(os.environ.get("ESC_TAKEN", "var/webhook.taken"))
LONGEST = 1_000_000
TAKE_IT, NOT_OURS, TOO_LONG = 204, 401, 413


class Receiver(BaseHTTPRequestHandler):
    """Anything but 2xx makes escgraph send it again later, for about three days; 410 ends it."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST:
            self._answer(TOO_LONG)
            return
        event = verified(self.rfile.read(length), dict(self.headers.items()))
        if event is None:
            self._answer(NOT_OURS)
            return
        take(self.headers["webhook-id"], event)
        self._answer(TAKE_IT)

    def log_message(self, *_: object) -> None:
        """What arrives is printed as an event, not as a request."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def verified(body: bytes, headers: dict[str, str]) -> dict[str, Any] | None:
    """The event, if one of our secrets signed it within the last five minutes."""
    for secret in SECRETS.split(","):
        try:
            event: dict[str, Any] = Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            continue
        return event
    print("-- refused: not signed with our secret --", flush=True)
    return None


def take(message: str, event: dict[str, Any]) -> None:
    """Do what is to be done, once: the same event may come again, always under the same id."""
    taken = TAKEN.read_text().split() if TAKEN.exists() else []
    if message in taken:
        print(f"-- {event['type']} again --", flush=True)
        return
    print(line(event), flush=True)
    TAKEN.parent.mkdir(parents=True, exist_ok=True)
    with TAKEN.open("a") as file:
        file.write(f"{message}\n")


def line(event: dict[str, Any]) -> str:
    """When, what, and which ticket: as it stood then. `cursor` tells which of two is the later."""
    data = event["data"]
    about = ""
    if state := data["state"]:
        title = f"{data['indicator']} {state['title']}".strip()
        about = f"{state['number']}  {state['tier']:10}  {title}"
    return f"{event['timestamp'][:19]}  {event['type']:23}  {about}".rstrip()


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", PORT), Receiver) as server:
        print(f"-- listening on port {PORT} --", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
