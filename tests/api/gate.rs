//! The gate: what gets past a reverse proxy that asks us, and everything that does not. Here the proxy is the test;
//! `gate_proxies.rs` has those that people run.

use edge_mfa_tests::client::{Ask, SESSION};
use edge_mfa_tests::gate::{GATE, Gate, START};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Platform, Tenant, Value, eventually, json};
use edge_mfa_verify::{Ended, Expected, Keys, Refused, Role, verify};

use crate::issuer::{claims, location, parameter};

fn identity(answer: &Answer) -> Vec<&str> {
    let names = ["remote-user", "remote-groups", "x-edge-mfa-subject", "x-edge-mfa-amr", "x-edge-mfa-auth-time"];
    names.iter().chain(&["x-edge-mfa-token"]).filter_map(|name| answer.header(name)).collect()
}

fn shut(answer: &Answer) {
    answer.problem(401, "sign_in_required");
    assert!(identity(answer).is_empty(), "{answer}");
}

#[test]
fn whoever_signs_in_gets_past_and_the_page_is_told_who_it_is() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::of(&anna);
    let (browser, own) = (gate.tenant.client(), gate.tenant.client());
    let sent = location(&gate.navigate(&browser, "check-or-redirect", "/page?a=b&c=%2F").send());
    assert_eq!(sent, format!("{}/.edge-mfa/start?to=%2Fpage%3Fa%3Db%26c%3D%252F", gate.origin));
    let path = gate.set_out(&browser, "%2Fpage%3Fa%3Db%26c%3D%252F");
    // Nobody is signed in with us: to the sign-in page, and from there back to where the whole wish is known.
    let to_sign_in = location(&own.get(&path));
    let next = parameter(&to_sign_in, "next").expect("a way back");
    anna.member.enter_password(&own, "code");
    anna.member.enter_code(&own, &anna.phone().next_code()).is(200);
    let in_ = gate.ask(&browser, &gate.way_back(&own, &next)).send();
    assert_eq!(location(&in_), format!("{}/page?a=b&c=%2F", gate.origin));
    assert!(own.cookie(SESSION) != browser.cookie(GATE));
    assert!(browser.cookie(SESSION).is_none(), "our own cookie stays with us");
    for step in ["check", "check-or-redirect"] {
        let passed = gate.navigate(&browser, step, "/page").send();
        passed.is(200);
        assert_eq!(passed.header("remote-user"), Some(anna.member.username.as_str()));
        assert_eq!(passed.header("remote-groups"), Some("administrator"));
        assert_eq!(passed.header("x-edge-mfa-amr"), Some("pwd,otp"));
        let said = claims(passed.header("x-edge-mfa-token").expect("a token"));
        let issuer = format!("{}/t/{}", gate.tenant.client().door().origin(), gate.tenant.id);
        assert_eq!((&said["iss"], &said["aud"]), (&json!(issuer), &json!(gate.id)));
        assert_eq!(said["sub"].as_str(), passed.header("x-edge-mfa-subject"));
        assert_eq!(said["auth_time"].to_string(), passed.header("x-edge-mfa-auth-time").expect("a time"));
        assert_eq!((&said["amr"], &said["role"]), (&json!(["pwd", "otp"]), &json!("administrator")));
        assert_eq!((&said["origin"], &said["preferred_username"]), (&json!(gate.origin), &json!(anna.member.username)));
        assert_eq!(said["exp"].as_u64().expect("a time") - said["iat"].as_u64().expect("a time"), 300);
    }
    // What is not a person's going to a page gets past with the same cookie.
    gate.ask(&browser, "check").header("x-forwarded-method", "POST").send().is(200);
    eventually("the log to know", || anna.log().iter().filter(|it| it.event() == "signed-in-at").count() == 1);
}

