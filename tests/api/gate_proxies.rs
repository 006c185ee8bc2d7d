//! nginx and Caddy, as they come from Debian, guard a page with the gate; what they run is `tests/clients/gate/`, word
//! by word. Traefik is not packaged: its configuration stands there too, and the requests that it makes by its
//! documentation are made here.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use edge_mfa_tests::client::Ask;
use edge_mfa_tests::edge::{checkout, free_port};
use edge_mfa_tests::gate::{GATE, Gate};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::proxy::{Kind, Proxy};
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Tenant, eventually, json};

use crate::issuer::{claims, location};

/// What a client would like a guarded page to believe.
const FORGED: [(&str, &str); 12] = [
    ("remote-user", "evil"),
    ("remote-groups", "administrator"),
    ("x-edge-mfa-subject", "evil"),
    ("x-edge-mfa-amr", "evil"),
    ("x-edge-mfa-auth-time", "evil"),
    ("x-edge-mfa-token", "evil"),
    ("remote_user", "evil"),
    ("x_edge_mfa_token", "evil"),
    ("remote.user", "evil"),
    ("x.edge.mfa.token", "evil"),
    ("x-edge.mfa-token", "evil"),
    ("x-edge-mfa_token", "evil"),
];

/// A page that says back what it was asked with.
fn application() -> String {
    serve("")
}

/// The same with these headers.
fn serve(headers: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("a bound address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || echo(stream, headers).unwrap_or_default());
        }
    });
    origin
}

fn echo(mut stream: TcpStream, headers: &str) -> std::io::Result<()> {
    let lines = BufReader::new(stream.try_clone()?).lines();
    let head: Vec<_> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let body = head.join("\n").to_ascii_lowercase();
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

/// Goes to a page, as a person does.
fn navigate<'a>(browser: &'a Client, page: &str) -> Ask<'a> {
    let ask = browser.ask("GET", page).header("sec-fetch-site", "none");
    ask.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document").header("accept", "text/html")
}

fn go(browser: &Client, address: &str) -> Answer {
    let origin = browser.door().origin().to_owned();
    let path = address.strip_prefix(&origin).unwrap_or_else(|| panic!("not at {origin}: {address}"));
    navigate(browser, path).try_send().expect("an answer")
}

/// From a guarded page to our sign-in and back to it: what comes in the end.
fn sign_in(browser: &Client, own: &Client, page: &str) -> Answer {
    let here = browser.door().origin().to_owned();
    let to_start = location(&navigate(browser, page).try_send().expect("an answer"));
    let to_us = location(&go(browser, &to_start));
    let back = location(&go(own, &to_us));
    let to_page = location(&go(browser, &back));
    assert_eq!(to_page, format!("{here}{page}"));
    go(browser, &to_page)
}

/// What the page was asked with under this name.
fn told(answer: &Answer, name: &str) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer}");
    let text = answer.text();
    let found = text.lines().filter_map(|line| line.strip_prefix(&format!("{name}: ")));
    found.map(str::to_owned).collect()
}

