//! A backup is brought back: what was spent since the backup stays spent, once the operator has said so.

use std::fs;
use std::path::Path;

use edge_mfa_tests::folder::Folder;
use edge_mfa_tests::gate::Gate;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::phone::step_now;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Tenant, eventually, json, random};

use crate::databases::open_all;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { fs::copy(&from, &to).map(|_| ()).expect("a copy") }
    }
}

fn bring_back(edge: &mut Edge, backup: &Path) {
    edge.kill9();
    fs::remove_dir_all(edge.state()).expect("the state goes");
    copy(backup, &edge.state());
    edge.restart();
}

/// Brings back the database of the tenant's own object, and no member's.
fn bring_back_tenant(edge: &mut Edge, backup: &Path) {
    edge.kill9();
    // Opened, and so each in one file: nothing of one database is left in the other's log.
    open_all(&edge.state());
    let databases = open_all(backup);
    let tenants: Vec<_> = databases.iter().filter(|it| it.table("tenant").next().is_some()).collect();
    let [tenant] = tenants.as_slice() else { panic!("{} objects of tenants", tenants.len()) };
    let within = tenant.path.strip_prefix(backup).expect("below the backup");
    fs::copy(&tenant.path, edge.state().join(within)).expect("a copy");
    edge.restart();
}

/// Says that it was restored, as the runbook has it.
fn restored(tenant: &Tenant) {
    operator(tenant, "suspend", &json!({})).is(200);
    operator(tenant, "restored", &json!({"reason": "the storage was restored for a test"})).is(200);
    operator(tenant, "resume", &json!({})).is(200);
}

fn operator(tenant: &Tenant, act: &str, body: &edge_mfa_tests::Value) -> Answer {
    let path = format!("/api/v1/operator/tenants/{}/{act}", tenant.id);
    tenant.client().ask("POST", &path).operator().json(body).send()
}

#[test]
fn b03_b11_what_was_spent_after_a_backup_stays_spent() {
    let mut edge = Edge::start();
    let anna = Administrator::of(&Tenant::mfa(&edge));
    let tenant = anna.tenant().clone();
    let bert = Enrolled::join(&tenant);
    let device = bert.remembered();
    let invitation = tenant.invite("carol");
    let folder = Folder::fresh();
    let backup = folder.path().join("backup");
    edge.kill9();
    copy(&edge.state(), &backup);
    edge.restart();

    let spent = bert.phone.next_code();
    let later = bert.pending();
    bert.member.enter_code(&later, &spent).is(200);
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).is(200);
    let accept = || {
        let body = json!({"token": invitation, "password": random::password()});
        tenant.client().post(&tenant.at("/invitation/accept"), body)
    };
    accept().is(201);

    // The danger: without a word from the operator the backup brings all of it back.
    bring_back(&mut edge, &backup);
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).is(200);

    bring_back(&mut edge, &backup);
    let before = tenant.seen_by_operator()["epoch"].clone();
    restored(&tenant);
    let at = step_now();
    assert_eq!(tenant.seen_by_operator()["epoch"], before, "what is sealed still opens");

    // A session of after the backup too, of which no object knows any more.
    for session in [&device, &anna.client, &later] {
        session.get(&tenant.at("/session")).problem(401, "unauthenticated");
        session.get(&tenant.at("/account")).problem(401, "unauthenticated");
    }
    bert.member.enter_password(&device, "code");
    bert.member.enter_code(&bert.pending(), &spent).problem(401, "code_refused");
    // Whether it was used or not: a code that could have been used before the restore is spent.
    bert.member.enter_code(&bert.pending(), &bert.phone.code_at(step_now())).problem(401, "code_refused");
    for key in &bert.keys[..2] {
        bert.member.enter_key(&bert.pending(), key).problem(401, "recovery_key_refused");
    }
    accept().problem(404, "invitation_refused");

    // The first that was never seen is good. Nobody is locked out, and the log goes on.
    while step_now() <= at + 1 {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let client = bert.pending();
    bert.member.enter_code(&client, &bert.phone.code_at(step_now() + 1)).is(200);
    client.get(&tenant.at("/session")).is(200);
    assert_eq!(bert.member.account(&client)["recovery_keys"]["left"], 0);
    let path = format!("/api/v1/operator/tenants/{}/audit?limit=500", tenant.id);
    eventually("the log to know of it", || {
        let log = tenant.client().ask("GET", &path).operator().send().is(200);
        let events = log["entries"].as_array().expect("a list").iter();
        let events: Vec<_> = events.map(|it| it["what"]["event"].as_str().expect("a word").to_owned()).collect();
        ["restored", "restore-passed", "code-replayed", "recovery-key-replayed"]
            .iter()
            .all(|word| events.iter().any(|it| it == word))
    });
    edge.mailbox().wait(&tenant.id, "anna", "restored");
    edge.mailbox().wait(&tenant.id, &bert.member.username, "restore-passed");
}

#[test]
fn g12_who_is_invited_after_a_restore_is_nobody_who_was_invited_before() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let gate = Gate::of(&Administrator::of(&tenant));
    let subject = |own: &Client| {
        let passed = gate.check(&gate.enter(own));
        passed.is(200);
        passed.header("x-edge-mfa-subject").expect("a subject").to_owned()
    };
    let folder = Folder::fresh();
    let backup = folder.path().join("backup");
    edge.kill9();
    copy(&edge.state(), &backup);
    edge.restart();

    let old = Member::join_as(&tenant, "bob").enrol();
    let subject_before = subject(&old.client);

    // The tenant has never heard of him; his own object has.
    bring_back_tenant(&mut edge, &backup);
    restored(&tenant);
    // Invitations of the same second count as those of before.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let invitation = token_of(&tenant.ask_to_invite("bob", "administrator").is(201));

    old.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    old.client.get(&tenant.at("/session")).problem(401, "unauthenticated");
    let new = Member::accept(&tenant, &invitation).enrol();
    assert_eq!(new.member.account(&new.client)["role"], "administrator");
    old.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    assert_ne!(subject(&new.client), subject_before, "to applications he is somebody else");
}
