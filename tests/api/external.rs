//! An external identity provider: configured, tried, switched on, and back to passwords. With MFA it excludes itself.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::member::proof_of;
use edge_mfa_tests::provider::{Directory, Provider};
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Tenant, eventually, json, random};

/// A tenant whose administrator works with a directory of another organisation.
pub struct Elsewhere {
    pub anna: Administrator,
    pub directory: Directory<'static>,
}

impl Elsewhere {
    /// Configured, not tried yet; the administrator's tenant is in password mode.
    pub fn configured() -> Self {
        let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
        let directory = Provider::shared().directory();
        let elsewhere = Self { anna, directory };
        elsewhere.configure(elsewhere.directory.issuer()).is(200);
        elsewhere
    }

    /// In use: the administrator is signed in by it.
    pub fn in_use() -> Self {
        let mut elsewhere = Self::configured();
        elsewhere.switch_on("anna");
        elsewhere
    }

    /// Tries it as `login`, switches to it and signs in.
    pub fn switch_on(&mut self, login: &str) {
        assert_eq!(self.dry_run(&self.anna.client, login), "settings?external=works");
        self.enable(&self.anna.client).is(200);
        self.anna.client = self.anna.tenant().client();
        // Asked for anew: only then does the provider say when, and only then does it count as a proof.
        assert_eq!(self.sign_in_as(&self.anna.client, login, true), "account");
    }

    pub fn configure(&self, issuer: &str) -> Answer {
        self.configure_with(issuer, &Provider::shared().client_secret)
    }

    pub fn configure_with(&self, issuer: &str, client_secret: &str) -> Answer {
        let redirect = self.anna.settings()["redirect_uri"].as_str().expect("an address").to_owned();
        self.directory.register(&redirect);
        let client_id = &Provider::shared().client_id;
        let body = json!({"issuer": issuer, "client_id": client_id, "client_secret": client_secret});
        self.anna.ask("/settings/external/configure", body)
    }

    pub fn enable(&self, client: &Client) -> Answer {
        let path = self.anna.tenant().at("/settings/external/enable");
        client.post(&path, json!({"confirmation": self.anna.tenant().id}))
    }

    /// Tries it in this browser; gives the page that it ends on.
    pub fn dry_run(&self, client: &Client, login: &str) -> String {
        let answer = client.post(&self.anna.tenant().at("/settings/external/dry-run"), json!({}));
        self.go(client, &answer, login)
    }

    /// Signs in in this browser; gives the page that it ends on.
    pub fn sign_in(&self, client: &Client, login: &str) -> String {
        self.sign_in_as(client, login, false)
    }

    /// The same, with a fresh proof asked for.
    pub fn sign_in_as(&self, client: &Client, login: &str, anew: bool) -> String {
        let answer = client.post(&self.anna.tenant().at("/external/sign-in"), json!({"anew": anew}));
        self.go(client, &answer, login)
    }

    /// Ties the identity `login` to whom this link was meant for; gives the page that it ends on.
    pub fn connect(&self, client: &Client, token: &str, login: &str) -> String {
        let answer = client.post(&self.anna.tenant().at("/external/connect"), json!({"token": token}));
        self.go(client, &answer, login)
    }

    /// There and back again.
    pub fn go(&self, client: &Client, answer: &Answer, login: &str) -> String {
        let back = self.there(answer, login);
        self.back(client, &back)
    }

    /// Where the provider sends the browser back to, below our own address.
    pub fn there(&self, answer: &Answer, login: &str) -> String {
        let location = answer.is(200)["location"].as_str().expect("an address").to_owned();
        // Another person, another browser at the provider.
        self.directory.forget();
        let back = self.directory.sign_in(&location, login);
        let origin = Edge::shared().door().origin().to_owned();
        back.strip_prefix(&origin).unwrap_or_else(|| panic!("sent to {back}")).to_owned()
    }

