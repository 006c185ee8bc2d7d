//! `kill -9` of the whole edge, between and during requests: what it acknowledged must be true after
//! a restart on the same folder, no more and no less.
//!
//! `EDGE_MFA_ROUNDS_POWER_CUT` sets the number of cuts under load.

mod acts;
mod between;
mod ledger;
mod load;
mod retry;
