//! The OpenID Connect provider: what an application gets, and everything that it does not.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use edge_mfa_tests::client::{Client, SESSION};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::meter::{ENTRY, Meter};
use edge_mfa_tests::{Administrator, Answer, Edge, Member, Tenant, Value, eventually, json, random};
use sha2::{Digest, Sha256};

use crate::external::Elsewhere;

pub const BACK: &str = "https://wiki.example/callback?from=us";
pub const GOODBYE: &str = "https://wiki.example/goodbye";
const MFA: &str = "https://refeds.org/profile/mfa";

/// A tenant with an application and somebody to sign in there.
pub struct Site {
    pub anna: Administrator,
    pub wiki: Application,
}

/// An application as it knows itself.
pub struct Application {
    tenant: Tenant,
    pub id: String,
    pub key: Option<String>,
}

/// What an application keeps between sending a browser here and its coming back.
pub struct Wish {
    verifier: String,
    state: String,
    nonce: String,
    extra: String,
}

impl Wish {
    pub fn new(extra: &str) -> Self {
        let text = || base64url(&random::bytes::<32>());
        Self { verifier: text(), state: text(), nonce: text(), extra: extra.to_owned() }
    }
}

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// What a token says; its signature is for the clients that others wrote (`clients.rs`).
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(payload).expect("base64url")).expect("JSON")
}

pub fn parameter(location: &str, name: &str) -> Option<String> {
    let query = location.split_once('?')?.1;
    let found = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(other, _)| *other == name)?.1;
    let mut bytes = Vec::new();
    let mut rest = found.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits: Vec<u8> = rest.by_ref().take(2).collect();
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

pub fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer}");
    answer.header("location").expect("a place to go").to_owned()
}

impl Site {
    pub fn open(tenant: &Tenant) -> Self {
        let anna = Administrator::of(tenant);
        let wiki = Application::register(&anna, json!({}));
        Self { anna, wiki }
    }

    pub fn mfa() -> Self {
        Self::open(&Tenant::mfa(Edge::shared()))
    }
}

impl Application {
    pub fn register(anna: &Administrator, with: Value) -> Self {
        let mut body = json!({"name": "Wiki", "kind": "client", "redirect_uris": [BACK]});
        body["post_logout_redirect_uris"] = json!([GOODBYE]);
        for (name, value) in with.as_object().expect("members") {
            body[name] = value.clone();
        }
        let made = anna.ask("/settings/applications/register", body).is(201);
        let id = made["application"]["application"].as_str().expect("an id").to_owned();
        Self { tenant: anna.tenant().clone(), id, key: made["key"].as_str().map(str::to_owned) }
    }

    fn at(&self, endpoint: &str) -> String {
        format!("/t/{}/{endpoint}", self.tenant.id)
    }

    pub fn issuer(&self) -> String {
        format!("{}/t/{}", Edge::shared().door().origin(), self.tenant.id)
    }

    fn query(&self, wish: &Wish) -> String {
        let challenge = base64url(&Sha256::digest(wish.verifier.as_bytes()));
        let fields = form(&[
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", BACK),
            ("scope", "openid profile offline_access"),
            ("state", &wish.state),
            ("nonce", &wish.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        format!("{fields}{}", wish.extra)
    }

    /// A browser comes with the wish; where it is sent on to.
    fn send(&self, browser: &Client, wish: &Wish) -> String {
        self.send_query(browser, &self.query(wish))
    }

    fn send_query(&self, browser: &Client, query: &str) -> String {
        location(&self.visit(browser, query))
    }

    fn visit(&self, browser: &Client, query: &str) -> Answer {
        let ask = browser.ask("GET", &format!("{}?{query}", self.at("authorize")));
        ask.header("sec-fetch-site", "cross-site").send()
    }

    /// The code that a browser brings back.
    fn code(&self, back: &str, wish: &Wish) -> String {
        assert!(back.starts_with(&format!("{BACK}&")), "{back}");
        assert_eq!(parameter(back, "state").as_deref(), Some(wish.state.as_str()));
        assert_eq!(parameter(back, "iss"), Some(self.issuer()));
        parameter(back, "code").unwrap_or_else(|| panic!("no code: {back}"))
    }

    /// The whole way of somebody who is signed in; what the application gets.
    pub fn tokens(&self, browser: &Client, wish: &Wish) -> Value {
        let code = self.code(&self.send(browser, wish), wish);
        self.redeem(&code, wish).is(200)
    }

    fn redeem(&self, code: &str, wish: &Wish) -> Answer {
        self.redeem_with(&self.fields(code, wish))
    }

    fn fields<'a>(&'a self, code: &'a str, wish: &'a Wish) -> Vec<(&'static str, &'a str)> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", &wish.verifier),
            ("client_id", &self.id),
        ];
        fields.extend(self.key.as_deref().map(|key| ("client_secret", key)));
        fields
    }