    /// Follows the provider's redirect, as a browser does; gives the tenant's page that it ends on.
    pub fn back(&self, client: &Client, path: &str) -> String {
        let answer = client.ask("GET", path).header("sec-fetch-site", "cross-site").send();
        assert_eq!(answer.status, 303, "{answer}");
        let location = answer.header("location").expect("a redirect").to_owned();
        let page = location.strip_prefix(&self.anna.tenant().page("")).map(str::to_owned);
        let page = page.unwrap_or_else(|| panic!("sent to {location}"));
        assert!(!page.contains("://") && !page.starts_with('/'), "{page}");
        let in_by_this = answer.sets(SESSION).is_some();
        assert_eq!(in_by_this, !page.contains("?external="), "a session exactly where somebody got in: {answer}");
        page
    }
}

#[test]
fn mfa_and_an_external_provider_exclude_each_other() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let directory = Provider::shared().directory();
    let elsewhere = Elsewhere { anna, directory };
    let configure = elsewhere.configure(elsewhere.directory.issuer());
    assert_eq!(configure.problem(409, "wrong_mode")["mode"], "mfa");
    let enable = elsewhere.enable(&elsewhere.anna.client);
    assert_eq!(enable.problem(409, "wrong_mode")["mode"], "mfa");
    elsewhere.anna.ask("/settings/external/dry-run", json!({})).refuses();
    assert_eq!(elsewhere.anna.settings()["mode"], "mfa");
    let elsewhere = Elsewhere::in_use();
    let set_up = elsewhere.anna.ask("/settings/mfa/set-up/start", json!({}));
    assert_eq!(set_up.problem(409, "wrong_mode")["mode"], "external");
    let off = elsewhere.anna.ask_to_switch_off();
    assert_eq!(off.problem(409, "wrong_mode")["mode"], "external");
}

#[test]
fn it_is_switched_on_only_by_who_has_just_got_in_that_way() {
    let elsewhere = Elsewhere::configured();
    let anna = &elsewhere.anna;
    let carol = anna.another();
    elsewhere.enable(&anna.client).problem(409, "dry_run_missing");
    assert_eq!(anna.settings()["external"]["tried"], json!(null));
    assert_eq!(elsewhere.dry_run(&anna.client, "anna"), "settings?external=works");
    let external = anna.settings()["external"].clone();
    assert_eq!(external["issuer"], elsewhere.directory.issuer());
    assert_eq!(external["tried"]["by"], "anna");
    assert_eq!(external.get("client_secret"), None, "G13");
    assert!(external["tried"]["called"].is_string(), "{external}");
    elsewhere.enable(&carol.client).problem(409, "dry_run_missing");
    // Entered anew, it is tried anew.
    elsewhere.configure(elsewhere.directory.issuer()).is(200);
    elsewhere.enable(&anna.client).problem(409, "dry_run_missing");
    assert_eq!(elsewhere.dry_run(&anna.client, "anna"), "settings?external=works");
    for wrong in ["", "yes", &anna.tenant().name] {
        let answer = anna.ask("/settings/external/enable", json!({"confirmation": wrong}));
        answer.problem(400, "confirmation_wrong");
    }
    let answer = elsewhere.enable(&anna.client);
    assert!(answer.is(200)["epoch"].as_u64() > Some(1));
    anna.client.get(&anna.tenant().at("/account")).problem(401, "unauthenticated");
}