#[test]
fn who_is_not_signed_in_is_told_so_and_only_a_person_who_goes_to_a_page_is_sent_away() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::of(&anna);
    let browser = gate.tenant.client();
    let start = format!("{}/.edge-mfa/start?to=%2Fpage", gate.origin);
    let base = |step| gate.ask(&browser, step).header("x-forwarded-uri", "/page");
    // Method, Sec-Fetch-Mode, Sec-Fetch-Dest, Accept; whether a person goes there.
    let requests = [
        (Some("GET"), Some("navigate"), Some("document"), None, true),
        (Some("GET"), Some("navigate"), None, None, true),
        (Some("GET"), None, None, Some("text/html,application/xhtml+xml"), true),
        (Some("GET"), Some("navigate"), Some("iframe"), Some("text/html"), false),
        (Some("GET"), Some("cors"), Some("empty"), Some("text/html"), false),
        (Some("GET"), Some("no-cors"), Some("image"), None, false),
        (Some("GET"), Some("websocket"), None, None, false),
        (Some("GET"), None, None, Some("application/json"), false),
        (Some("GET"), None, None, None, false),
        (Some("POST"), Some("navigate"), Some("document"), Some("text/html"), false),
        (Some("DELETE"), None, None, Some("text/html"), false),
        (None, Some("navigate"), Some("document"), Some("text/html"), false),
    ];
    for (method, mode, dest, accept, is_sent) in requests {
        let names = ["x-forwarded-method", "sec-fetch-mode", "sec-fetch-dest", "accept"];
        let with = |mut ask: Ask<'_>| {
            for (name, value) in names.iter().zip([method, mode, dest, accept]) {
                ask = match value {
                    Some(value) => ask.header(name, value),
                    None => ask.without(name),
                };
            }
            ask.send()
        };
        let (told, redirected) = (with(base("check")), with(base("check-or-redirect")));
        shut(&told);
        assert_eq!(told.header("location"), is_sent.then_some(start.as_str()), "{told}");
        if is_sent {
            assert_eq!(location(&redirected), start);
            assert!(identity(&redirected).is_empty(), "{redirected}");
        } else {
            shut(&redirected);
            assert_eq!(redirected.header("location"), None, "{redirected}");
        }
    }
    // A page that nobody can be sent to is none: to the front page.
    for page in ["//evil.example", "/a b", "/.edge-mfa/start?to=%2F", "https://evil.example/"] {
        let told = gate.navigate(&browser, "check", page).send();
        assert_eq!(told.header("location"), Some(format!("{}/.edge-mfa/start?to=%2F", gate.origin).as_str()));
    }
}

#[test]
fn whatever_ends_her_session_ends_what_it_gave() {
    let tenant = Tenant::mfa(Edge::shared());
    let mut anna = Administrator::of(&tenant);
    let gate = Gate::of(&anna);
    let gone = |what: &str, browser: &Client| {
        eventually(what, || gate.check(browser).status == 401);
        shut(&gate.check(browser));
    };
    let enter = || {
        let bert = Enrolled::join(&tenant);
        let browser = gate.enter(&bert.client);
        gate.check(&browser).is(200);
        (bert, browser)
    };
    let (bert, browser) = enter();
    bert.client.post(&tenant.at("/sign-out"), json!({})).is(204);
    gone("a sign-out", &browser);
    let (bert, browser) = enter();
    let elsewhere = bert.signed_in();
    elsewhere.post(&tenant.at("/account/sessions/end-others"), json!({})).is(204);
    gone("the end of other sessions", &browser);
    let (bert, browser) = enter();
    anna.order(&bert.member.username, "reset-mfa", json!({})).is(204);
    gone("a reset", &browser);
    let (bert, browser) = enter();
    anna.order(&bert.member.username, "remove", json!({})).is(204);
    gone("a removal", &browser);
    let (_, browser) = enter();
    anna.switch_off();
    gone("a switch-off", &browser);
}

#[test]
fn a_cookie_is_of_one_host_one_gate_and_one_tenant() {
    let (here, there) = (Tenant::mfa(Edge::shared()), Tenant::mfa(Edge::shared()));
    let (anna, other) = (Administrator::of(&here), Administrator::of(&there));
    let gate = Gate::of(&anna);
    let browser = gate.enter(&anna.signed_in());
    gate.check(&browser).is(200);
    // The same gate at another host of its own, and at one that is nobody's.
    for origin in ["https://another.example", "http://localhost:8080"] {
        shut(
            &Gate { tenant: here.clone(), id: gate.id.clone(), key: gate.key.clone(), origin: origin.to_owned() }
                .check(&browser),
        );
    }
    // Another gate of the tenant at the same host, another kind of application, another tenant's gate.
    shut(&Gate::register(&anna, &gate.origin).check(&browser));
    let login = Platform::of(&anna);
    shut(
        &Gate { tenant: here.clone(), id: login.application, key: login.key, origin: gate.origin.clone() }
            .check(&browser),
    );
    shut(&Gate::register(&other, &gate.origin).check(&browser));
    // Her session with us is nothing there, nor is what she has there anything with us, nor half of it there.
    let text = browser.cookie("__Host-mfag").expect("a cookie");
    let with = |name: &str, value: &str| {
        let client = here.client();
        client.with_jar(|jar| jar.put(name, value));
        client
    };
    let session = anna.signed_in().cookie(SESSION).expect("a session");
    for value in
        [session.as_str(), &session.replacen("mfas", "mfag", 1), &text[..text.len() - 1], &format!("{text}A"), ""]
    {
        shut(&gate.check(&with("__Host-mfag", value)));
    }
    for value in [text.clone(), text.replacen("mfag", "mfas", 1)] {
        with(SESSION, &value).get(&here.at("/session")).problem(401, "unauthenticated");
    }
    // One that comes twice is not believed.
    let twice = gate.ask(&browser, "check").header("cookie", &format!("__Host-mfag={text}; __Host-mfag={text}"));
    shut(&twice.send());
    gate.check(&browser).is(200);
}

