//! What cookies look like, and what odd cookies do (nothing).

use edge_mfa_tests::client::{BROWSER, DEVICE, PENDING, SESSION};
use edge_mfa_tests::jar::SetCookie;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant};

#[test]
fn f10_cookies_have_the_right_names_flags_and_lives() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.member.tenant.client();
    let password = anna.member.try_password(&client);
    let pending = password.sets(PENDING).expect("pending");
    strict(&pending);
    assert!(pending.max_age().is_none_or(|seconds| seconds <= 300));

    let code = anna.member.enter_code_and_remember(&client, &anna.phone.next_code());
    let session = code.sets(SESSION).expect("a session");
    strict(&session);
    assert!(session.max_age().is_none_or(|seconds| seconds <= 86_400));
    let device = code.sets(DEVICE).expect("a device");
    strict(&device);
    assert_eq!(device.max_age(), Some(2_592_000), "30 days");
    let tail = device.name.trim_start_matches(DEVICE);
    let hex = tail.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    assert!(tail.len() == 8 && hex, "{}", device.name);
    let browser = code.sets(BROWSER).expect("a known browser");
    strict(&browser);
    assert_eq!(browser.max_age(), Some(7_776_000), "90 days");
    let taken = code.cookies().into_iter().find(|it| it.name == PENDING);
    assert!(taken.is_some_and(|it| it.removes()), "the pending cookie is taken away");
}

fn strict(cookie: &SetCookie) {
    cookie.keep_the_rules();

    let symbols = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    assert!(cookie.value.bytes().all(symbols), "{} needs no quoting", cookie.name);
}

#[test]
fn odd_cookie_headers_are_nobody_and_break_nothing() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = &anna.member.tenant;
    let session = anna.client.cookie(SESSION).expect("a session");
    let long = "x".repeat(16_000);
    let odd = [
        format!("{SESSION}="),
        SESSION.to_owned(),
        format!("{SESSION}={long}"),
        format!("{SESSION}=\"{session}\""),
        format!("{}={session}", SESSION.to_lowercase()),
        format!("mfa_session={session}"),
        format!("{SESSION}=%41{session}"),
        ";;;===;, ".to_owned(),
        format!("{SESSION}=\u{fc}\u{e9}"),
        format!("{DEVICE}00000000={long}; {PENDING}={long}"),
    ];
    for header in odd {
        let client = tenant.client();
        for path in ["/session", "/account"] {
            let answer = client.ask("GET", &tenant.at(path)).header("cookie", &header).send();
            assert_ne!(answer.status, 200, "{header}: {answer}");
        }
    }
}

#[test]
fn two_sessions_in_one_header_are_not_a_way_in() {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Enrolled::join(&tenant);
    let real = anna.client.cookie(SESSION).expect("a session");
    let forged = "x".repeat(real.len());
    for pair in [[&forged, &forged], [&real, &forged], [&forged, &real]] {
        let header = format!("{SESSION}={}; {SESSION}={}", pair[0], pair[1]);
        let client = tenant.client();
        let answer = client.ask("GET", &tenant.at("/session")).header("cookie", &header).send();
        // Which of two counts is the server's choice; nobody else may come of it.
        if answer.status == 200 {
            assert_eq!(answer.json()["username"], anna.member.username);
        }
    }
}