#[test]
fn a_client_secret_with_a_slip_in_it_is_told_before_it_locks_anybody_out() {
    let mut elsewhere = Elsewhere::configured();
    let issuer = elsewhere.directory.issuer().to_owned();
    let slip = format!("{}x", Provider::shared().client_secret);
    let refused = |elsewhere: &Elsewhere, method: &str| {
        elsewhere.directory.authenticate_by(method);
        let answer = elsewhere.configure_with(&issuer, &slip);
        assert_eq!(answer.problem(400, "provider_refused")["reason"], "provider_says_invalid_client", "{method}");
    };
    refused(&elsewhere, "client_secret_post");
    refused(&elsewhere, "client_secret_basic");
    // What was entered before stands, and while it is in use a renewed secret is tried in the same way.
    elsewhere.switch_on("anna");
    refused(&elsewhere, "client_secret_basic");
    let fresh = || elsewhere.anna.tenant().client();
    assert_eq!(elsewhere.sign_in(&fresh(), "anna"), "account");
    elsewhere.configure(&issuer).is(200);
    assert_eq!(elsewhere.sign_in(&fresh(), "anna"), "account");
    let taken = elsewhere.anna.log().iter().filter(|it| it.event() == "external-configured").count();
    assert_eq!(taken, 2, "only what was taken is in the log");
    // Sent elsewhere with the secret, we do not go; an answer about anything else but us is none of our business.
    elsewhere.directory.misbehave("token_redirect");
    assert_eq!(elsewhere.configure(&issuer).problem(400, "provider_refused")["reason"], "token_redirected");
    elsewhere.directory.misbehave("token_failing");
    elsewhere.configure(&issuer).is(200);
}

#[test]
fn it_leads_to_the_page_that_somebody_wanted_to_see_and_nowhere_else() {
    let elsewhere = Elsewhere::in_use();
    let tenant = elsewhere.anna.tenant();
    let go = |next: &str, login: &str| {
        let client = tenant.client();
        let answer = client.post(&tenant.at("/external/sign-in"), json!({"anew": false, "next": next}));
        elsewhere.go(&client, &answer, login)
    };
    for page in ["members", "audit", "set-up"] {
        assert_eq!(go(page, "anna"), page);
    }
    for none in ["", "sign-in", "nobody", "members?x=y", "../members", "/t/x/members", "//evil.example", "a\r\nb: c"] {
        assert_eq!(go(none, "anna"), "account", "{none:?}");
    }
    // Whoever is turned away may try again, and still get there.
    let again = format!("sign-in?external=identity_unknown&next=/t/{}/members", tenant.id);
    assert_eq!(go("members", "stranger"), again);
    assert_eq!(go("nobody", "stranger"), "sign-in?external=identity_unknown");
}

#[test]
fn without_a_configuration_there_is_nothing_to_try_or_switch_on() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    assert_eq!(anna.settings()["external"], json!(null));
    anna.ask("/settings/external/dry-run", json!({})).problem(409, "provider_missing");
    let enable = anna.ask("/settings/external/enable", json!({"confirmation": anna.tenant().id}));
    assert!(matches!(enable.short().as_str(), "409 provider_missing" | "409 dry_run_missing"), "{enable}");
    let client = anna.tenant().client();
    client.post(&anna.tenant().at("/external/sign-in"), json!({"anew": false})).refuses();
    client.post(&anna.tenant().at("/external/connect"), json!({"token": "x"})).refuses();
    let back = client.get(&anna.tenant().page("external/callback?code=x&state=y"));
    assert_eq!(back.status, 303, "{back}");
    assert!(back.header("location").is_some_and(|it| it.ends_with("sign-in?external=flow_unknown")), "{back}");
}

#[test]
fn g07_a_set_up_is_overtaken_by_an_external_provider_too() {
    let mut elsewhere = Elsewhere::configured();
    let carol = elsewhere.anna.another();
    let set_up = carol.start_set_up();
    let confirmed = carol.confirm(&set_up, &set_up.phone.next_code()).is(200);
    elsewhere.switch_on("anna");
    carol.complete(&set_up, &proof_of(&confirmed)).problem(409, "set_up_overtaken");
    assert_eq!(elsewhere.anna.settings()["mode"], "external");
}

