//! From the first page to the account: which organisation, password, code, recovery key, and whatever may be in the way.

use edge_mfa_tests::{Edge, Member, Tenant, json};

use super::wall::{Wall, soon, throttled};
use crate::office::{give_password, visit};
use crate::steps::{error, ready, stage};

#[test]
fn before_anybody_has_said_who() {
    let wall = Wall::open();
    wall.go_to("/");
    ready(&wall);
    wall.hang("index");
    wall.find("#tenant-submit").click();
    error(&wall, "empty");
    wall.hang("index-empty");
    wall.find("#tenant").type_in("No Such Name!");
    wall.find("#tenant-submit").click();
    error(&wall, "tenant_malformed");
    wall.hang("index-malformed");
    wall.find("#tenant").fill("nobody-here");
    wall.find("#tenant-submit").click();
    error(&wall, "tenant_unknown");
    wall.hang("index-unknown");
    wall.go_to("/t/nobody-here/sign-in");
    stage(&wall, "sign-in", "unknown-tenant");
    wall.hang("sign-in-unknown-tenant");
    wall.go_to("/no/such/page");
    ready(&wall);
    wall.hang("not-found");

    // The words are on their way, and go on being so.
    let tenant = Tenant::mfa(Edge::shared());
    wall.pretend(json!([["/words/en/sign-in.json", "never"]]));
    wall.go_to(&tenant.page("sign-in"));
    std::thread::sleep(std::time::Duration::from_millis(900));
    wall.look_at("starting");
    std::thread::sleep(std::time::Duration::from_secs(6));
    wall.look_at("starting-long");
    wall.be_honest();
    wall.without_javascript(|| {
        wall.go_to(&tenant.page("sign-in"));
        wall.look_at("no-javascript");
    });
    wall.close();
}

#[test]
fn the_password_and_what_may_be_wrong() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Member::join_as(&tenant, "bert");
    visit(&wall, &tenant, "sign-in", "password");
    wall.hang("sign-in");
    wall.find("#password-submit").click();
    error(&wall, "empty");
    wall.hang("sign-in-empty");
    wall.find("#password").type_in("shown");
    wall.find("#password-toggle").click();
    wall.hang("sign-in-password-shown");
    give_password(&wall, "bert", "not the password at all");
    error(&wall, "sign_in_refused");
    wall.hang("sign-in-refused");
    visit(&wall, &tenant, "sign-in#again", "password");
    wall.hang("sign-in-again");

    // Nothing comes back: it waits, says so after a while, and then that there is no way there.
    wall.pretend(json!([["/sign-in", "never"]]));
    give_password(&wall, "bert", &bert.password);
    wall.find("#password-form[aria-busy=\"true\"]");
    wall.hang("sign-in-waiting");
    wall.find("[data-test=\"slow\"]:not([hidden])");
    wall.hang("sign-in-slow");
    visit(&wall, &tenant, "sign-in", "password");
    wall.pretend(json!([["/sign-in", "offline"]]));
    give_password(&wall, "bert", &bert.password);
    error(&wall, "offline");
    wall.hang("sign-in-offline");

    wall.pretend(json!([["/sign-in", 429, {"code": "throttled", "retry_after_seconds": 2}]]));
    wall.find("#password-submit").click();
    wall.find("[data-test=\"try-again\"]:not([hidden])");
    wall.hang("sign-in-throttled-over");
    wall.pretend(json!([["/sign-in", 429, throttled()]]));
    wall.find("#password-submit").click();
    wall.find("[data-test=\"countdown\"]:not([hidden])");
    wall.hang("sign-in-throttled");
    visit(&wall, &tenant, "sign-in", "password");
    wall.pretend(json!([["/sign-in", 429, {"code": "throttled", "reason": "address", "retry_after_seconds": 30}]]));
    give_password(&wall, "bert", &bert.password);
    error(&wall, "throttled");
    wall.hang("sign-in-throttled-network");
    visit(&wall, &tenant, "sign-in", "password");
    wall.pretend(json!([["/sign-in", 403, {"code": "password_burnt"}]]));
    give_password(&wall, "bert", &bert.password);
    error(&wall, "password_burnt");
    wall.hang("sign-in-burnt");
    wall.pretend(json!([["/sign-in", 403, {"code": "tenant_suspended"}]]));
    wall.find("#password-submit").click();
    stage(&wall, "sign-in", "suspended");
    wall.hang("sign-in-suspended");

    for reason in ["too_short_alone", "locked"] {
        let owed = json!({"next": "new-password", "expires_at": soon(), "reason": reason, "password_min_length": 15});
        wall.pretend(json!([["/sign-in", 200, owed]]));
        visit(&wall, &tenant, "sign-in", "password");
        give_password(&wall, "bert", &bert.password);
        stage(&wall, "sign-in", "new-password");
        wall.hang(&format!("sign-in-new-password-{}", reason.replace('_', "-")));
    }
    wall.find("#new-password").type_in("short");
    wall.find("#new-password-submit").click();
    error(&wall, "password_unacceptable");
    wall.hang("sign-in-new-password-short");

    let skipped = json!({"next": "done", "session": {"amr": ["pwd", "device"]}, "device_remembered_until": soon()});
    wall.pretend(json!([["/sign-in", 200, skipped]]));
    visit(&wall, &tenant, &format!("sign-in?next={}", tenant.page("members")), "password");
    give_password(&wall, "bert", &bert.password);
    stage(&wall, "sign-in", "skipped");
    wall.hang("sign-in-skipped");
    wall.close();
}

