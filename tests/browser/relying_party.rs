//! The two pages that an application sends somebody to: to prove more than her session does, and to sign out. The
//! application is a plain page on another port, and a server that redeems what its page was given.

use base64ct::{Base64UrlUnpadded, Encoding};
use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json, random, static_files};
use sha2::{Digest, Sha256};

use crate::in_both;
use crate::manners::{accessible, clean_but_for};
use crate::office::{dialog, person, sign_in_remembered};
use crate::steps::stage;

in_both!(an_application_asks_for_a_code_and_later_to_sign_out);

const MFA: &str = "https://refeds.org/profile/mfa";

/// An application: where its page is, what it was given, and what it keeps of its wish.
struct Application {
    tenant: Tenant,
    origin: String,
    id: String,
    key: String,
    verifier: String,
}

impl Application {
    /// Registered, with a page that leads to us by two links.
    fn of(anna: &Administrator, browser: &Browser) -> Self {
        let folder = browser.folder().join("application");
        std::fs::create_dir(&folder).expect("a folder");
        let origin = static_files::serve(folder.clone());
        let body = json!({"name": "Wiki", "kind": "client", "redirect_uris": [format!("{origin}/")],
            "post_logout_redirect_uris": [format!("{origin}/index.html")]});
        let made = anna.ask("/settings/applications/register", body).is(201);
        let word = |value: &Value| value.as_str().expect("a text").to_owned();
        let (id, key) = (word(&made["application"]["application"]), word(&made["key"]));
        let it = Self { tenant: anna.tenant().clone(), origin, id, key, verifier: random::key() };
        let challenge = Base64UrlUnpadded::encode_string(&Sha256::digest(it.verifier.as_bytes()));
        let prove = it.at(&format!(
            "authorize?response_type=code&scope=openid&client_id={}&redirect_uri={}/&state=here&acr_values={MFA}\
             &code_challenge={challenge}&code_challenge_method=S256",
            it.id, it.origin
        ));
        let leave = it.at(&format!(
            "end-session?client_id={}&post_logout_redirect_uri={}/index.html&state=gone",
            it.id, it.origin
        ));
        let page = format!(
            "<!doctype html><html lang=\"en\"><title>Wiki</title>\
             <a id=\"prove\" href=\"{}\">Prove</a> <a id=\"leave\" href=\"{}\">Leave</a>",
            prove.replace('&', "&amp;"),
            leave.replace('&', "&amp;")
        );
        std::fs::write(folder.join("index.html"), page).expect("a page");
        it
    }

    fn at(&self, endpoint: &str) -> String {
        format!("{}/t/{}/{endpoint}", Edge::shared().door().origin(), self.tenant.id)
    }

    /// Waits until the browser is back at its page with this state; gives the address.
    fn back(&self, browser: &Browser, state: &str) -> String {
        let state = format!("state={state}");
        browser.wait_for("the application's page", || {
            let url = browser.url();
            (url.starts_with(&format!("{}/", self.origin)) && url.contains(&state)).then_some(url)
        })
    }

    /// What the ID token says that its server gets for the code in this address.
    fn redeem(&self, back: &str) -> Value {
        let query = back.split_once('?').expect("a query").1;
        let code = query.split('&').find_map(|pair| pair.strip_prefix("code=")).expect("a code");
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={}/&code_verifier={}&client_id={}&client_secret={}",
            self.origin, self.verifier, self.id, self.key
        );
        let server = self.tenant.client();
        let ask = server.ask("POST", &self.tenant.page("token")).without("origin").without("sec-fetch-site");
        let ask = ask.without("idempotency-key").header("content-type", "application/x-www-form-urlencoded");
        let tokens = ask.bytes(form.as_bytes()).send().is(200);
        let payload = tokens["id_token"].as_str().and_then(|token| token.split('.').nth(1)).expect("a payload");
        serde_json::from_slice(&Base64UrlUnpadded::decode_vec(payload).expect("base64url")).expect("JSON")
    }
}

fn an_application_asks_for_a_code_and_later_to_sign_out(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant).enrol();
    let browser = Browser::open(kind, PLAIN);
    let wiki = Application::of(&anna, &browser);
    sign_in_remembered(&browser, &bert.member, &bert.phone);

    // Her device is remembered: to an application that wants a code that is not enough.
    browser.go(&format!("{}/", wiki.origin));
    browser.find("#prove").click();
    stage(&browser, "confirm", "confirm");
    accessible(&browser);
    let asked = browser.url();
    browser.find("#confirm-code").click();
    dialog(&browser, "step-up");
    accessible(&browser);
    browser.find("#step-up-code").type_in(&bert.phone.next_code());
    let claims = wiki.redeem(&wiki.back(&browser, "here"));
    assert_eq!((&claims["acr"], &claims["aud"]), (&json!(MFA), &json!(wiki.id)), "{claims}");
    assert!(claims["amr"].as_array().is_some_and(|methods| methods.contains(&json!("otp"))), "{claims}");

    // Asked by a link to sign out, she may stay; only her own press of the button ends it.
    browser.find("#leave").click();
    stage(&browser, "sign-out", "ask");
    accessible(&browser);
    browser.find("#stay").click();
    stage(&browser, "account", "account");
    browser.go(&format!("{}/", wiki.origin));
    browser.find("#leave").click();
    stage(&browser, "sign-out", "ask");
    browser.find("#sign-out-submit").click();
    assert!(wiki.back(&browser, "gone").starts_with(&format!("{}/index.html?", wiki.origin)));
    person(&bert.member).open(&browser, "account");
    stage(&browser, "sign-in", "password");

    // Who is asked for a code when her session has ended signs in, and is then still on the way to the application.
    browser.go(&asked);
    stage(&browser, "confirm", "confirm");
    browser.find("#confirm-code").click();
    browser.find("#step-up-code").type_in("000000");
    browser.find("#step-up-sign-in").click();
    stage(&browser, "sign-in", "password");
    assert!(browser.url().contains("authorize"), "the way is lost: {}", browser.url());
    clean_but_for(&browser, &[&wiki.origin]);
}