#[test]
fn back_to_passwords_nothing_old_revives_and_everybody_chooses_anew() {
    let mut elsewhere = Elsewhere::configured();
    let tenant = elsewhere.anna.tenant().clone();
    let bert = Member::join(&tenant);
    elsewhere.switch_on("anna");
    let edge = Edge::shared();
    let link = edge.mailbox().wait(&tenant.id, &bert.username, "connect");
    let at_bert = tenant.client();
    assert_eq!(elsewhere.connect(&at_bert, &link.token(), "bert"), "account");

    let path = "/settings/external/disable";
    elsewhere.anna.ask(path, json!({"confirmation": "no"})).problem(400, "confirmation_wrong");
    let done = elsewhere.anna.ask(path, json!({"confirmation": tenant.id})).is(200);
    for client in [&at_bert, &elsewhere.anna.client] {
        client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    }
    let client = tenant.client();
    client.post(&tenant.at("/external/sign-in"), json!({"anew": false})).refuses();
    eventually("the profile to follow", || client.get(&tenant.at("")).is(200)["mode"] == "password");
    // The passwords of before open nothing.
    for old in [&bert, &elsewhere.anna.member] {
        old.try_password(&client).problem(401, "sign_in_refused");
    }
    // She has been shown a link, the others are sent one.
    let url = done["password_url"].as_str().expect("a link").to_owned();
    let to_bert = edge.mailbox().wait(&tenant.id, &bert.username, "password-link-issued");
    for (token, name) in [(url.split_once('#').expect("a token").1, "anna"), (&to_bert.token(), &bert.username)] {
        let password = random::password();
        let body = json!({"token": token, "password": password});
        client.post(&tenant.at("/password/reset"), body).is(200);
        let now = Member { tenant: tenant.clone(), username: name.to_owned(), password };
        now.enter_password(&tenant.client(), "done");
    }
    // What the provider says counts for nothing now, and its configuration is gone.
    client.post(&tenant.at("/external/connect"), json!({"token": link.token()})).refuses();
    let log = tenant
        .client()
        .ask("GET", &format!("/api/v1/operator/tenants/{}/audit?limit=500", tenant.id))
        .operator()
        .send()
        .is(200);
    let events = log["entries"].to_string();
    for event in ["external-configured", "external-tried", "used-external", "external-connected", "used-local"] {
        assert!(events.contains(event), "{event}");
    }
    assert!(!events.contains(&Provider::shared().client_secret), "G13");
}

#[test]
fn the_operator_leads_a_tenant_back_when_its_provider_lets_nobody_in() {
    let elsewhere = Elsewhere::in_use();
    let tenant = elsewhere.anna.tenant();
    let path = format!("/api/v1/operator/tenants/{}/use-local", tenant.id);
    let ask = |reason: &str| tenant.client().ask("POST", &path).operator().json(&json!({"reason": reason})).send();
    ask("short").problem(400, "bad_request");
    assert_eq!(ask("the provider was closed down").is(200)["mode"], "password");
    elsewhere.anna.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    let told = Edge::shared().mailbox().wait(&tenant.id, "anna", "break-glass");
    assert_eq!((told.by.as_deref(), told.about.as_deref()), (Some("operator"), None));
    assert_eq!(told.what["reason"], "the provider was closed down");
    let link = Edge::shared().mailbox().wait(&tenant.id, "anna", "password-link-issued");
    let password = random::password();
    let body = json!({"token": link.token(), "password": password});
    tenant.client().post(&tenant.at("/password/reset"), body).is(200);
    let anna = Member { tenant: tenant.clone(), username: "anna".to_owned(), password };
    let anna = Administrator::at_work(anna);
    let log = anna.log();
    let loud = log.iter().find(|it| it.event() == "break-glass").expect("loud");
    assert_eq!((loud.by.as_deref(), &loud.what["reason"]), (Some("operator"), &json!("the provider was closed down")));
    let used = log.iter().find(|it| it.event() == "used-local").expect("in the log");
    assert_eq!(used.by.as_deref(), Some("operator"));
}
