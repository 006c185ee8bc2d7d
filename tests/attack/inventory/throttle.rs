//! Where guesses are counted. The only list by hand: no document tells it. A member of any body is either named here
//! with its lane and its burst, or is nothing that anybody could guess at; one that is neither fails.

use edge_mfa_tests::Value;

use super::cases::Cases;
use super::guess;
use super::route::Route;
use super::routes;

/// Sends guesses at one field of one route until they are limited, exactly where the lane says.
type Burst = fn(&mut Cases, &Route);

/// Route, field, the lane that counts the guesses at it, and the burst that shows it.
const LANES: [(&str, &str, &str, Burst); 56] = [
    ("/sign-in", "password", "10 for each name, whoever bears it, then 30 s", guess::password_of_a_name),
    ("/sign-in/code", "code", "5 for each member, over all doors, then 30 s", guess::code_at_sign_in),
    ("/step-up", "code", "the same lane; and 5 in a row end the session", guess::code_at_step_up),
    ("/sign-in/recovery-key", "recovery_key", "5 for each member, over all doors, then 30 s", guess::key_at_sign_in),
    ("/step-up", "recovery_key", "the same lane; and 5 in a row end the session", guess::key_at_step_up),
    ("/step-up", "password", "5 in a row end the session, and close nothing else", guess::password_at_step_up),
    ("/account/password", "current_password", "counts on the session with step-up", guess::current_password),
    ("/enrolment/confirm", "code", "5 end the enrolment, whose secret was shown", guess::code_of_an_enrolment),
    ("/settings/mfa/set-up/confirm", "code", "5 end the set-up, whose secret was shown", guess::code_of_a_set_up),
    ("/enrolment/complete", "proof", "none: the keys were shown in the same browser", guess::proof_of_an_enrolment),
    ("/settings/mfa/set-up/complete", "proof", "none: shown in the same session", guess::proof_of_a_set_up),
    ("/account/recovery-keys/complete", "proof", "none: shown in the same session", guess::proof_of_a_renewal),
    ("/invitation/preview", "token", "none: 256 random bits", guess::token),
    ("/invitation/accept", "token", "none: 256 random bits", guess::token),
    ("/external/connect", "token", "none: 256 random bits", guess::token),
    ("/password/link", "token", "none: 256 random bits", guess::token),
    ("/password/not-me", "token", "none: 256 random bits", guess::token),
    ("/password/reset", "token", "none: 256 random bits", guess::token),
    ("/enrolment/confirm", "enrolment_id", "none: 128 random bits of her own", guess::id_of_an_enrolment),
    ("/enrolment/recovery-keys", "enrolment_id", "none: 128 random bits of her own", guess::id_of_an_enrolment),
    ("/enrolment/complete", "enrolment_id", "none: 128 random bits of her own", guess::id_of_an_enrolment),
    ("/settings/mfa/set-up/confirm", "enrolment_id", "none: 128 random bits of her own", guess::id_of_a_set_up),
    ("/settings/mfa/set-up/recovery-keys", "enrolment_id", "none: 128 random bits of her own", guess::id_of_a_set_up),
    ("/settings/mfa/set-up/extend", "enrolment_id", "none: 128 random bits of her own", guess::id_of_a_set_up),
    ("/settings/mfa/set-up/complete", "enrolment_id", "none: 128 random bits of her own", guess::id_of_a_set_up),
    ("/second-factor/code", "code", "5 for each member, over all doors, then 30 s", guess::code_vouched),
    ("/second-factor/recovery-key", "recovery_key", "the lane of keys, over all doors", guess::key_vouched),
    (
        "/second-factor/enrolment/confirm",
        "code",
        "5 end the enrolment, whose secret was shown",
        guess::first_code_vouched,
    ),
    ("/second-factor/enrolment/complete", "proof", "none: shown to the same server", guess::proof_vouched),
    ("/second-factor/enrolment/confirm", "enrolment_id", "none: 128 random bits of her own", guess::id_vouched),
    ("/second-factor/enrolment/recovery-keys", "enrolment_id", "none: 128 random bits of her own", guess::id_vouched),
    ("/second-factor/enrolment/complete", "enrolment_id", "none: 128 random bits of her own", guess::id_vouched),
    ("/second-factor/code", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/recovery-key", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/password-changed", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/password-changed", "reference", "none: 256 random bits", guess::errand),
    ("/second-factor/enrolment/start", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/enrolment/confirm", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/enrolment/recovery-keys", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/enrolment/complete", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/begin", "device", "none: 256 random bits", guess::device),
    ("/second-factor/redeem", "pending", "none: 256 random bits", guess::pending),
    ("/second-factor/redeem", "reference", "none: 256 random bits", guess::reference),
    ("/second-factor/page/open", "token", "none: 256 random bits", guess::token),
    ("/second-factor/page/code", "code", "5 for each member, over all doors, then 30 s", guess::code_on_page),
    ("/second-factor/page/recovery-key", "recovery_key", "the lane of keys, over all doors", guess::key_on_page),
    ("/second-factor/page/enrolment/confirm", "code", "5 end the enrolment", guess::first_code_on_page),
    ("/second-factor/page/enrolment/complete", "proof", "none: shown in the same browser", guess::proof_on_page),
    ("/second-factor/page/enrolment/confirm", "enrolment_id", "none: 128 random bits of her own", guess::id_on_page),
    (
        "/second-factor/page/enrolment/recovery-keys",
        "enrolment_id",
        "none: 128 random bits of her own",
        guess::id_on_page,
    ),
    ("/second-factor/page/enrolment/complete", "enrolment_id", "none: 128 random bits of her own", guess::id_on_page),
    // Chosen, not compared: one is taken, and with it the chance to choose is spent.
    ("/invitation/accept", "password", "one: the invitation is spent with it", guess::first_password),
    ("/password/reset", "password", "one: the link is spent with it", guess::password_by_link),
    ("/account/password", "new_password", "behind the current one", guess::new_password),
    ("/sign-in/new-password", "password", "one: the sign-in owes it and goes on with it", guess::owed_password),
    ("/settings/external/configure", "client_secret", "behind an administrator's fresh proof", guess::client_secret),
];

/// What nobody guesses at: names, choices, ids of one's own, words typed after what is shown.
const NO_SECRETS: [&str; 48] = [
    "Operations",
    "Operations.op",
    "Operations.path",
    "Operations.value",
    "accent",
    "active",
    "administrator",
    "after",
    "anew",
    "attributes",
    "back_channel_logout_uri",
    "client_id",
    "confirmation",
    "count",
    "device_id",
    "dry_run",
    "epoch",
    "excludedAttributes",
    "externalId",
    "filter",
    "hosts",
    "issuer",
    "kind",
    "logo",
    "mode",
    "name",
    "next",
    "nonce",
    "number",
    "page",
    "page.remembered_devices",
    "page.return_to",
    "page.state",
    "part",
    "post_logout_redirect_uris",
    "public",
    "reason",
    "redirect_uris",
    "remember_device",
    "return_uris",
    "role",
    "rows",
    // Brought in by the operator, and compared with nothing.
    "rows.key_uri",
    "rows.role",
    "rows.username",
    "startIndex",
    "userName",
    "username",
];

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    for route in routes() {
        let lanes: Vec<_> = LANES.iter().filter(|lane| is_of(lane.0, route)).collect();
        cases.holds(route, "every field has its lane, every lane its field", || {
            let fields = fields(route);
            let listed = |field: &str| lanes.iter().any(|lane| lane.1 == field) || is_no_secret(route, field);
            let missing: Vec<_> = fields.iter().filter(|it| !listed(it)).collect();
            let gone: Vec<_> =
                lanes.iter().map(|lane| lane.1).filter(|it| !fields.iter().any(|field| field == it)).collect();
            let fits = missing.is_empty() && gone.is_empty();
            if fits { Ok(()) } else { Err(format!("no lane for {missing:?}, no such field: {gone:?}")) }
        });
        for (_, field, lane, burst) in lanes {
            let before = cases.faults.len();
            burst(&mut cases, route);
            for fault in &mut cases.faults[before..] {
                *fault = format!("{fault} ({field}: {lane})");
            }
        }
    }
    let unknown = LANES.iter().find(|lane| !routes().iter().any(|route| is_of(lane.0, route)));
    assert!(unknown.is_none(), "{unknown:?} is no route");
    cases
}

fn is_of(own: &str, route: &Route) -> bool {
    route.method == "POST" && route.path.strip_prefix("/api/v1/tenants/{tenant}") == Some(own)
}

/// The operator's new tenant has a name of the operator's choice.
fn is_no_secret(route: &Route, field: &str) -> bool {
    NO_SECRETS.contains(&field) || field == "tenant" && route.path == "/api/v1/operator/tenants"
}

/// Every member of the route's body, those of its lists as `list.member`.
fn fields(route: &Route) -> Vec<String> {
    let members = |schema: &Value| -> Vec<(String, Value)> {
        schema["properties"].as_object().into_iter().flatten().map(|(name, it)| (name.clone(), it.clone())).collect()
    };
    let mut found = Vec::new();
    for (name, inner) in members(route.schema.as_ref().unwrap_or(&Value::Null)) {
        found.extend(members(&inner).into_iter().chain(members(&inner["items"])).map(|it| format!("{name}.{}", it.0)));
        found.push(name);
    }
    found
}
