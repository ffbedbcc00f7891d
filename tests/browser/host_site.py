"""What does somebody else's site send? Pages and headers of a test's choice, from an origin of their own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class HostSite:
    """A site on another port of this machine: `put` a page, and get its address."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[bytes, dict[str, str]]] = {
            "/favicon.ico": (b"", {"Content-Type": "image/x-icon"})
        }
        self.asked: list[str] = []
        """The paths that were asked for, with their queries as they came."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                found = site._pages.get(self.path.partition("?")[0])
                self.send_response(200 if found else 404)
                body, headers = found or (b"", {"Content-Type": "text/plain"})
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def put(
        self,
        body: str,
        *,
        path: str = "/",
        head: str = "",
        policy: str = "",
        encoding: str = "utf-8",
        html: str = 'lang="sv"',
    ) -> str:
        """Keep a page at a path, and return its address. `policy` is its Content-Security-Policy."""
        text = (
            f"<!doctype html><html {html}><head><title>Norrviks kommun</title>"
            f'<meta name="viewport" content="width=device-width">{head}</head><body>{body}</body></html>'
        )
        headers = {"Content-Type": f"text/html; charset={encoding}"}
        if policy:
            headers["Content-Security-Policy"] = policy
        self._pages[path] = (text.encode(encoding), headers)
        return self.url + path

    def put_json(self, path: str, body: bytes) -> None:
        """Keep an answer of an API at a path, for any origin."""
        self._pages[path] = (
            body,
            {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"},
        )

    def put_script(self, path: str, body: bytes) -> str:
        """Keep a script at a path, for any origin, and return its address."""
        self._pages[path] = (body, {"Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*"})
        return self.url + path

    @contextmanager
    def serving(self) -> Iterator["HostSite"]:
        """Answer until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()
