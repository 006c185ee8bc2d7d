//! Every kind of token in every kind of place: only the diagonal passes.

use edge_mfa_tests::client::{BROWSER, DEVICE, PENDING, SESSION};
use edge_mfa_tests::member::{Enrolled, Enrolment};
use edge_mfa_tests::phone::step_now;
use edge_mfa_tests::{Answer, Client, Edge, Member, Tenant, json};

use crate::password_link::link_to;

/// A place where a token can be put, with what happens when `token` is.
struct Place<'a> {
    kind: &'static str,
    put: Box<dyn Fn(&str) -> Answer + 'a>,
    passed: fn(&Answer) -> bool,
}

/// People with one live token of each kind.
struct World {
    anna: Enrolled,
    newcomer: Member,
    enrolling: Client,
    enrolment: Enrolment,
    tokens: Vec<(&'static str, String)>,
    device_name: String,
    browser_name: String,
}

#[test]
fn c17_only_the_right_kind_of_token_passes() {
    let world = world();
    let places = places(&world);
    // The right kinds come last: using them may spend or rotate the token.
    for right in [false, true] {
        for place in &places {
            let tokens = world.tokens.iter().filter(|(kind, _)| (*kind == place.kind) == right);
            for (kind, token) in tokens {
                let answer = (place.put)(token);
                let passed = (place.passed)(&answer);
                assert_eq!(passed, right, "{kind} token as {}: {answer}", place.kind);
            }
        }
    }
}

#[test]
fn tokens_are_long_and_tell_their_kind_by_their_prefix() {
    let first = world().tokens;
    let second = world().tokens;
    let mut prefixes = Vec::new();
    for ((kind, one), (_, two)) in first.iter().zip(&second) {
        // A browser's is no secret that opens anything; what protects it is the tag.
        if ["operator", "enrolment", "browser"].contains(kind) {
            continue;
        }
        let same = one.chars().zip(two.chars()).take_while(|(a, b)| a == b);
        let prefix: String = same.map(|(a, _)| a).collect();
        let random = one.len() - prefix.len();
        assert!(random >= 40, "{kind}: {random} symbols that differ are too few for 256 bits");
        prefixes.push((*kind, prefix.chars().take(4).collect::<String>()));
    }
    for (kind, prefix) in &prefixes {
        let same = prefixes.iter().filter(|(_, other)| other == prefix).count();
        assert!(same == 1 && prefix.len() >= 3, "{kind} has no prefix of its own: {prefixes:?}");
    }
}

fn world() -> World {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Enrolled::join(&tenant);
    let newcomer = Member::join(&tenant);
    let enrolling = newcomer.pending("enrol");
    let enrolment = newcomer.start_enrolment(&enrolling);
    let remembered = anna.remembered();
    let (device_name, device) = remembered.jar().find(DEVICE).expect("a device");
    let (browser_name, browser) = anna.client.jar().find(BROWSER).expect("a browser");
    let tokens = vec![
        ("pending", anna.pending().cookie(PENDING).expect("pending")),
        ("session", anna.client.cookie(SESSION).expect("a session")),
        ("device", device),
        ("browser", browser),
        ("invitation", tenant.invite("carol")),
        ("password link", link_to(&anna.member).token()),
        ("operator", Edge::shared().door().operator_token().to_owned()),
        ("enrolment", enrolment.id.clone()),
    ];
    // Strangers have to wait, so that a browser that is known can be told from one that is not.
    let stranger = tenant.client();
    for _ in 0..12 {
        let body = json!({"username": anna.member.username, "password": "a wrong password"});
        stranger.post(&tenant.at("/sign-in"), body);
    }
    World { anna, newcomer, enrolling, enrolment, tokens, device_name, browser_name }
}

fn places(world: &World) -> Vec<Place<'_>> {
    let tenant = &world.anna.member.tenant;
    let with = |name: &str, token: &str| {
        let client = tenant.client();
        client.with_jar(|jar| jar.put(name, token));
        client
    };
    vec![
        Place {
            kind: "session",
            put: Box::new(move |token| world.anna.member.session(&with(SESSION, token))),
            passed: |answer| answer.status == 200,
        },
        Place {
            kind: "pending",
            put: Box::new(move |token| {
                let wrong = world.anna.phone.wrong_code();
                world.anna.member.enter_code(&with(PENDING, token), &wrong)
            }),
            // The wrong code was compared, so the pending sign-in was found.
            passed: |answer| answer.code().as_deref() == Some("code_refused"),
        },
        Place {
            kind: "device",
            put: Box::new(move |token| world.anna.member.try_password(&with(&world.device_name, token))),
            passed: |answer| answer.status == 200 && answer.json()["next"] == "done",
        },
        Place {
            kind: "browser",
            put: Box::new(move |token| world.anna.member.try_password(&with(&world.browser_name, token))),
            passed: |answer| answer.status == 200,
        },
        Place {
            kind: "invitation",
            put: Box::new(move |token| {
                let body = json!({"token": token});
                tenant.client().post(&tenant.at("/invitation/preview"), body)
            }),
            passed: |answer| answer.status == 200,
        },
        Place {
            kind: "password link",
            put: Box::new(move |token| {
                let body = json!({"token": token});
                tenant.client().post(&tenant.at("/password/link"), body)
            }),
            passed: |answer| answer.status == 200,
        },
        Place {
            kind: "operator",
            put: Box::new(move |token| {
                let path = format!("/api/v1/operator/tenants/{}", tenant.id);
                let bearer = format!("Bearer {token}");
                tenant.client().ask("GET", &path).header("authorization", &bearer).send()
            }),
            passed: |answer| answer.status == 200,
        },
        Place {
            kind: "enrolment",
            put: Box::new(move |token| {
                let code = world.enrolment.phone.code_at(step_now());
                world.newcomer.confirm(&world.enrolling, token, &code)
            }),
            passed: |answer| answer.status == 200,
        },
    ]
}
