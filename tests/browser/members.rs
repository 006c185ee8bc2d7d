//! Access control: people are invited, one by one or from a list, get a role, are removed and invited again.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json, random};

use crate::in_both;
use crate::keyboard::{ENTER, ESCAPE, has_focus, press, type_text};
use crate::manners::{accessible, clean, fits, shown_as_text_only};
use crate::office::{
    agree, choose_act, dialog, give_password, hold_like_a_phone, is_hidden, is_there, no_dialog, numbers_in, person,
    pick, row, sign_in, sign_in_with_code, texts, visit,
};
use crate::steps::{Person, error, keys_on, ready, stage};

in_both!(
    row_9_a_person_is_invited_by_a_link_and_removed,
    row_9_invited_again_with_nothing_inherited,
    row_9_many_are_invited_from_a_list_with_a_report,
    roles_are_given_and_the_last_administrator_stays,
    the_list_on_a_dutch_phone_by_the_keyboard,
    members_see_nothing_of_the_administrators_pages,
);

/// Somebody who has a name here, and will choose this password.
fn newcomer(tenant: &Tenant, name: &str) -> Person {
    let (username, password) = (name.to_owned(), random::password());
    Person { tenant: tenant.clone(), username, password, invitation: String::new() }
}

/// The link that is shown, once.
fn link_shown(browser: &Browser) -> String {
    dialog(browser, "invitation");
    browser.find("dialog [data-say=\"invite.sent_too\"]");
    browser.find("#invitation-link").text().trim().to_owned()
}

/// Follows an invitation and chooses a password.
fn join(browser: &Browser, link: &str, someone: &Person) {
    browser.go(link);
    ready(browser);
    stage(browser, "invitation", "choose");
    assert_eq!(browser.find("#username").property("value"), someone.username);
    browser.find("#password").type_in(&someone.password);
    browser.find("#accept").click();
}

fn row_9_a_person_is_invited_by_a_link_and_removed(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let name = random::name("bert");
    let bert = newcomer(&tenant, &name);
    let (desk, home) = (Browser::open(kind, PLAIN), Browser::open(kind, PLAIN));
    sign_in(&desk, &anna.member);
    visit(&desk, &tenant, "members", "members");

    // Invited: the link is shown, once, as text.
    desk.find("#invite").click();
    dialog(&desk, "invite");
    has_focus(&desk, "invite-username");
    accessible(&desk);
    type_text(&desk, &name);
    press(&desk, ENTER);
    let link = link_shown(&desk);
    shown_as_text_only(&desk, std::slice::from_ref(&link));
    accessible(&desk);
    desk.find("#invitation-close").click();
    no_dialog(&desk, "invitation");
    assert!(!texts(&desk, "body").concat().contains(&link), "the link is still on the page");
    desk.find(&format!("{}[data-standing=\"invited\"]", row(&name)));
    join(&home, &link, &bert);
    stage(&home, "account", "account");

    // Removed: he is out, and his password is nobody's.
    desk.reload();
    stage(&desk, "members", "members");
    desk.find(&format!("{}[data-standing=\"active\"]", row(&name)));
    choose_act(&desk, &name, "remove");
    dialog(&desk, "remove-member");
    accessible(&desk);
    agree(&desk, "remove-member");
    desk.wait_for("the row to go", || (!is_there(&desk, &row(&name))).then_some(()));
    clean(&desk);
    home.reload();
    give_password(&home, &name, &bert.password);
    error(&home, "sign_in_refused");
    clean(&home);
}

fn row_9_invited_again_with_nothing_inherited(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let former = Member::join(&tenant).enrol();
    let name = former.member.username.clone();
    anna.order(&name, "remove", json!({})).is(204);
    let browser = Browser::open(kind, PLAIN);
    sign_in_with_code(&browser, &anna.member, anna.phone());
    visit(&browser, &tenant, "members", "members");
    assert!(!is_there(&browser, &row(&name)));
    pick(&browser, "#filter", "removed");
    browser.find(&format!("{}[data-standing=\"removed\"]", row(&name)));
    choose_act(&browser, &name, "invite_again");
    dialog(&browser, "invite-again");
    accessible(&browser);
    agree(&browser, "invite-again");
    let link = link_shown(&browser);

    // Another password, another app, other keys, the first set; what was is worth nothing.
    browser.forget_cookies();
    let bert = newcomer(&tenant, &name);
    join(&browser, &link, &bert);
    stage(&browser, "enrol", "authenticator");
    let phone = bert.scan(&browser);
    assert_ne!(phone.secret(), former.phone.secret());
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    assert_eq!(numbers_in(&browser, "#set-number"), [1]);
    assert!(keys_on(&browser).iter().all(|key| !former.keys.contains(key)));
    former.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    clean(&browser);
}