    fn redeem_with(&self, fields: &[(&str, &str)]) -> Answer {
        post_form(&self.tenant.client(), &self.at("token"), &form(fields), None)
    }

    fn user_info(&self, access_token: &str) -> Answer {
        let client = self.tenant.client();
        client.ask("GET", &self.at("userinfo")).header("authorization", &format!("Bearer {access_token}")).send()
    }
}

fn post_form(client: &Client, path: &str, form: &str, authorization: Option<&str>) -> Answer {
    let ask = client.ask("POST", path).without("origin").without("sec-fetch-site").without("idempotency-key");
    let ask = ask.header("content-type", "application/x-www-form-urlencoded").bytes(form.as_bytes());
    match authorization {
        Some(value) => ask.header("authorization", value),
        None => ask,
    }
    .send()
}

fn error(answer: &Answer, status: u16) -> String {
    answer.is(status)["error"].as_str().unwrap_or_else(|| panic!("no error: {answer}")).to_owned()
}

fn with<'a>(fields: &[(&'static str, &'a str)], name: &str, value: &'a str) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(other, kept)| (*other, if *other == name { value } else { *kept })).collect()
}

#[test]
fn an_application_learns_who_signed_in_and_how() {
    let site = Site::mfa();
    let (wiki, wish) = (&site.wiki, Wish::new(""));
    let browser = wiki.tenant.client();
    // Nobody is signed in: to the sign-in page, and from there back to where the whole wish is known.
    let to_sign_in = wiki.send(&browser, &wish);
    assert!(to_sign_in.starts_with(&wiki.at("sign-in?next=")), "{to_sign_in}");
    let next = parameter(&to_sign_in, "next").expect("a way back");
    assert!(next.starts_with(&wiki.at("authorize?request=")), "{next}");
    site.anna.member.enter_password(&browser, "code");
    site.anna.member.enter_code(&browser, &site.anna.phone().next_code()).is(200);
    let code = wiki.code(&location(&browser.get(&next)), &wish);
    let tokens = wiki.redeem(&code, &wish).is(200);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(600)));
    assert!(tokens.get("refresh_token").is_none(), "there are none");
    let id = claims(tokens["id_token"].as_str().expect("a token"));
    assert_eq!((&id["iss"], &id["aud"]), (&json!(wiki.issuer()), &json!(wiki.id)));
    assert_eq!((&id["nonce"], &id["amr"], &id["acr"]), (&json!(wish.nonce), &json!(["pwd", "otp"]), &json!(MFA)));
    assert_eq!(id["preferred_username"], json!(site.anna.member.username));
    let access = tokens["access_token"].as_str().expect("a token");
    let at_hash = base64url(&Sha256::digest(access.as_bytes())[..16]);
    assert_eq!(id["at_hash"], json!(at_hash));
    let info = wiki.user_info(access).is(200);
    assert_eq!(info, json!({"sub": id["sub"], "preferred_username": site.anna.member.username}));
    // Who signs in at two applications is the same person there, and not called by her name.
    let other = Application::register(&site.anna, json!({"name": "Other"}));
    let there = claims(other.tokens(&browser, &Wish::new(""))["id_token"].as_str().expect("a token"));
    assert_eq!((&there["sub"], &there["sid"]), (&id["sub"], &id["sid"]));
    assert!(!id["sub"].as_str().expect("a text").contains(&site.anna.member.username));
    eventually("the log to know", || site.anna.log().iter().any(|it| it.event() == "signed-in-at"));
}

