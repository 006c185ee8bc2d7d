//! A browser that somebody has signed in with is not made to wait by what strangers type (A15), and is no factor.

use edge_mfa_tests::client::{BROWSER, Client};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Member, Tenant, json, random};

/// Enough wrong passwords that every stranger has to wait.
fn flood(member: &Member) {
    let stranger = member.tenant.client();
    let body = || json!({"username": member.username, "password": "a wrong password"});
    let answers: Vec<String> = (0..12).map(|_| stranger.post(&member.tenant.at("/sign-in"), body()).short()).collect();
    assert_eq!(answers[11], "429 throttled", "{answers:?}");
}

fn browser_of(client: &Client) -> (String, String) {
    client.jar().find(BROWSER).expect("a known browser")
}

#[test]
fn a15_without_mfa_a_stranger_makes_nobody_wait_where_she_has_signed_in() {
    let anna = Member::join(&Tenant::password_only(Edge::shared()));
    let hers = anna.pending("done");
    flood(&anna);
    anna.try_password(&anna.tenant.client()).problem(429, "throttled");
    anna.enter_password(&hers, "done");
}

#[test]
fn a15_with_mfa_neither_and_the_code_is_asked_as_ever() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    flood(&anna.member);
    anna.member.enter_password(&anna.client, "code");
    anna.member.enter_code(&anna.client, &anna.phone.next_code()).is(200);
}

#[test]
fn a15_the_right_password_alone_makes_no_browser_known() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    assert!(anna.pending().cookie(BROWSER).is_none(), "a code was owed");
    let refused = anna.pending();
    anna.member.enter_code(&refused, &anna.phone.wrong_code()).problem(401, "code_refused");
    assert!(refused.cookie(BROWSER).is_none());
}

#[test]
fn f01_f02_f07_another_s_an_altered_or_an_earlier_bearer_s_cookie_is_a_stranger_s() {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Member::join(&tenant);
    let bert = Member::join(&tenant);
    let (name, hers) = browser_of(&anna.pending("done"));
    let (_, his) = browser_of(&bert.pending("done"));
    let elsewhere = Member::join_as(&Tenant::password_only(Edge::shared()), &anna.username);
    let (_, of_another_tenant) = browser_of(&elsewhere.pending("done"));
    flood(&anna);
    let fields: Vec<&str> = hers.split('.').collect();
    let with = |position: usize, other: &str| {
        let mut altered = fields.clone();
        altered[position] = other;
        altered.join(".")
    };
    let until: u64 = fields[5].parse().expect("a time");
    let forged = [
        his,
        of_another_tenant,
        with(2, "2"),
        with(3, "2"),
        with(4, "0000000000000000"),
        with(5, &(until + 1).to_string()),
        with(6, "AAAAAAAAAAAAAAAAAAAAAA"),
        fields[..6].join("."),
        format!("{hers}."),
        String::new(),
    ];
    for cookie in forged {
        let client = tenant.client();
        client.with_jar(|jar| jar.put(&name, &cookie));
        anna.try_password(&client).problem(429, "throttled");
    }
    let client = tenant.client();
    client.with_jar(|jar| jar.put(&name, &hers));
    anna.enter_password(&client, "done");
}

#[test]
fn a_browser_that_many_share_is_known_for_eight_so_that_no_header_outgrows_its_room() {
    let tenant = Tenant::password_only(Edge::shared());
    let shared = tenant.client();
    for _ in 0..10 {
        let cookies = Member::join(&tenant).try_password(&shared).cookies();
        let newest = cookies.into_iter().find(|it| it.name.starts_with(BROWSER) && !it.removes()).expect("known");
        let jar = shared.jar();
        assert!(jar.find(&newest.name).is_some());
        let header = jar.header().expect("cookies");
        assert!(header.matches(BROWSER).count() <= 8, "{header}");
    }
}

/// Somebody who knew her password has signed in eleven times, each time without cookies. She changes it; now he guesses.
#[test]
fn a_new_password_ends_what_the_browsers_of_the_old_one_may_guess() {
    let bert = Member::join(&Tenant::password_only(Edge::shared()));
    let his: Vec<_> = (0..11).map(|_| browser_of(&bert.pending("done"))).collect();
    let hers = bert.pending("done");
    let changed = random::password();
    let body = json!({"current_password": bert.password, "new_password": changed});
    hers.post(&bert.tenant.at("/account/password"), body).is(204);
    let mut judged = 0;
    for (name, value) in &his {
        for _ in 0..10 {
            let client = bert.tenant.client();
            client.with_jar(|jar| jar.put(name, value));
            let body = json!({"username": bert.username, "password": random::password()});
            judged += usize::from(client.post(&bert.tenant.at("/sign-in"), body).status == 401);
        }
    }
    assert!((10..20).contains(&judged), "{judged} guesses were judged: more than strangers have");
    // Where she changed it she is known, and waits for nobody.
    let body = json!({"username": bert.username, "password": changed});
    hers.post(&bert.tenant.at("/sign-in"), body).is(200);
}