fn guards(kind: Kind) {
    if kind.program().is_none() {
        println!("no {kind:?} on this machine: not tried");
        return;
    }
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let (port, application) = (free_port(), application());
    let gate = Gate::register(&anna, &format!("http://localhost:{port}"));
    let edge = tenant.client().door().origin().to_owned();
    let proxy = Proxy::start(kind, port, &gate, &edge, &application);
    let bert = Enrolled::join(&tenant);
    let browser = proxy.browser();
    let forging = |ask: Ask<'_>| {
        let ask = FORGED.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
        // Neither does it say what host it came to, nor who asks.
        let ask = ask.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "https");
        ask.header("x-edge-mfa-key", "evil").try_send().expect("an answer")
    };

    // Nobody gets in, whatever she says; a person is sent to the sign-in, a script and a form are told.
    for ask in [navigate(&browser, "/page"), navigate(&browser, "/page").header("x-forwarded-uri", "//evil.example")] {
        assert_eq!(location(&forging(ask)), format!("{}/.edge-mfa/start?to=%2Fpage", proxy.origin));
    }
    let script = browser.ask("GET", "/data").header("sec-fetch-mode", "cors").header("sec-fetch-dest", "empty");
    assert_eq!(forging(script).status, 401);
    let form = browser.ask("POST", "/page").header("sec-fetch-mode", "navigate").header("x-forwarded-method", "GET");
    assert_eq!(forging(form.bytes("a=b")).status, 401);
    for private in ["/.edge-mfa/check", "/.edge-mfa/check-or-redirect", "/.edge-mfa/ended", "/.edge-mfa/"] {
        assert_eq!(navigate(&browser, private).try_send().expect("an answer").status, 404, "{private}");
    }

    // She signs in, and the page is told who she is, by us alone.
    let page = sign_in(&browser, &bert.client, "/page?a=b&c=%2Fd");
    assert!(page.text().starts_with("get /page?a=b&c=%2fd "), "{page}");
    let page = forging(navigate(&browser, "/page").header("authorization", "Basic bXk6b3du"));
    assert_eq!(told(&page, "remote-user"), [bert.member.username.as_str()]);
    assert_eq!(told(&page, "remote-groups"), ["member"]);
    assert_eq!(told(&page, "x-edge-mfa-amr"), ["pwd,otp"]);
    assert_eq!(told(&page, "authorization"), ["basic bxk6b3du"], "that is between her and the page");
    for (name, _) in FORGED {
        assert!(told(&page, name).iter().all(|value| value != "evil"), "{name}: {page}");
    }
    assert_eq!(told(&page, "x-forwarded-host"), [proxy.origin.trim_start_matches("http://")]);
    assert!(!page.text().contains(&gate.key.to_ascii_lowercase()), "the key is the proxy's");
    assert_eq!(told(&page, "x-edge-mfa-token").len(), 1);
    let posted = browser.ask("POST", "/page").bytes("a=b").try_send().expect("an answer");
    assert_eq!(told(&posted, "remote-user"), [bert.member.username.as_str()]);
    assert!(posted.text().starts_with("post /page "), "{posted}");
    for (name, _) in &page.headers {
        assert!(!name.starts_with("remote-") && !name.starts_with("x-edge-mfa-"), "the browser is told {name}: {page}");
    }
    assert_eq!(page.header("strict-transport-security"), None, "of that host's TLS we say nothing");

    // Her cookie is of this host: at another that the same gate guards it is nothing.
    let other_port = free_port();
    let hosts = json!([gate.origin, format!("http://localhost:{other_port}")]);
    let change = json!({"name": "Wiki", "kind": "gate", "hosts": hosts});
    anna.ask(&format!("/settings/applications/{}/change", gate.id), change).is(200);
    let other = Proxy::start(kind, other_port, &gate, &edge, &application);
    let there = other.browser();
    there.with_jar(|jar| *jar = browser.jar());
    location(&navigate(&there, "/page").try_send().expect("an answer"));
    // Neither does it help to say that one has come to the first.
    let lying = navigate(&there, "/page").header("host", gate.origin.trim_start_matches("http://"));
    let answer = lying.try_send().expect("an answer");
    assert_ne!(answer.status, 200, "{answer}");
    drop(other);

    // Signed out there, she is signed out.
    let out = navigate(&browser, "/.edge-mfa/sign-out").header("sec-fetch-site", "same-origin");
    assert_eq!(location(&out.try_send().expect("an answer")), format!("{}/", proxy.origin));
    location(&navigate(&browser, "/page").try_send().expect("an answer"));
    eventually("the edge to know", || bert.member.session(&bert.client).status == 401);

    // Whoever is removed is out at once.
    let own = bert.signed_in();
    assert_eq!(told(&sign_in(&browser, &own, "/page"), "remote-user"), [bert.member.username.as_str()]);
    anna.order(&bert.member.username, "remove", json!({})).is(204);
    eventually("the edge to know", || navigate(&browser, "/page").try_send().expect("an answer").status == 303);

    // Where we are not there, nobody gets in: neither she who did a moment ago nor anybody else.
    let browser = proxy.browser();
    sign_in(&browser, &anna.signed_in(), "/page");
    drop(proxy);
    let nowhere = format!("http://localhost:{}", free_port());
    let alone = Proxy::start(kind, port, &gate, &nowhere, &application);
    for browser in [&browser, &alone.browser()] {
        let answer = navigate(browser, "/page").try_send().expect("an answer");
        assert!(answer.status >= 500, "{answer}");
        assert!(!answer.text().contains("/page"), "{answer}");
    }
}

#[test]
fn nginx_guards_a_page() {
    guards(Kind::Nginx);
}

