//! The audit log, read by a person: sentences, filters, and the whole chain verified in the page.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually, json};

use crate::in_both;
use crate::manners::{accessible, clean, fits};
use crate::office::{hold_like_a_phone, numbers_in, pick, sign_in, sign_in_with_code, texts, visit};
use crate::steps::stage;

in_both!(
    the_log_reads_as_sentences_and_is_filtered,
    the_whole_log_is_verified_in_the_page,
    one_changed_word_is_found_on_a_dutch_phone,
);

/// The events shown, newest first.
fn events(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('#entries > li')].map((it) => it.dataset.event)";
    let found = browser.run(script, json!([]));
    let words = found.as_array().expect("a list").iter();
    words.map(|word| word.as_str().unwrap_or_default().to_owned()).collect()
}

fn the_log_reads_as_sentences_and_is_filtered(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant).enrol();
    let client = bert.pending();
    bert.member.enter_code(&client, &bert.phone.wrong_code()).problem(401, "code_refused");
    anna.order(&bert.member.username, "reset-mfa", json!({})).is(204);
    eventually("the log to know of the wrong code", || anna.log().iter().any(|it| it.event() == "code-refused"));

    let browser = Browser::open(kind, PLAIN);
    sign_in_with_code(&browser, &anna.member, anna.phone());
    browser.find("#nav-audit").click();
    stage(&browser, "audit", "audit");
    accessible(&browser);
    let sentences = texts(&browser, "#entries > li > p");
    assert!(sentences.len() >= 8, "{sentences:?}");
    for sentence in &sentences {
        // A whole sentence in plain words: no key of ours, no gap, no name of an event.
        assert!(sentence.ends_with('.') && sentence.contains(' '), "{sentence:?}");
        assert!(!sentence.contains(['{', '}', '_']) && !sentence.contains("audit."), "{sentence:?}");
        assert!(!sentence.contains("undefined") && !sentence.contains("null"), "{sentence:?}");
    }
    let name = &bert.member.username;
    assert!(sentences.contains(&format!("anna reset the MFA of {name}.")), "{sentences:?}");
    assert!(sentences.contains(&format!("{name} set up an authenticator app, with recovery keys, set 1.")));
    let positions = numbers_in(&browser, "#entries time[datetime=\"\"]");
    assert!(positions.is_empty(), "an entry without a time");

    // About one person, and one kind of event.
    browser.find("#about").type_in(name);
    browser.find("#filter-submit").click();
    browser.wait_for("bert's entries alone", || {
        let shown = texts(&browser, "#entries > li > p");
        (!shown.is_empty() && shown.iter().all(|it| it.contains(name.as_str()))).then_some(())
    });
    pick(&browser, "#what", "code-refused");
    browser.find("#filter-submit").click();
    browser.wait_for("the wrong code", || (events(&browser) == ["code-refused"]).then_some(()));
    pick(&browser, "#what", "switched-off");
    browser.find("#filter-submit").click();
    browser.find("#no-entries");
    assert!(events(&browser).is_empty());
    clean(&browser);
}

fn the_whole_log_is_verified_in_the_page(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "audit", "audit");
    browser.find("#verify").click();
    browser.find("#verify-result[data-notice=\"unbroken\"]");
    accessible(&browser);
    // The count and the last link are those of the log as another hand computes them.
    let log = anna.log();
    let last = browser.find("#verify-link").text().replace(char::is_whitespace, "");
    let position = log.iter().position(|entry| entry.link == last).expect("the link is of this log");
    assert_eq!(numbers_in(&browser, "#verify-words"), [position as u64 + 1]);
    for format in ["jsonl", "csv"] {
        browser.find(&format!("#export-{format}")).click();
        browser.wait_for("the file", || (!texts(&browser, "#export-done").concat().is_empty()).then_some(()));
    }
    clean(&browser);
}

fn one_changed_word_is_found_on_a_dutch_phone(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let browser = Browser::open(kind, Look { language: "nl", dark: true });
    hold_like_a_phone(&browser);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "audit", "audit");
    accessible(&browser);
    fits(&browser);
    // Somebody between the log and the page changes one name in the second entry.
    let forge = "const page = window.wrappedJSObject ?? window;
        const true_fetch = page.fetch.bind(page);
        page.fetch = async (...asked) => {
            const answer = await true_fetch(...asked);
            if (!String(asked[0]?.url ?? asked[0]).includes('/audit')) return answer;
            const body = await answer.json();
            body.entries[1].text = body.entries[1].text.replace('anna', 'anne');
            return new page.Response(JSON.stringify(body), {status: answer.status, headers: answer.headers});
        }";
    browser.run(forge, json!([]));
    browser.find("#verify").click();
    browser.find("#verify-result[data-notice=\"broken\"][data-position=\"2\"]");
    accessible(&browser);
    fits(&browser);
    clean(&browser);
}
