//! The operator's command-line tool against a running edge: what a person or a program sees of it.

mod runbook;
mod tool;

use std::fs;

use edge_mfa_tests::folder::Folder;
use edge_mfa_tests::phone::{Phone, step_now};
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json, random};
use tool::Tool;

#[test]
fn a_tenant_from_its_first_day_to_its_last() {
    let tool = Tool::at(Edge::shared());
    let id = random::name("t");
    let made =
        tool.json(&["tenants", "create", &id, "--name", "Acme BV", "--administrator", "anna", "--mode", "password"]);
    assert!(made["invitation"]["url"].as_str().expect("a link").contains(&format!("/t/{id}/invitation#")));
    assert_eq!(tool.json(&["tenants", "show", &id])["members"], json!({"active": 0, "invited": 1}));
    let listed = tool.lines(&["tenants", "list"]);
    assert!(listed.iter().any(|tenant| tenant["tenant"] == id.as_str()), "{listed:?}");

    tool.refused(&["tenants", "create", &id, "--name", "Acme BV", "--administrator", "anna"], 1);
    tool.json(&["members", "invite", &id, "bert"]);
    let members = tool.lines(&["members", "list", &id, "--filter", "invited"]);
    assert_eq!(members.iter().filter_map(|it| it["username"].as_str()).collect::<Vec<_>>(), ["anna", "bert"]);

    assert_eq!(tool.json(&["tenants", "suspend", &id])["lifecycle"], "suspended");
    assert_eq!(tool.json(&["tenants", "resume", &id])["lifecycle"], "open");
    assert_eq!(tool.json(&["tenants", "delete", &id, "--yes"])["lifecycle"], "deleted");
    tool.refused(&["tenants", "create", &id, "--name", "Acme BV", "--administrator", "anna"], 1);
}

#[test]
fn an_administrator_is_let_in_and_everybody_can_read_it() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let (tool, id) = (Tool::at(edge), anna.tenant().id.clone());
    let reason = "The phone and the sheet were in the bag that was stolen";
    tool.refused(&["tenants", "break-glass", &id, "nobody", "--reason", reason, "--yes"], 1);
    tool.json(&["tenants", "break-glass", &id, "anna", "--reason", reason, "--yes"]);
    anna.member.pending("enrol");
    let entries = tool.lines(&["audit", "show", &id]);
    let loud = entries.iter().find(|entry| entry["what"]["event"] == "break-glass").expect("an entry");
    assert_eq!(
        (&loud["by"], &loud["about"], &loud["what"]["reason"]),
        (&json!("operator"), &json!("anna"), &json!(reason))
    );
    tool.refused(&["tenants", "use-local", &id, "--reason", reason, "--yes"], 1);
}

#[test]
fn an_export_verifies_and_one_that_was_changed_does_not() {
    let edge = Edge::shared();
    let tenant = Tenant::mfa(edge);
    (0..3).for_each(|_| drop(tenant.invite(&random::name("m"))));
    let (tool, folder) = (Tool::at(edge), Folder::fresh());
    let out = folder.path().join("export");
    tool.done(&["export", &tenant.id, "--out", out.to_str().expect("a plain path")]);
    let log = out.join("audit.jsonl");
    tool.done(&["audit", "verify", log.to_str().expect("a plain path")]);
    let text = fs::read_to_string(&log).expect("the export");
    fs::write(&log, text.replacen("member-invited", "member-removed", 1)).expect("the export is changed");
    let said = tool.refused(&["audit", "verify", log.to_str().expect("a plain path")], 1);
    assert!(said.contains('2'), "the position of the first broken entry: {said}");
}

#[test]
fn members_of_another_product_are_brought_in_with_their_authenticators() {
    let edge = Edge::shared();
    let tenant = Tenant::mfa(edge);
    let (tool, folder) = (Tool::at(edge), Folder::fresh());
    let [anna, cleo] = [random::name("m"), random::name("m")];
    let phone = Phone::typed("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let (file, links) = (folder.path().join("uris.txt"), folder.path().join("links.jsonl"));
    let uri = |name: &str| format!("otpauth://totp/Old:{name}?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
    fs::write(&file, uri(&anna)).expect("a file is written");
    let plain = |path: &std::path::Path| path.to_str().expect("a plain path").to_owned();
    let (file, links) = (plain(&file), plain(&links));
    let arguments = ["import", &tenant.id, "--from", "key-uris", &file, "--links", &links];

    let before = tenant.seen_by_operator();
    let dry = tool.lines(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!((&dry[0]["result"], &dry[1]["summary"]["taken"]), (&json!("importable"), &json!(1)));
    assert_eq!(tenant.seen_by_operator(), before, "a dry run");

    assert_eq!(tool.lines(&arguments)[0]["result"], "imported");
    let link: Value = serde_json::from_str(&fs::read_to_string(&links).expect("the links")).expect("one link");
    let member = Member::accept(&tenant, &token_of(&link));
    // The step after: that of the import is spent.
    member.enter_code(&member.pending("code"), &phone.code_at(step_now() + 1)).is(200);

    // Again, with a line that cannot be taken: it says which, and the exit code tells.
    fs::write(&file, format!("{}otpauth://hotp/{cleo}?secret=GEZDGNBVGY3TQOJQ&counter=1\n", uri(&anna)))
        .expect("a file");
    let said = tool.refused(&arguments, 3);
    assert!(said.contains("1 line was not taken") && !said.contains("GEZDGN"), "{said}");
    tool.refused(&["import", &tenant.id, "--from", "keycloak", &file], 1);
}

#[test]
fn a_tenant_that_leaves_takes_its_authenticators_along_and_everybody_can_read_it() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let (tool, folder) = (Tool::at(edge), Folder::fresh());
    let out = folder.path().join("export");
    let (id, plain) = (anna.tenant().id.clone(), out.to_str().expect("a plain path"));
    let reason = "They leave for another platform";
    let said = tool.done(&["export", &id, "--out", plain, "--authenticators", reason, "--yes"]);
    let text = fs::read_to_string(out.join("authenticators.jsonl")).expect("the authenticators");
    let line: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&line["username"], &line["role"]), (&json!("anna"), &json!("administrator")));
    let phone = Phone::scan(line["key_uri"].as_str().expect("a key URI"));
    assert_eq!(phone.secret(), anna.phone().secret());
    let secret = line["key_uri"].as_str().and_then(|uri| uri.split("secret=").nth(1)).expect("a secret");
    assert!(!said.contains(&secret[..16]), "nothing of it on a terminal");
    let log = anna.log();
    assert!(log.iter().any(|entry| entry.event() == "authenticators-exported"), "the log keeps it");
    tool.refused(&["export", &id, "--out", plain, "--authenticators", "short", "--yes"], 1);
}

#[test]
fn a_key_is_rotated_and_may_go() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    edge.add_key("KEY_ENCRYPTION_KEYS", "second");
    let tool = Tool::at(&edge);
    let said = tool.done(&["keys", "reseal"]);
    assert!(said.contains("test") && said.contains("second"), "which key may go: {said}");
    assert_eq!(tool.json(&["tenants", "show", &tenant.id])["key_ids"], json!(["second"]));
    tool.done(&["keys", "status"]);
}

#[test]
fn without_a_token_or_with_another_it_says_what_to_do() {
    let tool = Tool::at(Edge::shared());
    let said = tool.without_token().refused(&["tenants", "list"], 2);
    assert!(said.contains("EDGE_MFA_OPERATOR_TOKEN"), "{said}");
    tool.with_token(&"x".repeat(43)).refused(&["tenants", "list"], 1);
    tool.refused(&["tenants"], 2);
}
