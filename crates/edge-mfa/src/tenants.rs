//! Tenants: made, listed, suspended, ended, and the way through for a locked-out administrator.

use serde_json::{Value, json};

use crate::arguments::{self, Tenants};
use crate::confirm;
use crate::door::Door;
use crate::failure::{Failure, Outcome};
use crate::members::invitation_text;
use crate::output::{Output, Table, count, harmless, number, word};
use crate::pages;
use crate::time;

pub(crate) fn run(command: &Tenants, door: &Door, out: Output) -> Outcome {
    match command {
        Tenants::List => list(door, out),
        Tenants::Show { tenant } => {
            let profile = show(door, tenant)?;
            out.show(&profile, || profile_text(&profile))
        }
        Tenants::Create { tenant, name, administrator, mode } => {
            let mode = arguments::word(mode);
            create(door, out, &json!({ "tenant": tenant, "name": name, "mode": mode, "administrator": administrator }))
        }
        Tenants::Suspend { tenant } => {
            change(door, out, tenant, "suspend", "is suspended. Nobody can sign in until you resume it.")
        }
        Tenants::Resume { tenant } => change(door, out, tenant, "resume", "is open. Members sign in as before."),
        Tenants::Delete { tenant, yes } => delete(door, out, tenant, *yes),
        Tenants::BreakGlass { tenant, username, reason, yes } => break_glass(door, out, tenant, username, reason, *yes),
        Tenants::Restored { tenant, reason, yes } => restored(door, out, tenant, reason, *yes),
        Tenants::UseLocal { tenant, reason, yes } => use_local(door, out, tenant, reason, *yes),
    }
}

/// What the tenant's object says about itself.
pub(crate) fn show(door: &Door, tenant: &str) -> Outcome<Value> {
    door.get(&format!("/tenants/{tenant}"), &[]).map_err(|failure| not_found(failure, tenant))
}

/// The refusal "not found", in words for a tenant.
pub(crate) fn not_found(failure: Failure, tenant: &str) -> Failure {
    failure.reworded("not_found", || {
        format!("There is no tenant {tenant}, or it has been deleted. `edge-mfa tenants list` shows what there is.")
    })
}

fn list(door: &Door, out: Output) -> Outcome {
    let mut table = Table::new(&["tenant", "name", "mode", "state"]);
    let mut tenants = 0;
    pages::each(door, "/tenants", "tenants", &[], |tenant| {
        tenants += 1;
        if out.json {
            return out.show(tenant, String::new);
        }
        table.row(["tenant", "name", "mode", "lifecycle"].map(|name| word(tenant, name).to_owned()));
        Ok(())
    })?;
    if tenants == 0 {
        out.remark("There is no tenant yet. `edge-mfa tenants create --help` says how to make one.");
        return Ok(());
    }
    if out.json { Ok(()) } else { out.show(&Value::Null, || table.text()) }
}

fn create(door: &Door, out: Output, new: &Value) -> Outcome {
    let tenant = word(new, "tenant");
    let made = door.post("/tenants", new).map_err(|failure| {
        failure.reworded("conflict", || {
            format!(
                "There is a tenant {tenant} already, or there was one. Choose another short name. If you made it a moment \
                 ago and the answer was lost, `edge-mfa members invite {tenant} {} --role administrator` gives you a \
                 new link.",
                word(new, "administrator")
            )
        })
    })?;
    out.show(&made, || {
        let invitation = made.get("invitation").unwrap_or(&Value::Null);
        format!("Tenant {tenant} is there.\n\n{}", invitation_text(invitation))
    })
}

fn change(door: &Door, out: Output, tenant: &str, act: &str, so_it: &str) -> Outcome {
    let changed = door.post(&format!("/tenants/{tenant}/{act}"), &json!({}));
    let profile = changed.map_err(|failure| not_found(failure, tenant))?;
    out.show(&profile, || format!("{tenant} {so_it}"))
}

fn delete(door: &Door, out: Output, tenant: &str, yes: bool) -> Outcome {
    let profile = show(door, tenant)?;
    if word(&profile, "lifecycle") == "deleted" {
        return out.show(&profile, || format!("{tenant} was deleted before."));
    }
    let what_happens = format!(
        "This ends {tenant} ({}) with {} for good: their authenticators and recovery keys die at once, its log and its \
         members cannot be read afterwards, and its short name is never given out again.",
        harmless(word(&profile, "name")),
        count(members(&profile, "active"), "member", "members"),
    );
    confirm::by_hand(&what_happens, tenant, yes)?;
    let ended = door.post(&format!("/tenants/{tenant}/delete"), &json!({ "confirmation": tenant }));
    let profile = ended.map_err(|failure| not_found(failure, tenant))?;
    out.show(&profile, || format!("{tenant} is deleted. What remains of its members is being swept."))
}

