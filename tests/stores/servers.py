"""The triple stores of the tests: each started on a free loopback port with a directory of its own, and stopped by its id."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent.parent
PARTS = ROOT / "build" / "stores"
USER, PASSWORD = "curator", "pass word"  # with a space: it has to survive every way it is sent
KINDS = ("oxigraph", "virtuoso", "fuseki", "rdf4j")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _part(pattern: str) -> Path | None:
    found = sorted(PARTS.glob(pattern))
    return found[-1] if found else None


def missing(kind: str) -> str:
    """What has to be fetched before a server can be started, or an empty string."""
    needed = {
        "oxigraph": [Path(sys.executable).with_name("oxigraph")],
        "virtuoso": [Path(shutil.which("virtuoso-t") or "virtuoso-t")],
        "fuseki": [_part("jena-fuseki-server-*.jar") or PARTS / "jena-fuseki-server"],
        "rdf4j": [_part("rdf4j-http-server-*.war") or PARTS / "rdf4j-http-server", _part("jetty-runner-*.jar") or PARTS / "jetty-runner"],
    }[kind]
    return ", ".join(path.name for path in needed if not path.is_file())


class Server:
    """A running store.

    Attributes:
        base: the address that a person would give to ``push``.
        user, password: what it wants, or None where it has no accounts.
    """

    kind = ""
    user: str | None = None
    password: str | None = None
    ready_within = 60

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        self._log = (folder / "server.log").open("ab")
        self.process = self.start()
        self._wait()

    def start(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def probe(self) -> str:
        """An address that answers once the store is up."""
        return self.base

    def run(self, *command: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen([str(part) for part in command], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    def _wait(self) -> None:
        end = time.monotonic() + self.ready_within
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.probe(), timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{self.kind} did not start:\n" + (self.folder / "server.log").read_text(errors="replace")[-3000:])

    def stop(self) -> None:
        if self._log.closed:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Oxigraph(Server):
    kind = "oxigraph"
    verb = "serve"

    def start(self):
        return self.run(Path(sys.executable).with_name("oxigraph"), self.verb, "--location", self.folder / "data", "--bind", f"127.0.0.1:{self.port}")

    def probe(self):
        return f"{self.base}/query?query=ASK%7B%7D"


class Virtuoso(Server):
    kind = "virtuoso"
    user = "dba"
    password = "dba"  # what a new database has; the tests change nothing in it

    def start(self):
        ini = self.folder / "virtuoso.ini"
        if not ini.exists():
            shutil.copy("/usr/share/virtuoso-opensource-7/virtuoso.ini", ini)
            text = (
                ini.read_text().replace("/var/lib/virtuoso-opensource-7/db/", f"{self.folder}/").replace("/var/lib/virtuoso-opensource-7/vsp", str(self.folder))
            )
            text = text.replace("= 1111", f"= 127.0.0.1:{free_port()}").replace("= 8890", f"= 127.0.0.1:{self.port}")
            # its estimates are wrong by orders of magnitude: it refuses queries that take a tenth of a second
            text = re.sub(r"(MaxQueryCostEstimationTime\s*=) 400", r"\1 100000000", text)
            ini.write_text(text)
        return self.run("virtuoso-t", "+configfile", ini, "+foreground")

    def probe(self):
        return f"{self.base}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D"


class Fuseki(Server):
    kind = "fuseki"
    user, password = USER, PASSWORD
    union = False  # whether the default graph is the union of the others

    def start(self):
        self.base += "/ds"
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "passwd").write_text(f"{self.user}: {self.password}\n")
        jar = _part("jena-fuseki-server-*.jar")
        assert jar
        config = self.folder / "config.ttl"
        config.write_text(
            f"""PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] a fuseki:Server ; fuseki:passwd "passwd" ; fuseki:auth "basic" ; fuseki:services ( <#service> ) .
<#service> a fuseki:Service ; fuseki:name "ds" ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ;
    fuseki:endpoint [ fuseki:operation fuseki:update ; fuseki:name "update" ; fuseki:allowedUsers "{self.user}" ] ;
    fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ; fuseki:allowedUsers "{self.user}" ] ;
    fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "{self.folder}/data" ; tdb2:unionDefaultGraph {str(self.union).lower()} ] .
