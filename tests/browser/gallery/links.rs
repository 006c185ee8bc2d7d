//! Pages that a link in a letter leads to: an invitation, a new password; and asking for the latter.

use edge_mfa_tests::{Administrator, Edge, Member, Tenant, json};

use super::wall::{Wall, throttled};
use crate::office::visit;
use crate::steps::{error, ready, stage};

#[test]
fn a_forgotten_password() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Member::join_as(&tenant, "bert");
    visit(&wall, &tenant, "forgot", "ask");
    wall.hang("forgot");
    wall.pretend(json!([["/forgot", 429, throttled()]]));
    wall.find("#username").type_in("bert");
    wall.find("#forgot-submit").click();
    error(&wall, "throttled");
    wall.hang("forgot-throttled");
    wall.be_honest();
    visit(&wall, &tenant, "forgot", "ask");
    wall.find("#username").type_in("bert");
    wall.find("#forgot-submit").click();
    stage(&wall, "forgot", "sent");
    wall.hang("forgot-sent");
    let notice = Edge::shared().mailbox().wait(&tenant.id, "bert", "password-link-issued");
    let link = notice.link.clone().expect("a link");

    visit(&wall, &tenant, "password", "missing");
    wall.hang("password-missing");
    wall.pretend(json!([["/password/link", "never"]]));
    wall.go("about:blank");
    wall.go(&link);
    ready(&wall);
    stage(&wall, "password", "loading");
    wall.hang("password-loading");
    wall.pretend(json!([["/password/link", 503, {"code": "unavailable"}]]));
    wall.go("about:blank");
    wall.go(&link);
    stage(&wall, "password", "failed");
    wall.hang("password-failed");
    let burnt = json!({"name": tenant.name, "username": "bert", "purpose": "burnt", "password_min_length": 8});
    wall.pretend(json!([["/password/link", 200, burnt], ["/password/not-me", 204]]));
    wall.find("#retry").click();
    stage(&wall, "password", "burnt");
    wall.hang("password-burnt");
    wall.find("#not-me").click();
    stage(&wall, "password", "choose");
    wall.hang("password-disowned");
    wall.be_honest();
    wall.go("about:blank");
    wall.go(&link);
    stage(&wall, "password", "choose");
    wall.hang("password-choose");
    for (name, password) in [("short", "short"), ("own", &format!("{}!", tenant.id))] {
        wall.find("#password").fill(password);
        wall.find("#password-submit").click();
        error(&wall, "password_unacceptable");
        wall.hang(&format!("password-{name}"));
    }
    wall.find("#password").fill(&bert.password.repeat(2));
    wall.find("#password-submit").click();
    stage(&wall, "password", "done");
    wall.hang("password-done");
    wall.go("about:blank");
    wall.go(&link);
    stage(&wall, "password", "refused");
    wall.hang("password-refused");
    wall.close();
}

#[test]
fn an_invitation() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    visit(&wall, &tenant, "invitation", "missing");
    wall.hang("invitation-missing");
    visit(&wall, &tenant, &format!("invitation#{}", tenant.invitation), "refused");
    wall.hang("invitation-refused");
    let token = tenant.invite("bert");
    let to_it = || {
        wall.go("about:blank");
        wall.go_to(&tenant.page(&format!("invitation#{token}")));
        ready(&wall);
    };
    wall.pretend(json!([["/invitation/preview", 503, {"code": "unavailable"}]]));
    to_it();
    stage(&wall, "invitation", "failed");
    wall.hang("invitation-failed");
    for (mode, role) in [("mfa", "administrator"), ("password", "member"), ("external", "member")] {
        let invitation =
            json!({"name": tenant.name, "username": "bert", "role": role, "mode": mode, "password_min_length": 8});
        wall.pretend(json!([["/invitation/preview", 200, invitation], ["/external/connect", "never"]]));
        to_it();
        stage(&wall, "invitation", if mode == "external" { "connect" } else { "choose" });
        wall.hang(&format!("invitation-{mode}-{role}"));
    }
    wall.find("#connect").click();
    wall.find("#connect-form[aria-busy=\"true\"]");
    wall.hang("invitation-connecting");
    wall.be_honest();
    to_it();
    stage(&wall, "invitation", "choose");
    wall.hang("invitation-mfa-member");
    wall.find("#password").type_in("password");
    wall.find("#accept").click();
    error(&wall, "password_unacceptable");
    wall.hang("invitation-common");
    // The password is saved; the sign-in that follows by itself does not get through.
    wall.pretend(json!([["/sign-in", 429, throttled()]]));
    wall.find("#password").fill(&anna.member.password);
    wall.find("#accept").click();
    stage(&wall, "invitation", "accepted");
    wall.hang("invitation-accepted");
    wall.close();
}