fn restored(door: &Door, out: Output, tenant: &str, reason: &str, yes: bool) -> Outcome {
    let what_happens = format!(
        "This makes {tenant} safe to use after a restore: everybody is signed out, and codes, recovery keys, remembered \
         devices, links and invitations of before this moment are worth nothing. Authenticator apps stay bound. The reason \
         stands in the tenant's audit log for good, and every administrator is told."
    );
    confirm::by_hand(&what_happens, tenant, yes)?;
    let body = json!({ "reason": reason });
    let answer = door.post(&format!("/tenants/{tenant}/restored"), &body);
    let profile = answer.map_err(|failure| not_found(failure, tenant))?;
    out.show(&profile, || {
        format!(
            "Nothing that was used in {tenant} before this moment can be used again. Members sign in with a code that is \
             newer than this, and make new recovery keys on their account page."
        )
    })
}

fn use_local(door: &Door, out: Output, tenant: &str, reason: &str, yes: bool) -> Outcome {
    let what_happens = format!(
        "This brings {tenant} back to passwords: everybody is signed out and is sent a link to choose one. The reason \
         stands in the tenant's audit log for good, and every administrator is told."
    );
    confirm::by_hand(&what_happens, tenant, yes)?;
    let answer =
        door.post(&format!("/tenants/{tenant}/use-local"), &json!({ "reason": reason })).map_err(|failure| {
            let failure = not_found(failure, tenant);
            failure.reworded("wrong_mode", || format!("{tenant} does not use an identity provider."))
        })?;
    out.show(&answer, || {
        format!("Members of {tenant} sign in with passwords again. Each is sent a link to choose one.")
    })
}

fn break_glass(door: &Door, out: Output, tenant: &str, username: &str, reason: &str, yes: bool) -> Outcome {
    let what_happens = format!(
        "This resets the MFA of {username} in {tenant}: she signs in with her password and enrols anew. The reason stands \
         in the tenant's audit log for good, and every administrator is told."
    );
    confirm::by_hand(&what_happens, username, yes)?;
    let body = json!({ "username": username, "reason": reason });
    door.post(&format!("/tenants/{tenant}/break-glass"), &body).map_err(|failure| {
        let failure = failure.reworded("not_found", || {
            format!(
                "There is no active administrator {username} in a tenant {tenant}. `edge-mfa members list {tenant} \
                 --filter administrators` shows who there is."
            )
        });
        failure.reworded("wrong_mode", || {
            format!("MFA is not on in {tenant}, so there is none to reset. A lost password is replaced by a link.")
        })
    })?;
    let done = json!({ "tenant": tenant, "username": username, "reset": true });
    out.show(&done, || {
        format!(
            "The MFA of {username} is reset. She signs in with her password and enrols anew; her sessions have ended."
        )
    })
}

fn members(profile: &Value, standing: &str) -> u64 {
    profile.get("members").map(|members| number(members, standing)).unwrap_or_default()
}

fn profile_text(profile: &Value) -> String {
    let mut lines = vec![
        format!("tenant      {}", word(profile, "tenant")),
        format!("name        {}", harmless(word(profile, "name"))),
        format!("mode        {}", word(profile, "mode")),
        format!("state       {}", word(profile, "lifecycle")),
        format!("members     {} active, {} invited", members(profile, "active"), members(profile, "invited")),
        format!("epoch       {}", number(profile, "epoch")),
        format!("keys under  {}", key_ids(profile).join(", ")),
    ];
    let receipts = profile.get("receipts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    lines.extend(receipts.iter().map(receipt_text));
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// The key-encryption keys that something of the tenant is under, each once.
pub(crate) fn key_ids(profile: &Value) -> Vec<String> {
    let ids = profile.get("key_ids").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut ids: Vec<String> = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn receipt_text(receipt: &Value) -> String {
    let erased = ["members", "authenticators", "recovery_keys", "devices", "sessions"]
        .map(|what| format!("{} {}", number(receipt, what), what.replace('_', " ")));
    let sweep = match receipt.get("finished_at").and_then(Value::as_u64) {
        Some(at) => format!("swept by {}: {}", time::spelled(at), erased.join(", ")),
        None => "the sweep goes on".to_owned(),
    };
    format!(
        "receipt     switched off {} by {} (epoch {}); {sweep}",
        time::spelled(number(receipt, "switched_off_at")),
        word(receipt, "by"),
        number(receipt, "epoch"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_told_in_full() {
        let profile = json!({
            "tenant": "acme", "name": "Acme BV", "mode": "password", "epoch": 3, "lifecycle": "open",
            "members": { "active": 84, "invited": 2 }, "key_ids": ["k2", "k1", "k2"],
            "receipts": [{
                "epoch": 3, "switched_off_at": 1_767_225_599, "by": "anna", "finished_at": null, "members": 0,
                "authenticators": 0, "recovery_keys": 0, "devices": 0, "sessions": 0,
            }],
        });
        let text = profile_text(&profile);
        assert!(text.contains("members     84 active, 2 invited"), "{text}");
        assert!(text.contains("keys under  k1, k2"), "{text}");
        assert!(text.ends_with("switched off 2025-12-31 23:59:59 UTC by anna (epoch 3); the sweep goes on"), "{text}");
    }
}
