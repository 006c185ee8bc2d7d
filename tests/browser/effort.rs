//! Each flow as a person does it, counted in the page in clicks and keys: what `EFFORT.md` says of ours is what we
//! ask, and never more than the least that others document without a word why.

use std::collections::BTreeMap;
use std::fs;

use edge_mfa_tests::browser::{Browser, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, edge, json, random};

use crate::CHROMIUM;
use crate::keyboard::{has_focus, paste, type_text};
use crate::office::{dialog, person, row, sign_in, visit};
use crate::steps::{Person, keys_on, proof_group, sign_out, stage};

/// Counts what a person does from the first moment of each page on, through the pages of a flow. A click that Enter
/// stands for has no detail. Names and passwords are not counted.
const RECORDER: &str = "
    const UNCOUNTED = 'input[autocomplete=username], input[type=password], #confirmation, #invite-username';
    const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta'];
    const add = (kind) => sessionStorage.setItem(kind, Number(sessionStorage.getItem(kind)) + 1);
    addEventListener('click', (event) => {
        if (event.isTrusted && event.detail > 0) add('clicks');
    }, true);
    addEventListener('keydown', (event) => {
        if (event.isTrusted && !event.target.matches(UNCOUNTED) && !MODIFIERS.includes(event.key)) add('keys');
    }, true);";

#[test]
fn a_member_does_what_the_table_says() {
    let mut counted = Counted::default();
    let browser = recording();
    let newcomer = Person::invited();
    newcomer.accept(&browser);
    counted.begins(&browser);
    let phone = newcomer.scan(&browser);
    click(&browser, "#code");
    type_text(&browser, &phone.next_code());
    stage(&browser, "enrol", "keys");
    let keys = saves_keys(&browser, "enrol");
    counted.ends(&browser, "enrol, with recovery keys");
    sign_out(&browser);

    newcomer.open(&browser, "sign-in");
    counted.begins(&browser);
    gives_password(&browser, &newcomer);
    stage(&browser, "sign-in", "code");
    has_focus(&browser, "code");
    type_text(&browser, &phone.next_code());
    stage(&browser, "account", "account");
    counted.ends(&browser, "sign in with a code");

    counted.begins(&browser);
    click(&browser, "#new-keys");
    stage(&browser, "account", "keys");
    let newer = saves_keys(&browser, "account");
    assert_ne!(newer, keys);
    browser.find("#notice-done[data-notice=\"keys-replaced\"]");
    counted.ends(&browser, "new recovery keys");
    sign_out(&browser);

    newcomer.enter_password(&browser);
    stage(&browser, "sign-in", "code");
    click(&browser, "#remember-device");
    browser.find("#code").type_in(&phone.next_code());
    sign_out(&browser);
    newcomer.open(&browser, "sign-in");
    counted.begins(&browser);
    gives_password(&browser, &newcomer);
    stage(&browser, "account", "account");
    counted.ends(&browser, "sign in on a remembered device");
    browser.forget_cookies();

    newcomer.open(&browser, "sign-in");
    counted.begins(&browser);
    gives_password(&browser, &newcomer);
    stage(&browser, "sign-in", "code");
    click(&browser, "#use-recovery-key");
    has_focus(&browser, "recovery-key");
    paste(&browser, &newer[2]);
    click(&browser, "#recovery-submit");
    stage(&browser, "account", "account");
    browser.find("#key-used[data-number=\"3\"]");
    counted.ends(&browser, "sign in with a recovery key");

    counted.begins(&browser);
    click(&browser, "#reset-mfa");
    dialog(&browser, "reset");
    click(&browser, "#reset-submit");
    stage(&browser, "account", "reset-done");
    counted.ends(&browser, "reset one's own MFA");
    counted.are_those_of_the_table();
}

#[test]
fn an_administrator_does_what_the_table_says() {
    let mut counted = Counted::default();
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant).member;
    Member::join(&tenant);
    let browser = recording();
    sign_in(&browser, &anna);
    visit(&browser, &tenant, "settings", "settings");
    counted.begins(&browser);
    click(&browser, "#configure");
    stage(&browser, "set-up", "choose");
    click(&browser, "#for-all");
    click(&browser, "#choose-submit");
    stage(&browser, "set-up", "instructions");
    click(&browser, "#start-submit");
    stage(&browser, "set-up", "authenticator");
    let phone = person(&anna).scan(&browser);
    click(&browser, "#code");
    type_text(&browser, &phone.next_code());
    stage(&browser, "set-up", "keys");
    let keys = keys_on(&browser);
    click(&browser, "#download-keys");
    click(&browser, "#keys-saved");
    stage(&browser, "set-up", "proof");
    has_focus(&browser, "proof");
    type_text(&browser, &proof_group(&browser, &keys));
    click(&browser, "#proof-submit");
    stage(&browser, "set-up", "done");
    counted.ends(&browser, "switch MFA on for everybody");

    let bert = Member::join(&tenant).enrol().member;
    visit(&browser, &tenant, "members", "members");
    counted.begins(&browser);
    let theirs = row(&bert.username);
    click(&browser, &format!("{theirs} summary"));
    click(&browser, &format!("{theirs} [data-act=\"reset\"]"));
    dialog(&browser, "reset-member");
    click(&browser, "#reset-member-submit");
    browser.find("#act-done");
    counted.ends(&browser, "reset a member's MFA");

    visit(&browser, &tenant, "members", "members");
    counted.begins(&browser);
    click(&browser, "#invite");
    dialog(&browser, "invite");
    has_focus(&browser, "invite-username");
    let carla = random::name("c");
    type_text(&browser, &carla);
    click(&browser, "#invite-submit");
    // The link goes to her by the platform's mail; here it is shown as well.
    browser.find("#invitation-link");
    Edge::shared().mailbox().wait(&tenant.id, &carla, "invited");
    counted.ends(&browser, "invite somebody");

    visit(&browser, &tenant, "settings", "settings");
    counted.begins(&browser);
    click(&browser, "#switch-off");
    stage(&browser, "settings", "switch-off");
    click(&browser, "#confirmation");
    type_text(&browser, &tenant.id);
    click(&browser, "#switch-off-submit");
    stage(&browser, "settings", "switched-off");
    counted.ends(&browser, "switch MFA off for everybody");
    counted.are_those_of_the_table();
}