#[test]
fn nobody_is_sent_to_an_address_that_is_not_registered_to_the_letter() {
    let site = Site::mfa();
    let (wiki, browser) = (&site.wiki, site.anna.signed_in());
    let right = wiki.query(&Wish::new(""));
    let to = encoded(BACK);
    for wrong in [
        format!("{to}x"),
        to.trim_end_matches('s').to_owned(),
        to.replace("https", "http"),
        to.replace("wiki.example", "wiki.example%2Eevil.example"),
        to.replace("callback", "callbac%6B%2F"),
        encoded("https://wiki.example/callback"),
        String::new(),
    ] {
        wiki.visit(&browser, &right.replace(&to, &wrong)).problem(400, "client_refused");
    }
    let nobody = right.replace(&wiki.id, "app-0000000000000000");
    wiki.visit(&browser, &nobody).problem(400, "client_refused");
    wiki.visit(&browser, &right.replace(&wiki.id, "nonsense")).problem(400, "client_refused");
    wiki.visit(&browser, &format!("{right}&redirect_uri={to}")).problem(400, "bad_request");
    // Another tenant's application is nobody here.
    let other = Site::mfa();
    wiki.visit(&browser, &other.wiki.query(&Wish::new(""))).problem(400, "client_refused");
    // One of another kind has no such address.
    let login =
        site.anna.ask("/settings/applications/register", json!({"name": "x", "kind": "login", "return_uris": [BACK]}));
    let login = login.is(201)["application"]["application"].as_str().expect("an id").to_owned();
    wiki.visit(&browser, &right.replace(&wiki.id, &login)).problem(400, "client_refused");
}

#[test]
fn what_is_not_done_here_goes_back_as_an_error() {
    let site = Site::mfa();
    let (wiki, browser) = (&site.wiki, site.anna.signed_in());
    let query = wiki.query(&Wish::new(""));
    let challenge = query.split("code_challenge=").nth(1).and_then(|rest| rest.split('&').next()).expect("one");
    let cases = [
        (query.replace("response_type=code", "response_type=token"), "unsupported_response_type"),
        (query.replace("code_challenge_method=S256", "code_challenge_method=plain"), "invalid_request"),
        (query.replace("&code_challenge_method=S256", ""), "invalid_request"),
        (query.replace(challenge, ""), "invalid_request"),
        (query.replace(challenge, "short"), "invalid_request"),
        (query.replace("scope=openid", "scope=email"), "invalid_scope"),
        (format!("{query}&prompt=none%20login"), "invalid_request"),
        (format!("{query}&max_age=-1"), "invalid_request"),
        (format!("{query}&response_mode=fragment"), "invalid_request"),
        (format!("{query}&request=e30.e30.x"), "request_not_supported"),
        (format!("{query}&request_uri=https%3A%2F%2Fwiki.example%2Fr"), "request_uri_not_supported"),
    ];
    for (query, expected) in cases {
        let back = wiki.send_query(&browser, &query);
        assert!(back.starts_with(BACK), "{back}");
        assert_eq!(parameter(&back, "error").as_deref(), Some(expected), "{query}");
        assert!(parameter(&back, "code").is_none() && parameter(&back, "state").is_some());
        assert_eq!(parameter(&back, "iss"), Some(wiki.issuer()));
    }
}

