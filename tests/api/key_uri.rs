//! The key URI of hostile names: an app must read exactly our parameters.

use edge_mfa_tests::{Edge, Member, Tenant};

const NAMES: [&str; 6] = [
    "Vis: & Zn = #1 % 50? /etc",
    "\"Quotes\" 'n' <b>tags</b>",
    "Zoë & 株式会社 😀",
    "שלום BV",
    "a&secret=AAAAAAAAAAAAAAAA&issuer=evil",
    "100%25",
];

#[test]
fn d11_hostile_names_are_carried_and_change_no_parameter() {
    for name in NAMES {
        let edge = Edge::shared();
        let tenant = Tenant::create(edge.door(), "mfa", name);
        let member = Member::join_as(&tenant, "o.brien+test@example.org");
        let enrolment = member.start_enrolment(&member.pending("enrol"));
        assert_eq!(enrolment.body["tenant_name"], name);
        let uri = enrolment.body["key_uri"].as_str().expect("text");
        reads_as(uri, name, &member.username);
    }
}

fn reads_as(uri: &str, issuer: &str, account: &str) {
    assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri} is not a URI");
    assert!(!uri.contains('#') && !uri.contains('+'), "{uri}");
    let (label, query) = uri
        .strip_prefix("otpauth://totp/")
        .and_then(|rest| rest.split_once('?'))
        .unwrap_or_else(|| panic!("{uri} is no key URI"));
    assert!(!label.contains('/'), "{uri}");
    let label = decode(label);
    assert!(label.ends_with(account), "{label:?} does not name {account}");
    let mut names = Vec::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').expect("name=value");
        names.push(name);
        if name == "issuer" {
            assert_eq!(decode(value), issuer);
        }
    }
    names.sort_unstable();
    assert!(names.contains(&"secret") && names.contains(&"issuer"), "{uri}");
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names, once, "a parameter twice: {uri}");
}

/// Percent-decodes as RFC 3986 §2.1 says.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
