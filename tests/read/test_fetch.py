"""Pages from the web: fetched within bounds, from public machines alone, and never with cookies."""

import gzip
import ipaddress
import socket
import ssl
import subprocess
import time
import tracemalloc
import zlib

import pytest
from web import Answer, serve

from narrate.base.errors import LimitError, ReadError
from narrate.read._addresses import is_any, is_public
from narrate.read._fetch import fetch
from narrate.read._limits import MOST_FETCHED_BYTES
from narrate.read._open import open_document, recode
from narrate.read._process import Limits, call_apart

PAGE = b"<!doctype html><title>Boats</title><p>The boats are in."


def is_first(address):
    """Allow 127.0.0.1 and no other address, as if it were the only one on the internet."""
    return str(address) == "127.0.0.1"


def fetch_from(answers, path="/", may_connect=is_any):
    with serve(answers) as server:
        return fetch(server.url + path, may_connect)


def refused(answers, path="/", may_connect=is_any):
    with serve(answers) as server, pytest.raises(ReadError) as caught:
        fetch(server.url + path, may_connect)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "64:ff9b::808:808", "::ffff:8.8.8.8"],
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1"),  # noqa: S104 nobody is served there
        "192.168.1.1",
        *("169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("2002:7f00:1::", "2001:db8::1", "2001::1", "::7f00:1", "100::1", "fec0::1"),
    ],
)
def test_an_address_of_somebodys_own_network_is_not(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:{}/", "http://localhost:{}/", "http://2130706433:{}/"),
        *("http://0x7f.1:{}/", "http://127.1:{}/", "http://0177.0.0.1:{}/", "http://0:{}/"),
        *("http://[::1]:{}/", "http://[::ffff:127.0.0.1]:{}/", "http://[::]:{}/"),
        *("HTTP://LOCALHOST:{}/", "http://user:word@127.0.0.1:{}/", "http://１２７.0.0.1:{}/"),
    ],
)
def test_this_machine_is_not_asked_however_it_is_written(url):
    with serve({"/": Answer(PAGE)}) as server:
        with pytest.raises(ReadError) as caught:
            fetch(url.format(server.server_port))
        assert server.asked == []
    assert "--allow-private" in str(caught.value)


def test_this_machine_is_asked_when_that_is_wanted():
    fetched = fetch_from({"/": Answer(PAGE, Content_Type="text/html; charset=UTF-8")})
    assert (fetched.data, fetched.mime, fetched.charset) == (PAGE, "text/html", "utf-8")
    assert fetched.url.endswith("/")


def test_an_answer_need_not_say_what_it_is():
    assert fetch_from({"/": Answer(PAGE)})[2:4] == ("", "")


def test_it_says_who_asks_and_takes_no_cookies():
    answers = {
        "/": Answer(status=302, Location="/second", Set_Cookie="who=you"),
        "/second": Answer(PAGE),
    }
    with serve(answers) as server:
        fetch(server.url, is_any)
        (_, first), (path, second) = server.asked
    assert path == "/second"
    assert first["User-Agent"].startswith("narrate/")
    assert not {"Cookie", "Authorization", "Referer"} & (set(first) | set(second))
    assert second["Host"] == f"127.0.0.1:{server.server_port}"