#[test]
fn caddy_guards_a_page() {
    guards(Kind::Caddy);
}

/// A cookie that is made anew (`tests/faults/gate.rs` says when) comes to the browser, beside the page's own.
#[test]
fn what_is_made_anew_reaches_the_browser() {
    let gate = Gate {
        tenant: Tenant::password_only(Edge::shared()),
        id: "app-0000000000000000".to_owned(),
        key: "mfak.key".to_owned(),
        origin: String::new(),
    };
    let edge = serve(
        "set-cookie: __Host-mfag=anew; Path=/; Secure; HttpOnly; SameSite=Lax\r\nremote-user: anna\r\n\
         remote-groups: member\r\nx-edge-mfa-subject: s\r\nx-edge-mfa-amr: pwd\r\nx-edge-mfa-auth-time: 1\r\n\
         x-edge-mfa-token: t\r\n",
    );
    let application = serve("set-cookie: __Host-page=own; Path=/; Secure; HttpOnly; SameSite=Lax\r\n");
    for kind in [Kind::Nginx, Kind::Caddy] {
        if kind.program().is_none() {
            continue;
        }
        let proxy = Proxy::start(kind, free_port(), &gate, &edge, &application);
        let browser = proxy.browser();
        let page = navigate(&browser, "/page").try_send().expect("an answer");
        assert_eq!(told(&page, "remote-user"), ["anna"], "{kind:?}");
        assert_eq!(browser.cookie(GATE).as_deref(), Some("anew"), "{kind:?}: {page}");
        assert_eq!(browser.cookie("__Host-page").as_deref(), Some("own"), "{kind:?}: {page}");
    }
}

/// By <https://doc.traefik.io/traefik/middlewares/http/forwardauth/>: GET, the client's headers without those that it
/// must not set, its own `X-Forwarded-*` after that; any 2xx lets pass, anything else goes to the client as it is.
#[test]
fn traefik_is_answered_in_the_form_that_it_takes() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::register(&anna, "https://wiki.example.com");
    let shipped = checkout().join("tests/clients/gate/traefik.yml");
    let shipped = std::fs::read_to_string(shipped).expect("the configuration");
    let says = |line: &str| assert!(shipped.lines().any(|it| it.trim() == line), "no longer so: {line}");
    says("address: https://mfa.example.com/api/v1/tenants/acme/gate/check-or-redirect");
    says("replacement: /api/v1/tenants/acme/gate/$1");
    says("X-Edge-MFA-Key: mfak.…");
    says("- __Host-mfag");
    let (browser, own) = (gate.tenant.client(), anna.signed_in());
    let ask = |step: &str, uri: &str| {
        let ask = navigate(&browser, &gate.tenant.at(&format!("/gate/{step}"))).header("x-edge-mfa-key", &gate.key);
        let ask = ask.header("x-forwarded-method", "GET").header("x-forwarded-proto", "https");
        let ask = ask.header("x-forwarded-host", "wiki.example.com").header("x-forwarded-port", "443");
        let ask = ask.header("x-forwarded-for", "192.0.2.1").header("x-real-ip", "192.0.2.1");
        ask.header("x-forwarded-uri", uri).header("x-forwarded-server", "traefik").send()
    };
    let start = location(&ask("check-or-redirect", "/page"));
    // Traefik resolves what is relative against our address: so nothing is.
    let query = start.strip_prefix("https://wiki.example.com/.edge-mfa/").expect("a whole address");
    let to_us = location(&ask(query, query));
    let back = location(&go(&own, &to_us));
    let back = back.strip_prefix("https://wiki.example.com/.edge-mfa/").expect("a whole address").to_owned();
    let entered = ask(&back, &back);
    assert_eq!(location(&entered), "https://wiki.example.com/page");
    let passed = ask("check-or-redirect", "/page");
    assert_eq!(passed.status, 200, "{passed}");
    let headers: Vec<_> = shipped
        .lines()
        .skip_while(|line| line.trim() != "authResponseHeaders:")
        .skip(1)
        .map_while(|line| line.trim().strip_prefix("- "))
        .collect();
    assert_eq!(headers.len(), 6);
    for name in headers {
        assert!(passed.header(&name.to_ascii_lowercase()).is_some(), "{name} is not answered: {passed}");
    }
    assert_eq!(claims(passed.header("x-edge-mfa-token").expect("a token"))["origin"], "https://wiki.example.com");
}
