//! Members brought in with authenticators that were made elsewhere. The phone is totp-rs.

use edge_mfa_tests::answer::Answer;
use edge_mfa_tests::phone::{now, symbols};
use edge_mfa_tests::platform::Platform;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json, random};
use totp_rs::{Algorithm, Builder};

/// An app that was set up at another product.
struct OldApp {
    secret: Vec<u8>,
    algorithm: Algorithm,
    digits: u8,
    period: u64,
}

impl OldApp {
    fn unusual() -> OldApp {
        OldApp {
            secret: b"12345678901234567890123456789012".to_vec(),
            algorithm: Algorithm::SHA256,
            digits: 8,
            period: 60,
        }
    }

    fn key_uri(&self) -> String {
        let name = match self.algorithm {
            Algorithm::SHA1 => "SHA1",
            Algorithm::SHA256 => "SHA256",
            _ => "SHA512",
        };
        let (secret, digits, period) = (symbols(&self.secret), self.digits, self.period);
        format!("otpauth://totp/Old:x?secret={secret}&algorithm={name}&digits={digits}&period={period}")
    }

    fn code_at(&self, time: u64) -> String {
        self.code_by(self.algorithm, time)
    }

    fn code_by(&self, algorithm: Algorithm, time: u64) -> String {
        let builder = Builder::new().with_algorithm(algorithm).with_digits(self.digits);
        let builder = builder.with_step_duration(self.period).with_secret(self.secret.clone());
        builder.build_noncompliant().generate(time).to_string()
    }

    /// What it shows in the next step: the edge takes it now, and has never seen it.
    fn next(&self) -> String {
        self.code_at(now() + self.period)
    }
}

fn import(tenant: &Tenant, dry_run: bool, rows: &Value) -> Answer {
    let path = format!("/api/v1/operator/tenants/{}/import", tenant.id);
    tenant.client().ask("POST", &path).operator().json(&json!({"dry_run": dry_run, "rows": rows})).send()
}

fn row(username: &str, app: &OldApp) -> Value {
    json!({"username": username, "role": "member", "key_uri": app.key_uri()})
}

fn results(answer: &Answer) -> Vec<String> {
    let body = answer.is(200);
    let results = body["results"].as_array().expect("results").clone();
    results.iter().map(|line| line["result"].as_str().expect("a word").to_owned()).collect()
}

/// Brings one person in, who accepts her invitation.
fn arrived(tenant: &Tenant, app: &OldApp) -> Member {
    let username = random::name("m");
    let answer = import(tenant, false, &json!([row(&username, app)]));
    let line = answer.is(200)["results"][0].clone();
    assert_eq!((&line["result"], &line["username"]), (&json!("imported"), &json!(username)));
    Member::accept(tenant, &token_of(&line))
}

#[test]
fn she_signs_in_with_the_old_authenticator_and_does_not_enrol() {
    let tenant = Tenant::mfa(Edge::shared());
    let apps = [
        OldApp::unusual(),
        OldApp { secret: b"1234567890".to_vec(), algorithm: Algorithm::SHA1, digits: 6, period: 30 },
        OldApp { secret: [7; 64].to_vec(), algorithm: Algorithm::SHA512, digits: 7, period: 15 },
    ];
    for app in apps {
        let member = arrived(&tenant, &app);
        let client = member.pending("code");
        assert_eq!(member.enter_code(&client, &app.next()).is(200)["next"], "done");
        let account = member.account(&client);
        assert_eq!(account["recovery_keys"]["left"], 0, "her old codes stayed behind: {account}");
    }
}

#[test]
fn what_other_parameters_would_show_is_a_wrong_code_and_another_length_no_code_of_hers() {
    let tenant = Tenant::mfa(Edge::shared());
    let app = OldApp::unusual();
    let member = arrived(&tenant, &app);
    let client = member.pending("code");
    member.enter_code(&client, &app.code_by(Algorithm::SHA1, now())).problem(401, "code_refused");
    for short in ["123456", "1234567"] {
        let answer = member.enter_code(&client, short);
        answer.problem(400, "passcode_malformed");
        assert_eq!(answer.json()["digits"], 8);
    }
    // Shown before she was brought in, so it may have been seen at the old door.
    member.enter_code(&client, &app.code_at(now() - app.period)).problem(401, "code_refused");
    member.enter_code(&client, &app.next()).is(200);
}