#[test]
fn a_code_is_for_one_application_one_verifier_one_address_and_once() {
    let site = Site::mfa();
    let (wiki, wish, browser) = (&site.wiki, Wish::new(""), site.anna.signed_in());
    let other = Application::register(&site.anna, json!({"name": "Other"}));
    let code = wiki.code(&wiki.send(&browser, &wish), &wish);
    let fields = wiki.fields(&code, &wish);
    let verifier = base64url(&random::bytes::<32>());
    let last = if code.ends_with('A') { 'Q' } else { 'A' };
    let tampered = format!("{}{last}", &code[..code.len() - 1]);
    let cases = [
        (other.fields(&code, &wish), 400, "invalid_grant"),
        (with(&fields, "code_verifier", &verifier), 400, "invalid_grant"),
        (with(&fields, "code_verifier", "short"), 400, "invalid_request"),
        (with(&fields, "redirect_uri", "https://wiki.example/callback"), 400, "invalid_grant"),
        (with(&fields, "code", &tampered), 400, "invalid_grant"),
        (with(&fields, "code", "mfac.nonsense"), 400, "invalid_grant"),
        (with(&fields, "grant_type", "password"), 400, "unsupported_grant_type"),
        (with(&fields, "client_secret", "wrong"), 401, "invalid_client"),
        (with(&fields, "client_secret", other.key.as_deref().expect("a key")), 401, "invalid_client"),
        (with(&fields, "client_secret", ""), 401, "invalid_client"),
        (with(&fields, "client_id", &other.id), 401, "invalid_client"),
    ];
    for (fields, status, expected) in cases {
        assert_eq!(error(&wiki.redeem_with(&fields), status), expected, "{fields:?}");
    }
    // At another tenant it is nothing, whoever shows it.
    let elsewhere = Site::mfa();
    let there = with(&elsewhere.wiki.fields(&code, &wish), "code", &code);
    assert_eq!(error(&elsewhere.wiki.redeem_with(&there), 400), "invalid_grant");
    let tokens = wiki.redeem(&code, &wish).is(200);
    let access = tokens["access_token"].as_str().expect("a token");
    wiki.user_info(access).is(200);
    assert_eq!(error(&wiki.redeem(&code, &wish), 400), "invalid_grant");
    assert_eq!(error(&wiki.user_info(access), 401), "invalid_token", "what the first gave is taken back");
    eventually("the log to know", || site.anna.log().iter().any(|it| it.event() == "authorization-replayed"));
}

#[test]
fn an_application_proves_itself_in_one_way() {
    let site = Site::mfa();
    let (wiki, browser) = (&site.wiki, site.anna.signed_in());
    let key = wiki.key.as_deref().expect("a key");
    let basic = format!("{}:{}", encoded(&wiki.id), encoded(key));
    let basic = format!("Basic {}", Base64::encode_string(basic.as_bytes()));
    let wish = Wish::new("");
    let code = wiki.code(&wiki.send(&browser, &wish), &wish);
    let fields = wiki.fields(&code, &wish);
    let client = wiki.tenant.client();
    let twice = post_form(&client, &wiki.at("token"), &form(&fields), Some(&basic));
    assert_eq!(error(&twice, 401), "invalid_client");
    let without: Vec<_> = fields.iter().copied().filter(|(name, _)| !name.starts_with("client_")).collect();
    post_form(&client, &wiki.at("token"), &form(&without), Some(&basic)).is(200);
    // One without a key is known by PKCE alone; a key shown for it proves nothing.
    let page = Application::register(&site.anna, json!({"public": true}));
    assert!(page.key.is_none());
    page.tokens(&browser, &Wish::new(""));
    let wish = Wish::new("");
    let code = page.code(&page.send(&browser, &wish), &wish);
    let mut fields = page.fields(&code, &wish);
    fields.push(("client_secret", key));
    assert_eq!(error(&page.redeem_with(&fields), 401), "invalid_client");
    // JSON is not the form of this.
    client.post(&wiki.at("token"), json!({})).problem(415, "unsupported_media_type");
}