#[test]
fn the_code_and_the_recovery_key() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Member::join_as(&tenant, "bert").enrol();
    let to_the_code_for = |page: &str| {
        visit(&wall, &tenant, page, "password");
        give_password(&wall, "bert", &bert.member.password);
        stage(&wall, "sign-in", "code");
    };
    let to_the_code = || to_the_code_for("sign-in");
    to_the_code();
    wall.hang("code");
    wall.find("details.help summary").click();
    wall.hang("code-help");
    wall.find("#code").type_in("12 34");
    wall.find("#code-submit").click();
    error(&wall, "passcode_malformed");
    wall.hang("code-malformed");
    wall.find("#code").fill(&bert.phone.wrong_code());
    error(&wall, "code_refused");
    wall.hang("code-refused");
    wall.find("#remember-device").click();
    wall.pretend(json!([["/sign-in/code", "never"]]));
    wall.find("#code").fill(&bert.phone.wrong_code());
    wall.find("#code-form[aria-busy=\"true\"]");
    wall.hang("code-waiting");
    wall.be_honest();

    // Somebody guesses elsewhere until the lane is closed for half a minute.
    let guesser = bert.pending();
    for _ in 0..5 {
        bert.member.enter_code(&guesser, &bert.phone.wrong_code());
    }
    to_the_code();
    wall.find("#code").type_in(&bert.phone.wrong_code());
    error(&wall, "throttled");
    wall.hang("code-throttled");
    to_the_code();
    wall.pretend(json!([["/sign-in/code", 401, {"code": "sign_in_expired"}]]));
    wall.find("#code").fill(&bert.phone.wrong_code());
    stage(&wall, "sign-in", "password");
    error(&wall, "sign_in_expired");
    wall.hang("sign-in-expired");
    wall.be_honest();
    to_the_code();
    wall.pretend(json!([["/sign-in/code", 403, {"code": "authenticator_locked"}]]));
    wall.find("#code").fill(&bert.phone.wrong_code());
    stage(&wall, "sign-in", "locked");
    wall.hang("locked");
    wall.find("#locked-use-recovery-key").click();
    stage(&wall, "sign-in", "recovery");
    wall.hang("recovery-locked");
    wall.be_honest();

    to_the_code();
    wall.find("#use-recovery-key").click();
    stage(&wall, "sign-in", "recovery");
    wall.hang("recovery");
    let key = &bert.keys[6];
    let slip = format!("{}{}", if key.starts_with('7') { "8" } else { "7" }, &key[1..]);
    wall.find("#recovery-key").fill(&slip);
    wall.find("#recovery-submit").click();
    error(&wall, "recovery_key_malformed");
    wall.hang("recovery-malformed");
    wall.find("[data-stage=\"recovery\"] details.help summary").click();
    wall.find("#recovery-key").fill(&Member::join(&tenant).enrol().keys[0]);
    wall.find("#recovery-submit").click();
    error(&wall, "recovery_key_refused");
    wall.hang("recovery-refused");
    wall.find("#recovery-key").fill(key);
    wall.find("#recovery-submit").click();
    stage(&wall, "account", "account");
    wall.find("#notice-key-used");
    wall.hang("account-let-in-by-a-key");
    // On the way elsewhere it is told before, and where a new password is owed, there.
    let on = format!("sign-in?next={}", tenant.page("account"));
    for (page, next, left, at) in [
        (on.as_str(), "done", 3, "recovery-accepted"),
        (&on, "done", 0, "recovery-accepted"),
        ("sign-in", "new-password", 8, "new-password"),
    ] {
        let answer = json!({"next": next, "recovery": {"set": 1, "number": 7, "left": left}, "expires_at": soon()});
        to_the_code_for(page);
        wall.find("#use-recovery-key").click();
        wall.pretend(json!([["/sign-in/recovery-key", 200, answer]]));
        wall.find("#recovery-key").fill(key);
        wall.find("#recovery-submit").click();
        stage(&wall, "sign-in", at);
        wall.hang(&format!("{at}-after-a-key-{left}"));
        wall.be_honest();
    }
    wall.close();
}
