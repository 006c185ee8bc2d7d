//! Attacks that are generated rather than written down one by one.

mod inventory;