#[test]
fn a_code_dies_with_the_session_the_membership_and_the_epoch() {
    let site = Site::mfa();
    let wiki = &site.wiki;
    let bert = Enrolled::join(&wiki.tenant);
    let wish = Wish::new("");
    let code = || wiki.code(&wiki.send(&bert.client, &wish), &wish);
    let (first, tokens) = (code(), wiki.tokens(&bert.client, &Wish::new("")));
    let access = tokens["access_token"].as_str().expect("a token");
    wiki.user_info(access).is(200);
    bert.client.post(&wiki.tenant.at("/sign-out"), json!({})).is(204);
    assert_eq!(error(&wiki.redeem(&first, &wish), 400), "invalid_grant");
    assert_eq!(error(&wiki.user_info(access), 401), "invalid_token");
    // Removed.
    let carl = Enrolled::join(&wiki.tenant);
    let before = wiki.tokens(&carl.client, &Wish::new(""));
    let code = wiki.code(&wiki.send(&carl.client, &wish), &wish);
    site.anna.order(&carl.member.username, "remove", json!({})).is(204);
    assert_eq!(error(&wiki.redeem(&code, &wish), 400), "invalid_grant");
    assert_eq!(error(&wiki.user_info(before["access_token"].as_str().expect("a token")), 401), "invalid_token");
    // Invited again under the name she is somebody else.
    let again = Member::accept(
        &wiki.tenant,
        &edge_mfa_tests::tenant::token_of(&site.anna.order(&carl.member.username, "invite-again", json!({})).is(201)),
    );
    let after = wiki.tokens(&again.enrol().client, &Wish::new(""));
    let subject = |tokens: &Value| claims(tokens["id_token"].as_str().expect("a token"))["sub"].clone();
    assert_ne!(subject(&before), subject(&after));
    // Switched off.
    let mut site = site;
    let wish = Wish::new("");
    let code = site.wiki.code(&site.wiki.send(&site.anna.client, &wish), &wish);
    site.anna.switch_off();
    assert_eq!(error(&site.wiki.redeem(&code, &wish), 400), "invalid_grant");
}

#[test]
fn a_remembered_device_says_so_and_is_no_second_factor() {
    let site = Site::mfa();
    let wiki = &site.wiki;
    let bert = Enrolled::join(&wiki.tenant);
    let browser = bert.pending();
    bert.member.enter_code_and_remember(&browser, &bert.phone.next_code()).is(200);
    browser.with_jar(|jar| jar.remove(SESSION));
    bert.member.enter_password(&browser, "done");
    let id = claims(wiki.tokens(&browser, &Wish::new(""))["id_token"].as_str().expect("a token"));
    assert_eq!((&id["amr"], id.get("acr")), (&json!(["pwd", "device"]), None));
    // Asked for two factors she is asked for a code, and gives it by the step-up that there is.
    let strict = Wish::new(&format!("&acr_values={}", encoded(MFA)));
    let silent = Wish::new(&format!("&prompt=none&acr_values={}", encoded(MFA)));
    let back = wiki.send(&browser, &silent);
    assert_eq!(parameter(&back, "error").as_deref(), Some("interaction_required"));
    let to_confirm = wiki.send(&browser, &strict);
    assert!(to_confirm.starts_with(&wiki.at("confirm?next=")), "{to_confirm}");
    let next = parameter(&to_confirm, "next").expect("a way back");
    let not_yet = location(&browser.get(&next));
    assert!(not_yet.starts_with(&wiki.at("confirm?next=")), "{not_yet}");
    let stepped_up = browser.post(&wiki.tenant.at("/step-up"), json!({"code": bert.phone.next_code()}));
    stepped_up.is(200);
    let code = wiki.code(&location(&browser.get(&next)), &strict);
    let id = claims(wiki.redeem(&code, &strict).is(200)["id_token"].as_str().expect("a token"));
    assert_eq!((&id["acr"], &id["amr"]), (&json!(MFA), &json!(["pwd", "otp", "device"])));
}

