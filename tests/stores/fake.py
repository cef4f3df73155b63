"""Servers of the tests' own on loopback: a store that speaks as documentation says, and a proxy that fails on purpose."""

from __future__ import annotations

import base64
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

# What the documentation of each store says: path of queries, path of updates, field of an update, path and parameter of graphs.
DOCUMENTED = {
    "oxigraph": ("", "/query", "/update", "update", "/store", "graph"),
    "virtuoso": ("", "/sparql", "/sparql-auth", "query", "/sparql-graph-crud-auth", "graph"),
    "fuseki": ("/ds", "/ds/query", "/ds/update", "update", "/ds/data", "graph"),
    "rdf4j": (
        "/rdf4j-server/repositories/c",
        "/rdf4j-server/repositories/c",
        "/rdf4j-server/repositories/c/statements",
        "update",
        "/rdf4j-server/repositories/c/rdf-graphs/service",
        "graph",
    ),
    "graphdb": ("/repositories/c", "/repositories/c", "/repositories/c/statements", "update", "/repositories/c/rdf-graphs/service", "graph"),
    "stardog": ("/c", "/c/query", "/c/update", "update", "/c", "graph"),
    "neptune": ("", "/sparql", "/sparql", "update", "/sparql/gsp/", "graph"),
    "qlever": ("", "/", "/", "update", "/", "graph"),
    "blazegraph": ("/blazegraph/namespace/kb/sparql",) * 3 + ("update", "/blazegraph/namespace/kb/sparql", "context-uri"),
}
UNSUPPORTED = {"qlever": ("LOAD", "CLEAR", "CREATE", "ADD", "COPY", "MOVE", "DROP")}


class Loopback:
    """An HTTP server on a free port of loopback, in a thread, for the time of a ``with``."""

    def __init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    owner.answer(self, body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the names of the library

            def log_message(self, *_):
                pass

            def reply(self, status, body=b"", media_type="text/plain", **headers):
                self.send_response(status)
                for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, request, body: bytes) -> None:
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class FakeStore(Loopback):
    """A store of a kind, as its documentation describes it; whatever else is asked of it is noted in ``wrong``."""

    def __init__(self, kind: str, authorization: str = "") -> None:
        self.kind = kind
        self.base_path, self.query, self.update, self.field, self.graphs, self.parameter = DOCUMENTED[kind]
        self.authorization = authorization
        self.store = ox.Store()
        self.asked: list[tuple[str, str, str]] = []
        self.wrong: list[str] = []
        self.challenged = 0
        self.max_rows = 0
        super().__init__()
        self.base = self.url + self.base_path

    def answer(self, request, body):
        parts = urlsplit(request.path)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        form = parse_qsl(body.decode()) if request.headers.get("Content-Type") == "application/x-www-form-urlencoded" else []
        self.asked.append((request.command, parts.path, request.headers.get("Content-Type") or ""))
        if self.kind == "virtuoso" and "auth" in parts.path and not (request.headers.get("Authorization") or "").startswith("Digest "):
            self.challenged += 1
            return request.reply(401, WWW_Authenticate='Digest realm="SPARQL", nonce="abc", qop="auth", algorithm="MD5"')
        if self.authorization and self.kind != "virtuoso" and request.headers.get("Authorization") != self.authorization:
            return request.reply(401, b"Who are you?", WWW_Authenticate='Basic realm="store"')
        fields = dict(form)
        if request.command == "POST" and parts.path == self.query and "query" in fields and not parts.query:
            if self.kind == "virtuoso" and request.headers.get("Authorization"):
                self.wrong.append("credentials with an anonymous query")
            return self._query(request, form)
        if request.command == "POST" and parts.path == self.update and self.field in fields and not parts.query:
            text = fields[self.field]
            if any(f"{word} " in text for word in UNSUPPORTED.get(self.kind, ())):
                return request.reply(400, b"not supported")
            self.store.update(text.removeprefix("DEFINE sql:log-enable 3\n"))
            return request.reply(204)
        if parts.path == self.graphs and self.parameter in parameters:
            return self._graph(request, parameters[self.parameter], body)
        self.wrong.append(f"{request.command} {request.path}")
        return request.reply(404, b"no such thing")

    def _query(self, request, form):
        text = dict(form)["query"]
        named = [ox.NamedNode(value) for name, value in form if name == "named-graph-uri"]
        default = [ox.NamedNode(value) for name, value in form if name == "default-graph-uri"]
        if default:
            answer = self.store.query(text, default_graph=default, named_graphs=named)
        else:
            answer = self.store.query(text, use_default_graph_as_union="FROM <" not in text)
        if isinstance(answer, ox.QueryTriples):
            return request.reply(200, answer.serialize(format=ox.RdfFormat.TURTLE), "text/turtle;charset=utf-8")
        data = answer.serialize(format=ox.QueryResultsFormat.JSON)
        if self.max_rows and isinstance(answer, ox.QuerySolutions):
            import json

            found = json.loads(data)
            cut = len(found["results"]["bindings"]) > self.max_rows
            found["results"]["bindings"] = found["results"]["bindings"][: self.max_rows]
            extra = {"X_SPARQL_MaxRows": str(self.max_rows)} if cut else {}
            return request.reply(200, json.dumps(found).encode(), "application/sparql-results+json", **extra)
        return request.reply(200, data, "application/sparql-results+json")

    def _graph(self, request, graph, body):
        name = ox.NamedNode(graph)
        if request.command == "GET" and self.kind != "blazegraph":
            quads = list(self.store.quads_for_pattern(None, None, None, name))
            quads = quads[: self.max_rows] if self.max_rows else quads  # Virtuoso cuts here too
            if not quads:
                return request.reply(404)
            return request.reply(200, ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES), "application/n-triples")
        method = "POST" if self.kind == "blazegraph" else "PUT"
        if request.command != method or request.headers.get("Content-Type") != "application/n-triples":
            self.wrong.append(f"{request.command} of {request.headers.get('Content-Type')} to a graph")
            return request.reply(415)
        if method == "PUT":
            self.store.remove_graph(name)
        for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
            self.store.add(ox.Quad(quad.subject, quad.predicate, quad.object, name))
        return request.reply(204)


