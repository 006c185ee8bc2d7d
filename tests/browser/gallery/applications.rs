//! The software that relies on us: registered, given a key, changed, removed; and the keys that we sign with.

use edge_mfa_tests::{Administrator, Edge, Tenant, json};

use super::wall::Wall;
use crate::keyboard::{ESCAPE, press};
use crate::office::{agree, dialog, sign_in_with_code, visit};
use crate::steps::{error, stage};

#[test]
fn applications_and_their_keys() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    sign_in_with_code(&wall, &anna.member, anna.phone());
    visit(&wall, &tenant, "applications", "applications");
    wall.hang("applications-none");
    wall.find("#register").click();
    stage(&wall, "applications", "describe");
    for kind in wall
        .run("return [...document.querySelectorAll('[name=kind]')].map((it) => it.value)", json!([]))
        .as_array()
        .expect("kinds")
    {
        let kind = kind.as_str().expect("a kind");
        wall.run("document.querySelector(`[name=kind][value=${arguments[0]}]`).click()", json!([kind]));
        wall.hang(&format!("applications-register-{kind}"));
    }
    wall.run("document.querySelector('[name=kind][value=client]').click()", json!([]));
    wall.find("#describe-submit").click();
    error(&wall, "empty");
    wall.hang("applications-empty");
    wall.find("#name").type_in("Wiki");
    wall.find("#client-redirect_uris").type_in("https://wiki.example/#part");
    wall.find("#describe-submit").click();
    error(&wall, "bad_request");
    wall.hang("applications-refused");
    wall.find("#client-redirect_uris").fill("https://wiki.example/back");
    wall.find("#describe-submit").click();
    stage(&wall, "applications", "key");
    wall.hang("applications-key");
    wall.find("#key-done").click();
    dialog(&wall, "leave-key");
    wall.hang("applications-leave-key");
    agree(&wall, "leave-key");
    stage(&wall, "applications", "applications");
    tenant.client().get(&tenant.page("jwks")).is(200);
    visit(&wall, &tenant, "applications", "applications");
    wall.hang("applications");
    let seen = anna.see("/settings/applications");
    let id = seen["applications"][0]["application"].as_str().expect("an id").to_owned();
    wall.find(&format!("#addKey-{id}")).click();
    dialog(&wall, "add-key");
    wall.hang("applications-add-key");
    wall.find("#add-key-submit").click();
    stage(&wall, "applications", "key");
    wall.hang("applications-second-key");
    wall.find("#key-done").click();
    agree(&wall, "leave-key");
    stage(&wall, "applications", "applications");
    wall.find(&format!("#{id}-key-1-end")).click();
    dialog(&wall, "end-key");
    wall.hang("applications-end-key");
    wall.find("#end-key-submit").click();
    wall.find("#act-done:not([hidden])");
    wall.hang("applications-key-ended");
    wall.find(&format!("#change-{id}")).click();
    stage(&wall, "applications", "describe");
    wall.hang("applications-change");
    wall.find("#describe-back").click();
    wall.find(&format!("#remove-{id}")).click();
    dialog(&wall, "remove-application");
    wall.hang("applications-remove");
    press(&wall, ESCAPE);
    wall.find("#rotate").click();
    dialog(&wall, "rotate-keys");
    wall.hang("applications-rotate");
    agree(&wall, "rotate-keys");
    wall.find("#signing-key-list [data-stage-of-key=\"next\"]");
    wall.hang("applications-rotated");
    wall.close();
}