#[test]
fn a_way_in_that_another_browser_began_leads_nowhere() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::of(&anna);
    let (hers, own, evil) = (gate.tenant.client(), anna.signed_in(), gate.tenant.client());
    // A code that an attacker's sign-in brought about, in the browser of somebody who was on her way, or who was not.
    let theirs = gate.way_back(&own, &gate.set_out(&evil, "%2F"));
    gate.set_out(&hers, "%2F");
    for victim in [&hers, &gate.tenant.client()] {
        let refused = gate.ask(victim, &theirs).send();
        assert_eq!(location(&refused), format!("{}/.edge-mfa/start?to=%2F&again=1", gate.origin));
        assert!(refused.cookies().is_empty(), "{refused}");
        shut(&gate.check(victim));
    }
    // The one who began it can go on: nothing was spent. But once.
    let entered = gate.ask(&evil, &theirs).send();
    assert!(entered.sets("__Host-mfag").is_some(), "{entered}");
    assert!(gate.ask(&evil, &theirs).send().cookies().is_empty(), "a code is good once");
    // A browser that keeps no cookie goes round once and no more.
    let path = gate.way_back(&own, &gate.set_out(&gate.tenant.client(), "%2Fpage&again=1"));
    gate.ask(&gate.tenant.client(), &path).send().problem(401, "sign_in_expired");
    // Whoever is on her way in two tabs gets there in both.
    let (first, second) = (gate.set_out(&hers, "%2Fone"), gate.set_out(&hers, "%2Ftwo"));
    for (path, page) in [(first, "/one"), (second, "/two")] {
        assert_eq!(location(&gate.ask(&hers, &gate.way_back(&own, &path)).send()), format!("{}{page}", gate.origin));
    }
}

#[test]
fn nobody_is_sent_to_another_host() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::of(&anna);
    let (browser, own) = (gate.tenant.client(), anna.signed_in());
    for to in [
        "%2F%2Fevil.example",
        "https%3A%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "%5C%5Cevil.example",
        "%2F%09%2Fevil.example",
        "%40evil.example",
        ".evil.example",
        "",
        "%2F.edge-mfa%2Fsign-out",
    ] {
        let back = gate.way_back(&own, &gate.set_out(&browser, to));
        assert_eq!(location(&gate.ask(&browser, &back).send()), format!("{}/", gate.origin), "{to}");
        // And what another has put into the address on the way back.
        let back = gate.way_back(&own, &gate.set_out(&browser, "%2F")).replace("state=%2F", &format!("state={to}"));
        assert_eq!(location(&gate.ask(&browser, &back).send()), format!("{}/", gate.origin), "{to}");
    }
}