class Proxy(Loopback):
    """Hands requests on to a store, after ``fault`` has looked at each: it may answer itself, drop the line, or wait.

    Args:
        target: the address of the store, without its path.
        fault: called with the number of the request (from 0), its method, path and body; gives None to hand it on, a
            status to answer with, ``drop`` to close the line before, or ``lose`` to close it after the store has done it.
        user: name and password that are asked for, for a store that has no accounts.
    """

    def __init__(self, target: str, fault=lambda *_: None, user: tuple[str, str] | None = None) -> None:
        self._target = target
        self._fault = fault
        self._user = user
        self.count = 0
        self._lock = threading.Lock()
        super().__init__()

    def answer(self, request, body):
        with self._lock:
            number, self.count = self.count, self.count + 1
        if self._user:
            wanted = "Basic " + base64.b64encode(":".join(self._user).encode()).decode()
            if request.headers.get("Authorization") != wanted:
                return request.reply(401, WWW_Authenticate='Basic realm="store"')
        verdict = self._fault(number, request.command, request.path, body)
        if isinstance(verdict, int):
            return request.reply(verdict, b"proxy", Retry_After="0")
        if verdict == "drop":
            request.close_connection = True
            return None
        skipped = {"host", "connection", "content-length", "accept-encoding"}
        headers = {name: value for name, value in request.headers.items() if name.lower() not in skipped}
        handed = urllib.request.Request(self._target + request.path, body or None, headers, method=request.command)
        try:
            with urllib.request.urlopen(handed, timeout=600) as answer:
                status, data, answered = answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            status, data, answered = error.code, error.read(), error.headers
        if verdict == "lose":
            request.close_connection = True
            return None
        extra = {name: value for name, value in answered.items() if name.lower() in {"www-authenticate", "x-sparql-maxrows", "server", "fuseki-request-id"}}
        return request.reply(status, data, answered.get("Content-Type", ""), **{name.replace("-", "_"): value for name, value in extra.items()})
