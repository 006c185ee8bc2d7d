//! The organisation's own identity provider instead of a sign-in here: tried out first, never together with MFA, and
//! in external mode no local door stays open. The provider is npm's certified one, in the shape of Entra ID.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::provider::{Directory, Provider};
use edge_mfa_tests::{Administrator, Client, Edge, Member, Tenant, json, random};

use crate::in_both;
use crate::manners::{accessible, clean, clean_but_for, fits};
use crate::office::{
    dialog, give_password, hold_like_a_phone, is_hidden, is_there, person, sign_in, sign_in_with_code, visit,
};
use crate::steps::{error, ready, sign_out, stage};

in_both!(
    row_8_from_passwords_to_the_provider_and_no_local_door_stays_open,
    row_8_mfa_has_to_be_switched_off_first,
    row_8_a_member_is_connected_by_a_link_and_a_stranger_is_told,
    row_8_back_to_passwords_on_a_dutch_phone,
);

/// Signs in on the provider's own page, which knows nothing of ours.
fn sign_in_there(browser: &Browser, directory: &Directory<'_>, login: &str) {
    browser.wait_for("the provider's page", || browser.url().starts_with(&origin_of(directory)).then_some(()));
    browser.find("input[name=\"login\"]").type_in(login);
    browser.find("form button").click();
}

/// Scheme, host and port of the provider.
fn origin_of(directory: &Directory<'_>) -> String {
    let parts: Vec<_> = directory.issuer().splitn(4, '/').collect();
    parts[..3].join("/")
}

/// Follows, through the API, where the edge sends a browser, there and back.
fn go(directory: &Directory<'_>, client: &Client, asked: &edge_mfa_tests::Answer, login: &str) {
    let location = asked.is(200)["location"].as_str().expect("an address").to_owned();
    directory.forget();
    let back = directory.sign_in(&location, login);
    let origin = Edge::shared().door().origin().to_owned();
    let path = back.strip_prefix(&origin).expect("sent back to us");
    let answer = client.ask("GET", path).header("sec-fetch-site", "cross-site").send();
    assert_eq!(answer.status, 303, "{answer}");
}

/// A tenant that has moved to a directory of its own; its administrator is signed in there as `anna`.
fn moved() -> (Administrator, Directory<'static>) {
    let mut anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let directory = Provider::shared().directory();
    directory.register(anna.settings()["redirect_uri"].as_str().expect("an address"));
    let provider = Provider::shared();
    let body = json!({"issuer": directory.issuer(), "client_id": provider.client_id,
        "client_secret": provider.client_secret});
    anna.ask("/settings/external/configure", body).is(200);
    go(&directory, &anna.client, &anna.ask("/settings/external/dry-run", json!({})), "anna");
    anna.ask("/settings/external/enable", json!({"confirmation": anna.tenant().id})).is(200);
    anna.client = anna.tenant().client();
    go(&directory, &anna.client, &anna.ask("/external/sign-in", json!({"anew": true})), "anna");
    (anna, directory)
}

fn row_8_from_passwords_to_the_provider_and_no_local_door_stays_open(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant);
    let berts = bert.pending("done");
    let (provider, directory) = (Provider::shared(), Provider::shared().directory());
    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "settings", "settings");
    browser.find("#external-set-up").click();
    stage(&browser, "external", "configure");
    accessible(&browser);
    directory.register(&browser.find("#redirect-uri").text().replace(char::is_whitespace, ""));

    // Somebody else's address is told at its field; the right one leads on.
    browser.find("#issuer").fill(&format!("{}/nobody", origin_of(&directory)));
    browser.find("#client-id").fill(&provider.client_id);
    browser.find("#client-secret").fill(&provider.client_secret);
    browser.find("#configure-submit").click();
    error(&browser, "provider_refused");
    accessible(&browser);
    browser.find("#issuer").fill(directory.issuer());
    browser.find("#client-secret").fill(&provider.client_secret);
    browser.find("#configure-submit").click();

    // Tried out before anything changes.
    stage(&browser, "external", "try");
    accessible(&browser);
    browser.find("#try-submit").click();
    sign_in_there(&browser, &directory, "anna");
    stage(&browser, "settings", "settings");
    browser.find("#external-result[data-notice=\"external-works\"]");
    assert!(!browser.url().contains('?'), "the word is still in the address");
    accessible(&browser);
    bert.account(&berts);
    browser.find("#external-result-next").click();
    stage(&browser, "external", "enable");
    accessible(&browser);
    browser.find("#confirmation").type_in("yes");
    browser.find("#enable-submit").click();
    error(&browser, "confirmation_wrong");
    browser.find("#confirmation").fill(&tenant.id);
    browser.find("#enable-submit").click();
    stage(&browser, "external", "enabled");
    accessible(&browser);
    assert!(!is_there(&browser, "#navigation"));

    // No password, code, recovery key, forgotten password or set-up is on offer here any more, to nobody.
    berts.get(&tenant.at("/account")).problem(401, "unauthenticated");
    bert.try_password(&tenant.client()).problem(403, "tenant_external");
    visit(&browser, &tenant, "sign-in", "external");
    accessible(&browser);
    assert!(is_hidden(&browser, "#password, #code, #recovery-key, #to-forgot"));
    visit(&browser, &tenant, "forgot", "external");
    accessible(&browser);
    assert!(is_hidden(&browser, "#username, #forgot-submit"));
    visit(&browser, &tenant, "sign-in", "external");
    browser.find("#external-submit").click();
    stage(&browser, "account", "account");
    assert!(is_hidden(&browser, "#change-password, #reset-mfa, #new-keys"));
    accessible(&browser);
    visit(&browser, &tenant, "settings", "settings");
    browser.find("[data-method=\"external\"][data-on=\"true\"] .badge");
    assert!(is_hidden(&browser, "#configure, #switch-off"));
    accessible(&browser);
    visit(&browser, &tenant, "set-up", "other-mode");
    clean_but_for(&browser, &[&origin_of(&directory)]);
}