fn row_9_many_are_invited_from_a_list_with_a_report(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    tenant.invite("carla");
    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "members", "members");
    browser.find("#invite-many").click();
    stage(&browser, "members", "import");
    accessible(&browser);
    browser.find("#import-look").click();
    error(&browser, "empty");

    let list =
        "username,role\nbert\ndirk,administrator\nbert,member\nanna\ncarla\nno name\nelsa,queen\n\"frits\",Lid\n";
    browser.find("#import-text").type_in(list);
    browser.find("#import-look").click();
    stage(&browser, "members", "import-preview");
    let said = |table: &str| -> Vec<(u64, String)> {
        let script = format!(
            "return [...document.querySelectorAll('{table} > tr')].map((it) => [Number(it.dataset.line), it.dataset.result])"
        );
        let found = browser.run(&script, json!([]));
        let pair = |it: &Value| (it[0].as_u64().expect("a line"), it[1].as_str().expect("a result").to_owned());
        let mut lines: Vec<_> = found.as_array().expect("a list").iter().map(pair).collect();
        lines.sort();
        lines
    };
    let expected = |known: bool| -> Vec<(u64, String)> {
        let or_ready = |word| if known { word } else { "ready" };
        let lines = [
            (2, or_ready("invited")),
            (3, or_ready("invited")),
            (4, "twice"),
            (5, or_ready("already_member")),
            (6, or_ready("already_invited")),
            (7, "username_unacceptable"),
            (8, "role_unacceptable"),
            (9, or_ready("invited")),
        ];
        lines.iter().map(|(line, word)| (*line, (*word).to_owned())).collect()
    };
    // Before anything is sent it says what is wrong, and whom it would invite.
    assert_eq!(said("#preview-rows"), expected(false));
    assert_eq!(numbers_in(&browser, "#preview-text"), [5]);
    assert_eq!(numbers_in(&browser, "#preview-bad"), [3]);
    accessible(&browser);
    assert_eq!(anna.settings()["members"]["invited"], 1);

    browser.find("#import-send").click();
    stage(&browser, "members", "import-report");
    assert_eq!(said("#report-rows"), expected(true));
    assert_eq!(numbers_in(&browser, "#report-text"), [3]);
    assert_eq!(numbers_in(&browser, "#report-others"), [5]);
    accessible(&browser);
    clean(&browser);
    // The links are in the file, and in no attribute of the page.
    browser.find("#report-save").click();
    browser.find("#report-back").click();
    stage(&browser, "members", "members");
    browser.find("#count-invited[data-count=\"4\"]");
    browser.find(&format!("{}[data-role=\"administrator\"]", row("dirk")));
}

fn roles_are_given_and_the_last_administrator_stays(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant);
    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "members", "members");
    // She is the last: neither out nor down.
    for (act, name) in [("make_member", "change-role"), ("remove", "remove-member")] {
        choose_act(&browser, &anna.member.username, act);
        dialog(&browser, name);
        browser.find(&format!("#{name}-submit")).click();
        error(&browser, "last_administrator");
        accessible(&browser);
        browser.find(&format!("#{name}-cancel")).click();
        no_dialog(&browser, name);
    }
    choose_act(&browser, &bert.username, "make_administrator");
    agree(&browser, "change-role");
    browser.find(&format!("{}[data-role=\"administrator\"]", row(&bert.username)));
    browser.find("#count-administrators[data-count=\"2\"]");
    // Now she may step down, and the pages are closed to her at once.
    choose_act(&browser, &anna.member.username, "make_member");
    dialog(&browser, "change-role");
    browser.find("#change-role-submit").click();
    no_dialog(&browser, "change-role");
    sign_in(&browser, &anna.member);
    assert!(!is_there(&browser, "#nav-members"));
    visit(&browser, &tenant, "settings", "not-administrator");
    sign_in(&browser, &bert);
    browser.find("#nav-settings").click();
    stage(&browser, "settings", "settings");
    clean(&browser);
}

fn the_list_on_a_dutch_phone_by_the_keyboard(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant);
    let browser = Browser::open(kind, Look { language: "nl", dark: true });
    hold_like_a_phone(&browser);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "members", "members");
    accessible(&browser);
    fits(&browser);
    let menu = format!("menu-{}", anna.id_of(&bert.username));
    let focus = "document.getElementById(arguments[0]).focus()";
    browser.run(focus, json!([menu]));
    press(&browser, ENTER);
    browser.find(&format!("{} [data-act=\"remove\"]", row(&bert.username)));
    accessible(&browser);
    fits(&browser);
    press(&browser, ESCAPE);
    browser.wait_for("the menu to close", || {
        is_hidden(&browser, &format!("{} [data-act=\"remove\"]", row(&bert.username))).then_some(())
    });
    has_focus(&browser, &menu);
    choose_act(&browser, &bert.username, "make_administrator");
    dialog(&browser, "change-role");
    accessible(&browser);
    fits(&browser);
    press(&browser, ESCAPE);
    no_dialog(&browser, "change-role");
    has_focus(&browser, &menu);
    browser.find("#invite").click();
    dialog(&browser, "invite");
    accessible(&browser);
    fits(&browser);
    press(&browser, ESCAPE);
    no_dialog(&browser, "invite");
    browser.find("#invite-many").click();
    stage(&browser, "members", "import");
    accessible(&browser);
    fits(&browser);
    clean(&browser);
}

fn members_see_nothing_of_the_administrators_pages(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let bert = Member::join(&tenant);
    let browser = Browser::open(kind, PLAIN);
    // Nobody yet: to the sign-in, and from there to where he wanted to go.
    person(&bert).open(&browser, "members");
    give_password(&browser, &bert.username, &bert.password);
    for page in ["members", "settings", "set-up", "applications", "audit"] {
        if page != "members" {
            person(&bert).open(&browser, page);
        }
        stage(&browser, page, "not-administrator");
        accessible(&browser);
        assert!(!is_there(&browser, "#nav-settings"));
        assert!(texts(&browser, "tr[data-member], [data-position], [data-application]").is_empty());
    }
    browser.find("#nav-account").click();
    stage(&browser, "account", "account");
    clean(&browser);
}
