//! A new password by a link in the mail: forgotten, or "this was not me".

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::{Edge, Member, Tenant, json, random};

use crate::in_both;
use crate::manners::{accessible, clean, clean_but_for, fits};
use crate::office::{give_password, hold_like_a_phone, is_there, sign_in_with_code, visit};
use crate::steps::{error, ready, stage};

in_both!(
    forgotten_by_a_link_which_is_no_way_round_the_code,
    after_three_wrong_codes_this_was_not_me,
    a_link_is_worth_nothing_twice_or_in_pieces,
    no_link_is_promised_where_nobody_sends_any,
);

fn forgotten_by_a_link_which_is_no_way_round_the_code(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let tenant = &bert.member.tenant;
    let browser = Browser::open(kind, PLAIN);
    visit(&browser, tenant, "sign-in", "password");
    browser.find("#username").type_in(&bert.member.username);
    // What the page fetches ahead while she types is there: Firefox writes of what it had to break off.
    browser.run(
        "const page = document.querySelector('script[src$=\"/sign-in.js\"]').src;
        return import(page.replace('sign-in.js', 'sign-in-owed.js')).then(() => true)",
        json!([]),
    );
    browser.find("#to-forgot").click();
    stage(&browser, "forgot", "ask");
    accessible(&browser);
    assert_eq!(browser.find("#username").property("value"), bert.member.username, "typed once is enough");
    assert!(!browser.url().contains('#'), "the name is still in the address");
    browser.find("#forgot-submit").click();
    stage(&browser, "forgot", "sent");
    accessible(&browser);

    let notice = Edge::shared().mailbox().wait(&tenant.id, &bert.member.username, "password-link-issued");
    browser.go(notice.link.as_deref().expect("a link"));
    ready(&browser);
    stage(&browser, "password", "choose");
    assert!(!browser.url().contains('#'), "the token is still in the address");
    assert_eq!(browser.find("#username").property("value"), bert.member.username);
    accessible(&browser);
    browser.find("#password").type_in("password");
    browser.find("#password-submit").click();
    error(&browser, "password_unacceptable");
    let password = random::password();
    browser.find("#password").fill(&password);
    browser.find("#password-submit").click();
    stage(&browser, "password", "done");
    accessible(&browser);

    browser.find("#done-sign-in").click();
    give_password(&browser, &bert.member.username, &bert.member.password);
    error(&browser, "sign_in_refused");
    browser.find("#password").fill(&password);
    browser.find("#password-submit").click();
    stage(&browser, "sign-in", "code");
    browser.find("#code").type_in(&bert.phone.next_code());
    stage(&browser, "account", "account");
    clean(&browser);
}

fn after_three_wrong_codes_this_was_not_me(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let tenant = &bert.member.tenant;
    // Somebody has the password and guesses.
    let thief = Browser::open(kind, PLAIN);
    visit(&thief, tenant, "sign-in", "password");
    give_password(&thief, &bert.member.username, &bert.member.password);
    stage(&thief, "sign-in", "code");
    let asked = "return performance.getEntriesByType('resource').filter((it) => it.name.endsWith('/code')).length";
    for guess in 1..=3 {
        thief.find("#code").fill(&bert.phone.wrong_code());
        thief.wait_for("this guess to be refused", || {
            let is_sent = thief.run(asked, json!([])) == guess;
            (is_sent && is_there(&thief, "#code-form[aria-busy=\"false\"]")).then_some(())
        });
        error(&thief, "code_refused");
        // The focus is in the field already, so it is said. From the second on, that it is often the clock.
        let said = thief.find("#code-error").text();
        assert_eq!(said.contains("date and time"), guess > 1, "{said}");
        thief.wait_for("the error to be read out", || {
            (thief.run("return document.getElementById('announcer').textContent", json!([])) == said).then_some(())
        });
    }
    let notice = Edge::shared().mailbox().wait(&tenant.id, &bert.member.username, "password-burnt");
    drop(thief);

    let browser = Browser::open(kind, Look { language: "nl", dark: false });
    hold_like_a_phone(&browser);
    sign_in_with_code(&browser, &bert.member, &bert.phone);
    browser.go(notice.link.as_deref().expect("a link"));
    ready(&browser);
    stage(&browser, "password", "burnt");
    accessible(&browser);
    fits(&browser);
    browser.find("#not-me").click();
    stage(&browser, "password", "choose");
    browser.find("[data-test=\"notice\"][data-notice=\"disowned\"]");
    accessible(&browser);
    fits(&browser);
    let password = random::password();
    browser.find("#password").type_in(&password);
    browser.find("#password-submit").click();
    stage(&browser, "password", "done");

    // Every sign-in has ended, hers too; the stolen password opens nothing.
    let origin = Edge::shared().door().origin().to_owned();
    browser.go(&format!("{origin}{}", tenant.page("account")));
    give_password(&browser, &bert.member.username, &bert.member.password);
    error(&browser, "sign_in_refused");
    browser.find("#password").fill(&password);
    browser.find("#password-submit").click();
    stage(&browser, "sign-in", "code");
    clean(&browser);
}

fn a_link_is_worth_nothing_twice_or_in_pieces(kind: Kind) {
    let bert = Member::join(&Tenant::password_only(Edge::shared()));
    let browser = Browser::open(kind, PLAIN);
    visit(&browser, &bert.tenant, "forgot", "ask");
    browser.find("#username").type_in(&bert.username);
    browser.find("#forgot-submit").click();
    stage(&browser, "forgot", "sent");
    let notice = Edge::shared().mailbox().wait(&bert.tenant.id, &bert.username, "password-link-issued");
    let link = notice.link.clone().expect("a link");
    browser.go(&link);
    ready(&browser);
    stage(&browser, "password", "choose");
    browser.find("#password").type_in(&random::password());
    browser.find("#password-submit").click();
    stage(&browser, "password", "done");

    visit(&browser, &bert.tenant, "password", "missing");
    accessible(&browser);
    for bad in [link.as_str(), &link[..link.len() - 1]] {
        visit(&browser, &bert.tenant, "sign-in", "password");
        browser.go(bad);
        ready(&browser);
        stage(&browser, "password", "refused");
    }
    accessible(&browser);
    browser.find("#refused-forgot").click();
    stage(&browser, "forgot", "ask");
    clean(&browser);
}

/// Where the operator has no notifier, a link would be waited for in vain.
fn no_link_is_promised_where_nobody_sends_any(kind: Kind) {
    let mut edge = Edge::start();
    edge.remove_notifier();
    let tenant = Tenant::mfa(&edge);
    let browser = Browser::open(kind, PLAIN);
    browser.go(&format!("{}{}", edge.door().origin(), tenant.page("forgot")));
    ready(&browser);
    stage(&browser, "forgot", "ask-administrator");
    accessible(&browser);
    fits(&browser);
    browser.find("#ask-administrator-sign-in").click();
    stage(&browser, "sign-in", "password");
    clean_but_for(&browser, &[edge.door().origin()]);
}