#[test]
fn without_mfa_there_is_a_password_and_no_class() {
    let site = Site::open(&Tenant::password_only(Edge::shared()));
    let (wiki, browser) = (&site.wiki, site.anna.signed_in());
    let id = claims(wiki.tokens(&browser, &Wish::new(""))["id_token"].as_str().expect("a token"));
    assert_eq!((&id["amr"], id.get("acr")), (&json!(["pwd"]), None));
    let strict = Wish::new(&format!("&acr_values={}", encoded(MFA)));
    let back = wiki.send(&browser, &strict);
    assert_eq!(parameter(&back, "error").as_deref(), Some("unmet_authentication_requirements"));
}

#[test]
fn how_fresh_a_sign_in_has_to_be_counts_from_when_it_was_asked() {
    let site = Site::open(&Tenant::password_only(Edge::shared()));
    let (wiki, anna) = (&site.wiki, &site.anna);
    let silent = wiki.send(&wiki.tenant.client(), &Wish::new("&prompt=none"));
    assert_eq!(parameter(&silent, "error").as_deref(), Some("login_required"));
    let browser = anna.signed_in();
    for ask in ["&prompt=login", "&max_age=0"] {
        let wish = Wish::new(ask);
        let to_sign_in = wiki.send(&browser, &wish);
        assert!(to_sign_in.starts_with(&wiki.at("sign-in?next=")), "{ask}: signed in or not, {to_sign_in}");
        let next = parameter(&to_sign_in, "next").expect("a way back");
        anna.member.enter_password(&browser, "done");
        wiki.code(&location(&browser.get(&next)), &wish);
        // And silently it cannot be had.
        let silent =
            Wish::new(&format!("{ask}&prompt=none").replace("&prompt=login&prompt=none", "&max_age=0&prompt=none"));
        let back = wiki.send(&browser, &silent);
        assert_eq!(parameter(&back, "error").as_deref(), Some("login_required"));
    }
    // An hour is not over yet.
    wiki.tokens(&browser, &Wish::new("&max_age=3600&prompt=none"));
}

#[test]
fn a_wish_cannot_be_made_by_anybody_else() {
    let site = Site::mfa();
    let (wiki, browser) = (&site.wiki, site.anna.signed_in());
    let other = Site::mfa();
    let to_sign_in = other.wiki.send(&other.wiki.tenant.client(), &Wish::new(""));
    let foreign = parameter(&to_sign_in, "next").expect("a way back");
    let text = foreign.split_once("request=").expect("a request").1;
    for wrong in [text.to_owned(), format!("{text}A"), "e30.AAAA".to_owned()] {
        wiki.visit(&browser, &format!("request={wrong}")).problem(400, "client_refused");
    }
}

