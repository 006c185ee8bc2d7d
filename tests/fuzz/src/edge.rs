//! The Worker's parsers.

pub(crate) mod bodies;
pub(crate) mod cookies;
pub(crate) mod keys;
pub(crate) mod names;
pub(crate) mod providers;
pub(crate) mod records;
pub(crate) mod seals;
pub(crate) mod sessions;
pub(crate) mod tokens;
