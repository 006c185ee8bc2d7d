//! Everything that is tried under every fault: who is made for it, what is asked, what must hold afterwards.

mod administrator;
mod enrolment;
mod member;
mod sign_in;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Client, Edge, Tenant};

use crate::attempt::Attempt;

/// Where members are made.
pub struct World<'a> {
    pub edge: &'a Edge,
    /// A tenant where MFA is on.
    pub tenant: Tenant,
}

/// Makes somebody, and what is asked.
pub type Operation = fn(&World<'_>) -> Attempt;

/// All of them, by name.
pub const OPERATIONS: [(&str, Operation); 28] = [
    ("password", sign_in::password),
    ("code", sign_in::code),
    ("recovery key", sign_in::recovery_key),
    ("remembered device", sign_in::remembered_device),
    ("device remembered", sign_in::remember_device),
    ("session check", sign_in::session_check),
    ("sign-out", sign_in::sign_out),
    ("invitation accepted", enrolment::accept),
    ("enrolment started", enrolment::start),
    ("enrolment confirmed", enrolment::confirm),
    ("enrolment completed", enrolment::complete),
    ("account", member::account),
    ("step-up", member::step_up),
    ("own reset", member::reset),
    ("new recovery keys", member::start_keys),
    ("new recovery keys proven", member::complete_keys),
    ("new password", member::change_password),
    ("password by link", member::password_by_link),
    ("devices forgotten", member::forget_devices),
    ("tenant created", administrator::create_tenant),
    ("invite", administrator::invite),
    ("remove", administrator::remove),
    ("role changed", administrator::change_role),
    ("administrator's reset", administrator::reset),
    ("set-up started", administrator::start_set_up),
    ("set-up confirmed", administrator::confirm_set_up),
    ("switch-on", administrator::switch_on),
    ("switch-off", administrator::switch_off),
];

/// Signs in with a recovery key, which must be unspent.
fn enters_with(one: &Enrolled, number: usize) -> Client {
    let client = one.pending();
    one.member.enter_key(&client, &one.keys[number]).is(200);
    one.member.account(&client);
    client
}

/// Nobody is signed in there.
fn is_out(one: &edge_mfa_tests::Member, client: &Client) {
    client.get(&one.tenant.at("/account")).problem(401, "unauthenticated");
}