"""
        )
        return self.run("java", "-Xmx1g", "-jar", jar, "--port", str(self.port), "--localhost", "--ping", "--config", config)

    def probe(self):
        return f"http://127.0.0.1:{self.port}/$/ping"


class Rdf4j(Server):
    """The server with a repository of native storage, behind Basic."""

    kind = "rdf4j"
    user, password = USER, PASSWORD
    repository = "corpus"

    def start(self):
        war, runner = _part("rdf4j-http-server-*.war"), _part("jetty-runner-*.jar")
        assert war
        assert runner
        self.server = f"{self.base}/rdf4j-server"
        self.base = f"{self.server}/repositories/{self.repository}"
        app = self.folder / "app"
        if not app.exists():
            with zipfile.ZipFile(war) as archive:
                archive.extractall(app)
            web = app / "WEB-INF" / "web.xml"
            web.write_text(web.read_text().replace("</web-app>", SECURED + "</web-app>"))
            (self.folder / "users.properties").write_text(f"{self.user}: {self.password},editor\n")
            (self.folder / "login.xml").write_text(LOGIN.format(users=escape(str(self.folder / "users.properties"))))
        java = ("java", "-Xmx1g", f"-Dorg.eclipse.rdf4j.appdata.basedir={self.folder / 'data'}", "-jar", runner)
        where = ("--host", "127.0.0.1", "--port", str(self.port), "--config", self.folder / "login.xml", "--path", "/rdf4j-server", app)
        return self.run(*java, *where)

    def _wait(self):
        super()._wait()
        self.create(self.repository, NATIVE.format(id=self.repository))

    def probe(self):
        return f"{self.server}/protocol"

    def create(self, name: str, config: str) -> str:
        """Create a repository and give its address."""
        import requests

        address = f"{self.server}/repositories/{name}"
        done = requests.put(address, data=config.encode(), headers={"Content-Type": "text/turtle"}, auth=(self.user, self.password), timeout=60)
        if done.status_code not in (204, 409):
            raise RuntimeError(f"{done.status_code} {done.text}")
        return address


SECURED = """
<security-constraint>
  <web-resource-collection><web-resource-name>all</web-resource-name><url-pattern>/repositories/*</url-pattern></web-resource-collection>
  <auth-constraint><role-name>editor</role-name></auth-constraint>
</security-constraint>
<login-config><auth-method>BASIC</auth-method><realm-name>rdf4j</realm-name></login-config>
<security-role><role-name>editor</role-name></security-role>
"""
LOGIN = """<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "http://www.eclipse.org/jetty/configure_9_3.dtd">
<Configure id="Server" class="org.eclipse.jetty.server.Server">
  <Call name="addBean"><Arg><New class="org.eclipse.jetty.security.HashLoginService">
    <Set name="name">rdf4j</Set><Set name="config">{users}</Set>
  </New></Arg></Call>
</Configure>
"""
NATIVE = """@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
@prefix ns: <http://www.openrdf.org/config/sail/native#> .
[] a rep:Repository ; rep:repositoryID "{id}" ;
   rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ;
      sr:sailImpl [ sail:sailType "openrdf:NativeStore" ; ns:tripleIndexes "spoc,posc,cspo,opsc" ] ] .
"""
CLASSES = {cls.kind: cls for cls in (Oxigraph, Virtuoso, Fuseki, Rdf4j)}


def start(kind: str, folder: Path) -> Server:
    """Start a store of a kind."""
    return CLASSES[kind](folder)


if __name__ == "__main__":
    import tempfile

    with contextlib.ExitStack() as stack:
        for name in sys.argv[1:] or KINDS:
            began = time.monotonic()
            server = stack.enter_context(start(name, Path(tempfile.mkdtemp(prefix=f"{name}-"))))
            print(f"{name}\t{server.base}\t{server.user}\t{server.password}\t{time.monotonic() - began:.1f} s", flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(10**6)
