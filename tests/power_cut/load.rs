//! A cut at a random moment under load, several times on the same folder.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use edge_mfa_tests::member::{Enrolled, Member, keys_of, proof_of};
use edge_mfa_tests::phone::Phone;
use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Answer, Client, Edge, Tenant, Value, json, random, rounds};

use crate::ledger::{Account, Fate, Ledger};

/// Browsers that work at once.
const WORKERS: usize = 4;

#[test]
fn nothing_acknowledged_is_lost_or_revived_by_a_power_cut_under_load() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let mut history: Vec<Ledger> = Vec::new();
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4) {
        let ledger = Ledger::default();
        let off = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| work(&tenant, &ledger, &off));
            }
            ledger.wait_for(2 + random::below(3));
            ledger.wait_until_spending();
            std::thread::sleep(Duration::from_millis(random::below(60)));
            edge.kill9();
            off.store(true, Ordering::SeqCst);
        });
        edge.restart();
        say(&format!("cut {round}: {}", ledger.summary()));
        ledger.check();
        history.push(ledger);
    }
    // What was acknowledged before the first cut outlived all of them.
    history.iter().for_each(Ledger::check);
    let accounts = |it: &Ledger| it.accounts.lock().expect("no panic").len();
    assert!(history.iter().map(accounts).sum::<usize>() > 0, "the load did nothing");
}

/// Enrols and signs in until the power is off.
fn work(tenant: &Tenant, ledger: &Ledger, off: &AtomicBool) {
    while !off.load(Ordering::SeqCst) {
        let Some(member) = join(tenant) else { return };
        let client = tenant.client();
        match try_enrol(&member, &client) {
            Some((phone, keys)) => {
                let mut account = Account::new(Enrolled { member, phone, keys, client });
                spend(&mut account, ledger);
                ledger.accounts.lock().expect("no panic").push(account);
            }
            None => ledger.members.lock().expect("no panic").push(member),
        }
    }
}

/// Sends a request to an edge that may be dying; an answer that is none counts as none.
fn ask(client: &Client, path: &str, body: &Value) -> Option<Answer> {
    let answer = client.ask("POST", path).json(body).try_send().ok()?;
    // A proxy may speak for a dead Worker: such an answer acknowledges nothing.
    (answer.status < 500).then_some(answer)
}

fn join(tenant: &Tenant) -> Option<Member> {
    let username = random::name("m");
    let path = format!("/api/v1/operator/tenants/{}/invitations", tenant.id);
    let body = json!({"username": username, "role": "member"});
    let invited = tenant.client().ask("POST", &path).operator().json(&body).try_send().ok()?;
    let invited = (invited.status == 201).then(|| invited.json())?;
    let token = edge_mfa_tests::tenant::token_of(&invited);
    let password = random::password();
    let body = json!({"token": token, "password": password});
    ask(&tenant.client(), &tenant.at("/invitation/accept"), &body)?.is(201);
    Some(Member { tenant: tenant.clone(), username, password })
}

/// The whole enrolment; nothing when an answer stays out.
fn try_enrol(member: &Member, client: &Client) -> Option<(Phone, Vec<String>)> {
    let at = |route: &str| member.tenant.at(route);
    let body = json!({"username": member.username, "password": member.password});
    ask(client, &at("/sign-in"), &body)?.is(200);
    let started = ask(client, &at("/enrolment/start"), &json!({}))?.is(200);
    let phone = Phone::scan(started["key_uri"].as_str().expect("a key URI"));
    let id = &started["enrolment_id"];
    let body = json!({"enrolment_id": id, "code": phone.next_code()});
    let confirmed = ask(client, &at("/enrolment/confirm"), &body)?.is(200);
    let body = json!({"enrolment_id": id, "proof": proof_of(&confirmed)});
    ask(client, &at("/enrolment/complete"), &body)?.is(200);
    Some((phone, keys_of(&confirmed)))
}

/// Enters the password four times, then spends a code and three recovery keys in a row.
fn spend(account: &mut Account, ledger: &Ledger) {
    let person = &account.person;
    let tenant = &person.member.tenant;
    let password = json!({"username": person.member.username, "password": person.member.password});
    let pending = || {
        let client = tenant.client();
        let answer = ask(&client, &tenant.at("/sign-in"), &password)?;
        assert_eq!(answer.is(200)["next"], "code");
        Some(client)
    };
    let Some(clients) = (0..4).map(|_| pending()).collect::<Option<Vec<_>>>() else { return };
    let (step, code) = person.phone.next();
    ledger.spending.fetch_add(1, Ordering::SeqCst);
    let body = json!({"code": code, "remember_device": false});
    let answer = ask(&clients[0], &tenant.at("/sign-in/code"), &body);
    account.codes.push((step, code, fate(answer.as_ref())));
    for (number, client) in clients[1..].iter().enumerate() {
        // Once the power is off every further request would be one without an answer.
        if account.codes.iter().any(|code| code.2 == Fate::Unknown) || account.keys.contains(&Fate::Unknown) {
            break;
        }
        let body = json!({"recovery_key": person.keys[number]});
        let answer = ask(client, &tenant.at("/sign-in/recovery-key"), &body);
        account.keys[number] = fate(answer.as_ref());
    }
    ledger.spending.fetch_sub(1, Ordering::SeqCst);
}

fn fate(answer: Option<&Answer>) -> Fate {
    match answer {
        Some(answer) => {
            answer.is(200);
            Fate::Spent
        }
        None => Fate::Unknown,
    }
}
