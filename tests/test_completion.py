"""Completion: what a shell offers is what the program takes, in every script, quoted as the shell wants it, quick and silent."""

from __future__ import annotations

import os
import pty
import resource
import select
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from treatygraph.cli import COMMANDS
from treatygraph.fulltext import index_of
from treatygraph.namespaces import PREFIXES
from treatygraph.questions import check_date, load_questions
from treatygraph.things import Things

ROOT = Path(__file__).parent.parent
FUNCTION = "_treatygraph_completion"


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """An environment in which ``treatygraph`` is a command, with a cache of its own."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "treatygraph"
    command.write_text(f"#!{sys.executable}\nfrom treatygraph.__main__ import main\nmain()\n")
    command.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TREATYGRAPH", "_TREATYGRAPH", "COMP_"))}
    return environment | {
        "PATH": f"{folder}:{environment['PATH']}",
        "TREATYGRAPH_CORPUS": str(ROOT),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(scope="module")
def bash(shell):
    """What bash would offer at the end of a line, by the script that the program prints for it."""
    if not shutil.which("bash"):
        pytest.skip("bash is not here")

    def offers(line: str, **variables: str) -> list[str]:
        script = f"""eval "$(treatygraph completion bash)"
        COMP_LINE=$1; COMP_POINT=${{#1}}; COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'; COMP_WORDS=(treatygraph); COMP_CWORD=1
        compopt() {{ echo "compopt $1 $2"; }}
        {FUNCTION} treatygraph
        printf '%s\\n' "${{COMPREPLY[@]}}" """
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", line], capture_output=True, text=True, env=shell | variables, check=True)
        assert done.stderr == ""
        return [offer for offer in done.stdout.splitlines() if offer]

    return offers


def ask(shell, kind: str, words: str, position: int, **variables: str) -> subprocess.CompletedProcess[str]:
    """By the protocol of click."""
    environment = shell | {"_TREATYGRAPH_COMPLETE": f"{kind}_complete", "COMP_WORDS": words, "COMP_CWORD": str(position)} | variables
    return subprocess.run(["treatygraph"], capture_output=True, text=True, env=environment, check=False)


def test_commands_options_and_formats(bash):
    assert bash("treatygraph ") == sorted(COMMANDS)
    assert bash("treatygraph des") == ["describe"]
    assert "--no-pager" in bash("treatygraph --")
    assert {"--date", "--state", "--cite", "--format", "--lang"} <= set(bash("treatygraph query islands-claimed --"))
    assert bash("treatygraph query islands-claimed --format c") == ["csv"]
    assert bash("treatygraph query islands-claimed --cite ") == ["plain", "bibtex", "csl-json"]
    assert bash("treatygraph cite --style cs") == ["csl-json"]
    assert bash("treatygraph completion ") == ["bash", "fish", "zsh"]
    assert bash("treatygraph sparql ") == ["compopt -o default"]  # a file
    assert bash("treatygraph coverage --texts ") == ["compopt -o dirnames"]


def test_saved_queries(bash):
    assert bash("treatygraph query ") == [path.stem for path in sorted((ROOT / "queries").glob("*.rq"))]
    assert bash("treatygraph query islands-c") == ["islands-claimed"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Etor", "Etorofu"),
        ("etor", "Etorofu"),
        ("択捉", "択捉島"),
        ("Иту", "Итуруп"),
        ("иту", "Итуруп"),
        ("Habomai\\ Isl", "Habomai\\ Islands"),
        ('"Habomai Isl', "Habomai Islands"),
        ("'Habomai Isl", "Habomai Islands"),
        ("Habomai\\ ", "Habomai\\ Islands"),
        ("island:shik", "shikotan"),  # bash replaces what stands behind the colon
    ],
)
def test_names_in_every_script_quoted_as_the_line_wants_them(bash, typed, offered):
    for before in ("--island ", "--island="):
        assert offered in bash(f"treatygraph query position-of-island {before}{typed}")


def test_only_values_of_the_right_class(bash, corpus):
    states = bash("treatygraph query islands-claimed --state ")
    assert {"Japan", "Япония", "日本"} <= set(states)
    assert not {"Shikotan", "Etorofu"} & set(states)
    assert "Japan" not in bash("treatygraph query position-of-island --island ")


def test_everything_that_is_offered_is_taken(corpus, shell):
    """Every name that is offered for every class of a parameter finds exactly one thing of that class."""
    things = Things(corpus.store)
    kinds = {parameter.type for question in load_questions(corpus.layout) for parameter in question.parameters if parameter.is_thing}
    assert len(kinds) > 3
    for kind in sorted(kinds):
        question, parameter = next(
            (question, parameter) for question in load_questions(corpus.layout) for parameter in question.parameters if parameter.type == kind
        )
        done = ask(shell, "fish", f"treatygraph query {question.name} --{parameter.name.replace('_', '-')} ", 0, COMP_CWORD="")
        names = [line.removeprefix("plain,").partition("\t")[0] for line in done.stdout.splitlines()]
        assert names, kind
        prefix, _, local = kind.partition(":")
        for name in names[:: max(1, len(names) // 40)]:
            assert things.find(name, PREFIXES[prefix] + local)


def test_a_name_that_two_things_have_is_not_offered_but_their_short_names_are(bash, copy):
    path = copy / "data" / "places.ttl"
    text = path.read_text()
    for slug in ("island:shikotan", "island:iturup-etorofu"):
        assert f"\n{slug}\n" in text
        text = text.replace(f"\n{slug}\n", f'\n{slug}\n    skos:altLabel "Twin"@en ;\n', 1)
    path.write_text(text)
    line = f"treatygraph --corpus {shlex.quote(str(copy))} query position-of-island --island "
    assert bash(f"{line}Twi") == []
    assert "shikotan" in bash(f"{line}island:shi")


def test_what_bash_is_offered_it_reads_back(layout, shell):
    """Backslashes, quotation marks, dollar signs and all: each name is one word of bash again."""
    names = sorted({name for name, _ in index_of(layout).names() if "\n" not in name})
    nasty = ["a'b", 'a"b', "$HOME `id` !x", "a\\b", "(x) & y; z > w", "*?[a]", "~", "#c", "{a,b}", "a  b"]
    assert sum('"' in name for name in names) > 5
    from treatygraph.cli.completing import _bash_quoted

    for quote in ("", '"', "'"):
        written = " ".join(f"{quote}{_bash_quoted(name, quote)}{quote}" for name in [*names, *nasty])
        done = subprocess.run(["bash", "--norc", "-c", f"printf '%s\\n' {written}"], capture_output=True, text=True, env=shell, check=True)
        assert done.stdout.splitlines() == [*names, *nasty] or quote == '"'
        if quote == '"':  # inside double quotes a backslash stays before !, which only an interactive bash reads
            assert done.stdout.replace("\\!", "!").splitlines() == [*names, *nasty]


def test_days_of_events(bash, corpus):
    days = bash("treatygraph query islands-claimed --date 1956-")
    assert {"1956-10-19", "1956-12-12"} <= set(days)
    assert all(check_date(day) for day in days)
    done = bash("treatygraph query islands-claimed --date 1956-10-1")
    assert "1956-10-19" in done
    assert all(day.startswith("1956-10-1") for day in done)


def test_documents_kinds_and_words(bash):
    assert "unts-3768" in bash("treatygraph passages un")
    assert bash("treatygraph coverage ") == ["full-wiki", "panov-2020", "russian-page", "unts-3768", "wikipedia"]
    assert "island" in bash("treatygraph search x --kind isl")
    assert "島" in bash("treatygraph search x --kind 島")
    assert "shikotan" in bash("treatygraph search shik")
    assert "shikotan" in bash("treatygraph explain island:shik")
    assert "1956-12-12" in bash("treatygraph explain Etorofu --date 1956-12")
    assert "Etorofu" in bash("treatygraph query islands-claimed --why-not Etor")
    assert bash("treatygraph describe ") == []  # thousands: something has to be typed first


def test_another_corpus_is_completed_too(bash, copy):
    (copy / "queries" / "mine.rq").write_text("#+ summary: Mine?\nSELECT (1 AS ?one) {}")
    assert bash(f"treatygraph --corpus {shlex.quote(str(copy))} query mi") == ["mine"]
    assert bash("treatygraph query mi") == []


def test_zsh_and_fish_are_told_what_a_name_means(shell):
    fish = ask(shell, "fish", "treatygraph query position-of-island --island 択捉", 0, COMP_CWORD="択捉").stdout.splitlines()
    assert "plain,択捉島\tEtorofu / Iturup" in fish
    zsh = ask(shell, "zsh", "treatygraph query islands-claimed --date 1956-10-19", 4).stdout.splitlines()
    assert zsh[:2] == ["plain", "1956-10-19"]
    assert "Signature" in zsh[2] or "more" in zsh[2]


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not here")
def test_fish_itself(shell, tmp_path):
    (tmp_path / "treatygraph.fish").write_text(
        subprocess.run(["treatygraph", "completion", "fish"], capture_output=True, text=True, env=shell, check=True).stdout
    )
    line = "treatygraph query position-of-island --island Habomai\\ Isl"
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {tmp_path / 'treatygraph.fish'}; complete -C {shlex.quote(line)}"],
        capture_output=True,
        text=True,
        env=shell,
        check=True,
    )
    assert "Habomai Islands" in [offer.partition("\t")[0].replace("\\ ", " ") for offer in done.stdout.splitlines()]


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not here")
def test_zsh_itself(shell):
    script = """autoload -U compinit; compinit -u -D; eval "$(treatygraph completion zsh)"
    compadd() { print -l -- "${completions[@]}" }
    _describe() { print -l -- "${completions_with_descriptions[@]}" }
    words=(treatygraph query position-of-island --island 択捉); CURRENT=5; _treatygraph_completion"""
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, env=shell, check=False)
    assert "択捉島:Etorofu / Iturup" in done.stdout


def test_a_person_at_bash_presses_tab(shell):
    """Keys in, screen out: the line that stands there in the end is run, and it is the island."""
    if not shutil.which("bash"):
        pytest.skip("bash is not here")
    child, screen = pty.fork()
    if child == 0:  # pragma: no cover - the other process
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], shell | {"PS1": "ready> ", "TERM": "dumb", "HISTFILE": "/dev/null"})
    shown = ""

    def until(words: str) -> None:
        nonlocal shown
        limit = time.monotonic() + 60
        while words not in shown and time.monotonic() < limit:
            if select.select([screen], [], [], 0.2)[0]:
                shown += os.read(screen, 65536).decode()
        assert words in shown, shown

    def type_(keys: str) -> None:
        nonlocal shown
        shown = ""
        os.write(screen, keys.encode())

    until("ready>")
    type_('eval "$(treatygraph completion bash)"; echo do""ne\r')
    until("done")
    type_("treatygraph desc\t")
    until("describe ")
    type_('"Habomai Islands, Hab\t')
    until("Khabomai")
    type_("\r")
    until("disagreement:habomai-name")
    type_("exit\r")
    os.waitpid(child, 0)
    os.close(screen)


def test_a_broken_corpus_is_met_with_silence(shell, copy):
    (copy / "data" / "places.ttl").write_text("nonsense")
    for line in ("treatygraph query position-of-island --island E", "treatygraph query islands-claimed --date 19", "treatygraph search sh"):
        done = ask(shell, "bash", line, len(line.split()) - 1, TREATYGRAPH_CORPUS=str(copy))
        assert (done.stdout.strip(), done.stderr) == ("", "")
    (copy / "queries" / "broken.rq").write_text("no summary")
    done = ask(shell, "bash", "treatygraph query isl", 2, TREATYGRAPH_CORPUS=str(copy))
    assert (done.stdout.split(), done.stderr) == (["plain,islands-claimed"], "")
    done = ask(shell, "bash", "treatygraph query isl", 2, TREATYGRAPH_CORPUS=str(copy / "nowhere"))
    assert (done.stdout.strip(), done.stderr) == ("", "")
    done = ask(shell, "tcsh", "treatygraph query isl", 2)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    "line",
    [
        "treatygraph d",
        "treatygraph query i",
        "treatygraph query position-of-island --island E",
        "treatygraph query islands-claimed --date 1956",
        "treatygraph describe Sh",
    ],
)
def test_it_takes_less_than_three_tenths_of_a_second(shell, line):
    """Of the processor: what the clock says depends on who else works on the machine."""
    ask(shell, "bash", line, len(line.split()) - 1)  # the index is made once
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert ask(shell, "bash", line, len(line.split()) - 1).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(times) < 0.3, times


def test_the_scripts_are_printed_with_how_to_install_them(run):
    for name in ("bash", "fish", "zsh"):
        done = run("completion", name)
        assert done.code == 0
        assert "_TREATYGRAPH_COMPLETE" in done.out
        assert f"treatygraph completion {name}" in run("completion", "--help").out
    assert run("completion", "tcsh").code == 2


def test_a_cache_that_cannot_be_written_is_no_trouble(shell, tmp_path):
    (tmp_path / "file").write_text("")
    done = ask(shell, "bash", "treatygraph query position-of-island --island Etor", 4, XDG_CACHE_HOME=str(tmp_path / "file"))
    assert "plain,Etorofu" in done.stdout
    assert done.stderr == ""