#[test]
fn a_host_is_what_the_proxy_says_and_only_a_registered_one() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::of(&anna);
    let (browser, own) = (gate.enter(&anna.signed_in()), anna.signed_in());
    let host = gate.origin.trim_start_matches("https://").to_owned();
    for (scheme, host) in [
        ("https", ""),
        ("https", "evil.example, wiki.example"),
        ("https", "wiki.example/"),
        ("https", "a@wiki.example"),
        ("ftp", "wiki.example"),
        ("http", &host),
        ("https,http", &host),
    ] {
        for step in ["check", "check-or-redirect", "start", "callback", "sign-out"] {
            let ask = gate.ask(&browser, step).header("x-forwarded-proto", scheme).header("x-forwarded-host", host);
            ask.send().problem(400, "bad_request");
        }
    }
    gate.ask(&browser, "check").without("x-forwarded-host").send().problem(400, "bad_request");
    // One that is not registered: no code is made for it, and none is taken.
    let evil = Gate {
        tenant: gate.tenant.clone(),
        id: gate.id.clone(),
        key: gate.key.clone(),
        origin: "https://evil.example".to_owned(),
    };
    let path = evil.set_out(&browser, "%2F");
    own.get(&path).problem(400, "client_refused");
    let back = gate.way_back(&own, &gate.set_out(&browser, "%2F"));
    evil.ask(&browser, &back).send().problem(400, "client_refused");
    // Another's key, even for the right host.
    let other = Gate::register(&anna, "https://other.example");
    let stolen = Gate { origin: gate.origin.clone(), ..other };
    let back = gate.way_back(&own, &gate.set_out(&browser, "%2F"));
    stolen.ask(&browser, &back).send().problem(400, "client_refused");
    // The proxy's key comes before what a guarded page finds in `Authorization`.
    gate.ask(&browser, "check").header("authorization", &format!("Bearer {}", stolen.key)).send().is(200);
    gate.ask(&browser, "check").header("x-edge-mfa-key", "").send().problem(401, "application_key_refused");
    let bearer = gate.ask(&browser, "check").without("x-edge-mfa-key");
    bearer.header("authorization", &format!("Bearer {}", gate.key)).send().is(200);
}

#[test]
fn a_gate_is_no_other_application_and_no_other_is_a_gate() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::of(&anna);
    let (browser, own) = (gate.tenant.client(), anna.signed_in());
    // Nobody but we asks for a code for it, and nobody else redeems one.
    let back = String::from("https%3A%2F%2F") + gate.origin.trim_start_matches("https://") + "%2F.edge-mfa%2Fcallback";
    let query = format!(
        "client_id={}&redirect_uri={back}&response_type=code&scope=openid&code_challenge={}&code_challenge_method=S256",
        gate.id,
        "A".repeat(43),
    );
    own.get(&format!("{}?{query}", gate.tenant.page("authorize"))).problem(400, "client_refused");
    let code = gate.way_back(&own, &gate.set_out(&browser, "%2F"));
    let code = parameter(&code, "code").expect("a code");
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={back}&code_verifier={}&client_id={}&client_secret={}",
        browser.cookie(START).expect("a verifier"),
        gate.id,
        gate.key,
    );
    let ask = own.ask("POST", &gate.tenant.page("token")).without("origin").without("sec-fetch-site");
    let ask = ask.header("content-type", "application/x-www-form-urlencoded").bytes(form.as_bytes());
    assert_eq!(ask.send().is(401)["error"], "invalid_client");
    let vouch = own.ask("POST", &gate.tenant.at("/second-factor/begin")).json(&json!({"username": "anna"}));
    vouch.header("authorization", &format!("Bearer {}", gate.key)).send().problem(409, "other_kind");
    // A login's key opens no gate, and neither does one that was ended.
    let login = Platform::of(&anna);
    let as_login =
        Gate { tenant: gate.tenant.clone(), id: login.application, key: login.key, origin: gate.origin.clone() };
    own.get(&as_login.set_out(&browser, "%2F")).problem(400, "client_refused");
    let back = gate.way_back(&own, &gate.set_out(&browser, "%2F"));
    as_login.ask(&browser, &back).send().problem(409, "other_kind");
    anna.ask(&format!("/settings/applications/{}/keys/end", gate.id), json!({"number": 1})).is(200);
    gate.ask(&browser, &back).send().problem(401, "application_key_refused");
}

#[test]
fn hosts_are_origins_one_to_five() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let ask = |body: Value| anna.ask("/settings/applications/register", body);
    let five: Vec<_> = (0..5).map(|number| format!("https://a{number}.example")).collect();
    let made = ask(json!({"name": "x", "kind": "gate", "hosts": five})).is(201);
    assert_eq!(made["application"]["hosts"], json!(five));
    let six: Vec<_> = (0..6).map(|number| format!("https://a{number}.example")).collect();
    for hosts in [
        json!([]),
        json!(six),
        json!(["https://a.example", "https://a.example"]),
        json!(["https://a.example/"]),
        json!(["http://a.example"]),
        json!(["a.example"]),
        json!(["https://*.example"]),
    ] {
        let refused = ask(json!({"name": "x", "kind": "gate", "hosts": hosts})).problem(400, "bad_request");
        assert_eq!(refused["field"], "hosts", "{refused}");
    }
    ask(json!({"name": "x", "kind": "gate"})).problem(400, "bad_request");
    let both = json!({"name": "x", "kind": "gate", "hosts": five, "return_uris": ["https://a.example/"]});
    assert_eq!(ask(both).problem(400, "bad_request")["field"], "return_uris");
    for kind in ["login", "client"] {
        let body = json!({"name": "x", "kind": kind, "redirect_uris": ["https://a.example/"], "hosts": five});
        ask(body).problem(400, "bad_request");
    }
}

