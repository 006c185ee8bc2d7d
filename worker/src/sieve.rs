//! The first sieve: how often one address may knock at the doors that stand open to everybody.
//!
//! It spares hashing and objects the work of a flood. It counts in each edge location by itself, for a minute, and
//! roughly; what has to be exact is counted by the objects, whoever asks from wherever. So nobody gets in through a hole
//! in it, and a sieve that is missing or fails lets through what comes: to refuse would lock everybody out for the want
//! of something that decides nothing. It is an alarm each time.
//!
//! Nobody's name is a key. Whoever floods a name from elsewhere takes nothing from its bearer's allowance.

use std::net::{IpAddr, Ipv6Addr};

use mfa_core::tenant::application::ApplicationId;
use mfa_core::time::{Seconds, Timestamp};
use worker::{Env, Headers};

use crate::error::Problem;
use crate::journal;
use crate::object_ref::{
    SIEVE_ADDRESS, SIEVE_APPLICATION, SIEVE_FORGOTTEN_ADDRESS, SIEVE_FORGOTTEN_TENANT, SIEVE_PROFILE,
    SIEVE_TENANT_AND_ADDRESS,
};

/// The period of every limit in `wrangler.toml`. The platform does not say how much of it is left.
const PERIOD: Seconds = Seconds(60);

/// The period of what one application may ask.
const PERIOD_OF_AN_APPLICATION: Seconds = Seconds(10);

/// What one knocks at without having shown who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// It hashes, or wakes an object.
    Open,
    /// It has the tenant's object look for a name, and may have a mail sent.
    Forgotten,
    /// It shows a tenant's name. Any page can make a browser ask for it, so it takes nothing from the other doors.
    Profile,
}

/// Refuses whoever knocks too often. The narrower limit comes first: what it refuses takes nothing from the wider one,
/// so a flood at one tenant leaves room for the other tenants behind the same address, and one from a single address
/// leaves room for everybody else's forgotten passwords.
pub(crate) async fn pass(
    env: &Env,
    headers: &Headers,
    tenant: &str,
    door: Door,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(address) = address(headers) else {
        journal::alarm("the platform does not say where a request comes from: the first sieve is open");
        return Ok(());
    };
    let Address { narrow, wide } = address;
    let limits = match door {
        Door::Open => vec![(SIEVE_TENANT_AND_ADDRESS, format!("{tenant} {narrow}")), (SIEVE_ADDRESS, wide)],
        Door::Forgotten => vec![(SIEVE_FORGOTTEN_ADDRESS, narrow), (SIEVE_FORGOTTEN_TENANT, tenant.to_owned())],
        Door::Profile => vec![(SIEVE_PROFILE, wide)],
    };
    for (name, key) in limits {
        if !has_room(env, name, key).await {
            // Not "several wrong attempts": whoever reads it may have made none.
            return Err(Problem::throttled(Some(now.saturating_add(PERIOD)), now).with("reason", "address"));
        }
    }
    Ok(())
}

/// Refuses an application that asks faster than its tenant's object should have to answer. Its key carries our tag, so
/// nobody else spends what is its own; and it comes back, for software that provisions does.
pub(crate) async fn pass_application(env: &Env, application: ApplicationId, now: Timestamp) -> Result<(), Problem> {
    if has_room(env, SIEVE_APPLICATION, application.to_string()).await {
        return Ok(());
    }
    Err(Problem::throttled(Some(now.saturating_add(PERIOD_OF_AN_APPLICATION)), now).with("reason", "application"))
}

/// Where a request comes from, in the platform's own word: it overwrites what a client sends under this name. What a
/// client or a proxy says of itself (`X-Forwarded-For` and its like) is never read (A05).
fn address(headers: &Headers) -> Option<Address> {
    let text = headers.get("cf-connecting-ip").ok().flatten()?;
    Some(match text.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(address) => Address { narrow: address.to_string(), wide: address.to_string() },
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            let network = |d, bits| format!("{}/{bits}", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
            Address { narrow: network(d, 64), wide: network(0, 48) }
        }
    })
}

/// What counts as one. Of IPv6 the network: whoever has one address has the 2^64 of its /64, and whoever has a site
/// has the 65,536 networks of its /48 (RFC 6177), which share the wider limits.
struct Address {
    narrow: String,
    wide: String,
}

/// Counts one more under `key`.
async fn has_room(env: &Env, name: &str, key: String) -> bool {
    let counted = match env.rate_limiter(name) {
        Ok(limiter) => limiter.limit(key).await,
        Err(error) => Err(error),
    };
    match counted {
        Ok(outcome) => outcome.success,
        Err(error) => {
            journal::alarm(&format!("the sieve {name} does not work: {error}"));
            true
        }
    }
}
