//! Where somebody else takes part: an identity provider, a platform with its own login, an application that sent her.

use edge_mfa_tests::provider::Provider;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json};

use super::wall::{Wall, soon};
use crate::office::{dialog, sign_in, sign_in_with_code, visit};
use crate::steps::{error, ready, stage};

#[test]
fn an_identity_provider_is_connected() {
    let wall = Wall::open();
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    Member::join_as(&tenant, "bert");
    tenant.invite("carla");
    sign_in(&wall, &anna.member);
    visit(&wall, &tenant, "external", "configure");
    wall.hang("external");
    wall.run("document.querySelectorAll('details').forEach((it) => { it.open = true; })", json!([]));
    wall.hang("external-help");
    visit(&wall, &tenant, "external", "configure");
    let provider = Provider::shared();
    wall.find("#issuer").fill("https://login.microsoftonline.com/common/v2.0");
    wall.find("#client-id").fill(&provider.client_id);
    wall.find("#client-secret").fill(&provider.client_secret);
    wall.find("#configure-submit").click();
    error(&wall, "provider_refused");
    wall.hang("external-refused");

    let settings = anna.settings();
    let external = json!({"issuer": "https://login.microsoftonline.com/01234567-89ab-cdef-0123-456789abcdef/v2.0",
        "client_id": "01234567-89ab-cdef-0123-456789abcdef", "tried": null});
    let tried = |by: &str| {
        let mut external = external.clone();
        external["tried"] = json!({"by": by, "at": soon(), "called": "anna@zeta.example"});
        external
    };
    let known = |mode: &str, external: Value| {
        let mut settings = settings.clone();
        settings["mode"] = json!(mode);
        settings["external"] = external;
        settings["odds"] = json!(null);
        json!([["/settings/authentication", 200, settings], ["/external/enable", 200, {}]])
    };
    for (name, external) in [("entered", external.clone()), ("tried", tried("anna"))] {
        wall.pretend(known("password", external));
        visit(&wall, &tenant, "settings", "settings");
        wall.hang(&format!("settings-external-{name}"));
    }
    for (word, name) in [("works", "works"), ("id_token_auth_time_missing", "trouble")] {
        visit(&wall, &tenant, &format!("settings?external={word}"), "settings");
        wall.hang(&format!("settings-external-{name}"));
    }
    wall.pretend(known("password", tried("bea")));
    visit(&wall, &tenant, "external", "try");
    wall.hang("external-try");
    wall.pretend(known("password", tried("anna")));
    visit(&wall, &tenant, "external", "enable");
    wall.hang("external-enable");
    wall.find("#confirmation").type_in("yes");
    wall.find("#enable-submit").click();
    error(&wall, "confirmation_wrong");
    wall.hang("external-enable-wrong");
    wall.find("#confirmation").fill(&tenant.id);
    wall.find("#enable-submit").click();
    stage(&wall, "external", "enabled");
    wall.hang("external-enabled");
    for mode in ["mfa", "external"] {
        wall.pretend(known(mode, external.clone()));
        visit(&wall, &tenant, "external", "other-mode");
        wall.hang(&format!("external-on-{mode}"));
    }
    visit(&wall, &tenant, "settings", "settings");
    wall.hang("settings-external");
    wall.find("#to-passwords").click();
    stage(&wall, "settings", "to-passwords");
    wall.hang("settings-to-passwords");
    visit(&wall, &tenant, "settings", "settings");
    wall.find("#renew-secret").click();
    dialog(&wall, "renew-secret");
    wall.hang("settings-renew-secret");

    // Those who sign in there.
    let profile = json!([["/external/sign-in", "never"], [tenant.id, 200, {"tenant": tenant.id, "name": tenant.name, "mode": "external"}]]);
    wall.pretend(profile);
    visit(&wall, &tenant, "sign-in", "external");
    wall.hang("sign-in-external");
    wall.find("#external-submit").click();
    wall.find("#external-form[aria-busy=\"true\"]");
    wall.hang("sign-in-external-waiting");
    for word in ["identity_unknown", "provider_says_access_denied", "token_unexpected"] {
        visit(&wall, &tenant, &format!("sign-in?external={word}"), "external");
        error(&wall, "provider_refused");
        wall.hang(&format!("sign-in-external-{}", word.replace('_', "-")));
    }
    visit(&wall, &tenant, "forgot", "external");
    wall.hang("forgot-external");
    let mut account = anna.member.account(&anna.client);
    account["mode"] = json!("external");
    let mut session = anna.member.session(&anna.client).is(200);
    session["amr"] = json!(["external"]);
    account["step_up_until"] = json!(0);
    account["step_up_by"] = json!(["sign-in"]);
    wall.pretend(json!([["/account", 200, account], ["/session", 200, session]]));
    visit(&wall, &tenant, "account", "account");
    wall.hang("account-external");
    visit(&wall, &tenant, "members", "members");
    wall.hang("members-external");
    wall.find("#invite").click();
    dialog(&wall, "step-up");
    wall.hang("step-up-external");
    wall.close();
}

#[test]
fn a_platform_or_an_application_has_sent_her() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Member::join_as(&tenant, "bert").enrol();
    visit(&wall, &tenant, "sign-out", "ask");
    wall.hang("sign-out");
    wall.go_to("/t/nobody-here/sign-out");
    stage(&wall, "sign-out", "unknown-tenant");
    wall.hang("sign-out-unknown-tenant");
    sign_in_with_code(&wall, &bert.member, &bert.phone);
    visit(&wall, &tenant, "confirm", "confirm");
    wall.hang("confirm");
    wall.find("#confirm-code").click();
    dialog(&wall, "step-up");
    wall.hang("confirm-code");

    // What the edge tells the page of a platform's sign-in.
    let shown = |next: &str, locked: bool| {
        json!({"next": next, "application": "Shop", "host": "shop.example", "username": "bert", "expires_at": soon(),
            "authenticator_locked": locked, "remembered_devices": true, "not_now": "#", "password_change": "#"})
    };
    let accepted = json!({"next": "done", "go_to": "#", "recovery": {"set": 1, "number": 2, "left": 2}});
    let open = |shown: Value, status: u16| {
        wall.pretend(json!([["/second-factor/page", status, shown], ["/page/recovery-key", 200, accepted],
            ["/page/code", 401, {"code": "code_refused"}]]));
        wall.go_to(&tenant.page("second-factor"));
        ready(&wall);
    };
    open(shown("code", false), 200);
    stage(&wall, "second-factor", "code");
    wall.hang("second-factor-code");
    wall.find("#code").type_in("123456");
    error(&wall, "code_refused");
    wall.hang("second-factor-refused");
    wall.find("#use-recovery-key").click();
    stage(&wall, "second-factor", "recovery");
    wall.hang("second-factor-recovery");
    wall.find("#recovery-key").type_in(&bert.keys[0]);
    wall.find("#recovery-submit").click();
    stage(&wall, "second-factor", "recovery-accepted");
    wall.hang("second-factor-recovery-accepted");
    open(shown("code", true), 200);
    stage(&wall, "second-factor", "locked");
    wall.hang("second-factor-locked");
    open(shown("new-password", false), 200);
    stage(&wall, "second-factor", "new-password");
    wall.hang("second-factor-new-password");
    for (status, code, at) in
        [(401, "sign_in_expired", "ended"), (403, "tenant_suspended", "suspended"), (503, "unavailable", "failed")]
    {
        open(json!({"code": code}), status);
        stage(&wall, "second-factor", at);
        wall.hang(&format!("second-factor-{at}"));
    }
    wall.close();
}