#[test]
fn a_dry_run_changes_nothing_and_a_second_run_neither() {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let names = [random::name("m"), random::name("m")];
    let app = OldApp::unusual();
    let rows = json!([row(&names[0], &app), row(&names[1], &app), row(&names[0], &app), row("anna", &app)]);
    // What her own object has still to tell of her is no part of it.
    let others = || anna.log().iter().filter(|entry| entry.about.as_deref() != Some("anna")).count();
    let stand = || (tenant.seen_by_operator(), others());
    let before = stand();
    assert_eq!(results(&import(&tenant, true, &rows)), ["importable", "importable", "twice", "already_member"]);
    assert_eq!(stand(), before);
    let done = import(&tenant, false, &rows);
    assert_eq!(results(&done), ["imported", "imported", "twice", "already_member"]);
    let invitation = token_of(&done.json()["results"][0]);
    let expected = ["already_imported", "already_imported", "twice", "already_member"];
    // The members' objects tell the log in their own time.
    let told = || anna.log().iter().filter(|entry| entry.event() == "authenticator-imported").count();
    while told() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let before = stand();
    assert_eq!(results(&import(&tenant, false, &rows)), expected);
    assert_eq!(results(&import(&tenant, true, &rows))[0], "already_invited");
    assert_eq!(stand(), before);
    let member = Member::accept(&tenant, &invitation);
    assert_eq!(results(&import(&tenant, false, &rows))[0], "already_member");
    member.enter_code(&member.pending("code"), &app.next()).is(200);
}

#[test]
fn what_cannot_be_taken_holds_up_nobody_else() {
    let tenant = Tenant::mfa(Edge::shared());
    let app = OldApp::unusual();
    let (mut role, mut short, mut slow) = (row("b1", &app), row("b2", &app), row("b3", &app));
    role["role"] = json!("operator");
    short["key_uri"] = json!("otpauth://totp/x?secret=GEZDGNBVGY3TQ");
    slow["key_uri"] = json!(app.key_uri().replace("period=60", "period=61"));
    let rows = json!([row("no spaces", &app), row("operator", &app), role, short, slow, row(&random::name("m"), &app)]);
    let odd = "authenticator_unacceptable";
    let expected = ["username_unacceptable", "username_unacceptable", "role_unacceptable", odd, odd, "imported"];
    assert_eq!(results(&import(&tenant, false, &rows)), expected);
    import(&tenant, false, &json!([])).problem(400, "bad_request");
    import(&tenant, false, &Value::Array(vec![row("m", &app); 21])).problem(400, "bad_request");
}

#[test]
fn without_mfa_there_is_nothing_to_seal_it_under() {
    let tenant = Tenant::password_only(Edge::shared());
    import(&tenant, false, &json!([row("m", &OldApp::unusual())])).problem(409, "wrong_mode");
}

#[test]
fn g11_g12_who_is_removed_or_invited_again_brings_nothing_along() {
    let tenant = Tenant::mfa(Edge::shared());
    let app = OldApp::unusual();
    let username = random::name("m");
    let rows = json!([row(&username, &app)]);
    assert_eq!(results(&import(&tenant, false, &rows)), ["imported"]);
    // The invitation is another's now, as far as anybody knows.
    let member = Member::accept(&tenant, &tenant.invite(&username));
    member.pending("enrol");
}

/// A platform that keeps its own login: what was brought in is asked for at its door too, and nobody enrols anew.
#[test]
fn an_application_that_vouches_finds_the_authenticator_that_was_brought_in() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, app, username) = (Administrator::of(&tenant), OldApp::unusual(), random::name("m"));
    assert_eq!(results(&import(&tenant, false, &json!([row(&username, &app)]))), ["imported"]);
    let shop = Platform::of(&anna);
    shop.make(&username).is(204);
    let pending = shop.pending(&username, "code-needed");
    shop.code(&pending, "00000000").problem(401, "code_refused");
    assert_eq!(shop.code(&pending, &app.next()).is(200)["status"], "entered");
}
