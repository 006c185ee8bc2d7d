//! Members of a tenant: listed, invited.

use serde_json::{Value, json};

use crate::arguments::{self, Members};
use crate::door::Door;
use crate::failure::Outcome;
use crate::output::{Output, Table, number, word};
use crate::pages;
use crate::tenants;
use crate::time;

/// Members of a page: as many as the API gives.
pub(crate) const PAGE: &str = "100";

pub(crate) fn run(command: &Members, door: &Door, out: Output) -> Outcome {
    match command {
        Members::List { tenant, search, filter } => {
            let mut query = vec![("limit", PAGE.to_owned()), ("filter", arguments::word(filter))];
            query.extend(search.iter().map(|search| ("search", search.clone())));
            list(door, out, tenant, &query)
        }
        Members::Invite { tenant, username, role } => invite(door, out, tenant, username, &arguments::word(role)),
    }
}

fn list(door: &Door, out: Output, tenant: &str, query: &[(&str, String)]) -> Outcome {
    let mut table = Table::new(&["username", "role", "standing", "authenticator", "keys left", "last sign-in"]);
    let mut members = 0;
    pages::each(door, &format!("/tenants/{tenant}/members"), "members", query, |member| {
        members += 1;
        if out.json {
            return out.show(member, String::new);
        }
        table.row(row(member));
        Ok(())
    })
    .map_err(|failure| tenants::not_found(failure, tenant))?;
    if members == 0 {
        out.remark("No member is like that.");
        return Ok(());
    }
    if out.json { Ok(()) } else { out.show(&Value::Null, || table.text()) }
}

fn row(member: &Value) -> [String; 6] {
    let authenticator = match (member.get("locked"), member.get("enrolled_at").and_then(Value::as_u64)) {
        (Some(Value::Bool(true)), _) => "locked".to_owned(),
        (_, Some(at)) => format!("since {}", time::spelled(at)),
        (_, None) => "none".to_owned(),
    };
    let or_nothing = |name: &str| member.get(name).and_then(Value::as_u64);
    [
        word(member, "username").to_owned(),
        word(member, "role").to_owned(),
        word(member, "standing").to_owned(),
        authenticator,
        or_nothing("recovery_keys_left").map(|left| left.to_string()).unwrap_or_default(),
        or_nothing("last_sign_in_at").map(time::spelled).unwrap_or_default(),
    ]
}

fn invite(door: &Door, out: Output, tenant: &str, username: &str, role: &str) -> Outcome {
    let body = json!({ "username": username, "role": role });
    let invitation = door.post(&format!("/tenants/{tenant}/invitations"), &body).map_err(|failure| {
        let failure = tenants::not_found(failure, tenant);
        failure.reworded("conflict", || format!("{username} is a member of {tenant} already. Nothing has changed."))
    })?;
    out.show(&invitation, || invitation_text(&invitation))
}

/// An invitation, to be handed over.
pub(crate) fn invitation_text(invitation: &Value) -> String {
    format!(
        "{} is invited as {}. Hand this link over safely; it works once, until {}:\n{}",
        word(invitation, "username"),
        word(invitation, "role"),
        time::spelled(number(invitation, "expires_at")),
        word(invitation, "url"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_members_row_says_how_she_stands() {
        let member = json!({
            "username": "anna", "role": "administrator", "standing": "active", "enrolled_at": 0, "locked": false,
            "recovery_keys_left": 9, "last_sign_in_at": null,
        });
        assert_eq!(row(&member), ["anna", "administrator", "active", "since 1970-01-01 00:00:00 UTC", "9", ""]);
        let locked = json!({ "username": "mo", "enrolled_at": 0, "locked": true });
        assert_eq!(row(&locked)[3], "locked");
    }
}
