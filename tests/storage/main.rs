//! What lies on disk and in the logs after everything has happened once: nothing that opens a door.

mod counted;
mod damaged;
mod databases;
mod growth;
mod restored;
mod rotation;
mod switch_off;

use edge_mfa_tests::client::{DEVICE, PENDING, SESSION};
use edge_mfa_tests::member::{keys_of, proof_of};
use edge_mfa_tests::needles::{Needle, code_is_in, files, search};
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Client, Edge, Member, Tenant, json, random};

/// Everything secret that one person came across.
#[derive(Default)]
struct Secrets {
    needles: Vec<Needle>,
    codes: Vec<String>,
}

impl Secrets {
    fn text(&mut self, name: &str, text: &str) {
        self.needles.push(Needle::text(name, text));
    }

    /// A token without its prefix: the prefix says what kind it is and is no secret.
    fn token(&mut self, name: &str, token: &str) {
        let random = token.split('.').max_by_key(|part| part.len()).unwrap_or(token);
        self.text(name, random);
    }

    fn cookies(&mut self, client: &Client) {
        for (name, prefix) in [("pending", PENDING), ("session", SESSION), ("device", DEVICE)] {
            if let Some(value) = client.cookie(prefix) {
                self.token(name, &value);
            }
        }
    }
}

#[test]
fn no_secret_lies_on_disk_or_in_a_log() {
    let mut edge = Edge::start();
    let mut secrets = Secrets::default();
    let tenant = Tenant::mfa(&edge);
    secrets.token("unused invitation", &tenant.invitation);
    secrets.text("operator token", edge.door().operator_token());
    let member = everything_once(&tenant, &mut secrets);
    secrets.text("notifier's key", &edge.mailbox().key());
    administrators_way(&edge, &mut secrets);

    // While it runs (what is in a write-ahead log), and after it has ended.
    let state = edge.state();
    let mut found = files(&state);
    edge.kill9();
    found.extend(files(&state));
    let logs = files(&edge.logs());
    assert!(found.iter().any(|(path, _)| path.extension().is_some_and(|it| it == "sqlite")));
    assert!(!logs.is_empty());
    proves_that_it_looks_in_the_right_place(&found, &tenant);

    found.extend(logs);
    let mut leaks = search(&secrets.needles, &found);
    for code in &secrets.codes {
        let with = found.iter().filter(|(_, bytes)| code_is_in(code, bytes));
        leaks.extend(with.map(|(path, _)| format!("code {code} in {}", path.display())));
    }
    assert!(leaks.is_empty(), "{} of {}:\n{}", leaks.len(), member.username, leaks.join("\n"));
}

/// The tenant's name is public and kept: a search that does not find it proves nothing.
fn proves_that_it_looks_in_the_right_place(found: &[(std::path::PathBuf, Vec<u8>)], tenant: &Tenant) {
    let public = Needle::text("the tenant's identifier", &tenant.id);
    assert!(!search(&[public], found).is_empty(), "the search finds nothing at all");
}

fn everything_once(tenant: &Tenant, secrets: &mut Secrets) -> Member {
    let username = random::name("m");
    let token = tenant.invite(&username);
    secrets.token("used invitation", &token);
    let password = random::password();
    secrets.text("password", &password);
    let body = json!({"token": token, "password": password});
    tenant.client().post(&tenant.at("/invitation/accept"), body).is(201);
    let member = Member { tenant: tenant.clone(), username, password };

    let abandoned = member.pending("enrol");
    let old = member.start_enrolment(&abandoned);
    secrets.needles.push(Needle::bytes("abandoned secret", old.phone.secret()));
    secrets.cookies(&abandoned);

    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    secrets.needles.push(Needle::bytes("secret", enrolment.phone.secret()));
    secrets.text("secret as typed", enrolment.body["secret"].as_str().expect("text"));
    secrets.cookies(&client);
    let code = enrolment.phone.next_code();
    let confirmed = member.confirm(&client, &enrolment.id, &code).is(200);
    let path = tenant.at("/enrolment/recovery-keys");
    let renewed = client.post(&path, json!({"enrolment_id": enrolment.id})).is(200);
    for (number, key) in keys_of(&confirmed).iter().chain(&keys_of(&renewed)).enumerate() {
        secrets.text(&format!("recovery key {number}"), key);
    }
    member.complete(&client, &enrolment.id, &proof_of(&renewed)).is(200);
    secrets.cookies(&client);
    secrets.codes.push(code);

    sign_in_every_way(&member, &enrolment.phone, &keys_of(&renewed), secrets);
    member
}