#[test]
fn signing_out_there_ends_it_everywhere_and_another_site_cannot() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let gate = Gate::of(&anna);
    let own = anna.signed_in();
    let browser = gate.enter(&own);
    let issuer = format!("{}/t/{}", own.door().origin(), gate.tenant.id);
    for site in [Some("cross-site"), Some("same-site"), None] {
        let ask = gate.navigate(&browser, "sign-out", "/.edge-mfa/sign-out");
        let ask = match site {
            Some(site) => ask.header("sec-fetch-site", site),
            None => ask.without("sec-fetch-site"),
        };
        assert_eq!(location(&ask.send()), format!("{issuer}/sign-out"));
        gate.check(&browser).is(200);
    }
    // Nor can a picture in one of its own pages.
    let picture = gate.ask(&browser, "sign-out").header("sec-fetch-site", "same-origin");
    let picture = picture.header("sec-fetch-mode", "no-cors").header("sec-fetch-dest", "image");
    assert_eq!(location(&picture.send()), format!("{issuer}/sign-out"));
    gate.check(&browser).is(200);
    let out = gate.navigate(&browser, "sign-out", "/.edge-mfa/sign-out").header("sec-fetch-site", "same-origin");
    assert_eq!(location(&out.send()), format!("{}/", gate.origin));
    assert!(browser.cookie(GATE).is_none());
    eventually("the edge to know", || anna.member.session(&own).status == 401);
}

#[test]
fn who_verifies_by_herself_needs_the_published_keys_alone_and_is_told_what_has_ended() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let (gate, other) = (Gate::of(&anna), Gate::of(&anna));
    let client = gate.tenant.client();
    let ask = |key: &str| {
        client.ask("GET", &gate.tenant.at("/gate/ended")).header("authorization", &format!("Bearer {key}")).send()
    };
    let ended = |gate: &Gate| {
        let answer = ask(&gate.key);
        answer.is(200);
        Ended::from_json(&answer.text()).expect("a list")
    };
    let keys = Keys::from_jwks(&client.get(&gate.tenant.page("jwks")).text()).expect("a key set");
    let issuer = format!("{}{}", client.door().origin(), gate.tenant.page("").trim_end_matches('/'));
    let verified = |token: &str, at: &Gate, now: u64| {
        verify(token, &keys, &Expected { issuer: &issuer, application: &at.id, origin: &at.origin }, now)
    };
    let bert = Enrolled::join(&gate.tenant);
    let browser = gate.enter(&bert.client);
    let passed = gate.check(&browser);
    let token = passed.header("x-edge-mfa-token").expect("a token");
    let now = claims(token)["iat"].as_u64().expect("a time");
    let said = verified(token, &gate, now).expect("hers");
    assert_eq!((said.username.as_str(), said.role), (bert.member.username.as_str(), Role::Member));
    assert!(said.has_mfa());
    assert_eq!(verified(token, &gate, now + 300), Err(Refused::Expired));
    assert_eq!(verified(token, &other, now), Err(Refused::OtherAudience));
    assert!(!ended(&gate).covers(&said));
    anna.order(&bert.member.username, "remove", json!({})).is(204);
    eventually("the tenant to hear of it", || ended(&gate).covers(&said));
    assert!(!ended(&other).covers(&said), "where she was not there is nothing to tell");
    anna.switch_off();
    assert!(ended(&other).covers(&said), "the epoch says it of everybody");
    ask(&Platform::of(&anna).key).problem(409, "other_kind");
    anna.ask(&format!("/settings/applications/{}/remove", gate.id), json!({})).is(204);
    ask(&gate.key).problem(401, "application_key_refused");
}

#[test]
fn where_there_is_no_mfa_a_password_does_and_says_so() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let gate = Gate::of(&anna);
    let passed = gate.check(&gate.enter(&anna.signed_in()));
    passed.is(200);
    assert_eq!(passed.header("x-edge-mfa-amr"), Some("pwd"));
    let bert = Member::join(&gate.tenant);
    let own = gate.tenant.client();
    bert.enter_password(&own, "done");
    assert_eq!(gate.check(&gate.enter(&own)).header("remote-groups"), Some("member"));
}
