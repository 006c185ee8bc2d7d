//! The first sieve: how often one address may knock at the doors that stand open to everybody.
//!
//! It spares hashing and objects the work of a flood. It counts in each edge location by itself, for a minute, and
//! roughly; what has to be exact is counted by the objects, whoever asks from wherever. So nobody gets in through a hole
//! in it, and a sieve that is missing or fails lets through what comes: to refuse would lock everybody out for the want
//! of something that decides nothing. It is an alarm each time.
//!
//! Nobody's name is a key. Whoever floods a name from elsewhere takes nothing from its bearer's allowance.

use std::net::{IpAddr, Ipv6Addr};

use mfa_core::time::{Seconds, Timestamp};
use worker::{Env, Headers};

use crate::error::Problem;
use crate::object_ref::{SIEVE_ADDRESS, SIEVE_FORGOTTEN_ADDRESS, SIEVE_FORGOTTEN_TENANT, SIEVE_TENANT_AND_ADDRESS};

/// The period of every limit in `wrangler.toml`. The platform does not say how much of it is left.
const PERIOD: Seconds = Seconds(60);

/// What one knocks at without having shown who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// It hashes, or wakes an object.
    Open,
    /// It has the tenant's object look for a name, and may have a mail sent.
    Forgotten,
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
        worker::console_error!("ALARM the platform does not say where a request comes from: the first sieve is open");
        return Ok(());
    };
    let limits = match door {
        Door::Open => [(SIEVE_TENANT_AND_ADDRESS, format!("{tenant} {address}")), (SIEVE_ADDRESS, address)],
        Door::Forgotten => [(SIEVE_FORGOTTEN_ADDRESS, address), (SIEVE_FORGOTTEN_TENANT, tenant.to_owned())],
    };
    for (name, key) in limits {
        if !has_room(env, name, key).await {
            // Not "several wrong attempts": whoever reads it may have made none.
            return Err(Problem::throttled(Some(now.saturating_add(PERIOD)), now).with("reason", "address"));
        }
    }
    Ok(())
}

/// Where a request comes from, in the platform's own word: it overwrites what a client sends under this name. What a
/// client or a proxy says of itself (`X-Forwarded-For` and its like) is never read (A05). Of IPv6 the network counts:
/// whoever has one has all of its 2^64 addresses.
fn address(headers: &Headers) -> Option<String> {
    let text = headers.get("cf-connecting-ip").ok().flatten()?;
    Some(match text.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    })
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
            worker::console_error!("ALARM the sieve {name} does not work: {error}");
            true
        }
    }
}