fn sign_in_every_way(member: &Member, phone: &edge_mfa_tests::Phone, keys: &[String], secrets: &mut Secrets) {
    let tenant = &member.tenant;
    let wrong = json!({"username": member.username, "password": "tHe-wr0ng_pa55word"});
    secrets.text("wrong password", "tHe-wr0ng_pa55word");
    tenant.client().post(&tenant.at("/sign-in"), wrong).problem(401, "sign_in_refused");

    let client = member.pending("code");
    secrets.cookies(&client);
    for code in [phone.wrong_code(), "12ab56".to_owned()] {
        member.enter_code(&client, &code).refuses_or_malformed();
        secrets.codes.push(code);
    }
    let code = phone.next_code();
    member.enter_code_and_remember(&client, &code).is(200);
    secrets.cookies(&client);
    secrets.codes.push(code.clone());
    member.enter_password(&client, "done");
    secrets.cookies(&client);

    let client = member.pending("code");
    member.enter_code(&client, &code).problem(401, "code_refused");
    member.enter_key(&client, &keys[0]).is(200);
    secrets.cookies(&client);
    client.get(&tenant.at("/account")).is(200);
    client.post(&tenant.at("/sign-out"), json!({})).is(204);
}

/// Set-up, new keys, links and passwords: what an administrator comes across.
fn administrators_way(edge: &Edge, secrets: &mut Secrets) {
    let anna = Administrator::of(&Tenant::password_only(edge));
    let tenant = anna.tenant().clone();
    secrets.text("administrator's password", &anna.member.password);
    let set_up = anna.start_set_up();
    secrets.needles.push(Needle::bytes("secret of a set-up", set_up.phone.secret()));
    let code = set_up.phone.next_code();
    let confirmed = anna.confirm(&set_up, &code).is(200);
    anna.complete(&set_up, &proof_of(&confirmed)).is(200);
    secrets.codes.push(code);
    let code = set_up.phone.next_code();
    anna.member.step_up(&anna.client, "code", &code).is(200);
    secrets.codes.push(code);
    let renewed = anna.ask("/account/recovery-keys/start", json!({})).is(200);
    anna.ask("/account/recovery-keys/complete", json!({"proof": proof_of(&renewed)})).is(200);
    for (number, key) in keys_of(&confirmed).iter().chain(&keys_of(&renewed)).enumerate() {
        secrets.text(&format!("administrator's recovery key {number}"), key);
    }
    // The gateway is in trouble, so what was to be sent waits on disk.
    edge.mailbox().close();
    let rows = json!({"rows": [{"username": "bert", "role": "member"}]});
    let report = anna.ask("/members/invite-many", rows).is(200);
    secrets.token("invitation that waits to be sent", &token_of(&report["results"][0]));
    edge.mailbox().open();
    tenant.client().post(&tenant.at("/password/forgot"), json!({"username": "anna"})).is(202);
    let link = edge.mailbox().wait(&tenant.id, "anna", "password-link-issued").token();
    secrets.token("password link", &link);
    let password = random::password();
    let body = json!({"current_password": anna.member.password, "new_password": password});
    anna.ask("/account/password", body).is(204);
    secrets.text("administrator's new password", &password);
    secrets.cookies(&anna.client);
}

/// Wrong or malformed, as the case may be.
trait Refused {
    fn refuses_or_malformed(&self);
}

impl Refused for edge_mfa_tests::Answer {
    fn refuses_or_malformed(&self) {
        assert!(matches!(self.status, 400 | 401), "{self}");
    }
}

#[test]
fn the_search_finds_a_secret_in_every_dress() {
    let secret = random::bytes::<20>();
    let needle = Needle::bytes("secret", &secret);
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let list: Vec<_> = secret.iter().map(u8::to_string).collect();
    let wide: Vec<u8> = hex.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let broken = [&secret[..10], &[0; 16], &secret[10..]].concat();
    for dress in [secret.to_vec(), hex.into_bytes(), list.join(",").into_bytes(), wide, broken] {
        let hay = [random::bytes::<64>().to_vec(), dress, random::bytes::<64>().to_vec()].concat();
        assert!(needle.is_in(&hay));
    }
    assert!(!needle.is_in(&random::bytes::<4096>()));
    assert!(code_is_in("123456", b"{\"code\":\"123456\"}"));
    assert!(!code_is_in("123456", b"1700123456"));
}