fn row_8_mfa_has_to_be_switched_off_first(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let mut anna = Administrator::of(&tenant);
    let browser = Browser::open(kind, PLAIN);
    sign_in_with_code(&browser, &anna.member, anna.phone());
    visit(&browser, &tenant, "settings", "settings");
    browser.find("#external-note");
    assert!(is_hidden(&browser, "#external-set-up"));
    visit(&browser, &tenant, "external", "other-mode");
    accessible(&browser);
    browser.find("#other-mode-settings").click();
    stage(&browser, "settings", "settings");

    anna.switch_off();
    browser.reload();
    give_password(&browser, &anna.member.username, &anna.member.password);
    stage(&browser, "settings", "settings");
    browser.find("#external-set-up").click();
    stage(&browser, "external", "configure");
    clean(&browser);
}

fn row_8_a_member_is_connected_by_a_link_and_a_stranger_is_told(kind: Kind) {
    let (anna, directory) = moved();
    let tenant = anna.tenant();
    let name = random::name("bert");
    let joined = anna.ask("/members/invite", json!({"username": name, "role": "member"})).is(201);
    let link = joined["url"].as_str().expect("a link").to_owned();
    let browser = Browser::open(kind, PLAIN);
    browser.go(&link);
    ready(&browser);
    stage(&browser, "invitation", "connect");
    accessible(&browser);
    assert!(is_hidden(&browser, "input[type=\"password\"]"), "a password is asked for");
    browser.find("#connect").click();
    sign_in_there(&browser, &directory, "bert-at-work");
    stage(&browser, "account", "account");
    assert_eq!(browser.find("#who").text(), name);
    sign_out(&browser);
    visit(&browser, tenant, "sign-in", "external");
    browser.find("#external-submit").click();
    stage(&browser, "account", "account");
    assert_eq!(browser.find("#who").text(), name);

    // Known there, unknown here; and whoever says no there is back with a word.
    for (login, word) in [("stranger", "identity_unknown"), ("", "provider_says_access_denied")] {
        // Another person at this browser: nobody is signed in, neither here nor there.
        browser.forget_cookies();
        browser.go(&format!("{}/control/asked", directory.issuer()));
        browser.forget_cookies();
        visit(&browser, tenant, "sign-in", "external");
        browser.find("#external-submit").click();
        sign_in_there(&browser, &directory, login);
        stage(&browser, "sign-in", "external");
        error(&browser, "provider_refused");
        assert!(is_there(&browser, &format!("#external-word[data-word=\"{word}\"]")));
        accessible(&browser);
    }
    clean_but_for(&browser, &[&origin_of(&directory)]);
}

fn row_8_back_to_passwords_on_a_dutch_phone(kind: Kind) {
    let (anna, directory) = moved();
    let tenant = anna.tenant();
    let browser = Browser::open(kind, Look { language: "nl", dark: false });
    hold_like_a_phone(&browser);
    visit(&browser, tenant, "sign-in", "external");
    fits(&browser);
    browser.find("#external-submit").click();
    sign_in_there(&browser, &directory, "anna");
    stage(&browser, "account", "account");
    fits(&browser);
    visit(&browser, tenant, "members", "members");
    fits(&browser);
    visit(&browser, tenant, "settings", "settings");
    fits(&browser);

    // First she proves over there, once more, that it is she.
    browser.find("#to-passwords").click();
    dialog(&browser, "step-up");
    accessible(&browser);
    fits(&browser);
    browser.find("#step-up-sign-in-submit").click();
    sign_in_there(&browser, &directory, "anna");
    stage(&browser, "account", "account");
    visit(&browser, tenant, "settings", "settings");
    browser.find("#to-passwords").click();
    stage(&browser, "settings", "to-passwords");
    accessible(&browser);
    fits(&browser);
    browser.find("#to-passwords-confirmation").type_in(&tenant.id);
    browser.find("#to-passwords-submit").click();

    // The password of before is gone: she chooses a new one.
    stage(&browser, "password", "choose");
    fits(&browser);
    let password = random::password();
    browser.find("#password").type_in(&password);
    browser.find("#password-submit").click();
    stage(&browser, "password", "done");
    person(&anna.member).enter_password(&browser);
    error(&browser, "sign_in_refused");
    browser.find("#password").fill(&password);
    browser.find("#password-submit").click();
    stage(&browser, "account", "account");
    clean_but_for(&browser, &[&origin_of(&directory)]);
}
