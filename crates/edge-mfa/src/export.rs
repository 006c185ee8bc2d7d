//! All that the operator may know about a tenant, in a folder.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::arguments::Export;
use crate::audit::{self, Kept};
use crate::confirm;
use crate::door::Door;
use crate::failure::{Failure, Outcome};
use crate::members;
use crate::output::{Output, count, word};
use crate::pages::{self, Page};
use crate::part::{self, Part};
use crate::progress::Progress;
use crate::tenants;

/// The members of each of these, in this order: together they are the whole directory.
const FILTERS: [&str; 2] = ["all", "removed"];

pub(crate) fn run(what: &Export, door: &Door, out: Output) -> Outcome {
    let Export { tenant, out: folder, authenticators, yes } = what;
    let profile = tenants::show(door, tenant)?;
    if word(&profile, "lifecycle") == "deleted" {
        return Err(Failure::Failed(format!("{tenant} has been deleted. There is nothing left to export.")));
    }
    if authenticators.is_some() {
        let what_happens = format!(
            "This writes the secret of every authenticator of {tenant} to {}: whoever reads it can make their codes. The \
             reason stands in the tenant's audit log for good; every administrator and every member is told.",
            folder.display(),
        );
        confirm::by_hand(&what_happens, tenant, *yes)?;
    }
    part::make_folder(folder)?;
    refuse_anothers(folder, tenant)?;
    part::write_whole(&folder.join("profile.json"), &format!("{profile:#}\n"))?;
    let members = save_members(door, tenant, &folder.join("members.jsonl"))?;
    let taken = match authenticators {
        Some(reason) => Some(save_authenticators(door, tenant, reason, &folder.join("authenticators.jsonl"))?),
        None => None,
    };
    let Kept { entries, last } = audit::save(door, tenant, &folder.join("audit.jsonl"))?;
    let done = json!({
        "tenant": tenant, "folder": folder, "members": members, "audit_entries": entries,
        "last_link": last.to_string(), "authenticators": taken,
    });
    out.show(&done, || {
        format!(
            "{tenant} is in {}:\n  profile.json\n  members.jsonl  {}\n  audit.jsonl    {}, the chain is whole\n\
             The last link, to keep: {last}",
            folder.display(),
            count(members, "member", "members"),
            count(entries, "entry", "entries"),
        )
    })
}

/// Saves who belongs with her authenticator, all in one go: what was interrupted begins anew, and is told again. How
/// many authenticators there are.
fn save_authenticators(door: &Door, tenant: &str, reason: &str, file: &Path) -> Outcome<u64> {
    let mut text = Zeroizing::new(String::new());
    let (mut after, mut taken) = (String::new(), 0);
    loop {
        let body = json!({ "reason": reason, "after": after });
        let page = door.post(&format!("/tenants/{tenant}/authenticators"), &body).map_err(|failure| {
            tenants::not_found(failure, tenant).reworded("wrong_mode", || format!("MFA is not on in {tenant}."))
        })?;
        for member in page.get("members").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
            taken += u64::from(member.get("key_uri").is_some_and(Value::is_string));
            text.push_str(&member.to_string());
            text.push('\n');
        }
        match page.get("next").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    part::write_whole(file, &text).map(|()| taken)
}

/// A folder is one tenant's.
fn refuse_anothers(folder: &Path, tenant: &str) -> Outcome {
    let profile = fs::read_to_string(folder.join("profile.json")).unwrap_or_default();
    let profile: Value = serde_json::from_str(&profile).unwrap_or_default();
    let theirs = word(&profile, "tenant");
    if theirs.is_empty() || theirs == tenant {
        return Ok(());
    }
    let folder = folder.display();
    Err(Failure::Failed(format!("{folder} holds the export of {theirs}. Choose another folder for {tenant}.")))
}

/// Saves the directory, or goes on where that was interrupted. How many members it has.
fn save_members(door: &Door, tenant: &str, file: &Path) -> Outcome<u64> {
    let mut progress = Progress::new();
    let mut part = Part::open(file, &format!("list of the members of {tenant} at {}", door.address()))?;
    let noted = part.after().cloned().unwrap_or_default();
    let begun = FILTERS.iter().position(|filter| *filter == word(&noted, "filter")).unwrap_or_default();
    let mut after = noted.get("after").filter(|after| !after.is_null()).cloned();
    for filter in FILTERS.iter().skip(begun) {
        let query = [("limit", members::PAGE.to_owned()), ("filter", (*filter).to_owned())];
        loop {
            let path = format!("/tenants/{tenant}/members");
            let page = pages::page(door, &path, "members", &query, after.as_ref());
            let Page { items, next } = page.map_err(|failure| tenants::not_found(failure, tenant))?;
            part.add(&items.iter().map(Value::to_string).collect::<Vec<_>>())?;
            progress.say(|| count(part.lines(), "member", "members"));
            after = next;
            if after.is_none() {
                break;
            }
            part.note(json!({ "filter": filter, "after": after }))?;
        }
    }
    let lines = part.lines();
    part.finish().map(|()| lines)
}
