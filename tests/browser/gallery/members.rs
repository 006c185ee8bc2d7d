//! Access control: the list of members, what is done to each, and inviting several.

use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json};

use super::wall::Wall;
use crate::keyboard::{ESCAPE, press};
use crate::office::{choose_act, dialog, no_dialog, pick, row, sign_in, sign_in_with_code, visit};
use crate::steps::{error, stage};

#[test]
fn the_list_of_members() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    sign_in_with_code(&wall, &anna.member, anna.phone());
    visit(&wall, &tenant, "members", "members");
    wall.find("#enrolment:not([hidden])");
    wall.hang("members-alone");
    let bert = Member::join_as(&tenant, "bert").enrol();
    Member::join_as(&tenant, "carla");
    tenant.invite("dirk");
    for key in &bert.keys[..8] {
        bert.member.enter_key(&bert.pending(), key).is(200);
    }
    tenant.invite("elsa");
    anna.order("elsa", "remove", json!({})).is(204);
    visit(&wall, &tenant, "members", "members");
    wall.find("#enrolment:not([hidden])");
    wall.hang("members");
    wall.find("#enrolment details summary").click();
    wall.find(&format!("{} summary", row("bert"))).click();
    wall.hang("members-menu");
    press(&wall, ESCAPE);
    for (name, act, question) in [
        ("bert", "reset", "reset-member"),
        ("bert", "remove", "remove-member"),
        ("dirk", "withdraw", "remove-member"),
        ("bert", "make_administrator", "change-role"),
        ("anna", "make_member", "change-role"),
    ] {
        choose_act(&wall, name, act);
        dialog(&wall, question);
        wall.hang(&format!("members-{}-{name}", act.replace('_', "-")));
        if (name, act) == ("anna", "make_member") {
            wall.find("#change-role-submit").click();
            error(&wall, "last_administrator");
            wall.hang("members-last-administrator");
        }
        press(&wall, ESCAPE);
        no_dialog(&wall, question);
    }
    choose_act(&wall, "bert", "reset");
    wall.find("#reset-member-submit").click();
    wall.find("#act-done:not([hidden])");
    wall.hang("members-reset-done");
    pick(&wall, "#filter", "removed");
    wall.find(&row("elsa"));
    wall.hang("members-removed");
    choose_act(&wall, "elsa", "invite_again");
    dialog(&wall, "invite-again");
    wall.hang("members-invite-again-elsa");
    press(&wall, ESCAPE);
    wall.find("#search").type_in("nobody of that name");
    wall.find("#nobody:not([hidden])");
    wall.hang("members-nobody");

    // A page of many, with names as long as they may be; and none at all, because it did not get through.
    let list = anna.see("/members?filter=all&limit=50");
    let long = |index: usize| {
        let mut one = list["members"][index % 4].clone();
        one["member"] = json!(format!("m{index}"));
        one["username"] = json!(format!("a-name-that-goes-on-and-on-and-has-no-place-to-break-{index}"));
        one["locked"] = json!(index.is_multiple_of(3));
        one
    };
    let many: Vec<Value> = (0..12).map(long).collect();
    let counts = json!({"active": 100_000, "invited": 1200, "enrolled": 84_312, "locked": 3, "administrators": 12});
    wall.pretend(json!([["/members", 200, {"members": many, "next": "later", "counts": counts}]]));
    visit(&wall, &tenant, "members", "members");
    wall.find("#enrolment:not([hidden])");
    wall.hang("members-many");
    wall.pretend(json!([["/members", 503, {"code": "unavailable"}]]));
    wall.find("#next").click();
    wall.find("#list-failed:not([hidden])");
    wall.hang("members-list-failed");
    visit(&wall, &tenant, "members", "failed");
    wall.hang("members-failed");
    wall.close();
}

#[test]
fn people_are_invited() {
    let wall = Wall::open();
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    tenant.invite("carla");
    sign_in(&wall, &anna.member);
    visit(&wall, &tenant, "members", "members");
    wall.find("#invite").click();
    dialog(&wall, "invite");
    wall.hang("invite");
    wall.find("#invite-username").type_in("carla");
    wall.find("#invite-submit").click();
    wall.find("#invite-form [data-test=\"error-summary\"]:not([hidden])");
    wall.hang("invite-taken");
    wall.find("#invite-username").fill("bert");
    wall.find("#invite-submit").click();
    dialog(&wall, "invitation");
    wall.hang("invite-link");
    wall.find("#invitation-close").click();
    no_dialog(&wall, "invitation");

    wall.find("#invite-many").click();
    stage(&wall, "members", "import");
    wall.hang("import");
    let list = "username,role\ndirk\nelsa,administrator\ndirk,member\nanna\ncarla\nno name\nfrits,queen\n";
    wall.find("#import-text").type_in(list);
    wall.find("#import-look").click();
    stage(&wall, "members", "import-preview");
    wall.hang("import-preview");
    wall.pretend(json!([["/members/invite-many", "never"]]));
    wall.find("#import-send").click();
    wall.find("#import-send-form[aria-busy=\"true\"]");
    wall.hang("import-under-way");
    wall.be_honest();
    // Goes on at the beginning: what never was answered cannot be waited for.
    wall.reload();
    stage(&wall, "members", "members");
    wall.find("#invite-many").click();
    wall.find("#import-text").type_in(list);
    wall.find("#import-look").click();
    stage(&wall, "members", "import-preview");
    wall.find("#import-send").click();
    stage(&wall, "members", "import-report");
    wall.hang("import-report");
    wall.find("#report-back").click();
    dialog(&wall, "leave-report");
    wall.hang("import-unsaved");
    wall.find("#leave-report-submit").click();
    stage(&wall, "members", "members");
    let frits = Member::join(&tenant);
    sign_in(&wall, &frits);
    visit(&wall, &tenant, "members", "not-administrator");
    wall.hang("members-not-administrator");
    wall.close();
}