#[test]
fn whoever_shows_her_own_token_is_signed_out_and_others_are_asked() {
    let site = Site::mfa();
    let wiki = &site.wiki;
    let bert = Enrolled::join(&wiki.tenant);
    let end = |client: &Client, query: &str| location(&client.get(&format!("{}?{query}", wiki.at("end-session"))));
    let tokens = wiki.tokens(&bert.client, &Wish::new(""));
    let hint = tokens["id_token"].as_str().expect("a token");
    let goodbye = encoded(GOODBYE);
    // Not registered to the letter, or for nobody.
    for wrong in [
        format!("id_token_hint={hint}&post_logout_redirect_uri={goodbye}x"),
        format!("post_logout_redirect_uri={goodbye}"),
        format!("client_id=app-0000000000000000&post_logout_redirect_uri={goodbye}"),
        format!("id_token_hint={hint}&client_id=app-0000000000000000"),
    ] {
        bert.client.get(&format!("{}?{wrong}", wiki.at("end-session"))).problem(400, "client_refused");
    }
    // Without a hint, or with somebody else's, she is asked.
    let anna = claims(wiki.tokens(&site.anna.client, &Wish::new(""))["id_token"].as_str().expect("a token"));
    assert_ne!(anna["sid"], claims(hint)["sid"]);
    let foreign = wiki.tokens(&site.anna.client, &Wish::new(""))["id_token"].as_str().expect("a token").to_owned();
    let access = tokens["access_token"].as_str().expect("a token");
    for asked in ["".to_owned(), format!("id_token_hint={foreign}"), format!("id_token_hint={access}")] {
        assert!(end(&bert.client, &asked).starts_with(&wiki.at("sign-out?next=")), "{asked}");
    }
    bert.member.session(&bert.client).is(200);
    let query = format!("client_id={}&post_logout_redirect_uri={goodbye}&state=s%261", wiki.id);
    let asked = end(&bert.client, &query);
    let next = parameter(&asked, "next").expect("a way on");
    // Nobody is signed in there any more: on to the application's own address.
    assert_eq!(location(&wiki.tenant.client().get(&next)), format!("{GOODBYE}?state=s%261"));
    let there = end(&bert.client, &format!("id_token_hint={hint}&post_logout_redirect_uri={goodbye}"));
    assert_eq!(there, GOODBYE);
    assert!(bert.client.cookie(SESSION).is_none());
    assert_eq!(error(&wiki.user_info(access), 401), "invalid_token");
}

/// A form that another site posts brings no cookie along: the browser comes once more, as a page.
#[test]
fn a_sign_out_that_another_site_posts_ends_the_session_that_is_there() {
    let site = Site::mfa();
    let wiki = &site.wiki;
    let bert = Enrolled::join(&wiki.tenant);
    let hint = wiki.tokens(&bert.client, &Wish::new(""))["id_token"].as_str().expect("a token").to_owned();
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", GOODBYE), ("state", "s&1")];
    let again = location(&post_form(&wiki.tenant.client(), &wiki.at("end-session"), &form(&fields), None));
    assert!(again.starts_with(&wiki.at("end-session?client_id=")) && !again.contains(&hint), "{again}");
    let asked = location(&bert.client.get(&again));
    assert!(asked.starts_with(&wiki.at("sign-out?next=")), "{asked}");
    bert.client.post(&wiki.tenant.at("/sign-out"), json!({})).is(204);
    assert_eq!(location(&bert.client.get(&again)), format!("{GOODBYE}?state=s%261"));
    // Of the same site its cookie comes along, and the hint is enough.
    let bert = bert.signed_in();
    let hint = wiki.tokens(&bert, &Wish::new(""))["id_token"].as_str().expect("a token").to_owned();
    let posted = post_form(&bert, &wiki.at("end-session"), &form(&[("id_token_hint", &hint)]), None);
    assert_eq!(location(&posted), wiki.at("sign-in"));
    bert.get(&wiki.tenant.at("/account")).problem(401, "unauthenticated");
}

/// What waits to be told while the tenant is closed does not ring for ever.
#[test]
fn a_closed_tenant_is_not_woken_for_what_it_may_not_tell() {
    let edge = Edge::start_as(ENTRY);
    let (meter, tenant) = (Meter::of(&edge), Tenant::mfa(&edge));
    let Site { wiki, .. } = Site::open(&tenant);
    let (bert, wish) = (Enrolled::join(&tenant), Wish::new(""));
    let code = parameter(&wiki.send(&bert.client, &wish), "code").expect("a code");
    wiki.redeem(&code, &wish).is(200);
    let order = |act: &str| {
        let path = format!("/api/v1/operator/tenants/{}/{act}", tenant.id);
        tenant.client().ask("POST", &path).operator().json(&json!({})).send().is(200)
    };
    order("suspend");
    bert.client.post(&tenant.at("/sign-out"), json!({})).is(204);
    meter.settle();
    order("resume");
    meter.settle();
}