def test_a_path_in_any_writing_arrives_and_a_fragment_does_not():
    with serve({"/caf%C3%A9": Answer(PAGE)}) as server:
        fetch(f"{server.url}/café?a=ü b#there", is_any)
        assert server.asked[0][0] == "/caf%C3%A9?a=%C3%BC%20b"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(status):
    answers = {"/": Answer(status=status, Location="there/"), "/there/": Answer(PAGE)}
    fetched = fetch_from(answers)
    assert fetched.data == PAGE
    assert fetched.url.endswith("/there/")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "file:"),
        ("ftp://127.0.0.1/", "ftp:"),
        ("javascript:alert(1)", "javascript:"),
        ("data:text/plain,hello", "data:"),
        ("http://127.0.0.2:{port}/", "127.0.0.2"),
        ("//127.0.0.2:{port}/", "127.0.0.2"),
        ("http://[::1]:{port}/", "::1"),
        ("http://2130706434:{port}/", "127.0.0.2"),
        ("http://[oops/", "no address"),
    ],
)
def test_a_redirect_is_checked_as_the_first_address_was(location, words):
    with serve({}) as server:
        server.answers["/"] = Answer(status=302, Location=location.format(port=server.server_port))
        with pytest.raises(ReadError) as caught:
            fetch(server.url, is_first)
        assert len(server.asked) == 1
    assert words in str(caught.value)


def test_redirects_in_a_circle_come_to_an_end():
    with serve({"/": Answer(status=302, Location="/")}) as server:
        with pytest.raises(LimitError, match="redirects more than 5 times"):
            fetch(server.url, is_any)
        assert len(server.asked) == 6


def test_a_name_that_changes_its_mind_is_looked_up_once(monkeypatch):
    looked_up = []

    def look_up(host, port, *_, **__):
        address = host
        if host == "rebind.example":
            looked_up.append(host)
            address = "127.0.0.1" if len(looked_up) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with serve({"/": Answer(PAGE)}) as server:
        monkeypatch.setattr("narrate.read._fetch.socket.getaddrinfo", look_up)
        connected = []
        connect = socket.socket.connect
        monkeypatch.setattr(
            socket.socket, "connect", lambda self, to: (connected.append(to[0]), connect(self, to))
        )
        fetched = fetch(f"http://rebind.example:{server.server_port}/", is_first)
    assert fetched.data == PAGE
    assert (set(connected), len(looked_up)) == ({"127.0.0.1"}, 1)


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_packed_answer_is_unpacked(packing):
    data = gzip.compress(PAGE) if packing == "gzip" else zlib.compress(PAGE)
    assert fetch_from({"/": Answer(data, Content_Encoding=packing)}).data == PAGE


def test_a_gzip_bomb_is_stopped_at_the_limit_and_not_held():
    bomb = gzip.compress(bytes(200_000_000))
    with serve({"/": Answer(bomb, Content_Encoding="gzip")}) as server:
        tracemalloc.start()
        with pytest.raises(LimitError, match="10 MB"):
            fetch(server.url, is_any)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4 * MOST_FETCHED_BYTES


def test_an_answer_that_never_ends_is_stopped_at_the_limit():
    def endless():
        while True:
            yield b"words and more words " * 10_000

    with serve({"/": Answer(endless())}) as server, pytest.raises(LimitError, match="10 MB"):
        fetch(server.url, is_any)


def drip(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        handler.wfile.write(b"X-%d: y\r\n" % number)
        handler.wfile.flush()
        time.sleep(0.2)


def drip_body():
    while True:
        yield b"w"
        time.sleep(0.2)


@pytest.mark.parametrize("answer", [drip, Answer(drip_body())], ids=["headers", "body"])
def test_a_slow_drip_comes_to_an_end(answer):
    with serve({"/": answer}) as server, pytest.raises(LimitError, match="too long"):
        call_apart(fetch, server.url, is_any, name=server.url, limits=Limits(wall_seconds=2))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status=404), "404 Not Found"),
        (Answer(status=403), "403 Forbidden"),
        (Answer(status=503), "503 Service Unavailable"),
        (Answer(status=999), "999"),
        (Answer(status=204), "204 No Content"),
        (Answer(b"not gzip", Content_Encoding="gzip"), "cannot be unpacked"),
        (Answer(b"short", Content_Length="500"), "broke off"),
        (Answer(b"x", X_Large="y" * 100_000), "as web servers do"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n"), "as web servers do"),
        (lambda handler: handler.wfile.write(b"".join(b"A: b\r\n" * 10_000)), "web servers"),
        (lambda handler: handler.connection.close(), "as web servers do"),
    ],
)
def test_an_answer_that_is_no_document_is_one_line(answer, words):
    assert words in refused({"/": answer})


