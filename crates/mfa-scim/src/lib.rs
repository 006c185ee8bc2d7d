//! What provisioning software says in SCIM 2.0 (RFC 7643, RFC 7644): filters, PATCH paths, the bodies about a user.
//!
//! In scope: the grammar of RFC 7644 §3.4.2.2 and §3.5.2 whole, and what Entra ID and Okta really send where that is
//! something else. Out of scope: what comes of it. Of a user three attributes are understood (`userName`,
//! `externalId`, `active`); every other one is read past, as §3.3 allows, and nothing of it leaves this crate.
//!
//! Everything here is total: whatever is put in, a value or a [`Fault`] comes out, and nothing recurses deeper than
//! [`Filter::DEEPEST`].
//!
//! Crates that read this grammar exist; none fits here: `scim-filter` filters a list in memory and nests without bound,
//! `scim_v2` brings a table-driven parser and a reader of URIs several times the size of this one.

mod attribute;
mod fault;
mod filter;
mod patch;
mod select;
#[cfg(test)]
mod tests;
mod user;

pub use attribute::{Attribute, CORE_USER, ENTERPRISE_USER};
pub use fault::Fault;
pub use filter::{Comparison, Filter, Value};
pub use patch::{Change, patch};
pub use select::Selection;
pub use user::{EXTERNAL_ID, Said, replaced, said};