#[test]
fn never_more_than_the_least_of_the_others_without_a_word_why() {
    let rows = table();
    assert_eq!(rows.len(), 10, "the table is not where it was");
    for (flow, Row { ours, others, why }) in &rows {
        let least = |part: fn(&Effort) -> u64| others.iter().map(part).min();
        let (clicks, keys) = (least(|it| it.clicks), least(|it| it.keys));
        let more = clicks.is_some_and(|least| ours.clicks > least) || keys.is_some_and(|least| ours.keys > least);
        assert_eq!(more, !why.is_empty(), "{flow}: {ours:?}, of the others the least is {clicks:?} + {keys:?}");
    }
}

/// What somebody had to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Effort {
    clicks: u64,
    keys: u64,
}

impl Effort {
    /// "3 + 11"; a dash is nothing of the kind.
    fn read(cell: &str) -> Option<Self> {
        let (clicks, keys) = cell.split_once(" + ")?;
        Some(Self { clicks: clicks.parse().expect("clicks"), keys: keys.parse().expect("keys") })
    }
}

/// A row of the table.
struct Row {
    ours: Effort,
    others: Vec<Effort>,
    why: String,
}

/// The table of `EFFORT.md` by flow.
fn table() -> BTreeMap<String, Row> {
    let text = fs::read_to_string(edge::checkout().join("tests/browser/EFFORT.md")).expect("EFFORT.md");
    let lines = text.lines().skip_while(|line| !line.starts_with("| flow |")).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [flow, ours, others @ .., why] = cells.as_slice() else { panic!("{line}") };
        let others = others.iter().filter_map(|cell| Effort::read(cell)).collect();
        let ours = Effort::read(ours).unwrap_or_else(|| panic!("{line}"));
        ((*flow).to_owned(), Row { ours, others, why: (*why).to_owned() })
    })
    .collect()
}

/// What was counted, by flow.
#[derive(Default)]
struct Counted {
    flows: Vec<(&'static str, Effort)>,
}

impl Counted {
    fn begins(&self, browser: &Browser) {
        browser.run("sessionStorage.clear()", json!([]));
    }

    fn ends(&mut self, browser: &Browser, flow: &'static str) {
        let count = |kind| {
            let script = "return Number(sessionStorage.getItem(arguments[0]))";
            browser.run(script, json!([kind])).as_u64().expect("a number")
        };
        self.flows.push((flow, Effort { clicks: count("clicks"), keys: count("keys") }));
    }

    fn are_those_of_the_table(&self) {
        let rows = table();
        let said: Vec<_> = self.flows.iter().map(|(flow, _)| (*flow, rows.get(*flow).map(|row| row.ours))).collect();
        let counted: Vec<_> = self.flows.iter().map(|(flow, effort)| (*flow, Some(*effort))).collect();
        assert_eq!(counted, said, "counted, and what EFFORT.md says");
    }
}

/// A browser that counts.
fn recording() -> Browser {
    let browser = Browser::open(CHROMIUM, PLAIN);
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": format!("{{{RECORDER}}}")}));
    browser
}

fn click(browser: &Browser, selector: &str) {
    browser.find(selector).click();
}

/// As a password manager does, and then with the button.
fn gives_password(browser: &Browser, person: &Person) {
    stage(browser, "sign-in", "password");
    browser.find("#username").fill(&person.username);
    browser.find("#password").fill(&person.password);
    click(browser, "#password-submit");
}

/// From where the keys are shown to where they are in use.
fn saves_keys(browser: &Browser, page: &str) -> Vec<String> {
    let keys = keys_on(browser);
    click(browser, "#download-keys");
    click(browser, "#keys-saved");
    stage(browser, page, "proof");
    has_focus(browser, "proof");
    type_text(browser, &proof_group(browser, &keys));
    stage(browser, "account", "account");
    keys
}