def test_a_server_that_is_not_there_is_one_line():
    with serve({}) as server:
        url = server.url
    with pytest.raises(ReadError, match="no connection to the server: connection refused"):
        fetch(url, is_any)


@pytest.mark.parametrize(
    ("number", "words"),
    [(socket.EAI_NONAME, "no host of this name"), (socket.EAI_AGAIN, "cannot be looked up")],
)
def test_a_host_that_is_not_found_is_one_line(monkeypatch, number, words):
    def look_up(*_, **__):
        raise socket.gaierror(number, "as the system says it")

    monkeypatch.setattr("narrate.read._fetch.socket.getaddrinfo", look_up)
    with pytest.raises(ReadError, match=words):
        fetch("http://nowhere.invalid/")


@pytest.mark.parametrize(
    "url", ["http://", "http:///x", "http://[x/", "http://a b/", "http://h:99999/", "http://..../"]
)
def test_what_is_no_address_is_one_line(url):
    with pytest.raises(ReadError):
        fetch(url)


@pytest.fixture
def certificate(tmp_path, tool):
    key, path = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *(tool("openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", key, "-out", path),
            *("-subj", "/CN=boats.example", "-addext", "subjectAltName=DNS:boats.example"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key)
    return context, path


def to_loopback(monkeypatch):
    monkeypatch.setattr(
        "narrate.read._fetch.socket.getaddrinfo",
        lambda _host, port, *_, **__: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        ],
    )


def test_a_certificate_is_that_of_the_host_though_its_address_is_asked(certificate, monkeypatch):
    context, path = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with serve({"/": Answer(PAGE)}, context=context) as server:
        to_loopback(monkeypatch)
        assert fetch(f"https://boats.example:{server.server_port}/", is_any).data == PAGE
        with pytest.raises(ReadError, match="not secure"):
            fetch(f"https://other.example:{server.server_port}/", is_any)


def test_a_certificate_that_nobody_has_signed_is_refused(certificate, monkeypatch):
    context, _ = certificate
    with serve({"/": Answer(PAGE)}, context=context) as server:
        to_loopback(monkeypatch)
        with pytest.raises(ReadError, match="not secure"):
            fetch(f"https://boats.example:{server.server_port}/", is_any)
        assert server.asked == []


@pytest.mark.parametrize(
    ("written", "charset", "mime", "text"),
    [
        ("windows-1252", "windows-1252", "text/html", "Déjà vu – “yes”"),
        ("utf-8", "iso-8859-1", "text/html", "Déjà vu – “yes”"),
        ("koi8-r", "koi8-r", "text/plain", "Съешь ещё"),
        ("shift_jis", "Shift_JIS", "text/html", "吾輩は猫である"),
    ],
)
def test_the_encoding_that_a_server_names_is_put_into_the_page(written, charset, mime, text):
    assert recode(text.encode(written), mime, charset).decode("utf-8-sig") == text


@pytest.mark.parametrize(("charset", "mime"), [("nonsense", "text/html"), ("utf-16", "image/png")])
def test_an_encoding_that_cannot_be_is_left_alone(charset, mime):
    assert recode(b"\xe9\xe8\xe7", mime, charset) == b"\xe9\xe8\xe7"


def test_a_document_from_the_web_knows_where_it_comes_from():
    answers = {
        "/": Answer(status=302, Location="/a%20story.TXT#part"),
        "/a%20story.TXT": Answer(b"\xe9t\xe9", Content_Type="text/plain; charset=latin-1"),
    }
    with serve(answers) as server:
        document = open_document(f"{server.url}/", is_any)
    assert document.url == f"{server.url}/a%20story.TXT"
    assert (document.suffix, document.mime) == (".txt", "text/plain")
    assert document.data.decode("utf-8-sig") == "été"
