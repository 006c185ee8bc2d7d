//! The account page of a member: what it has to say, and each act with its question.

use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json};

use super::wall::{Wall, throttled};
use crate::keyboard::{ESCAPE, press};
use crate::office::{dialog, sign_in, sign_in_remembered, sign_in_with_code, visit};
use crate::steps::{error, stage};

#[test]
fn the_account_and_what_is_done_there() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Member::join_as(&tenant, "bert").enrol();
    sign_in_remembered(&wall, &bert.member, &bert.phone);
    wall.hang("account");

    // Something that matters needs a fresh proof, which this device is not.
    wall.find("#reset-mfa").click();
    dialog(&wall, "reset");
    wall.hang("account-reset");
    wall.find("#reset-submit").click();
    dialog(&wall, "step-up");
    wall.hang("step-up-code");
    wall.find("#step-up-code").type_in(&bert.phone.wrong_code());
    error(&wall, "code_refused");
    wall.hang("step-up-code-refused");
    wall.find("[data-turn-to=\"recovery-key\"]").click();
    wall.hang("step-up-recovery-key");
    wall.pretend(json!([["/step-up", 429, throttled()]]));
    wall.find("#step-up-recovery-key").type_in(&bert.keys[0]);
    wall.find("#step-up-recovery-key-submit").click();
    error(&wall, "throttled");
    wall.hang("step-up-throttled");
    wall.pretend(json!([["/step-up", 401, {"code": "unauthenticated"}]]));
    press(&wall, ESCAPE);
    wall.find("#reset-submit").click();
    wall.find("#step-up-code").type_in(&bert.phone.wrong_code());
    wall.find("dialog[data-dialog=\"step-up\"][data-stage=\"sign-in\"]");
    wall.hang("step-up-ended");
    wall.be_honest();

    visit(&wall, &tenant, "account", "account");
    wall.find("#new-keys").click();
    wall.find("#step-up-code").type_in(&bert.phone.next_code());
    stage(&wall, "account", "keys");
    wall.hang("account-keys");
    wall.find("#keys-saved").click();
    stage(&wall, "account", "proof");
    wall.pretend(json!([["/recovery-keys/complete", 409, {"code": "enrolment_superseded"}]]));
    wall.find("#proof").type_in("AB0CD");
    wall.find("#proof-submit").click();
    stage(&wall, "account", "keys-ended");
    wall.hang("account-keys-ended");
    wall.be_honest();

    visit(&wall, &tenant, "account", "account");
    wall.find("#devices button").click();
    dialog(&wall, "forget-device");
    wall.hang("account-forget-device");
    press(&wall, ESCAPE);
    wall.find("#change-password").click();
    stage(&wall, "account", "change-password");
    wall.hang("account-change-password");
    wall.find("#current-password").type_in("not the password at all");
    wall.find("#new-password").type_in(&bert.member.password.repeat(2));
    wall.find("#change-password-submit").click();
    error(&wall, "password_refused");
    wall.hang("account-change-password-refused");
    wall.find("#current-password").fill(&bert.member.password);
    wall.find("#change-password-submit").click();
    wall.find("#notice-done[data-notice=\"password-changed\"]");
    wall.hang("account-password-changed");
    wall.find("#reset-mfa").click();
    wall.find("#reset-submit").click();
    stage(&wall, "account", "reset-done");
    wall.hang("account-reset-done");
    wall.close();
}

/// The account as the edge tells it, changed in one way or another.
fn but(account: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut account = account.clone();
    change(&mut account);
    json!([["/account", 200, account]])
}

#[test]
fn what_an_account_can_have_to_say() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Member::join_as(&tenant, "bert").enrol();
    sign_in_with_code(&wall, &bert.member, &bert.phone);
    wall.hang("account-enrolled");
    let mut account = bert.member.account(&bert.client);
    account["authenticator"]["enrolled_at"] = json!(1_758_400_000); // else it would say that all is set, for two minutes
    let device = |label: &str, this: bool| {
        json!({"id": format!("0123456789abcde{}", u8::from(this)), "label": label, "remembered_at": 1_758_400_000, "last_used_at": 1_758_400_000,
            "remembered_until": 1_760_000_000, "this": this})
    };
    let visit = |name: &str, answers: Value| {
        wall.pretend(answers);
        visit(&wall, &tenant, "account", "account");
        wall.hang(name);
    };
    visit("account-few-keys", but(&account, |it| it["recovery_keys"] = json!({"set": 2, "left": 1})));
    visit("account-no-keys", but(&account, |it| it["recovery_keys"] = json!({"set": 2, "left": 0})));
    visit("account-burnt", but(&account, |it| it["password"]["burnt"] = json!(true)));
    visit("account-locked", but(&account, |it| it["authenticator"]["locked"] = json!(true)));
    let long = "a-name-that-goes-on-and-on-and-has-no-place-to-break-it";
    visit(
        "account-long-names",
        but(&account, |it| {
            it["username"] = json!(long);
            it["tenant_name"] =
                json!("The Society for the Preservation of Long Names, Wholeheartednesses and Incomprehensibilities");
            it["devices"] =
                json!([device("Firefox on a machine with a very long name, Linux", true), device("", false)]);
            it["sessions"] = json!(4);
        }),
    );
    wall.find("#end-others").click();
    dialog(&wall, "end-others");
    wall.hang("account-end-others");
    wall.be_honest();
    wall.pretend(json!([["/account", "never"]]));
    crate::office::visit(&wall, &tenant, "account", "loading");
    wall.hang("account-loading");
    wall.pretend(json!([["/account", 503, {"code": "unavailable"}]]));
    crate::office::visit(&wall, &tenant, "account", "failed");
    wall.hang("account-failed");
    wall.be_honest();
    crate::office::visit(&wall, &tenant, "account", "account");
    wall.find("#sign-out").click();
    stage(&wall, "account", "signed-out");
    wall.hang("account-signed-out");

    // An administrator where there is no MFA yet.
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    sign_in(&wall, &anna.member);
    wall.hang("account-no-mfa");
    wall.close();
}