/// What is posted to an address of this machine, one request after the other, each answered with the next status.
fn listen(statuses: &'static [u16]) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://127.0.0.1:{}/logout", listener.local_addr().expect("an address").port());
    let (heard, hears) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().expect("a connection");
            let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
            let body = loop {
                let count = stream.read(&mut part).expect("bytes");
                bytes.extend_from_slice(&part[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let length = text
                    .to_lowercase()
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|rest| rest.split("\r\n").next().and_then(|length| length.parse::<usize>().ok()));
                if let (Some((_, body)), Some(length)) = (text.split_once("\r\n\r\n"), length)
                    && body.len() >= length
                {
                    break body.to_owned();
                }
                assert!(count > 0, "cut off: {text}");
            };
            let _ = write!(stream, "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            if heard.send(body).is_err() {
                return;
            }
        }
    });
    (address, hears)
}

#[test]
fn an_application_is_told_server_to_server_that_a_session_has_ended() {
    let site = Site::mfa();
    let (address, heard) = listen(&[200, 200]);
    let told = Application::register(&site.anna, json!({"name": "Told", "back_channel_logout_uri": address}));
    let limit = Duration::from_secs(60);
    let bert = Enrolled::join(&told.tenant);
    let next = || {
        let body = heard.recv_timeout(limit).expect("word of it");
        claims(body.strip_prefix("logout_token=").expect("a logout token"))
    };
    let id = claims(told.tokens(&bert.client, &Wish::new(""))["id_token"].as_str().expect("a token"));
    bert.client.post(&told.tenant.at("/sign-out"), json!({})).is(204);
    let logout = next();
    for name in ["iss", "aud", "sub", "sid"] {
        assert_eq!(logout[name], id[name], "{name}");
    }
    assert_eq!(logout["events"], json!({"http://schemas.openid.net/event/backchannel-logout": {}}));
    assert!(logout.get("nonce").is_none() && logout["jti"].is_string(), "{logout}");
    assert!(logout["exp"].as_u64().expect("a time") <= logout["iat"].as_u64().expect("a time") + 120);
    // By an administrator's act as well.
    let browser = bert.signed_in();
    let id = claims(told.tokens(&browser, &Wish::new(""))["id_token"].as_str().expect("a token"));
    site.anna.order(&bert.member.username, "reset-mfa", json!({})).is(204);
    assert_eq!(next()["sid"], id["sid"]);
}

/// The tenant's members sign in at another organisation's provider: an application that relies on us need not know.
#[test]
fn where_members_sign_in_elsewhere_the_wish_goes_there_and_back() {
    let elsewhere = Elsewhere::in_use();
    let wiki = Application::register(&elsewhere.anna, json!({}));
    let browser = wiki.tenant.client();
    let wish = Wish::new("&prompt=login");
    let to_sign_in = wiki.send(&browser, &wish);
    assert!(to_sign_in.ends_with("&anew=1"), "its own session there would not do: {to_sign_in}");
    let next = parameter(&to_sign_in, "next").expect("a way back");
    let page = next.strip_prefix(&wiki.tenant.page("")).expect("a page of ours");
    let start = browser.post(&wiki.tenant.at("/external/sign-in"), json!({"anew": true, "next": page}));
    assert_eq!(elsewhere.go(&browser, &start, "anna"), page);
    let code = wiki.code(&location(&browser.get(&next)), &wish);
    let id = claims(wiki.redeem(&code, &wish).is(200)["id_token"].as_str().expect("a token"));
    assert_eq!((&id["amr"], id.get("acr")), (&json!(["external"]), None));
    // What is no wish of ours leads to the account.
    let start =
        browser.post(&wiki.tenant.at("/external/sign-in"), json!({"anew": true, "next": "authorize?request=x&y=z"}));
    assert_eq!(elsewhere.go(&browser, &start, "anna"), "account");
}
